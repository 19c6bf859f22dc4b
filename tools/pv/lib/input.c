// SPDX-License-Identifier: GPL-2.0
/*
 * Files that are read. Their size must be known beforehand, since it decides
 * on the layout of the image, so pipes and devices are refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pv.h"

int input_open(struct input *in, const char *path)
{
	struct stat st;

	in->path = path;
	/* O_NONBLOCK: a FIFO without a writer must not hold us up. */
	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in->fd < 0 || fstat(in->fd, &st)) {
		pv_perror("cannot open '%s'", path);
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		pv_error("'%s' is not a regular file", path);
		goto fail;
	}
	in->size = (uint64_t)st.st_size;
	return 0;

fail:
	input_close(in);
	return -1;
}

void input_close(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	in->fd = -1;
}

int input_read(const struct input *in, uint64_t offset, void *buf, size_t size)
{
	uint8_t *p = buf;

	while (size) {
		ssize_t n = pread(in->fd, p, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			pv_perror("cannot read '%s'", in->path);
			return -1;
		}
		if (n == 0) {
			pv_error("'%s' ends before byte %" PRIu64, in->path,
				 (offset + size));
			return -1;
		}
		p += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

int input_load(const char *path, size_t max, uint8_t **data, size_t *size)
{
	struct input in;
	uint8_t *buf = NULL;
	int rc = -1;

	if (input_open(&in, path))
		return -1;
	if (in.size > max) {
		pv_error("'%s' is too large: %" PRIu64 " bytes, at most %zu", path,
			 in.size, max);
		goto out;
	}
	buf = secret_alloc(in.size + 1);
	if (!buf || input_read(&in, 0, buf, in.size))
		goto out;
	*data = buf;
	*size = in.size;
	buf = NULL;
	rc = 0;
out:
	secret_free(buf);
	input_close(&in);
	return rc;
}

int input_load_key(const char *path, uint8_t *key, size_t size)
{
	struct input in;
	int rc = -1;

	if (input_open(&in, path))
		return -1;
	if (in.size != size)
		pv_error("'%s' must hold a key of %zu bytes, but has %" PRIu64, path, size,
			 in.size);
	else
		rc = input_read(&in, 0, key, size);
	input_close(&in);
	return rc;
}
