# SPDX-License-Identifier: GPL-2.0
# The software ultravisor: library, tests, fuzzing, measurements.

UV_SUITES := ultravisor ultravisor-sanitizers ultravisor-threads ultravisor-fuzz ultravisor-coverage
CHECKS += $(UV_SUITES)

# How long `make fuzz` runs, for each target.
FUZZ_SECONDS ?= 600

.PHONY: ultravisor $(UV_SUITES:%=check-%) coverage-ultravisor fuzz fuzz-ultravisor bench-ultravisor
ultravisor: ## build the software ultravisor as a static library
	@tools/ultravisor/run library

check-ultravisor: ## unit tests of the ultravisor
	@tools/ultravisor/run suites

check-ultravisor-sanitizers: ## the same under ASan and UBSan
	@tools/ultravisor/run sanitizers

check-ultravisor-threads: ## parallel calls under ThreadSanitizer
	@tools/ultravisor/run threads

check-ultravisor-fuzz: ## a few seconds of each fuzz target
	@tools/ultravisor/run fuzz-smoke

check-ultravisor-coverage: ## at least 95 % of the lines and 90 % of the branches
	@tools/ultravisor/run coverage

coverage-ultravisor: ## the same, with every line that is not reached
	@tools/ultravisor/run coverage-report

fuzz: fuzz-ultravisor ## every fuzz target for FUZZ_SECONDS=600 each
fuzz-ultravisor: ## the ultravisor's fuzz targets for FUZZ_SECONDS=600 each
	@tools/ultravisor/run fuzz "$(FUZZ_SECONDS)"

bench-ultravisor: ## what a page and a call cost, beside raw cryptography
	@tools/ultravisor/run bench
