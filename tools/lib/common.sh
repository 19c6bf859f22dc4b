# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Shell functions that every room's scripts share: messages, the cache, Debian
# packages. Source it; it changes nothing but $CACHE, and exports that and $TOP.
#
# Everything that is downloaded or built lives in $CACHE, outside the checkout.
# An entry of the cache is made under a temporary name and renamed when it is
# whole (see cache_entry), so a half-written one is never used.

# A Debian package brings what is built from the tree, in $TOP/built; its cache is its own,
# as entries of another version are made anew.
packaged() { [ -d "$TOP/built" ]; }

CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openuv}
# shellcheck disable=SC2034 # scripts use it
BUILT=$CACHE/build
# shellcheck disable=SC2034 # scripts use it
if packaged; then
	CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/openuv-host
	BUILT=$TOP/built
fi
export CACHE TOP
# Of test suites; when they run on another Linux base beside these, in a folder of their own
# shellcheck disable=SC2034 # scripts use it
LOGS=${LOGS:-$CACHE/log}

say() { printf '  %-9s %s\n' "$1" "$2" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# die MESSAGE [WHAT TO DO]: one line each, exit status 1.
die() {
	printf 'error: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf '       %s\n' "$2" >&2
	exit 1
}

# need_space MIB: the cache's file system must have that much left.
need_space() {
	mkdir -p "$CACHE" 2>/dev/null ||
		die "cannot create the cache folder $CACHE" \
		    "set XDG_CACHE_HOME to a folder that you may write"
	_free=$(df -Pk "$CACHE" | awk 'NR == 2 { print int($4 / 1024) }')
	[ "$_free" -ge "$1" ] ||
		die "only $_free MiB free for $CACHE, $1 MiB needed" \
		    "make room there or set XDG_CACHE_HOME to a larger file system"
}

# locked NAME COMMAND...: runs COMMAND (may be a function) while holding a lock
# of that name; another holder is waited for.
locked() {
	mkdir -p "$CACHE/lock" || return 1
	_lock=$CACHE/lock/$1
	shift
	(
		flock -n 9 || { say wait "another run holds ${_lock##*/}"; flock 9; }
		# What COMMAND leaves running shall not keep the lock, but this shell has
		# to, until the end. ("$@" 9>&- gives it up at once in dash: where a lock
		# is held already, or when a program takes the shell's place.)
		(exec 9>&-; "$@")
		exit $?
	) 9>"$_lock"
}

# cache_entry NAME KEY COMMAND...: makes sure that $CACHE/NAME is the folder
# that COMMAND makes for KEY (one word that changes with the inputs). COMMAND
# is called with the name of an empty folder to fill. The entry is replaced
# only when COMMAND succeeds; an entry without its key file is rebuilt.
cache_entry() {
	_entry=$CACHE/$1
	_key=$2
	shift 2
	[ "$(cat "$_entry/.key" 2>/dev/null)" = "$_key" ] && return 0
	locked "$(printf %s "${_entry#"$CACHE"/}" | tr / -)" \
		cache_fill "$_entry" "$_key" "$@"
}

cache_fill() {
	_entry=$1
	_key=$2
	shift 2
	[ "$(cat "$_entry/.key" 2>/dev/null)" = "$_key" ] && return 0
	[ ! -e "$_entry" ] || say renew "$_entry: unfinished, or made by another version"
	rm -rf "$_entry.new"
	mkdir -p "$_entry.new" || return 1
	# In a subshell: what fills an entry may need another one.
	("$@" "$_entry.new") || { rm -rf "$_entry.new"; return 1; }
	# The key goes in last: an interrupted run leaves a folder without one.
	rm -rf "$_entry"
	mv "$_entry.new" "$_entry" && printf '%s\n' "$_key" >"$_entry/.key"
}

# logged NAME TITLE COMMAND...: runs COMMAND with its output in
# $CACHE/log/NAME, tells every 20 seconds how many lines that has, and shows the
# errors in it if COMMAND fails.
logged() {
	_log=$CACHE/log/$1
	_title=$2
	shift 2
	mkdir -p "${_log%/*}"
	: >"$_log"
	# Short sleeps, and not on standard output: the last one outlives the loop,
	# and a caller in a command substitution would wait for it.
	{
		_since=0
		while sleep 1; do
			_since=$((_since + 1))
			[ $((_since % 20)) != 0 ] ||
				say "${_since}s" "$_title: $(($(wc -l <"$_log"))) steps"
		done
	} >&2 &
	_watch=$!
	("$@") >"$_log" 2>&1 </dev/null
	_status=$?
	kill "$_watch" 2>/dev/null
	wait "$_watch" 2>/dev/null
	[ "$_status" = 0 ] && return 0
	grep -E -i -A 3 'error|undefined reference|No space left' "$_log" | head -n 20 >&2
	printf 'error: %s failed (log: %s)\n' "$_title" "$_log" >&2
	return "$_status"
}

# as_root COMMAND...: directly when root, else through sudo.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# retry COMMAND...: up to three times, for what a network may spoil.
retry() {
	for _try in 1 2 3; do
		"$@" && return 0
		[ "$_try" = 3 ] || sleep $((_try * 2))
	done
	return 1
}

missing_packages() {
	# One question for all: to answer, the list of all that is installed is read.
	_known=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null)"
	for _p in "$@"; do
		case $_known in
		*" installed:$_p "*) ;;
		*) printf '%s ' "$_p" ;;
		esac
	done
}

# need_packages PACKAGE...: installs those that are missing. Needs root or sudo
# only then.
need_packages() {
	_missing=$(missing_packages "$@")
	[ -n "$_missing" ] || return 0
	command -v apt-get >/dev/null ||
		die "this is not a Debian system: no apt-get" \
		    "install the equivalents of: $_missing"
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		die "packages are missing and there is neither root nor sudo: $_missing" \
		    "ask an administrator to run: apt-get install $_missing"
	fi
	mkdir -p "$CACHE/log" || die "cannot write $CACHE"
	locked packages install_packages "$@" || exit 1
}

install_packages() {
	_missing=$(missing_packages "$@")
	[ -n "$_missing" ] || return 0
	say install "$_missing"
	# Lists may be absent or old; a failing update is told by the install.
	# shellcheck disable=SC2086
	retry install_now $_missing && return 0
	_why=$(grep '^E: ' "$CACHE/log/install" | tail -n 1)
	die "cannot install: $_missing (log: $CACHE/log/install)" \
	    "${_why:-check the network and the sources of apt}; then run the same command again"
}

install_now() {
	{
		as_root apt-get update -qq
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
	} >>"$CACHE/log/install" 2>&1
}

# The releases of Debian whose packages are used, whichever of them this system is.
# The first is what unpacked systems are made of; of the second come packages that are
# asked for by a version that only it has.
DEBIAN_RELEASES='bookworm trixie'

# apt_private COMMAND...: runs an apt tool on a configuration of our own: the archive
# that this system's sources name, with all of DEBIAN_RELEASES, source packages and the
# s390x architecture. Neither the system's configuration nor its package state is touched.
#
# Where APT_SUITES names suites, it is another configuration with these alone, without
# source packages, for this computer and APT_ARCH: for what no release has, nothing else
# depends on them.
apt_private() {
	APT_CONFIG=$APT/apt.conf "$@"
}
APT=$CACHE/apt
APT_SUITES=
APT_ARCH=

# from_suites SUITES COMMAND...: runs COMMAND (may be a function) with that configuration,
# which remains: for a subshell.
from_suites() {
	APT=$CACHE/apt-suites
	APT_SUITES=$1
	shift
	"$@"
}

# debian_archives [LISTS]: Debian's archives among the system's sources, one a line:
# "suites" or "security", URI. LISTS is a folder with package lists, if not the system's.
debian_archives() {
	# Not while another script has the system's package lists fetched.
	# shellcheck disable=SC2016 # apt expands these
	locked packages apt-get indextargets ${1:+-o Dir::State::Lists="$1"} 'Created-By: Packages' \
		--format '$(CODENAME) $(REPO_URI) $(COMPONENT) $(ORIGIN)' |
		awk -v releases="$DEBIAN_RELEASES" '
			BEGIN { split(releases, list); for (i in list) known[list[i]] }
			$3 != "main" || $4 != "Debian" { next }
			$1 in known { print "suites", $2 }
			sub(/-security$/, "", $1) && $1 in known { print "security", $2 }' |
		sort -u -k 1,1
}

apt_private_make() {
	_dir=$1
	mkdir -p "$_dir/lists/partial" "$_dir/archives/partial" "$_dir/etc" || return 1
	: >"$_dir/status"
	_archives=$(debian_archives)
	case $_archives in *suites*) ;; *)
		# A system whose package lists were never fetched, or are cleaned up: to see
		# what archives it has needs lists, but neither root nor those of the system.
		say fetch "this system's package lists"
		mkdir -p "$CACHE/log" "$_dir/system/partial" || return 1
		apt-get update -qq -o Dir::State::Lists="$_dir/system" \
			-o APT::Sandbox::User="$(id -un)" >"$CACHE/log/apt-system" 2>&1
		_archives=$(debian_archives "$_dir/system")
		rm -rf "$_dir/system"
	esac
	case $_archives in *suites*) ;; *)
		die "apt has no source for Debian 12 (bookworm) or 13 (trixie), main" \
		    "add one to /etc/apt/sources.list and run the same command again"
	esac
	_arch=$(dpkg --print-architecture)
	_opt='signed-by=/usr/share/keyrings/debian-archive-keyring.gpg'
	printf '%s\n' "$_archives" | while read -r _kind _uri; do
		for _suite in $APT_SUITES; do
			[ "$_kind" != suites ] || echo "deb [arch=$_arch${APT_ARCH:+,$APT_ARCH} $_opt] $_uri $_suite main"
		done
		[ -z "$APT_SUITES" ] || continue
		for _release in $DEBIAN_RELEASES; do
			_suites="$_release $_release-updates"
			[ "$_kind" = suites ] || _suites=$_release-security
			for _suite in $_suites; do
				echo "deb [arch=$_arch,s390x $_opt] $_uri $_suite main"
				echo "deb-src [$_opt] $_uri $_suite main"
			done
		done
	done >"$_dir/etc/debian.list"
	for _release in ${DEBIAN_RELEASES#* }; do
		printf 'Package: *\nPin: release n=%s*\nPin-Priority: 100\n\n' "$_release"
	done >"$_dir/preferences"
	# The folder is renamed when it is whole; the configuration names the
	# final place.
	cat >"$_dir/apt.conf" <<-EOF
	Dir::State "$APT";
	Dir::State::Lists "$APT/lists";
	Dir::State::status "$APT/status";
	Dir::Cache "$APT";
	Dir::Cache::archives "$APT/archives";
	Dir::Etc::SourceList "/dev/null";
	Dir::Etc::SourceParts "$APT/etc";
	Dir::Etc::Preferences "$APT/preferences";
	Dir::Etc::PreferencesParts "/dev/null";
	APT::Architectures { "$_arch"; "s390x"; };
	APT::Sandbox::User "root";
	Acquire::Retries "3";
	Acquire::Languages "none";
	EOF
	[ "$(id -u)" = 0 ] || sed -i '/Sandbox/d' "$_dir/apt.conf"
}

# apt_ready [fresh]: the private configuration with package lists, at most a
# day old; with `fresh` they are fetched again (after a package has vanished).
apt_ready() {
	command -v apt-get >/dev/null || die "this is not a Debian system: no apt-get"
	cache_entry "${APT##*/}" "3 $(id -u) $CACHE${APT_SUITES:+ $APT_SUITES}" apt_private_make ||
		return 1
	[ "${1:-}" != fresh ] &&
		[ -n "$(find "$APT/updated" -mmin -1440 2>/dev/null)" ] && return 0
	locked "${APT##*/}-lists" apt_update "${1:-}"
}

apt_update() {
	[ "$1" != fresh ] &&
		[ -n "$(find "$APT/updated" -mmin -1440 2>/dev/null)" ] && return 0
	say fetch "Debian package lists"
	mkdir -p "$CACHE/log"
	rm -f "$APT/updated"
	retry apt_update_now >"$CACHE/log/apt-update" 2>&1
	_gone=$(apt_missing_suites)
	if [ -z "$(find "$APT/lists" -name '*_Packages*' 2>/dev/null)" ]; then
		die "cannot fetch Debian's package lists (log: $CACHE/log/apt-update)" \
		    "check the network, then run the same command again"
	elif [ -n "$_gone" ]; then
		warn "the archive has no usable package lists of ${_gone}now;" \
			"going on without them (log: $CACHE/log/apt-update)"
	elif [ ! -e "$APT/updated" ]; then
		warn "Debian's package lists could not be refreshed; using the old ones"
	fi
	# After trouble the next try is in an hour.
	[ -e "$APT/updated" ] || touch -d '23 hours ago' "$APT/updated"
}

# Tried again as long as one of the releases is missing; updates of them may be.
apt_update_now() {
	if apt_private apt-get update -qq; then
		: >"$APT/updated"
		return
	fi
	_gone=" $(apt_missing_suites)"
	for _release in ${APT_SUITES:-$DEBIAN_RELEASES}; do
		case $_gone in *" $_release "*) return 1 ;; esac
	done
}

# The suites of which there is no list: the archive has no such suite, or is being
# updated.
apt_missing_suites() {
	awk '$1 == "deb" { print $5 }' "$APT/etc/debian.list" 2>/dev/null | while read -r _suite; do
		set -- "$APT"/lists/*_dists_"$_suite"_main_*
		[ -e "$1" ] || printf '%s ' "$_suite"
	done
}

# package_versions PACKAGE UPSTREAM: the versions whose upstream part is UPSTREAM or a
# stable release of it (6.12 takes 6.12.95-1, not 6.13), newest first, of the
# architecture ARCH if that is set.
package_versions() {
	apt_private apt-cache madison "$1${ARCH:+:$ARCH}" | awk -F ' *\\| *' -v up="$2" '
		{ v = $2; sub(/^[0-9]+:/, "", v) }
		index(v, up) == 1 && substr(v, length(up) + 1, 1) ~ /^[-+.~]?$/ { print $2 }' |
		sort -ruV
}

# fetch_deb PACKAGE UPSTREAM DIR: downloads that .deb into DIR, whatever its
# Debian revision; the hash is checked by apt. ARCH selects another
# architecture.
fetch_deb() {
	fetch_package "$1" "$2" "$3" fetch_deb_now "package"
}

# fetch_source PACKAGE UPSTREAM DIR: downloads the source package into DIR.
fetch_source() {
	fetch_package "$1" "$2" "$3" fetch_source_now "source package"
}

# An archive that is being updated may name a version before it has the files; then
# lists are fetched anew, and at last an older version serves.
fetch_package() {
	apt_ready || return 1
	for _round in 1 3; do
		[ "$_round" = 1 ] || apt_ready fresh || return 1
		_versions=$(package_versions "$1" "$2" | head -n "$_round")
		for _version in $_versions; do
			say fetch "$1 $_version"
			( cd "$3" && retry "$4" "$1" "$_version" ) >"$CACHE/log/fetch-$1" 2>&1 &&
				return 0
		done
	done
	[ -n "$_versions" ] ||
		die "Debian offers no $5 $1 of version $2 (suites: $(apt_suites))" \
		    "apt's sources must name an archive that has these suites, and their security updates"
	die "cannot download $1 $_version (log: $CACHE/log/fetch-$1)" \
	    "check the network, then run the same command again"
}

apt_suites() {
	awk '$1 == "deb" { printf "%s%s", sep, $5; sep = " " }' \
		"$APT/etc/debian.list" 2>/dev/null
}

fetch_deb_now() {
	apt_private apt-get download -qq "$1${ARCH:+:$ARCH}=$2"
}

fetch_source_now() {
	apt_private apt-get source -qq --download-only "$1=$2"
}

# s390x_tree DIR PACKAGE...: unpacks the s390x packages and everything they
# depend on below DIR, with plain dpkg extraction (no maintainer scripts run).
s390x_tree() {
	_tree=$1
	shift
	apt_ready || return 1
	say fetch "s390x packages: $*"
	mkdir -p "$_tree.debs/partial" || return 1
	retry locked apt-install s390x_download "$_tree.debs" "$@" >"$CACHE/log/s390x" 2>&1 ||
		die "cannot download the s390x packages $* (log: $CACHE/log/s390x)" \
		    "check the network, then run the same command again"
	for _deb in "$_tree.debs"/*.deb; do
		dpkg-deb -x "$_deb" "$_tree" || return 1
	done
	rm -rf "$_tree.debs"
}

s390x_download() {
	_debs=$1
	shift
	apt_private apt-get install -y -qq --download-only --no-install-recommends \
		-o APT::Architecture=s390x -o Dir::Cache::archives="$_debs" "$@"
}
