# SPDX-License-Identifier: GPL-2.0
# The owner's tools. What is built, and how, is in build.mk.

PV_OUT		:= $(CACHE)/build/pv
PV_MAKE		= $(MAKE) -s -j$(JOBS) -f tools/pv/build.mk
CHECKS		+= pvimg

.PHONY: pv pvimg check-pvimg bench-pvimg
pv: pvimg ## build the owner's tools
pvimg: ## build the image tool
	@tools/pv/packages build
	@mkdir -p $(CACHE)/lock
	@+flock $(CACHE)/lock/pv $(PV_MAKE) OUT=$(PV_OUT) $(PV_OUT)/pvimg

check-pvimg: ## test the image tool and its boot loaders
	@tools/pv/packages build test
	@$(PV_MAKE) OUT=$(PV_OUT)/check SANITIZE=1 check-files
	@tools/pv/pvimg/tests/run $(PV_OUT)/check

bench-pvimg: pvimg ## measure the image tool: MB/s of create and test
	@tools/pv/pvimg/tests/bench $(PV_OUT)/pvimg
