/* SPDX-License-Identifier: GPL-2.0 */
/* What the bases' macros mean to the parser of the hooks */
#define __context_unsafe(comment)
