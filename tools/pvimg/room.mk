# SPDX-License-Identifier: GPL-2.0
# The image tool. What is built, and how, is in build.mk.

PVIMG_OUT	:= $(CACHE)/build/pvimg
PVIMG_MAKE	= $(MAKE) -s -j$(JOBS) -f tools/pvimg/build.mk
CHECKS		+= pvimg

.PHONY: pvimg check-pvimg bench-pvimg
pvimg: ## build the image tool
	@tools/pvimg/packages build
	@mkdir -p $(CACHE)/lock
	@+flock $(CACHE)/lock/pvimg $(PVIMG_MAKE) OUT=$(PVIMG_OUT) $(PVIMG_OUT)/pvimg

check-pvimg: ## test the image tool and its boot loaders
	@tools/pvimg/packages build test
	@$(PVIMG_MAKE) OUT=$(PVIMG_OUT)/check SANITIZE=1 check-files
	@tools/pvimg/tests/run $(PVIMG_OUT)/check

bench-pvimg: pvimg ## measure the image tool: MB/s of create and test
	@tools/pvimg/tests/bench $(PVIMG_OUT)/pvimg
