// SPDX-License-Identifier: GPL-2.0-or-later
// COMPARE AND SWAP AND STORE of a single byte: any program could end the machine
// by it, as QEMU extracts a field of no bits from the address.
// File: target/s390x/tcg/mem_helper.c
// Expect: 1 -> 0 /extract32\(a2, 0, sc\)/
@@
@@
-extract32(a2, 0, sc)
+(a2 & ((1u << sc) - 1))
