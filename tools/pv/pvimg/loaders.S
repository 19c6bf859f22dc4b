/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The boot loaders, built for s390x beforehand, as data.
 */
	.section .rodata
	.balign	8
	.globl	loader_stage1, loader_stage1_end, loader_stage2, loader_stage2_end
loader_stage1:
	.incbin	"stage1.bin"
loader_stage1_end:
loader_stage2:
	.incbin	"stage2.bin"
loader_stage2_end:
	.section .note.GNU-stack, "", @progbits
