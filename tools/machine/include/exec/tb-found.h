/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a CPU's lookups of translations have found, by physical address. The jump cache is
 * by virtual address and empty after each flush of the TLB; a host of protected guests
 * flushes it for every process and at every second entry into a guest, and the table that
 * is asked then is shared by all CPUs, and large. Included by accel/tcg/cpu-exec.c.
 */
#ifndef EXEC_TB_FOUND_H
#define EXEC_TB_FOUND_H

#define TB_FOUND_BITS 15

static __thread struct {
	unsigned int flush_count;
	TranslationBlock *tb[1 << TB_FOUND_BITS];
} tb_found;

/*
 * The place for a translation of code at @phys_pc: the last one found that has it, or NULL.
 * It may be invalid by now, but is still a TranslationBlock: their storage is used again
 * after all were flushed, which no CPU misses, as none looks up anything meanwhile.
 */
static TranslationBlock **tb_found_place(tb_page_addr_t phys_pc, uint32_t flags)
{
	unsigned int flush_count = qatomic_read(&tb_ctx.tb_flush_count);

	if (tb_found.flush_count != flush_count) {
		memset(tb_found.tb, 0, sizeof(tb_found.tb));
		tb_found.flush_count = flush_count;
	}
	return &tb_found.tb[(phys_pc >> 1 ^ phys_pc >> (TB_FOUND_BITS + 1) ^ flags) &
			    ((1 << TB_FOUND_BITS) - 1)];
}

#endif
