// SPDX-License-Identifier: GPL-2.0
// Pages are destroyed by arch/s390/uv/.
// File: arch/s390/kvm/s390/s390.h
// Expect: 2 -> 0 /__kvm_s390_pv_destroy_page/
// Expect: 1 -> 0 /uv_destroy_folio/
@@
@@
- static inline int __kvm_s390_pv_destroy_page(struct page *page) { ... }
