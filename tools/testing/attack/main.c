// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"
#include "secret.h"

static const char usage[] =
	"usage: pv-attack search mem|readv|ptrace PID SEED|@FILE [ADDRESS LENGTH]\n"
	"       pv-attack search file FILE|- SEED|@FILE\n"
	"       pv-attack registers SEED          what to look for in a register dump\n"
	"       pv-attack flip PID ADDRESS        change one bit there\n"
	"       pv-attack save|restore PID ADDRESS FILE   a page\n"
	"       pv-attack exchange PID ADDRESS ADDRESS    two pages\n"
	"       pv-attack pageout PID ADDRESS LENGTH\n"
	"Addresses are those of the process. A search ends with status 0 when the\n"
	"secret was not found, 3 when it was.\n";

static uint64_t number(char **argv, int argc, int i)
{
	return i < argc ? strtoull(argv[i], NULL, 0) : 0;
}

static int registers(uint64_t seed)
{
	int i;

	for (i = 0; i < SECRET_REGS; i++)
		printf("%016lx\n", secret_register(seed, i));
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	uint64_t two = number(argv, argc, 2), three = number(argv, argc, 3);

	if (!strcmp(what, "search") && argc >= 5)
		return search(argv[2], argv[3], argv[4], number(argv, argc, 5),
			      number(argv, argc, 6));
	if (!strcmp(what, "registers"))
		return registers(two);
	if (!strcmp(what, "flip") && argc == 4)
		return flip(two, three);
	if (!strcmp(what, "save") && argc == 5)
		return save(two, three, argv[4]);
	if (!strcmp(what, "restore") && argc == 5)
		return restore(two, three, argv[4]);
	if (!strcmp(what, "exchange") && argc == 5)
		return exchange(two, three, number(argv, argc, 4));
	if (!strcmp(what, "pageout") && argc == 5)
		return pageout(two, three, number(argv, argc, 4));
	fputs(usage, stderr);
	return 2;
}
