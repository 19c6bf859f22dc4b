# SPDX-License-Identifier: GPL-2.0-or-later
# The devices of the machine. What QEMU would add by itself (VFIO, graphics, PCI
# devices, ...) is left out for the time it takes to build.
CONFIG_S390_CCW_VIRTIO=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_NET=y
CONFIG_VIRTIO_SERIAL=y
CONFIG_VIRTIO_RNG=y
CONFIG_VIRTIO_BALLOON=y
CONFIG_VIRTIO_SCSI=y
CONFIG_VIRTIO_9P=y
CONFIG_WDT_DIAG288=y
# -device loader: a file into the machine's storage
CONFIG_GENERIC_LOADER=y
