// SPDX-License-Identifier: GPL-2.0
// Pages that leave page tables are counted for the VM whose memory it was.
// File: arch/s390/include/asm/pgtable.h
// Expect: 3 -> 0 /uv_convert_from_secure_pte\(res\)/
// Expect: 1 -> 0 /uv_destroy_pte\(res\)/
// Expect: 0 -> 1 /uv_convert_from_secure_pte\(vma->vm_mm, addr, res\)/
// Expect: 0 -> 2 /uv_convert_from_secure_pte\(mm, addr, res\)/
// Expect: 0 -> 1 /uv_destroy_pte\(mm, addr, res\)/
@@
identifier fn, vma, addr, ptep, res;
@@
  fn(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
  {
  	<...
- 	uv_convert_from_secure_pte(res)
+ 	uv_convert_from_secure_pte(vma->vm_mm, addr, res)
  	...>
  }

@@
identifier fn, mm, addr, res;
parameter list rest;
@@
  fn(struct mm_struct *mm, unsigned long addr, rest)
  {
  	<...
(
- 	uv_convert_from_secure_pte(res)
+ 	uv_convert_from_secure_pte(mm, addr, res)
|
- 	uv_destroy_pte(res)
+ 	uv_destroy_pte(mm, addr, res)
)
  	...>
  }
