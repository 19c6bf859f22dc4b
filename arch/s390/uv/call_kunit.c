// SPDX-License-Identifier: GPL-2.0
/*
 * The call path: condition codes, repetition, patience, errnos, words.
 */
#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/time64.h>
#include "firmware_kunit.h"

static int issue(u16 cmd, enum uv_wait wait)
{
	struct uv_cb_nodata uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.handle = 0x1234,
	};

	return uv_issue(&uvcb.header, wait);
}

static void a_call_that_is_done_is_issued_once(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_DONE);

	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_VERIFY_IMG, UV_ATOMIC), UVC_CC_OK);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_VERIFY_IMG);
}

static void an_error_is_not_repeated(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(UVC_RC_INV_STATE, 7), UV_DONE);

	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_VERIFY_IMG, UV_KILLABLE), UVC_CC_ERROR);
	KUNIT_EXPECT_EQ(test, fw->calls, 1);
}

static const struct wait_case {
	const char *name;
	enum uv_wait wait;
} wait_cases[] = {
	{ "atomic", UV_ATOMIC },
	{ "boot", UV_BOOT },
	{ "spin", UV_SPIN },
	{ "killable", UV_KILLABLE },
	{ "persistent", UV_PERSISTENT },
};

KUNIT_ARRAY_PARAM_DESC(wait, wait_cases, name);

static void busy_and_partial_are_repeated_until_done(struct kunit *test)
{
	const struct wait_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_BUSY, UV_PARTIAL, UV_BUSY,
					  UV_PARTIAL, UV_DONE);

	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_DESTROY_SEC_CONF, c->wait), UVC_CC_OK);
	KUNIT_EXPECT_EQ(test, fw->calls, 6);
}

static void an_error_ends_the_repetition(struct kunit *test)
{
	const struct wait_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_PARTIAL,
					  UV_REFUSED(UVC_RC_INV_CONF_HANDLE, 0), UV_DONE);

	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_DESTROY_SEC_CONF, c->wait), UVC_CC_ERROR);
	KUNIT_EXPECT_EQ(test, fw->calls, 3);
}

static const struct wait_case bounded_cases[] = {
	{ "atomic", UV_ATOMIC },
	{ "boot", UV_BOOT },
};

KUNIT_ARRAY_PARAM_DESC(bounded, bounded_cases, name);

static void busy_forever_ends(struct kunit *test)
{
	const struct wait_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);

	fw->tick = NSEC_PER_SEC / 400;
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_DESTROY_SEC_CONF, c->wait), UVC_CC_BUSY);
	KUNIT_EXPECT_GT(test, fw->calls, 2);
	/* in time for the soft lockup detector, which has to see atomic callers */
	KUNIT_EXPECT_LT(test, fw->clock, 10 * NSEC_PER_SEC);
}

static void partial_forever_ends(struct kunit *test)
{
	const struct wait_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_PARTIAL);

	fw->tick = c->wait == UV_ATOMIC ? NSEC_PER_SEC / 150 : 3 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_DESTROY_SEC_CONF, c->wait), UVC_CC_PARTIAL);
	KUNIT_EXPECT_GT(test, fw->calls, 2);
	KUNIT_EXPECT_LT(test, fw->clock,
			c->wait == UV_ATOMIC ? 10 * NSEC_PER_SEC : 4000 * NSEC_PER_SEC);
}

/* A thousand pages are unmapped under one lock. */
static void atomic_callers_lose_their_patience_once(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);
	static const struct uv_answer recovery[] = { UV_BUSY, UV_DONE, UV_BUSY };

	fw->tick = NSEC_PER_MSEC / 10;
	for (int i = 0; i < 1000; i++)
		KUNIT_EXPECT_EQ(test, issue(UVC_CMD_CONV_FROM_SEC_STOR, UV_ATOMIC), UVC_CC_BUSY);
	KUNIT_EXPECT_LT(test, fw->clock, 5 * NSEC_PER_SEC);

	/* A call that comes to its end restores it. */
	fw->script = recovery;
	fw->answers = ARRAY_SIZE(recovery);
	fw->calls = 0;
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_CONV_FROM_SEC_STOR, UV_ATOMIC), UVC_CC_OK);
	fw->clock = 0;
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_CONV_FROM_SEC_STOR, UV_ATOMIC), UVC_CC_BUSY);
	KUNIT_EXPECT_GT(test, fw->clock, NSEC_PER_SEC);
}

/* More calls than any bounded caller makes in a time longer than that of any */
#define MANY	1100

static void answer_after_many(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	static const struct uv_answer done[] = { UV_DONE };

	if (fw->calls == MANY) {
		fw->script = done;
		fw->answers = ARRAY_SIZE(done);
	}
}

static const struct patient_case {
	const char *name;
	enum uv_wait wait;
	u16 cmd;	/* by uv_cmd_nodata(), which knows how long to wait */
} patient_cases[] = {
	{ "spin", UV_SPIN, 0 },
	{ "destroy configuration", UV_ONCE, UVC_CMD_DESTROY_SEC_CONF },
};

KUNIT_ARRAY_PARAM_DESC(patient, patient_cases, name);

static void patience_has_no_end(struct kunit *test)
{
	const struct patient_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);
	u16 rc, rrc;

	fw->tick = NSEC_PER_SEC;
	fw->during = answer_after_many;
	if (c->cmd)
		KUNIT_EXPECT_EQ(test, uv_cmd_nodata(0x1234, c->cmd, &rc, &rrc), 0);
	else
		KUNIT_EXPECT_EQ(test, issue(UVC_CMD_VERIFY_IMG, c->wait), UVC_CC_OK);
	KUNIT_EXPECT_EQ(test, fw->calls, MANY + 1);
}

static void end_signal(void)
{
	sigdelset(&current->pending.signal, SIGKILL);
	clear_tsk_thread_flag(current, TIF_SIGPENDING);
}

static void kill_after_ten(struct uv_firmware *fw, struct uv_cb_header *uvcb)
{
	if (fw->calls == 10) {
		sigaddset(&current->pending.signal, SIGKILL);
		set_tsk_thread_flag(current, TIF_SIGPENDING);
	}
}

static void users_wait_until_they_are_killed(struct kunit *test)
{
	struct uv_cb_header uvcb = { .cmd = UVC_CMD_VERIFY_IMG, .len = sizeof(uvcb) };
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY);
	u16 rc, rrc;

	fw->during = kill_after_ten;
	KUNIT_EXPECT_EQ(test, uv_call_sched(0, (unsigned long)&uvcb), UVC_CC_BUSY);
	KUNIT_EXPECT_EQ(test, fw->calls, 10);
	/* What is asked for by somebody who is being killed is asked for once at least. */
	KUNIT_EXPECT_EQ(test, uv_cmd_nodata(0x1234, UVC_CMD_PREPARE_RESET, &rc, &rrc), -EBUSY);
	KUNIT_EXPECT_EQ(test, fw->calls, 12);
	end_signal();
}

/* Nobody can tell what has become of memory that the call was given. */
static void a_call_that_has_begun_is_not_called_busy(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_PARTIAL, UV_BUSY);

	fw->during = kill_after_ten;
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_CREATE_SEC_CONF, UV_KILLABLE), UVC_CC_PARTIAL);
	end_signal();
}

static void time_without_a_cpu_does_not_count(struct kunit *test)
{
	const struct wait_case *c = test->param_value;
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_BUSY, UV_PARTIAL, UV_BUSY, UV_DONE);

	fw->tick = 10000 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_DESTROY_SEC_CONF, c->wait), UVC_CC_OK);
	KUNIT_EXPECT_EQ(test, fw->calls, 5);
}

static void once_means_once(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_BUSY, UV_PARTIAL, UV_DONE);

	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_CONV_TO_SEC_STOR, UV_ONCE), UVC_CC_BUSY);
	KUNIT_EXPECT_EQ(test, issue(UVC_CMD_CONV_TO_SEC_STOR, UV_ONCE), UVC_CC_PARTIAL);
	KUNIT_EXPECT_EQ(test, fw->calls, 2);
}

static const struct errno_case {
	const char *name;
	int cc;
	u16 cmd;
	u16 rc;
	int want;
} errno_cases[] = {
	{ "done", UVC_CC_OK, UVC_CMD_VERIFY_IMG, UVC_RC_EXECUTED, 0 },
	{ "done, whatever rc was before", UVC_CC_OK, UVC_CMD_VERIFY_IMG, 0x10a, 0 },
	{ "busy", UVC_CC_BUSY, UVC_CMD_VERIFY_IMG, 0, -EBUSY },
	{ "partial", UVC_CC_PARTIAL, UVC_CMD_VERIFY_IMG, 0, -EBUSY },
	{ "unknown command", UVC_CC_ERROR, UVC_CMD_VERIFY_IMG, UVC_RC_INV_CMD, -EINVAL },
	{ "bad handle", UVC_CC_ERROR, UVC_CMD_VERIFY_IMG, UVC_RC_INV_CONF_HANDLE, -EINVAL },
	{ "import of an absent page", UVC_CC_ERROR, UVC_CMD_CONV_TO_SEC_STOR, 0x10a, -ENXIO },
	{ "unpack to an absent page", UVC_CC_ERROR, UVC_CMD_UNPACK_IMG, 0x10a, -ENXIO },
	{ "unpin of an absent page", UVC_CC_ERROR, UVC_CMD_UNPIN_PAGE_SHARED, 0x10a, -ENXIO },
	{ "10a of another command", UVC_CC_ERROR, UVC_CMD_CREATE_SEC_CONF, 0x10a, -EINVAL },
	{ "import refused", UVC_CC_ERROR, UVC_CMD_CONV_TO_SEC_STOR, 0x102, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(errno, errno_cases, name);

static void outcome_becomes_an_errno(struct kunit *test)
{
	const struct errno_case *c = test->param_value;
	struct uv_cb_header uvcb = { .cmd = c->cmd, .rc = c->rc };

	KUNIT_EXPECT_EQ(test, uv_errno(c->cc, &uvcb), c->want);
}

static void nodata_command_carries_the_handle_and_brings_rc_back(struct kunit *test)
{
	struct uv_firmware *fw = FIRMWARE(test, UV_REFUSED(0x20, 0x30), UV_DONE);
	u16 rc, rrc;

	KUNIT_EXPECT_EQ(test, uv_cmd_nodata(0xabcd, UVC_CMD_PREPARE_RESET, &rc, &rrc), -EINVAL);
	KUNIT_EXPECT_EQ(test, rc, 0x20);
	KUNIT_EXPECT_EQ(test, rrc, 0x30);
	KUNIT_EXPECT_EQ(test, fw->asked[0], UVC_CMD_PREPARE_RESET);
	KUNIT_EXPECT_EQ(test, fw->paddr[0], 0xabcd);

	KUNIT_EXPECT_EQ(test, uv_cmd_nodata(0xabcd, UVC_CMD_PREPARE_RESET, &rc, &rrc), 0);
	KUNIT_EXPECT_EQ(test, rc, UVC_RC_EXECUTED);
}

static void base_interface_returns_the_condition_code(struct kunit *test)
{
	struct uv_cb_header uvcb = { .cmd = UVC_CMD_QUI, .len = sizeof(uvcb) };

	FIRMWARE(test, UV_REFUSED(5, 0), UV_BUSY, UV_DONE);
	KUNIT_EXPECT_EQ(test, uv_call(0, (unsigned long)&uvcb), UVC_CC_ERROR);
	KUNIT_EXPECT_EQ(test, uv_call_sched(0, (unsigned long)&uvcb), UVC_CC_OK);
}

static void counted(u16 cmd, u64 *calls, u64 *errors, u64 *retries)
{
	unsigned int slot = uv_stats_slot(cmd);
	int cpu;

	*calls = 0;
	*errors = 0;
	*retries = 0;
	for_each_possible_cpu(cpu) {
		struct uv_stats *stats = per_cpu_ptr(&uv_stats, cpu);

		*calls += stats->cmd[slot].calls;
		*errors += stats->cmd[slot].errors;
		*retries += stats->cmd[slot].retries;
	}
}

static void calls_errors_and_retries_are_counted(struct kunit *test)
{
	u64 calls[2], errors[2], retries[2];

	FIRMWARE(test, UV_BUSY, UV_PARTIAL, UV_DONE, UV_REFUSED(1, 1));
	counted(UVC_CMD_DUMP_INIT, &calls[0], &errors[0], &retries[0]);
	issue(UVC_CMD_DUMP_INIT, UV_KILLABLE);
	issue(UVC_CMD_DUMP_INIT, UV_KILLABLE);
	counted(UVC_CMD_DUMP_INIT, &calls[1], &errors[1], &retries[1]);
	KUNIT_EXPECT_EQ(test, calls[1] - calls[0], 2);
	KUNIT_EXPECT_EQ(test, errors[1] - errors[0], 1);
	KUNIT_EXPECT_EQ(test, retries[1] - retries[0], 2);
}

static void every_command_has_a_counter_of_its_own(struct kunit *test)
{
	for (unsigned int slot = UV_SLOT_OTHER + 1; slot < UV_SLOTS; slot++)
		KUNIT_EXPECT_EQ(test, uv_stats_slot(uv_commands[slot].cmd), slot);
	KUNIT_EXPECT_EQ(test, uv_stats_slot(0x0105), UV_SLOT_OTHER);
	KUNIT_EXPECT_EQ(test, uv_stats_slot(0x1080), UV_SLOT_OTHER);
	KUNIT_EXPECT_EQ(test, uv_stats_slot(0xffff), UV_SLOT_OTHER);
}

static void every_command_has_a_name(struct kunit *test)
{
	for (unsigned int slot = UV_SLOT_OTHER + 1; slot < UV_SLOTS; slot++)
		KUNIT_EXPECT_STREQ(test, uv_cmd_name(uv_commands[slot].cmd),
				   uv_commands[slot].name);
	KUNIT_EXPECT_STREQ(test, uv_cmd_name(0xfffe), "unknown command");
}

static const struct word_case {
	u16 cmd, rc;
	const char *want;
} word_cases[] = {
	{ UVC_CMD_INIT_UV, 0x101, "already initialized" },
	{ UVC_CMD_INIT_UV, 0x108, "storage must lie above 2 GiB" },
	{ UVC_CMD_VERIFY_IMG, 0x003, "not possible in this state" },
	{ UVC_CMD_VERIFY_IMG, 0x8003, "not possible in this state" },
	{ UVC_CMD_VERIFY_IMG, 0x101, "reason not known" },
	{ UVC_CMD_CREATE_SEC_CONF, 0x101, "origin of guest storage" },
};

static void describe_word(const struct word_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "command %04x rc %x", c->cmd, c->rc);
}

KUNIT_ARRAY_PARAM(word, word_cases, describe_word);

static void response_code_has_words(struct kunit *test)
{
	const struct word_case *c = test->param_value;

	KUNIT_EXPECT_STREQ(test, uv_rc_text(c->cmd, c->rc), c->want);
}

static struct kunit_case call_cases[] = {
	KUNIT_CASE(a_call_that_is_done_is_issued_once),
	KUNIT_CASE(an_error_is_not_repeated),
	KUNIT_CASE_PARAM(busy_and_partial_are_repeated_until_done, wait_gen_params),
	KUNIT_CASE_PARAM(an_error_ends_the_repetition, wait_gen_params),
	KUNIT_CASE_PARAM(busy_forever_ends, bounded_gen_params),
	KUNIT_CASE_PARAM(partial_forever_ends, bounded_gen_params),
	KUNIT_CASE(atomic_callers_lose_their_patience_once),
	KUNIT_CASE_PARAM(patience_has_no_end, patient_gen_params),
	KUNIT_CASE(users_wait_until_they_are_killed),
	KUNIT_CASE(a_call_that_has_begun_is_not_called_busy),
	KUNIT_CASE_PARAM(time_without_a_cpu_does_not_count, wait_gen_params),
	KUNIT_CASE(once_means_once),
	KUNIT_CASE_PARAM(outcome_becomes_an_errno, errno_gen_params),
	KUNIT_CASE(nodata_command_carries_the_handle_and_brings_rc_back),
	KUNIT_CASE(base_interface_returns_the_condition_code),
	KUNIT_CASE(calls_errors_and_retries_are_counted),
	KUNIT_CASE(every_command_has_a_counter_of_its_own),
	KUNIT_CASE(every_command_has_a_name),
	KUNIT_CASE_PARAM(response_code_has_words, word_gen_params),
	{}
};

static struct kunit_suite call_suite = {
	.name = "uv_call",
	.test_cases = call_cases,
};

kunit_test_suite(call_suite);

MODULE_DESCRIPTION("KUnit tests of ultravisor calls");
MODULE_LICENSE("GPL");
