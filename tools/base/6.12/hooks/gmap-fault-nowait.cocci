// SPDX-License-Identifier: GPL-2.0
// Faults that must not wait do not take the mmap lock twice, see
// asm/gmap_nowait.h. KVM asks for them when a guest has asynchronous page faults.
// File: arch/s390/mm/gmap.c
// Expect: 2 -> 2 /fixup_user_fault\(/
// Expect: 0 -> 1 /gmap_fixup_nowait\(/
@@
expression gmap, vmaddr, flags;
identifier unlocked, rc, out_up;
@@
+	if (flags & FAULT_FLAG_RETRY_NOWAIT) {
+		rc = gmap_fixup_nowait(gmap->mm, vmaddr, flags);
+		if (!rc)
+			rc = __gmap_link(gmap, gaddr, vmaddr);
+		goto out_up;
+	}
	if (fixup_user_fault(gmap->mm, vmaddr, flags, &unlocked)) {
		rc = -EFAULT;
		goto out_up;
	}
