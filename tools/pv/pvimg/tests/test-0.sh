# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What the tests of images begin with: a kernel that can be told from another, an
# initial RAM disk that does not fill its last page, certificates.

cp "$out/payload.bin" "$W/kernel"
head -c 1000001 /dev/urandom >"$W/initrd"
mkdir "$W/pki"
head -c 32 /dev/urandom >"$W/cck"
head -c 4096 /dev/zero >"$W/page"
head -c 262144 /dev/urandom >"$W/chunk"
printf 'from=file quiet\n' >"$W/parm"
/usr/bin/python3 -W ignore "$tests/pki.py" "$W/pki" || exit 1
pki=$W/pki
export pki
