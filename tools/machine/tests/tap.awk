# SPDX-License-Identifier: GPL-2.0
# Adds up what the programs that tests/kvm/init.c ran have printed (TAP).
/^ok .*# SKIP/ { skipped++; next }
/^ok / { passed++ }
/^not ok / { failed++ }
/^Bail out/ { failed++ }
/^# program / { programs++ }
/^1\.\.[0-9]/ { plans++ }
/^# all programs ran/ { whole = 1 }
END {
	# A program without a plan, or a host that died, is a failure.
	failed += programs - plans + !whole
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}
