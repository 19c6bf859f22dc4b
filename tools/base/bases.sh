# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# The Linux bases. Each has a folder here, named by the version that it begins with:
#   known       upstream versions that our files are known to fit, one a line
#   suites      suites of Debian that have such packages, where no release does
#   unexported  symbols that were exported for code that ours replaces
#   paths       where its kernels have files that the newest has elsewhere; hooks, insertions
#               and retire name those as the newest does
#   hooks/ insertions retire tree/ config/
#               what it needs beside that of the same name, which is for all bases
# and what only one of its versions needs lies, with these names, in a folder of that version.
# A base that knows no version yet is being brought in; LINUX_ANY=1 takes it.

# What does not depend on moving suites, and has names without a version in the cache
LINUX_DEFAULT=6.12

# linux_version TREE: VERSION.PATCHLEVEL of a kernel tree, empty if it is none.
linux_version() {
	sed -n 's/^\(VERSION\|PATCHLEVEL\) = //p' "$1/Makefile" 2>/dev/null |
		head -n 2 | paste -sd .
}

bases() {
	for _known in "$TOP"/tools/base/*/known; do
		basename "${_known%/known}"
	done | sort -V
}

# known BASE: its versions, newest first
known() { grep -v '^#' "$TOP/tools/base/$1/known" | sort -rV; }
known_to_all() { bases | while read -r _base; do known "$_base"; done; }
known_text() { known_to_all | sort -V | paste -sd , | sed 's/,/, /g'; }
is_known() { known_to_all | grep -qxF "$1"; }

# base_of VERSION: the newest base that does not begin after that, or the oldest one.
base_of() {
	_of=$(bases | head -n 1)
	for _base in $(bases); do
		[ "$(printf '%s\n' "$_base" "$1" | sort -V | head -n 1)" != "$_base" ] || _of=$_base
	done
	echo "$_of"
}

# base_suites BASE COMMAND...: runs COMMAND where its packages are looked for.
base_suites() {
	_suites=$(grep -v '^#' "$TOP/tools/base/$1/suites" 2>/dev/null | paste -sd ' ')
	shift
	if [ -n "$_suites" ]; then
		(from_suites "$_suites" "$@")
	else
		"$@"
	fi
}

in_cache() { [ -f "$CACHE/linux$(suffix "$1")/.key" ]; }
offered() { [ -n "$(apt_ready >&2 && package_versions "linux-source-$1" "$1")" ]; }

# newest BASE: its newest known version that is in the cache or can be had.
newest() {
	for _version in $(known "$1"); do
		if in_cache "$_version" || base_suites "$1" offered "$_version"; then
			echo "$_version"
			return
		fi
	done
}

# newest_offered BASE: the newest of the package suites, known or not.
newest_offered() {
	base_suites "$1" apt_ready >&2 &&
		base_suites "$1" apt_private apt-cache pkgnames "linux-source-$1." |
		sed 's/^linux-source-//' | sort -V | tail -n 1
}

suffix() { [ "$1" = "$LINUX_DEFAULT" ] || echo "-$1"; }

# select_linux NAME: sets UPSTREAM to the version that NAME, a base or a version, stands
# for, BASE_NAME to the base that it belongs to, and SUFFIX to what tells its entries of
# the cache from those of other versions.
# shellcheck disable=SC2034 # base.sh uses them
select_linux() {
	UPSTREAM=
	if is_known "$1"; then
		UPSTREAM=$1
	elif bases | grep -qxF "$1"; then
		UPSTREAM=$(newest "$1")
		[ -n "$UPSTREAM" ] || [ "${LINUX_ANY:-}" != 1 ] || UPSTREAM=$(newest_offered "$1")
		[ -n "$UPSTREAM" ] ||
			die "Debian offers no version of Linux $1 that the driver is known to fit" \
			    "known are $(known_text); LINUX_ANY=1 tries the newest that there is"
	elif [ "${LINUX_ANY:-}" = 1 ] && echo "$1" | grep -qx '[0-9]\+\.[0-9]\+'; then
		UPSTREAM=$1
	else
		die "the driver is not known to fit Linux $1; known are $(known_text)" \
		    "LINUX= takes one of these or a base ($(bases | paste -sd ' ')); LINUX_ANY=1 tries all the same"
	fi
	BASE_NAME=$(base_of "$UPSTREAM")
	SUFFIX=$(suffix "$UPSTREAM")
	# The same for all that this script starts
	export LINUX="$UPSTREAM"
}

# linux_of_tree TREE: has base.sh select the version that a tree of the user's own is.
linux_of_tree() {
	[ -d "$1" ] || die "$1 is not a folder"
	LINUX=$(linux_version "$1")
	[ -n "$LINUX" ] || die "$1 is not a Linux source tree" \
		"KSRC is the folder that holds the kernel's top Makefile"
	is_known "$LINUX" || [ "${LINUX_ANY:-}" = 1 ] ||
		die "$1 is Linux $LINUX; the driver is for Linux $(known_text)" \
		    "take such a tree, Debian's package linux-source-$LINUX_DEFAULT for example; LINUX_ANY=1 tries all the same"
}
