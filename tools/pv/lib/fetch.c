// SPDX-License-Identifier: GPL-2.0
/*
 * Revocation lists from where the certificates say they are, by libcurl, and
 * kept below the user's cache folder. What comes from there is not trusted: a
 * list is signed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust.h"

#define FETCH_MAX	(16UL * 1024 * 1024)
#define CACHE_FOLDER	"openuv-tools"

/* The file that keeps what was fetched from the address; NULL: there is no such place. */
static char *fetch_cache_path(const char *url, bool make)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	uint8_t digest[SHA256_SIZE];
	char name[2 * SHA256_SIZE + 1];
	char *path = NULL;
	size_t i;

	if (sha256(url, strlen(url), digest))
		return NULL;
	for (i = 0; i < SHA256_SIZE; i++)
		snprintf(name + 2 * i, 3, "%02x", digest[i]);
	if (base && *base == '/') {
		if (asprintf(&path, "%s/" CACHE_FOLDER "/%s", base, name) < 0)
			return NULL;
	} else if (home && *home == '/') {
		if (asprintf(&path, "%s/.cache/" CACHE_FOLDER "/%s", home, name) < 0)
			return NULL;
	} else {
		return NULL;
	}
	/* Each folder on the way, as far as it is missing */
	for (i = 1; make && path[i]; i++) {
		if (path[i] != '/')
			continue;
		path[i] = '\0';
		mkdir(path, 0700);
		path[i] = '/';
	}
	return path;
}

void fetch_keep(const char *url, const struct bytes *file)
{
	char *path = fetch_cache_path(url, true), *temp = NULL;
	int fd = -1;

	if (path && asprintf(&temp, "%s.XXXXXX", path) >= 0) {
		fd = mkostemp(temp, O_CLOEXEC);
		if (fd >= 0 && (write(fd, file->data, file->size) != (ssize_t)file->size ||
				rename(temp, path)))
			unlink(temp);
		if (fd >= 0)
			close(fd);
		free(temp);
	}
	free(path);
}

#ifdef PV_NO_FETCH
static int fetch_url(const char *url, struct bytes *file)
{
	(void)file;
	pv_warn("this program fetches nothing; get '%s' and give it with --crl", url);
	return 0;
}
#else
#include <curl/curl.h>

#define FETCH_CONNECT_S	10L
#define FETCH_STALLED_S	10L
#define FETCH_TOTAL_S	60L
#define FETCH_REDIRECTS	5L

static size_t fetch_write(const char *data, size_t one, size_t size, void *arg)
{
	struct bytes *file = arg;

	(void)one;
	if (size > FETCH_MAX - file->size)
		return 0;
	memcpy(file->data + file->size, data, size);
	file->size += size;
	return size;
}

static int fetch_url(const char *url, struct bytes *file)
{
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	file->data = secret_alloc(FETCH_MAX);
	file->size = 0;
	if (curl && file->data) {
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
		curl_easy_setopt(curl, CURLOPT_MAXREDIRS, FETCH_REDIRECTS);
		curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
		curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, FETCH_CONNECT_S);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, FETCH_STALLED_S);
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, FETCH_TOTAL_S);
		curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)FETCH_MAX);
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, fetch_write);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, file);
		code = curl_easy_perform(curl);
	}
	curl_easy_cleanup(curl);
	if (code) {
		pv_warn("cannot fetch '%s': %s; get it and give it with --crl", url,
			curl_easy_strerror(code));
		secret_free(file->data);
		file->data = NULL;
	}
	return 0;
}
#endif

int fetch_list(const char *url, bool cached, struct bytes *file)
{
	char *path;
	int rc = 0;

	*file = (struct bytes){ 0 };
	if (!cached)
		return fetch_url(url, file);
	path = fetch_cache_path(url, false);
	if (path && !access(path, R_OK))
		rc = input_load(path, FETCH_MAX, file);
	free(path);
	return rc;
}
