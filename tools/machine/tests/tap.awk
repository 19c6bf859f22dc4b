# SPDX-License-Identifier: GPL-2.0
# Adds up what the programs that tests/kvm/init.c ran have printed (TAP), on as
# many hosts as the variable says.
/^ok .*# SKIP/ { skipped++; next }
/^ok / { passed++ }
/^not ok / { failed++ }
/^Bail out/ { failed++ }
/^# program / { programs++ }
/^1\.\.[0-9]/ { plans++ }
/^# all programs ran/ { whole++ }
END {
	# A program without a plan, or a host that died, is a failure.
	failed += programs - plans + hosts - whole
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}
