/* SPDX-License-Identifier: GPL-2.0 */
/* pvattest: one file for each command */
#ifndef PVATTEST_H
#define PVATTEST_H

#include "../lib/attest.h"
#include "../lib/options.h"

int cmd_create(int argc, char **argv);
int cmd_perform(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_check(int argc, char **argv);

#endif /* PVATTEST_H */
