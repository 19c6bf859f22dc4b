# SPDX-License-Identifier: GPL-2.0
# The Linux bases, our files joined to them, kernels built from them.

.PHONY: kernel overlay overlay-undo patch
kernel: ## build the host kernel; VARIANT=debug|kvm-module|... for another one
	@tools/base/kernel $(or $(VARIANT),host)

overlay: ## join the driver to your own Linux tree: KSRC=/path
	@tools/base/overlay "$(KSRC)"

overlay-undo: ## give that tree back as it was: KSRC=/path
	@tools/base/overlay --undo "$(KSRC)"

patch: ## write the driver as one patch against Linux 6.12, or the version of KSRC: OUT=file
	@tools/base/patch "$(OUT)" "$(KSRC)"
