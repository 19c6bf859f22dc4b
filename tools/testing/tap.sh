# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Counting test results the way every suite of this project reports them.

tap_passed=0 tap_failed=0 tap_skipped=0

# pass NAME, fail NAME [WHY], skip NAME WHY
pass() {
	tap_passed=$((tap_passed + 1))
	echo "ok - $1"
}

fail() {
	tap_failed=$((tap_failed + 1))
	echo "not ok - $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/#   /'
}

skip() {
	tap_skipped=$((tap_skipped + 1))
	echo "ok - $1 # SKIP $2"
}

# check NAME COMMAND...: passes when COMMAND succeeds; its output is shown when
# it does not.
check() {
	_name=$1
	shift
	if _said=$("$@" 2>&1); then
		pass "$_name"
	else
		fail "$_name" "$_said"
	fi
}

# unprivileged COMMAND...: as somebody for whom the modes of files hold, root included.
unprivileged() {
	_caps=-dac_override,-dac_read_search
	[ "$(id -u)" != 0 ] || set -- setpriv --bounding-set=$_caps --inh-caps=$_caps "$@"
	"$@"
}

# refuses NAME PATTERN COMMAND...: passes when COMMAND fails and says a line that
# matches PATTERN.
refuses() {
	_name=$1
	_want=$2
	shift 2
	if _said=$("$@" 2>&1); then
		fail "$_name" "succeeded: $_said"
	elif printf '%s\n' "$_said" | grep -qE -e "$_want"; then
		pass "$_name"
	else
		fail "$_name" "said: $_said"
	fi
}

# tap_end: the count, as the last line; the exit status of the suite.
tap_end() {
	echo "$tap_passed passed, $tap_failed failed, $tap_skipped skipped"
	[ "$tap_failed" = 0 ]
}
