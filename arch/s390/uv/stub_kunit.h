/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _S390_UV_STUB_KUNIT_H
#define _S390_UV_STUB_KUNIT_H

#include <kunit/static_stub.h>

/*
 * Where a test puts a function of its own. A kernel without these tests has no trace of
 * it, be it one with KUnit.
 */
#if IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_KUNIT_TEST)
#define UV_STATIC_STUB(...)	KUNIT_STATIC_STUB_REDIRECT(__VA_ARGS__)
#else
#define UV_STATIC_STUB(...)	do { } while (0)
#endif

#endif /* _S390_UV_STUB_KUNIT_H */
