// SPDX-License-Identifier: GPL-2.0
// The base's header stays the interface. What it does inline, and what it declares of
// the host's functions, is declared in asm/uv_core.h and done in arch/s390/uv/.
// File: arch/s390/include/asm/uv.h
// Expect: 1 -> 0 /while \(cc > 1\)/
// Expect: 1 -> 0 /uv_cmd_nodata/
// Expect: 7 -> 0 /panic|share\(|shared\(/
// Expect: 0 -> 1 /IS_ENABLED\(CONFIG_PROTECTED_VIRTUALIZATION_HOST\)/
// Expect: 1 -> 1 /^void setup_uv\(void\);/
@@
@@
- static inline int uv_call(...) { ... }

@@
@@
- static inline int uv_cmd_nodata(...) { ... }

@@
@@
- static inline int share(...) { ... }

@@
@@
- static inline int uv_set_shared(...) { ... }

@@
@@
- static inline int uv_remove_shared(...) { ... }

@@
symbol prot_virt_host;
@@
  static inline int is_prot_virt_host(void)
  {
- 	return prot_virt_host;
+ 	return IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST) && prot_virt_host;
  }

@@
@@
- int uv_pin_shared(...);

@@
@@
- int uv_destroy_folio(...);

@@
@@
- int uv_destroy_pte(...);

@@
@@
- int uv_convert_from_secure_pte(...);

@@
@@
- int s390_wiggle_split_folio(...);

@@
@@
- int __make_folio_secure(...);

@@
@@
- int uv_convert_from_secure(...);

@@
@@
- void *uv_alloc_stor_var(...);

@@
@@
- void uv_free_stor_var(...);
