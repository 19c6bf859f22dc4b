# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Debian packages of what this tree builds. Source it after common.sh.

# deb_version: that of all of them
deb_version() { sed -n 's/^VERSION[[:space:]]*:= //p' "$TOP/tools/pv/build.mk"; }

# deb_make ROOT ARCH DIR: puts the package of what is below ROOT into DIR. Standard input
# has the control fields that differ: Package, Depends, Description and others. Modes are
# those of the files, their owner is root.
deb_make() {
	_root=$1 _arch=$2 _dir=$3
	mkdir -p "$_root/DEBIAN" || return 1
	{
		cat
		cat <<-EOF
		Version: $(deb_version)
		Architecture: $_arch
		Maintainer: openuv
		Section: admin
		Priority: optional
		EOF
	} >"$_root/DEBIAN/control"
	_package=$(sed -n 's/^Package: //p' "$_root/DEBIAN/control")
	install -D -m 0644 "$TOP/COPYING" "$_root/usr/share/doc/$_package/copyright" &&
		find "$_root" -path '*/share/man/*' -type f -name '*.[1-8]' -exec gzip -9n {} + || return 1
	echo "Installed-Size: $(du -sk "$_root/usr" | cut -f 1)" >"$_root.size"
	sed -i "/^Priority:/r $_root.size" "$_root/DEBIAN/control"
	_deb=${_package}_$(deb_version)_$_arch.deb
	# A package has its name when it is whole.
	dpkg-deb --root-owner-group -b "$_root" "$_root.deb" >/dev/null &&
		mv "$_root.deb" "$_dir/$_deb" && say package "$_dir/$_deb"
}

# This system's release
deb_release() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# deb_system NAME RELEASE [PACKAGE,...]: a fresh Debian to install packages in, made once, in
# the folder root of the cache's entry NAME.
deb_system() {
	_suite=$2 _include=${3:-}
	cache_entry "$1" "3-$2" deb_bootstrap ||
		die "no Debian to install in (log: $CACHE/log/debootstrap)"
}
deb_bootstrap() {
	_uri=$(debian_archives | sed -n 's/^suites //p' | head -n 1)
	as_root debootstrap --variant=minbase ${_include:+--include="$_include"} "$_suite" "$1/root" \
		"${_uri:?apt has no source for Debian}" >"$CACHE/log/debootstrap" 2>&1
}
