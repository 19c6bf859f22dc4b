// SPDX-License-Identifier: GPL-2.0
/*
 * Gates: who gets one, and that a writer is alone however it meets the readers.
 */
#include <pthread.h>
#include <time.h>

#include "fake.h"

static struct gate gate;
static atomic_bool stop;

/* A thread takes one of its own, as long as there are. */
static void *take_shard(void *arg)
{
	(void)arg;
	shard();
	return NULL;
}

static void take_shards(unsigned int nr)
{
	pthread_t thread;

	while (nr--) {
		assert_int_equal(pthread_create(&thread, NULL, take_shard, NULL), 0);
		pthread_join(thread, NULL);
	}
}

static void readers_keep_a_writer_out(void **state)
{
	(void)state;
	assert_true(gate_try_read(&gate));
	assert_true(gate_try_read(&gate));
	assert_false(gate_try_write(&gate));
	gate_end_read(&gate);
	assert_false(gate_try_write(&gate));
	/* An attempt leaves nothing behind. */
	assert_true(gate_try_read(&gate));
	gate_end_read(&gate);
	gate_end_read(&gate);
	assert_true(gate_try_write(&gate));
	gate_end_write(&gate);
}

static void writer_keeps_everybody_out(void **state)
{
	(void)state;
	assert_true(gate_try_write(&gate));
	assert_false(gate_try_read(&gate));
	assert_false(gate_try_write(&gate));
	gate_end_write(&gate);
	assert_true(gate_try_read(&gate));
	gate_end_read(&gate);
	assert_true(gate_try_write(&gate));
	gate_end_write(&gate);
}

/*
 * What is looked for happens within a few nanoseconds: nobody may do anything else.
 * @writes: what the writer has done; odd while it is at work
 */
struct meeting {
	unsigned long reads, met;
	atomic_ulong writes;
};

static void *read_on(void *arg)
{
	struct meeting *meeting = arg;

	while (!atomic_load_explicit(&stop, memory_order_relaxed))
		if (gate_try_read(&gate)) {
			unsigned long before = atomic_load_explicit(&meeting->writes,
								    memory_order_relaxed);
			unsigned int i;

			for (i = 0; i < 4; i++)
				meeting->met += before % 2 ||
						before != atomic_load_explicit(&meeting->writes,
									       memory_order_relaxed);
			meeting->reads++;
			gate_end_read(&gate);
		}
	return NULL;
}

static void *write_on(void *arg)
{
	struct meeting *meeting = arg;

	while (!atomic_load_explicit(&stop, memory_order_relaxed))
		if (gate_try_write(&gate)) {
			atomic_fetch_add_explicit(&meeting->writes, 1, memory_order_relaxed);
			atomic_fetch_add_explicit(&meeting->writes, 1, memory_order_relaxed);
			gate_end_write(&gate);
		}
	return NULL;
}

static void meet(void)
{
	const struct timespec pause = { .tv_nsec = 500000000 };
	struct meeting meeting = { 0 };
	pthread_t reader, writer;

	stop = false;
	assert_int_equal(pthread_create(&writer, NULL, write_on, &meeting), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_on, &meeting), 0);
	nanosleep(&pause, NULL);
	stop = true;
	pthread_join(reader, NULL);
	pthread_join(writer, NULL);
	assert_true(meeting.reads);
	assert_true(meeting.writes);
	assert_int_equal(meeting.met, 0);
}

static void writer_never_meets_a_reader(void **state)
{
	(void)state;
	meet();
}

static void nor_one_that_shares_its_shard(void **state)
{
	(void)state;
	take_shards(NR_SHARDS);
	meet();
}

static int start(void **state)
{
	(void)state;
	shards_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_keep_a_writer_out),
		cmocka_unit_test(writer_keeps_everybody_out),
		cmocka_unit_test(writer_never_meets_a_reader),
		cmocka_unit_test(nor_one_that_shares_its_shard),
	};

	return cmocka_run_group_tests_name("gates", tests, start, NULL);
}
