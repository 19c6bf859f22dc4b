# SPDX-License-Identifier: GPL-2.0
# Measurements of the driver.

CHECKS += driver-costs

.PHONY: bench-driver check-driver-costs
check-driver-costs: ## none of these costs has grown
	@tools/bench/check-driver-costs
bench-driver: machine ## what protected VMs cost the host, in instructions, beside the base
	@tools/bench/driver
