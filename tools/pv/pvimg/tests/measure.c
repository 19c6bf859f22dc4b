// SPDX-License-Identifier: GPL-2.0
/*
 * measure RUNS OUTPUT COMMAND...: runs it that often, each time without its OUTPUT, and
 * prints, on one line, the least milliseconds that passed, the least of processor time,
 * and the most KiB of memory.
 *
 * measure --pass FILE [OUTPUT]: one read of the file, one AES-256-XTS and one SHA-512
 * over its pages by OpenSSL on one processor, and, if there is an OUTPUT, one write:
 * what making an image costs at the least.
 */
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE	4096
#define CHUNK	(256 * 1024)	/* as pvimg; stays in the processor's cache */

static void measure_fail(const char *what)
{
	perror(what);
	exit(1);
}

static double measure_ms(struct timeval tv)
{
	return (double)tv.tv_sec * 1e3 + (double)tv.tv_usec / 1e3;
}

static void measure_pass(const char *path, const char *output)
{
	static uint8_t buf[CHUNK];
	uint8_t key[64], digest[64], tweak[16] = { 0 };
	EVP_CIPHER_CTX *xts = EVP_CIPHER_CTX_new();
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	int fd = open(path, O_RDONLY), i, n;
	int out = output ? open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	ssize_t size;

	for (i = 0; i < (int)sizeof(key); i++)
		key[i] = (uint8_t)i;
	if (fd < 0 || !xts || !sha ||
	    EVP_EncryptInit_ex(xts, EVP_aes_256_xts(), NULL, key, tweak) != 1 ||
	    EVP_DigestInit_ex(sha, EVP_sha512(), NULL) != 1)
		measure_fail(path);
	while ((size = read(fd, buf, sizeof(buf))) > 0) {
		for (i = 0; i < size; i += PAGE) {
			memcpy(tweak, &i, sizeof(i));
			if (EVP_EncryptInit_ex(xts, NULL, NULL, NULL, tweak) != 1 ||
			    EVP_EncryptUpdate(xts, buf + i, &n, buf + i, PAGE) != 1)
				measure_fail("AES-256-XTS");
		}
		EVP_DigestUpdate(sha, buf, (size_t)size);
		if (output && write(out, buf, (size_t)size) != size)
			measure_fail(output);
	}
	if (size || EVP_DigestFinal_ex(sha, digest, NULL) != 1)
		measure_fail(path);
	EVP_CIPHER_CTX_free(xts);
	EVP_MD_CTX_free(sha);
	close(fd);
	if (output)
		close(out);
}

int main(int argc, char **argv)
{
	double elapsed = 0, cpu = 0;
	long memory = 0;
	int i, runs;

	if (argc > 2 && !strcmp(argv[1], "--pass")) {
		measure_pass(argv[2], argv[3]);
		return 0;
	}
	runs = argc > 3 ? atoi(argv[1]) : 0;
	if (runs < 1) {
		fprintf(stderr, "usage: measure RUNS OUTPUT COMMAND... | --pass FILE [OUTPUT]\n");
		return 2;
	}
	for (i = 0; i < runs; i++) {
		struct timespec begin, end;
		struct rusage usage;
		double ms;
		pid_t pid;
		int status;

		unlink(argv[2]);
		clock_gettime(CLOCK_MONOTONIC, &begin);
		pid = fork();
		if (!pid) {
			dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
			execvp(argv[3], argv + 3);
			perror(argv[3]);
			_exit(127);
		}
		if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
			measure_fail(argv[3]);
		clock_gettime(CLOCK_MONOTONIC, &end);
		if (status) {
			fprintf(stderr, "measure: '%s' ended with status %#x\n", argv[3],
				(unsigned int)status);
			return 1;
		}
		ms = (double)(end.tv_sec - begin.tv_sec) * 1e3 +
		     (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
		elapsed = !i || ms < elapsed ? ms : elapsed;
		ms = measure_ms(usage.ru_utime) + measure_ms(usage.ru_stime);
		cpu = !i || ms < cpu ? ms : cpu;
		memory = usage.ru_maxrss > memory ? usage.ru_maxrss : memory;
	}
	printf("%.0f %.0f %ld\n", elapsed, cpu, memory);
	return 0;
}
