// SPDX-License-Identifier: GPL-2.0
#include "network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PORT		7000
#define HOST		1
#define GUEST		2

/* 10.0.NUMBER.WHO */
static struct sockaddr_in address(int number, int who, int port)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(10 << 24 | number << 8 | who),
	};

	return in;
}

static int set_up(const char *name, struct sockaddr_in in)
{
	struct sockaddr_in mask = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(~0u << 8) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), rc;
	struct ifreq ifr = { 0 };

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	memcpy(&ifr.ifr_addr, &in, sizeof(in));
	rc = ioctl(fd, SIOCSIFADDR, &ifr);
	memcpy(&ifr.ifr_netmask, &mask, sizeof(mask));
	rc = rc ? rc : ioctl(fd, SIOCSIFNETMASK, &ifr);
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	rc = rc ? rc : ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return rc;
}

static void invert(unsigned char *data, ssize_t n)
{
	while (n--)
		data[n] = ~data[n];
}

static void answer(int listener)
{
	unsigned char data[16384];
	int peer;
	ssize_t n;

	while ((peer = accept(listener, NULL, NULL)) >= 0) {
		while ((n = read(peer, data, sizeof(data))) > 0) {
			invert(data, n);
			if (write(peer, data, n) != n)
				break;
		}
		close(peer);
	}
}

int network_offer(int number)
{
	struct sockaddr_in in = address(number, HOST, PORT);
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int tun = open("/dev/net/tun", O_RDWR), listener;

	snprintf(ifr.ifr_name, IFNAMSIZ, "tap%d", number);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &ifr) || ioctl(tun, TUNSETPERSIST, 1))
		return -1;
	close(tun);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || set_up(ifr.ifr_name, address(number, HOST, 0)) ||
	    bind(listener, (struct sockaddr *)&in, sizeof(in)) || listen(listener, 1))
		return -1;
	if (!fork()) {
		answer(listener);
		_exit(0);
	}
	close(listener);
	return 0;
}

/* The host may have this number's device for the next guest already. */
static int connected(int number)
{
	struct sockaddr_in in = address(number, HOST, PORT);
	struct timeval patience = { .tv_sec = 30 };
	int fd = socket(AF_INET, SOCK_STREAM, 0), try;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	for (try = 0; try < 10; try++) {
		if (!connect(fd, (struct sockaddr *)&in, sizeof(in)))
			return fd;
		sleep(1);
	}
	close(fd);
	return -1;
}

int network_use(int number)
{
	static unsigned char data[4096], back[4096];
	int wrong = NETWORK_SIZE, fd, i, done, have;
	ssize_t n;

	if (set_up("lo", (struct sockaddr_in){ .sin_family = AF_INET,
					       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }) ||
	    set_up("eth0", address(number, GUEST, 0)))
		return wrong;
	fd = connected(number);
	for (done = 0; fd >= 0 && done < NETWORK_SIZE; done += sizeof(data)) {
		for (i = 0; i < (int)sizeof(data); i++)
			data[i] = i * 13 + (done >> 12);
		if (write(fd, data, sizeof(data)) != sizeof(data))
			break;
		for (have = 0; have < (int)sizeof(back); have += n) {
			n = read(fd, back + have, sizeof(back) - have);
			if (n <= 0)
				return wrong;
		}
		invert(back, sizeof(back));
		for (i = 0; i < (int)sizeof(data); i++)
			wrong -= data[i] == back[i];
	}
	return wrong;
}
