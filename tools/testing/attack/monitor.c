// SPDX-License-Identifier: GPL-2.0
/*
 * vmm-monitor SOCKET COMMAND: gives a command of QEMU's human monitor through a
 * QMP socket and prints the answer. "SOCKET qmp JSON" sends JSON as it is.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Prints a JSON string's content; our answers have no other escapes. */
static void print_text(const char *s)
{
	for (; *s && *s != '"'; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			if (*s != 'r')
				putchar(*s == 'n' ? '\n' : *s);
		} else {
			putchar(*s);
		}
	}
}

/* The next line that answers a command; events are passed over. */
static char *answer(FILE *in)
{
	static char *line;
	static size_t size;

	while (getline(&line, &size, in) > 0)
		if (!strncmp(line, "{\"return\"", 9) || !strncmp(line, "{\"error\"", 8))
			return line;
	return NULL;
}

/* Returns what the VMM answers to a command, a line that ends; NULL if it has gone. */
static char *ask(FILE *in, const char *command, bool raw)
{
	dprintf(fileno(in), "{\"execute\": \"qmp_capabilities\"}\n");
	if (!answer(in))
		return NULL;
	dprintf(fileno(in), raw ? "%s\n" : "{\"execute\": \"human-monitor-command\", "
		"\"arguments\": {\"command-line\": \"%s\"}}\n", command);
	return answer(in);
}

int main(int argc, char **argv)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);
	bool raw = argc == 4 && !strcmp(argv[2], "qmp");
	char *text;
	FILE *in;

	if (argc != 3 && !raw) {
		fprintf(stderr, "usage: vmm-monitor SOCKET COMMAND | SOCKET qmp JSON\n");
		return 2;
	}
	alarm(raw ? 600 : 60);	/* a VMM that does not answer any more */
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", argv[1]);
	if (sock < 0 || connect(sock, (struct sockaddr *)&addr, sizeof(addr))) {
		perror(argv[1]);
		return 1;
	}
	in = fdopen(sock, "r");
	if (!in) {
		perror(argv[1]);
		return 1;
	}
	text = ask(in, argv[argc - 1], raw);
	fclose(in);
	if (!text || !strncmp(text, "{\"error\"", 8)) {
		fprintf(stderr, "%s", text ? text : "the VMM has gone\n");
		return 1;
	}
	if (raw)
		fputs(text, stdout);
	else
		print_text(text + strlen("{\"return\": \""));
	return 0;
}
