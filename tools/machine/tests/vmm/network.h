/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's network: its first interface and a tap device of the host, on a
 * subnet of their own. The host sends back every byte that the guest sends, inverted.
 */
#ifndef VMM_NETWORK_H
#define VMM_NETWORK_H

#define NETWORK_SIZE	(256 << 10)

/* The host's side: makes tap device @number (0 to 255), answers for good. 0 or -1. */
int network_offer(int number);
/* The guest's side: how many of NETWORK_SIZE bytes do not come back as they should. */
int network_use(int number);

#endif
