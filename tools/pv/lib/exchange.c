// SPDX-License-Identifier: GPL-2.0
/*
 * The file in which an attestation request travels to the guest, and the answer
 * back: a table of five parts behind a short header.
 */
#include <endian.h>
#include <string.h>

#include "attest.h"

#define EXCHANGE_MAGIC		"pvattest"
#define EXCHANGE_VERSION	0x100
#define EXCHANGE_MAX		(1024 * 1024UL)

struct exchange_part {
	uint32_t size;
	uint32_t offset;	/* zero: nothing is there, the size is what to expect */
};

struct exchange_head {
	char magic[8];
	uint32_t version;
	uint32_t size;		/* of the file */
	uint64_t reserved;
	struct exchange_part arcb;
	struct exchange_part measurement;
	struct exchange_part additional;
	struct exchange_part user;
	struct exchange_part uid;
};
static_assert(sizeof(struct exchange_head) == 0x40, "exchange file");

static int exchange_part(const struct exchange *exchange, const struct exchange_part *part,
			 size_t max, struct bytes *bytes)
{
	size_t size = be32toh(part->size), offset = be32toh(part->offset);

	*bytes = (struct bytes){ NULL, size };
	if (size > max)
		return -1;
	if (!offset || !size)
		return 0;
	if (offset < sizeof(struct exchange_head) || offset > exchange->file.size ||
	    size > exchange->file.size - offset)
		return -1;
	bytes->data = exchange->file.data + offset;
	return 0;
}

int exchange_parse(struct exchange *exchange, const char *path)
{
	struct exchange_head head;

	if (exchange->file.size < sizeof(head) ||
	    memcmp(exchange->file.data, EXCHANGE_MAGIC, sizeof(head.magic)) != 0) {
		pv_error("'%s' is no attestation request or response", path);
		return -1;
	}
	memcpy(&head, exchange->file.data, sizeof(head));
	if (be32toh(head.version) != EXCHANGE_VERSION) {
		pv_error("'%s': the version 0x%x of the file is not known", path,
			 be32toh(head.version));
		return -1;
	}
	if (head.reserved) {
		pv_error("'%s' is damaged: a reserved field is not zero", path);
		return -1;
	}
	if (be32toh(head.size) != exchange->file.size) {
		pv_error("'%s' has %zu bytes and should have %u", path, exchange->file.size,
			 be32toh(head.size));
		return -1;
	}
	if (exchange_part(exchange, &head.arcb, EXCHANGE_MAX, &exchange->arcb) ||
	    exchange_part(exchange, &head.measurement, ATTEST_MEASUREMENT_SIZE,
			  &exchange->measurement) ||
	    exchange_part(exchange, &head.additional, PAGE_SIZE, &exchange->additional) ||
	    exchange_part(exchange, &head.user, ATTEST_USER_MAX, &exchange->user) ||
	    exchange_part(exchange, &head.uid, ATTEST_UID_SIZE, &exchange->uid) ||
	    !exchange->arcb.data) {
		pv_error("'%s' is damaged: a part of it lies outside of it or is too large", path);
		return -1;
	}
	if (arcb_check(&exchange->arcb, path))
		return -1;
	if (exchange->measurement.size != ATTEST_MEASUREMENT_SIZE ||
	    exchange->additional.size != attest_additional_size(arcb_flags(&exchange->arcb))) {
		pv_error("'%s' is damaged: its sizes do not fit the request in it", path);
		return -1;
	}
	return 0;
}

int exchange_load(struct exchange *exchange, const char *path)
{
	*exchange = (struct exchange){ 0 };
	if (input_load(path, EXCHANGE_MAX, &exchange->file))
		return -1;
	if (!exchange_parse(exchange, path))
		return 0;
	secret_free(exchange->file.data);
	exchange->file.data = NULL;
	return -1;
}

bool exchange_is_answer(const struct exchange *exchange)
{
	return exchange->measurement.data && exchange->uid.data &&
	       exchange->uid.size == ATTEST_UID_SIZE &&
	       (exchange->additional.data || !exchange->additional.size) &&
	       (exchange->user.data || !exchange->user.size);
}

int exchange_build(const struct exchange *exchange, struct bytes *file)
{
	struct exchange_head head = { .version = htobe32(EXCHANGE_VERSION) };
	const struct {
		struct exchange_part *part;
		const struct bytes *bytes;
	} parts[] = {
		{ &head.arcb, &exchange->arcb },
		{ &head.measurement, &exchange->measurement },
		{ &head.additional, &exchange->additional },
		{ &head.user, &exchange->user },
		{ &head.uid, &exchange->uid },
	};
	size_t i, size = sizeof(head);
	uint8_t *buf;

	memcpy(head.magic, EXCHANGE_MAGIC, sizeof(head.magic));
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		parts[i].part->size = htobe32((uint32_t)parts[i].bytes->size);
		if (parts[i].bytes->data && parts[i].bytes->size) {
			parts[i].part->offset = htobe32((uint32_t)size);
			size += parts[i].bytes->size;
		}
	}
	head.size = htobe32((uint32_t)size);
	buf = secret_alloc(size);
	if (!buf)
		return -1;
	memcpy(buf, &head, sizeof(head));
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].part->offset)
			memcpy(buf + be32toh(parts[i].part->offset), parts[i].bytes->data,
			       parts[i].bytes->size);
	*file = (struct bytes){ buf, size };
	return 0;
}
