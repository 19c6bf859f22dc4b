# SPDX-License-Identifier: GPL-2.0
# Measurements of the driver.

.PHONY: bench-driver
bench-driver: machine ## what protected VMs cost the host, in instructions, beside the base
	@tools/bench/driver
