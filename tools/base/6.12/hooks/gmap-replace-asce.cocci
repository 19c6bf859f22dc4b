// SPDX-License-Identifier: GPL-2.0
// A process may have several guests, which have no table in common then: what the
// process flushes is changed only if it was this guest's.
// File: arch/s390/mm/gmap.c
// Expect: 1 -> 0 /WRITE_ONCE\(gmap->mm->context.gmap_asce, asce\)/
// Expect: 0 -> 1 /cmpxchg\(&gmap->mm->context.gmap_asce, gmap->asce, asce\)/
@@
identifier gmap, asce;
@@
  s390_replace_asce(struct gmap *gmap)
  {
  	...
+ 	spin_lock(&gmap->mm->context.lock);
+ 	cmpxchg(&gmap->mm->context.gmap_asce, gmap->asce, asce);
  	WRITE_ONCE(gmap->asce, asce);
- 	WRITE_ONCE(gmap->mm->context.gmap_asce, asce);
+ 	spin_unlock(&gmap->mm->context.lock);
  	...
  }
