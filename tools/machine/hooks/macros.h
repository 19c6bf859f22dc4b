/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU's macros stand for when spatch reads its sources. */
#define HELPER(name) helper_##name
#define G_NORETURN
#define g_autofree
