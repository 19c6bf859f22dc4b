# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Every error that a user can make has its own words.

host="--no-verify -k $pki/host.crt"
# shellcheck disable=SC2086
simple() { create $host "$@"; }

# Options
says 'no command' 2 'Usage: pvimg COMMAND' "$PVIMG"
says 'unknown command' 2 "there is no command 'frob'" "$PVIMG" frob
says 'unknown option' 2 "Try 'pvimg create --help'" simple --frob
says 'unexpected argument' 2 "unexpected argument 'more'" simple more
says 'no host key document' 2 'are needed' "$PVIMG" create -i "$W/kernel" -o "$W/out"
says 'two command lines' 2 'exclude each other' simple --cmdline x --parmfile "$W/parm"
says 'signer without root' 2 '--signer needs --root-ca' simple --signer me
says 'no-verify with a certificate' 0 'without effect' simple --cert "$pki/root.crt"
rm -f "$W/out"
says 'no-verify with a list' 0 'without effect' simple --crl "$pki/root.crl" --no-verify
rm -f "$W/out"
says 'quiet' 0 '' simple -q
holds 'quiet says nothing' test ! -s "$W/log"
rm -f "$W/out"
says 'flags that are no number' 2 "'lots' is not a number" simple --x-pcf lots
says 'half a PSW' 2 "'' is not a number" simple --x-psw 0x20000,
says 'a property on and off' 2 'exclude each other' simple --enable-pckmo --disable-pckmo
says 'a property off and on' 2 'exclude each other' simple --disable-dump --enable-dump --cck "$W/cck"
says 'dump without a CCK' 2 '--enable-dump needs --cck or' simple --enable-dump
says 'extension secret without a CCK' 2 'extension-secret needs --cck' \
	simple --enable-cck-extension-secret
says 'extension secret and CCK update' 2 'exclude each other' \
	simple --enable-cck-extension-secret --enable-cck-update --cck "$W/cck"
for c in -V --version; do says "version by $c" 0 'pvimg (openuv-tools)' "$PVIMG" $c; done
says 'info: secrets without a key' 2 '--show-secrets needs --hdr-key' "$PVIMG" info --show-secrets x
says 'info: unknown format' 2 "'xml' is none of" "$PVIMG" info --format xml x
for n in -1 ' -1' ' 1' +1 '1 ' 0x '' 0x10000000000000000; do
	says "flags '$n'" 2 "'$n' is not a number" simple --x-scf="$n"
done
for c in create info test keygen; do
	says "help of $c" 0 "Usage: pvimg $c" "$PVIMG" $c --help
done

# Host key documents
says 'P-256' 1 'holds a key on the curve prime256v1; a host key is on P-521' \
	create --no-verify -k "$pki/p256.crt"
says 'RSA' 1 'holds RSA key; a host key is an EC key' create --no-verify -k "$pki/rsa.crt"
says 'not a certificate' 1 'is not a host key document' create --no-verify -k "$W/kernel"
says 'a private key in place of the certificate' 1 'is not a host key document' \
	create --no-verify -k "$pki/host.key"
says 'document missing' 1 'No such file' create --no-verify -k "$W/missing"
says 'document is a folder' 1 'is a folder; a file is needed' create --no-verify -k "$pki"
says 'same key twice' 0 'hold the same key; it is used once' simple -k "$pki/host.der"
says 'document is a device' 1 'is too large' create --no-verify -k /dev/zero
says 'not verified' 0 'are not verified' simple
rm -f "$W/out"

# Kernels
kernel() { "$PVIMG" create --no-verify -k "$pki/host.crt" -o "$W/out" -i "$W/$1" --cmdline "${2:-}"; }
printf '\177ELF' >"$W/elf"
head -c 100000 /dev/zero >>"$W/elf"
gzip -c "$W/kernel" >"$W/gzip"
head -c 100000 /dev/zero >"$W/x86"
poke "$W/x86" 0x202 48647253
printf 'MZ' >"$W/efi"
printf '070701' >"$W/cpio"
: >"$W/empty"
says 'kernel: ELF' 1 'not an s390x kernel image but an ELF file' kernel elf
says 'kernel: gzip' 1 'but a gzip file; unpack it' kernel gzip
says 'kernel: x86' 1 'but a kernel for x86' kernel x86
says 'kernel: EFI program' 1 'but an EFI program (a unified kernel image?)' kernel efi
xz -c "$W/kernel" >"$W/xz"
says 'kernel: xz' 1 'but an xz file; unpack it' kernel xz
says 'kernel: not looked at' 0 '' simple -i "$W/elf" --no-component-check
rm -f "$W/out"
create --no-verify -k "$pki/host.crt" >"$W/log" 2>&1 && mv "$W/out" "$W/prepared"
says 'kernel: an image' 1 'but a protected image already' kernel prepared
says 'kernel: initial RAM disk' 1 'but an initial RAM disk' kernel cpio
says 'kernel: something else' 0 'warning: '"'$W/initrd' does not look like" kernel initrd
rm -f "$W/out"
says 'kernel: empty' 1 'it has only 0 bytes' kernel empty
says 'kernel: missing' 1 'No such file' kernel missing
says 'kernel: not readable as a file' 1 'is not a regular file' kernel pki
mkfifo "$W/fifo"
says 'kernel: a FIFO' 1 'is not a regular file' kernel fifo

# Command lines: the payload takes 4096 bytes with the zero byte.
text() { head -c "$1" /dev/zero | tr '\0' x; }
cp "$W/kernel" "$W/legacy"
poke "$W/legacy" 0x10430 0000000000000000
cp "$W/kernel" "$W/damaged"
poke "$W/damaged" 0x10430 0000000010000000
says 'command line as long as possible' 0 '' kernel kernel "$(text 4095)"
rm -f "$W/out"
says 'command line too long' 1 '4096 bytes, this kernel takes at most 4095' \
	kernel kernel "$(text 4096)"
says 'old kernel, as long as possible' 0 '' kernel legacy "$(text 895)"
rm -f "$W/out"
says 'old kernel, too long' 1 '896 bytes, this kernel takes at most 895' \
	kernel legacy "$(text 896)"
cp "$W/kernel" "$W/endless"
poke "$W/endless" 0x10430 fffffffffffffff0
says 'kernel with an endless command line' 1 'is damaged: room for a command line' kernel endless x
says 'kernel with a wrong command line size' 1 'is damaged: room for a command line' \
	kernel damaged
printf 'a\0b' >"$W/binary"
says 'command line with a zero byte' 1 'is not a text file' simple -p "$W/binary"
head -c 70000 /dev/zero | tr '\0' x >"$W/novel"
says 'command line file too large' 1 'is too large' simple -p "$W/novel"

# Other inputs
says 'RAM disk empty' 0 'the guest gets no initial RAM disk' simple -r "$W/empty"
rm -f "$W/out"
says 'RAM disk missing' 1 'No such file' simple -r "$W/missing"
says 'header key of a wrong size' 1 'must hold a key of 32 bytes, but has 64' \
	simple --x-header-key "$W/key64"
says 'image key of a wrong size' 1 'must hold a key of 64 bytes' simple --x-comp-key "$W/key32"
cat "$W/key32" "$W/key32" >"$W/halves"
says 'image key with equal halves' 1 'halves of an image key must differ' \
	simple --x-comp-key "$W/halves"

# Outputs
into() { "$PVIMG" create --no-verify -k "$pki/host.crt" -i "$W/kernel" -r "$W/initrd" -o "$@"; }
cp "$W/kernel" "$W/existing"
says 'output exists' 1 'exists; use --overwrite' into "$W/existing"
holds 'an existing file was left alone' cmp "$W/kernel" "$W/existing"
says 'output exists, overwrite' 0 '' into "$W/existing" --overwrite
says 'output is the kernel' 1 'would overwrite the input' into "$W/kernel" --overwrite
ln "$W/initrd" "$W/link"
ln -s kernel "$W/symlink"
says 'output is the RAM disk by another name' 1 'would overwrite the input' \
	into "$W/link" --overwrite
says 'output is the kernel by a symbolic link' 1 'would overwrite the input' \
	into "$W/symlink" --overwrite
says 'output is the certificate' 1 'would overwrite the input' into "$pki/host.crt" --overwrite
says 'output is a folder' 1 'is not a regular file' into "$pki" --overwrite
says 'folder of the output missing' 1 'No such file' into "$W/missing/out"

limited() { ( ulimit -f 100; into "$W/out" ); }
says 'file size limit' 1 'File too large' limited

# Files appear whole or not at all
mode() { [ "$(stat -c %a "$1")" = "$2" ] || { stat -c '%n %a' "$1"; return 1; }; }
umask 022
into "$W/out" >"$W/log" 2>&1
holds 'mode of an image' mode "$W/out" 644
rm -f "$W/out"
umask 077
into "$W/out" >"$W/log" 2>&1
holds 'mode of an image obeys the umask' mode "$W/out" 600
rm -f "$W/out"
umask 022

truncate -s 100M "$W/huge"
# interrupted SIGNAL: a process group of its own, so that the signal is not ignored as
# it is for the background jobs of a script. No core is dumped either: it would hold keys.
interrupted() {
	( cd "$W" && exec /usr/bin/python3 "$tests/interrupt.py" "$1" "$W" "$PVIMG" create --no-verify \
		-k "$pki/host.crt" -i "$W/kernel" -r "$W/huge" -o "$W/out" ) || return 1
	! leftovers && [ ! -e "$W/out" ]
}
for signal in HUP INT QUIT ILL ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM XCPU VTALRM PROF IO PWR SYS; do
	holds "a run ended by SIG$signal leaves nothing behind" interrupted $signal
	rm -f "$W/out" "$W"/.pv*
done

# The progress bar is for people at a terminal, and not for those who want silence.
on_terminal() {
	rm -f "$W/out"
	/usr/bin/python3 "$here/terminal.py" "$W" "$PVIMG" create --no-verify -k "$pki/host.crt" \
		-i "$W/kernel" -r "$W/huge" -o "$W/out" "$@" >"$W/terminal"
}
bar() { on_terminal && grep -q '\[#* *\] .*[0-9] %' "$W/terminal"; }
no_bar() { on_terminal -q && [ ! -s "$W/terminal" ]; }
in_log() { into "$W/out" -r "$W/huge" >"$W/terminal" 2>&1 && ! grep -q '\[#' "$W/terminal"; }
holds 'a progress bar on a terminal' bar
holds 'none with -q' no_bar
rm -f "$W/out"
holds 'none in a log' in_log
rm -f "$W/out"

# Memory does not grow with the RAM disk: by less than 4 MiB for 100.
memory() {
	"$out/measure" 1 "$W/out" "$PVIMG" create --no-verify -k "$pki/host.crt" \
		-i "$W/kernel" -r "$1" -o "$W/out" 2>"$W/said" | sed 's/.* //'
}
constant_memory() {
	small=$(memory "$W/initrd") && large=$(memory "$W/huge") && echo "$small $large KiB" &&
		[ "$small" -gt 0 ] && [ "$large" -lt $((small + 4096)) ]
}
holds 'memory does not grow with the RAM disk' constant_memory
rm -f "$W/huge" "$W/out"

# What cannot be written is no success.
create --no-verify -k "$pki/host.crt" >"$W/log" 2>&1 && mv "$W/out" "$W/image"
unwritable() { "$PVIMG" "$@" >/dev/full; }
says 'output of info cannot be written' 1 'No space left' unwritable info "$W/image"
says 'output of test cannot be written' 1 'No space left' \
	unwritable test -K "$pki/host.key" "$W/image"
for c in create info test disk keygen; do
	says "help of $c cannot be written" 1 'No space left' unwritable $c --help
done
says 'help cannot be written' 1 'No space left' unwritable --help

# keygen
kg() { "$PVIMG" keygen -K "$W/new.key" -c "$W/new.crt" "$@"; }
says 'keygen without files' 2 '--key and --cert are needed' "$PVIMG" keygen
says 'keygen: no days' 2 'between 1 and 36500' kg --days 0
says 'keygen: one file for both' 1 'must be two files' \
	"$PVIMG" keygen -K "$W/new.key" -c "$W/new.key"
mkdir -p "$W/keys"
ln -sfn keys "$W/same"
onefile() { "$PVIMG" keygen -K "$1" -c "$2" --overwrite; }
says 'keygen: one file by two paths' 1 'must be two files' onefile "$W/new.key" "$W/./new.key"
says 'keygen: one file in one folder of two names' 1 'must be two files' \
	onefile "$W/keys/a" "$W/same/a"
echo old >"$W/keys/a"
ln -f "$W/keys/a" "$W/keys/b"
ln -sf a "$W/keys/c"
says 'keygen: one file of two names' 1 'must be two files' onefile "$W/keys/a" "$W/keys/b"
says 'keygen: one file by a symbolic link' 1 'must be two files' onefile "$W/keys/a" "$W/keys/c"
holds 'and it was left alone' grep -qx old "$W/keys/a"
rm -rf "$W/keys" "$W/same"
umask 000
says 'keygen' 0 '' kg --name 'a test host' --days 7
umask 022
holds 'mode of a private key' mode "$W/new.key" 600
says 'keygen: file exists' 1 'exists; use --overwrite' kg
rm -f "$W/new.key"
says 'keygen: certificate exists' 1 'exists; use --overwrite' kg
holds 'then no key is left either' test ! -e "$W/new.key"
says 'keygen: overwrite' 0 '' kg --overwrite --name 'a test host'
pair() {
	openssl pkey -in "$W/new.key" -pubout >"$W/a" &&
		openssl x509 -in "$W/new.crt" -noout -pubkey >"$W/b" && cmp "$W/a" "$W/b" &&
		openssl x509 -in "$W/new.crt" -noout -text >"$W/text" &&
		grep -q 'NIST CURVE: P-521' "$W/text" && grep -q 'CN *= *a test host' "$W/text" &&
		openssl verify -CAfile "$W/new.crt" "$W/new.crt"
}
holds 'key and certificate belong together' pair
says 'an image for the new key' 0 '' create --no-verify -k "$W/new.crt"
says 'is for the new key' 0 'is for this host key and intact' \
	"$PVIMG" test -k "$W/new.crt" -K "$W/new.key" "$W/out"
rm -f "$W/out"

silent() {
	pem=$(sed -n 2p "$W/new.key")
	kg --overwrite >"$W/said" 2>&1
	{
		into "$W/out" --x-header-key "$W/key32"
		"$PVIMG" info "$W/out"
		"$PVIMG" test -K "$pki/host.key" "$W/out"
	} >>"$W/said" 2>&1
	hex=$(od -An -tx1 "$W/key32" | tr -d ' \n')
	[ -s "$W/said" ] && ! grep -qe "$hex" -e "$pem" "$W/said"
}
holds 'keys are never printed' silent
rm -f "$W/out"
