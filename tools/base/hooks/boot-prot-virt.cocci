// SPDX-License-Identifier: GPL-2.0
// The decompressor hands prot_virt= to a parser that also notes bad values.
// File: arch/s390/boot/ipl_parm.c
// Expect: 1 -> 0 /prot_virt_host/
// Expect: 0 -> 1 /uv_parse_prot_virt/
// Expect: 0 -> 1 /#include "uv.h"/
@@
@@
  #include "boot.h"
+ #include "uv.h"

@@
expression rc, val, enabled;
@@
- rc = kstrtobool(val, &enabled);
- if (!rc && enabled)
- 	prot_virt_host = 1;
+ uv_parse_prot_virt(val);
