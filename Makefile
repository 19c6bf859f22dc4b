# SPDX-License-Identifier: GPL-2.0
# openuv: protected virtualization for IBM Z. `make help` lists every target.

SHELL		:= /bin/sh
TOP		:= $(CURDIR)
CACHE		:= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/openuv
JOBS		?= $(shell nproc)
export TOP CACHE JOBS
MAKEFLAGS	+= --no-print-directory

# Every room below tools/ brings its own targets (room.mk) and names its
# test suites in CHECKS, or in CHECKS_ALL those that take too long for every
# run; `make check-NAME` runs one of them.
CHECKS		:=
CHECKS_ALL	:=
.DEFAULT_GOAL	:= help
include $(sort $(wildcard tools/*/room.mk))

.PHONY: help check check-all
help: ## list every target
	@printf 'Targets:\n'
	@sed -n 's/^\([a-z][a-z0-9-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | sort | \
		awk -F '\t' '{ printf "%-24s %s\n", $$1, $$2 }'

check: ## run every test suite; the last line is the verdict
	@tools/testing/run-suites $(CHECKS)

check-all: ## the same and the suites that take long
	@tools/testing/run-suites $(CHECKS) $(CHECKS_ALL)
