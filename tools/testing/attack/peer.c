// SPDX-License-Identifier: GPL-2.0
/*
 * vmm-peer: the other end of what a guest does with its devices.
 *   vmm-peer sum FILE          prints the checksum of a file (as POSIX cksum)
 *   vmm-peer send PORT BYTES   sends random bytes to the first who connects to
 *                              the port here and prints their checksum
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cksum.h"

static int sum_file(const char *name)
{
	static unsigned char data[65536];
	struct cksum sum = { 0 };
	FILE *in = fopen(name, "r");
	size_t n;

	if (!in) {
		perror(name);
		return 1;
	}
	do {
		n = fread(data, 1, sizeof(data), in);
		cksum_add(&sum, data, n);
	} while (n == sizeof(data));
	fclose(in);
	printf("%u\n", cksum_end(&sum));
	return 0;
}

static int send_random(int port, long bytes)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_ANY),
	};
	int sock = socket(AF_INET, SOCK_STREAM, 0), peer, yes = 1;
	static unsigned char data[65536];
	struct cksum sum = { 0 };
	ssize_t want, done, n;

	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(sock, (struct sockaddr *)&here, sizeof(here)) || listen(sock, 1)) {
		perror("vmm-peer");
		return 1;
	}
	alarm(60);	/* nobody connects */
	peer = accept(sock, NULL, NULL);
	for (; bytes > 0; bytes -= want) {
		want = bytes < 256 ? bytes : 256;
		if (getrandom(data, want, 0) != want)
			return 1;
		cksum_add(&sum, data, want);
		for (done = 0; done < want; done += n) {
			n = write(peer, data + done, want - done);
			if (n <= 0)
				return 1;
		}
	}
	close(peer);
	printf("%u\n", cksum_end(&sum));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "sum"))
		return sum_file(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "send"))
		return send_random((int)strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10));
	fprintf(stderr, "usage: vmm-peer sum FILE | send PORT BYTES\n");
	return 2;
}
