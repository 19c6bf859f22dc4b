# SPDX-License-Identifier: GPL-2.0
# The pinned Linux base, our files joined to it, kernels built from it.

OUT ?= $(CACHE)/openuv-6.12.patch

.PHONY: kernel overlay overlay-undo patch
kernel: ## build the host kernel; VARIANT=debug|kvm-module|... for another one
	@tools/base/kernel $(or $(VARIANT),host)

overlay: ## join the driver to your own Linux 6.12 tree: KSRC=/path
	@tools/base/overlay "$(KSRC)"

overlay-undo: ## give that tree back as it was: KSRC=/path
	@tools/base/overlay --undo "$(KSRC)"

patch: ## write the driver as one patch against Linux 6.12: OUT=file
	@tools/base/patch "$(OUT)"
