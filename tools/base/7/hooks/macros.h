/* SPDX-License-Identifier: GPL-2.0 */
/* What the base's macros mean to the parser of the hooks */
#define scoped_guard YACFE_ITERATOR
