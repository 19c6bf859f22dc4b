// SPDX-License-Identifier: GPL-2.0
/*
 * large-files: secure memory of a protected VM that is a file on XFS. One disk has the
 * image, the other one the filesystem.
 */
#include <stdio.h>
#include "guest.h"
#include "host.h"
#include "parts.h"

int main(void)
{
	puts("TAP version 13");
	if (!kvm_open() || !host_is_protected())
		skip_all("this host cannot run protected VMs (prot_virt=1?)");
	if (!image_open())
		skip_all("no image on a disk");
	host_open();
	large_files();
	return finish();
}
