# SPDX-License-Identifier: GPL-2.0
# The owner's tools. What is built, and how, is in build.mk.

PV_OUT		:= $(CACHE)/build/pv
PV_MAKE		= $(MAKE) -s -j$(JOBS) -f tools/pv/build.mk
PV_SUITES	:= pvimg pvattest pvsecret
CHECKS		+= $(PV_SUITES)

.PHONY: pv pvimg pvattest pvsecret $(PV_SUITES:%=check-%) bench-pvimg
pv: ## build the owner's tools: pvimg, pvattest, pvsecret
	@tools/pv/packages build
	@mkdir -p $(CACHE)/lock
	@+flock $(CACHE)/lock/pv $(PV_MAKE) OUT=$(PV_OUT) tools

pvimg pvattest pvsecret: pv ## the same

check-pvimg: ## test the image tool and its boot loaders
	@tools/pv/check pvimg

check-pvattest: ## test the attestation tool
	@tools/pv/check pvattest

check-pvsecret: ## test the tool for secrets
	@tools/pv/check pvsecret

bench-pvimg: pvimg ## measure the image tool: MB/s of create and test
	@tools/pv/pvimg/tests/bench $(PV_OUT)/pvimg
