/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MEMORY_WAYS_OUT_H
#define MEMORY_WAYS_OUT_H

/* Results for each way out of page tables, with calls that are refused or busy */
void ways_out(void);

#endif /* MEMORY_WAYS_OUT_H */
