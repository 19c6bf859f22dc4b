/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two boot loaders share, and what pvimg itself must know of them:
 * where their parameter blocks lie and what stands in them. All integers are
 * big-endian, the loaders' own byte order.
 */
#ifndef PVIMG_LOADER_H
#define PVIMG_LOADER_H

/* Stage 1: load address, 64-bit entry, and the parameter block behind it. */
#define STAGE1_ADDR		0x10000
#define STAGE1_ENTRY		0x11000
#define STAGE1_PARMS		0x11008

/* Stage 2: offset of its parameter block; the entry is its first byte. */
#define STAGE2_PARMS		0x8

/* Where a kernel starts in its image and in memory. */
#define KERNEL_START		0x10000

/* 64-bit addressing: PSW bits 31 (extended) and 32 (basic addressing mode) */
#define PSW_MASK_64		0x0000000180000000ULL

#ifndef __ASSEMBLER__
#include <stdint.h>

/* Offsets count from the block itself. */
struct stage1_parms {
	uint64_t header_offset;
	uint64_t header_size;
	uint64_t ipib_offset;
};

struct stage2_parms {
	uint64_t kernel_addr;	/* the whole file, with the first 64 KiB */
	uint64_t kernel_size;
	uint64_t cmdline_addr;	/* no zero byte at its end */
	uint64_t cmdline_size;	/* 0: the kernel keeps the one built in */
	uint64_t initrd_addr;
	uint64_t initrd_size;	/* 0: none */
	uint64_t psw_mask;	/* starts the kernel */
	uint64_t psw_addr;
};
#endif /* __ASSEMBLER__ */

#endif /* PVIMG_LOADER_H */
