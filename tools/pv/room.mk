# SPDX-License-Identifier: GPL-2.0
# The owner's tools. What is built, and how, is in build.mk.

PV_OUT		:= $(CACHE)/build/pv
PV_MAKE		= $(MAKE) -s -j$(JOBS) -f tools/pv/build.mk
PV_SUITES	:= pvimg pvattest pvsecret pv-lib pv-fuzz
CHECKS		+= $(PV_SUITES)
CHECKS_ALL	+= pv-package
DESTDIR		?=
PREFIX		?= /usr/local

.PHONY: pv pvimg pvattest pvsecret $(PV_SUITES:%=check-%) check-pv-package fuzz-pv bench-pvimg \
	install package package-pv
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

check-pv-lib: ## test the library of the owner's tools
	@tools/pv/check lib

check-pv-fuzz: ## a few seconds of a fuzzer on every parser of the owner's tools
	@tools/pv/fuzz 8

check-pv-package: ## install, run and purge the packages of the owner's tools
	@tools/pv/check-package

fuzz: fuzz-pv
fuzz-pv: ## the parsers of the owner's tools for FUZZ_SECONDS=600
	@tools/pv/fuzz "$(FUZZ_SECONDS)"

install: pv ## install the owner's tools: DESTDIR= PREFIX=/usr/local
	@tools/pv/install $(PV_OUT) "$(DESTDIR)$(PREFIX)"

package: package-pv ## make the Debian packages: openuv-tools, openuv-machine, openuv-host
package-pv: ## openuv-tools only
	@tools/pv/package $(CACHE)/packages

bench-pvimg: pvimg ## measure the image tool: speed and memory of create and test
	@$(PV_MAKE) OUT=$(PV_OUT) $(PV_OUT)/measure
	@tools/pv/pvimg/tests/bench $(PV_OUT)
