/* SPDX-License-Identifier: GPL-2.0 */
/* Stage 1: functions by file. */
#ifndef PVIMG_STAGE1_H
#define PVIMG_STAGE1_H

#include <stddef.h>
#include <stdint.h>

#include "loader.h"

/* DIAGNOSE 0x308: subcodes and the return code for success */
#define DIAG308_SET_PV		8
#define DIAG308_START_PV	10
#define DIAG308_OK		1

/* facility 161: secure unpack, what a host offers that runs protected guests */
#define FACILITY_UNPACK		161

/* stage1.c: called from assembly */
void stage1_main(const struct stage1_parms *parms);
void stage1_program_check(void);

/* psw.S */
void wait_service_signal(void);
void catch_program_checks(void);
void disabled_wait(void) __attribute__((noreturn));

/* diag.S */
uint64_t diag308(uint64_t subcode, void *parm);

/* facility.c */
int has_facility(unsigned int nr);

/*
 * report.c: a message in words, at most size bytes with the zero byte. They
 * return its length.
 */
size_t report_no_facility(char *buf, size_t size);
size_t report_set_failed(char *buf, size_t size, uint64_t rc);
size_t report_start_failed(char *buf, size_t size, uint64_t rc);
size_t report_program_check(char *buf, size_t size, unsigned int code);

/* sclp.c: shows text on every console that the service processor offers */
void sclp_print(const char *text);

#endif /* PVIMG_STAGE1_H */
