// SPDX-License-Identifier: GPL-2.0
/*
 * The call interface: whatever the program is, every answer is a documented one and the
 * metadata stay sound.
 */
#include "program.h"

static struct fake *fake;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fake = program_machine();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *wrong;

	program_run(data, len, NULL);
	wrong = uv_check_invariants(fake->uv);
	if (wrong)
		program_wrong(wrong);
	program_end();
	return 0;
}
