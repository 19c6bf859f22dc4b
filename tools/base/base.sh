# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What the scripts of this room share: where the Linux base is, how our files
# are joined to a tree, how a kernel of one variant is built from it.

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
. "$TOP/tools/lib/common.sh"
. "$TOP/tools/base/bases.sh"

select_linux "${LINUX:-$LINUX_DEFAULT}"
BASE=$CACHE/linux$SUFFIX
# Followed by a dash and a variant
BUILD=$CACHE/build/linux$SUFFIX
CROSS=s390x-linux-gnu-

# ccache keeps the objects of all variants. CCACHE_DEPEND lets it do without a run of
# the preprocessor for each file that it does not have yet.
export CCACHE_DIR="$CACHE/ccache" CCACHE_BASEDIR="$CACHE" CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 \
	CCACHE_MAXSIZE=4G

# The parts of the project that are kernel code or belong beside it.
overlay_args() {
	printf -- '--overlay %s:%s ' \
		"$TOP/arch" arch "$TOP/drivers" drivers "$TOP/include" include \
		"$TOP/Kconfig" arch/s390/uv/Kconfig
	for _dir in ABI arch admin-guide; do
		[ ! -d "$TOP/Documentation/$_dir" ] ||
			printf -- '--overlay %s:%s ' "$TOP/Documentation/$_dir" "Documentation/$_dir"
	done
}

# What is for all bases, what only this one needs, and what only this version of it does
base_folders() {
	for _dir in "" "/$BASE_NAME" "/$BASE_NAME/$UPSTREAM"; do
		[ ! -d "$TOP/tools/base$_dir" ] || echo "$TOP/tools/base$_dir"
	done
}

base_args() {
	base_folders | while read -r _dir; do
		[ ! -d "$_dir/tree" ] || printf -- '--overlay %s:. ' "$_dir/tree"
		[ ! -f "$_dir/retire" ] || printf -- '--retire %s ' "$_dir/retire"
		[ ! -d "$_dir/hooks" ] || printf -- '--hooks %s ' "$_dir/hooks"
		[ ! -f "$_dir/insertions" ] || printf -- '--insert %s ' "$_dir/insertions"
		[ ! -f "$_dir/paths" ] || printf -- '--paths %s ' "$_dir/paths"
	done
}

# join_linux TREE [--diff OUT]
join_linux() {
	# shellcheck disable=SC2046 # words are wanted
	"$TOP/tools/lib/join.py" "$@" $(overlay_args) $(base_args)
}

# Most of the base's bytes are drivers that no kernel of ours has; its Kconfig files name
# their Makefiles and Kconfig files only.
not_needed() {
	for _dir in drivers/gpu drivers/media drivers/net/ethernet drivers/net/wireless \
		drivers/staging sound; do
		printf -- '--exclude=linux-source-%s/%s/*.[ch]\n' "$UPSTREAM" "$_dir"
	done
	printf -- '--exclude=*/boot/dts/*.dts*\n'
}

# fetch_base: its package, in the cache
fetch_base() {
	mkdir -p "$CACHE/download" || return 1
	[ -n "$(find "$CACHE/download" -name "linux-source-${UPSTREAM}_*.deb")" ] ||
		base_suites "$BASE_NAME" \
			fetch_deb "linux-source-$UPSTREAM" "$UPSTREAM" "$CACHE/download"
}

unpack_base() {
	need_space 4000
	fetch_base || return 1
	say unpack "linux-source-$UPSTREAM"
	# A download that does not unpack is not kept for the next try.
	# shellcheck disable=SC2046 # words are wanted
	if ! dpkg-deb --fsys-tarfile "$CACHE/download/linux-source-$UPSTREAM"_*.deb |
		tar -xO "./usr/src/linux-source-$UPSTREAM.tar.xz" |
		tar -x -I 'xz -T0' -C "$1" --strip-components=1 $(not_needed); then
		rm -f "$CACHE/download/linux-source-$UPSTREAM"_*.deb
		die "the package linux-source-$UPSTREAM does not unpack" \
		    "run the same command again: it will be fetched anew"
	fi
}

# base_ready: the base in the cache, our files joined to it. A tree that is
# not what it says, or that somebody else has edited, is unpacked anew.
base_ready() {
	need_packages coccinelle python3 xz-utils git
	[ "$(linux_version "$BASE")" = "$UPSTREAM" ] || rm -f "$BASE/.key"
	cache_entry "linux$SUFFIX" "linux $UPSTREAM" unpack_base || return 1
	join_linux "$BASE" && return 0
	# One that was never joined is as it was unpacked.
	[ -e "$BASE/.openuv/record.json" ] && [ "${1:-}" != again ] || return 1
	say unpack "the cached base does not take our files; making it anew"
	rm -f "$BASE/.key"
	base_ready again
}

# with_base COMMAND...: runs COMMAND (may be a function) with the base ready and
# nobody else, another checkout with its own version of our files for example,
# joining to it or building from it.
with_base() {
	locked "base$SUFFIX" on_base "$@"
}

on_base() {
	base_ready && "$@"
}

kernel_packages() {
	need_packages gcc-s390x-linux-gnu gcc make bc bison flex libelf-dev libssl-dev \
		cpio rsync ccache kmod
}

# kmake VARIANT ARGUMENT...: make in the build folder of that variant. A compiler that is
# killed together with its make leaves a part of its output, which looks finished to the
# next make: what a make that did not come to its end has written is made again.
kmake() {
	_out=$BUILD-$1
	shift
	mkdir -p "$_out" || return 1
	[ ! -e "$_out/.unfinished" ] ||
		find "$_out" -newer "$_out/.unfinished" -type f \
			\( -name '*.[ao]' -o -name '*.ko' -o -name 'vmlinux*' -o -name bzImage \) -delete
	touch "$_out/.unfinished"
	env -u MAKEFLAGS -u MFLAGS make -C "$BASE" O="$_out" ARCH=s390 \
		CROSS_COMPILE=$CROSS CC="ccache ${CROSS}gcc" -j"${JOBS:-$(nproc)}" "$@"
	_made=$?
	rm -f "$_out/.unfinished"
	return $_made
}

# A variant is named by its fragment in config/, which goes over that of another
# variant: the host's, or the one of its line "# over: VARIANT", or of none.
over() {
	[ "$1" = host ] || { sed -n 's/^# over: //p' "$(fragment "$1")" | grep . || echo host; }
}
fragment() { echo "$TOP/tools/base/config/$1.config"; }

# fragments VARIANT: its files, a later one overrides an earlier one. A base has a file of
# the same name where its options differ.
fragments() {
	case $1 in none | '') return ;; esac
	fragments "$(over "$1")" || return 1
	for _particular in $(base_folders); do
		[ ! -f "$_particular/config/$1.config" ] || echo "$_particular/config/$1.config"
	done
}

# A variant that has not been built starts as a copy of the build that it goes
# over, if that is there; the kernel's build makes again what its options change.
seed() {
	_from=$BUILD-$(over "$1")
	[ -d "$BUILD-$1" ] || [ ! -f "$_from/arch/s390/boot/bzImage" ] || (
		rm -rf "$BUILD-$1.new"
		cp -a "$_from" "$BUILD-$1.new" &&
			rm -f "$BUILD-$1.new/.configured" &&
			mv "$BUILD-$1.new" "$BUILD-$1"
	)
}

# configure VARIANT: from its fragments.
configure() {
	[ "$1" = host ] || seed "$1" || return 1
	# shellcheck disable=SC2046 # words are wanted
	kconfig "$1" $(fragments "$1")
}

# kconfig NAME FRAGMENT...: the build folder of that name, from allnoconfig and
# the fragments; every line of them must have been taken.
kconfig() {
	_name=$1
	_out=$BUILD-$_name
	shift
	_key=$(
		for _dir in $(base_folders); do
			[ ! -f "$_dir/insertions" ] || cat "$_dir/insertions"
		done | cat "$@" "$TOP/Kconfig" "$BASE/.key" - | sha256sum
	)
	mkdir -p "$CACHE/log"
	[ -f "$_out/.config" ] && [ "$(cat "$_out/.configured" 2>/dev/null)" = "$_key" ] &&
		return 0
	mkdir -p "$_out" || return 1
	rm -f "$_out/.configured"
	cat "$@" | awk -F = '/^CONFIG_/ { v[$1] = $2 } END { for (k in v) print k "=" v[k] }' \
		>"$_out/fragment"
	kmake "$_name" -s KCONFIG_ALLCONFIG="$_out/fragment" allnoconfig \
		>"$CACHE/log/config$SUFFIX-$_name" 2>&1 ||
		die "configuring the $_name kernel failed (log: $CACHE/log/config$SUFFIX-$_name)"
	_lost=$(while IFS="=" read -r _k _v; do
		if [ "$_v" = n ]; then
			! grep -q "^$_k=" "$_out/.config" || echo "$_k=n"
		else
			grep -qxF "$_k=$_v" "$_out/.config" || echo "$_k=$_v"
		fi
	done <"$_out/fragment")
	[ -z "$_lost" ] ||
		die "the $_name kernel does not take: $(echo "$_lost" | tr '\n' ' ')" \
		    "see the dependencies of these options in the base's Kconfig files"
	printf '%s\n' "$_key" >"$_out/.configured"
}
