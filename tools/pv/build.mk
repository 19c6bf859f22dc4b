# SPDX-License-Identifier: GPL-2.0
# Builds the owner's tools, the image tool's boot loaders and the programs that
# the tests need into $(OUT). Called by room.mk, which sees to the packages.

ROOM		:= tools/pv
LOADER		:= $(ROOM)/pvimg/loader
TESTS		:= $(ROOM)/pvimg/tests
S390		:= s390x-linux-gnu-

VERSION		:= 0.1
CFLAGS		:= -std=c11 -D_GNU_SOURCE -DPV_VERSION='"$(VERSION)"' -g -Wall -Wextra -Werror \
		   -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wconversion -pthread
ifdef FUZZ
CC		:= clang
CFLAGS		+= -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
		   -fsanitize=fuzzer-no-link,address,undefined
else ifdef SANITIZE
CFLAGS		+= -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
		   -fno-sanitize-recover=all
else
CFLAGS		+= -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif
# CROSS: a folder with the libraries of s390x. STATIC: no libraries at run time, and
# none that fetches: for guests.
ifdef CROSS
CC		:= s390x-linux-gnu-gcc
AR		:= s390x-linux-gnu-ar
CFLAGS		+= -march=z13 -isystem $(CROSS)/usr/include/s390x-linux-gnu \
		   -isystem $(CROSS)/usr/include
LDLIBS		:= -L$(CROSS)/usr/lib/s390x-linux-gnu \
		   -Wl,-rpath-link,$(CROSS)/usr/lib/s390x-linux-gnu:$(CROSS)/lib/s390x-linux-gnu
endif
ifdef STATIC
CFLAGS		+= -DPV_NO_FETCH
LIBS		:= $(LDLIBS) -static -pthread -Wl,--no-warnings -lcrypto -ldl
else
LIBS		:= $(LDLIBS) -pthread -lcrypto -lcurl
endif
UV_LIBS		:= $(shell pkg-config --libs gnutls libgcrypt nettle)

# No floating point registers, no library: nothing has set them up.
S390_CFLAGS	:= -std=gnu11 -O2 -march=z10 -msoft-float -ffreestanding -fno-builtin \
		   -fno-stack-protector -fno-asynchronous-unwind-tables \
		   -fno-delete-null-pointer-checks -Wall -Wextra -Werror
S390_LDFLAGS	:= --orphan-handling=error --no-warn-rwx-segments --build-id=none

objects		= $(patsubst $(ROOM)/%.c,$(OUT)/o/%.o,$(wildcard $(ROOM)/$(1)/*.c))
STAGE1		:= $(addprefix $(OUT)/s390/,stage1_S.o psw_S.o stage1.o report.o sclp.o)
HOST_CALLS	:= $(addprefix $(OUT)/s390/,diag_S.o facility.o)
STAGE2		:= $(addprefix $(OUT)/s390/,stage2_S.o stage2.o)

.DELETE_ON_ERROR:
.PHONY: check-files FORCE

# Another checkout or other flags: everything again.
$(OUT)/.flags: FORCE
	@mkdir -p $(OUT)/s390 $(addprefix $(OUT)/o/,lib/tests lib/fuzz pvimg pvattest pvsecret)
	@printf '%s\n' "$(CURDIR) $(subst ",,$(CFLAGS)) $(S390_CFLAGS)" >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(OUT)/libpv.a: $(call objects,lib)
	rm -f $@
	$(AR) rcs $@ $^

$(OUT)/pvimg: $(call objects,pvimg) $(OUT)/o/pvimg/loaders.o $(OUT)/libpv.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/pvattest: $(call objects,pvattest) $(OUT)/libpv.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/pvsecret: $(call objects,pvsecret) $(OUT)/libpv.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# Tests of the library, and its parsers under a fuzzer (FUZZ=1)
$(OUT)/lib-tests: $(OUT)/o/lib/tests/lib.o $(OUT)/libpv.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/fuzz-parsers: $(OUT)/o/lib/fuzz/parsers.o $(OUT)/o/pvsecret/store.o $(OUT)/libpv.a
	$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(OUT)/o/%.o: $(ROOM)/%.c $(OUT)/.flags
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/o/pvimg/loaders.o: $(ROOM)/pvimg/loaders.S $(OUT)/stage1.bin $(OUT)/stage2.bin $(OUT)/.flags
	$(CC) -I$(OUT) -c -o $@ $<

# Boot loaders
$(OUT)/s390/%_S.o: $(LOADER)/%.S $(OUT)/.flags
	$(S390)gcc $(S390_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/s390/%.o: $(LOADER)/%.c $(OUT)/.flags
	$(S390)gcc $(S390_CFLAGS) -fno-pie -MMD -MP -c -o $@ $<

$(OUT)/s390/stage2.o: $(LOADER)/stage2.c $(OUT)/.flags
	$(S390)gcc $(S390_CFLAGS) -fpie -MMD -MP -c -o $@ $<

$(OUT)/stage1.elf: $(STAGE1) $(HOST_CALLS) $(LOADER)/stage1.lds
	$(S390)ld $(S390_LDFLAGS) -T $(LOADER)/stage1.lds -o $@ $(filter %.o,$^)

$(OUT)/stage2.elf: $(STAGE2) $(LOADER)/stage2.lds
	$(S390)ld $(S390_LDFLAGS) --defsym BASE=0 -T $(LOADER)/stage2.lds -o $@ $(STAGE2)

$(OUT)/stage2-moved.elf: $(STAGE2) $(LOADER)/stage2.lds
	$(S390)ld $(S390_LDFLAGS) --defsym BASE=0x12345000 -T $(LOADER)/stage2.lds -o $@ $(STAGE2)

$(OUT)/%.bin: $(OUT)/%.elf
	$(S390)objcopy -O binary $< $@

# Stage 2 runs where it is put: linked for two addresses it must not differ.
$(OUT)/stage2.bin: $(OUT)/stage2.elf $(OUT)/stage2-moved.elf
	$(S390)objcopy -O binary $(OUT)/stage2-moved.elf $(OUT)/stage2-moved.bin
	$(S390)objcopy -O binary $< $@
	cmp $@ $(OUT)/stage2-moved.bin || { echo 'stage 2 depends on its address' >&2; exit 1; }

# Programs for the tests: a kernel that checks what it was given, and stage 1
# with scripted answers in place of the host's.
TOOLS		:= $(addprefix $(OUT)/,pvimg pvattest pvsecret)

.PHONY: tools
tools: $(TOOLS)

check-files: $(TOOLS) $(OUT)/lib-tests $(OUT)/payload.bin $(OUT)/stage1-refused.bin $(OUT)/unpack \
		$(OUT)/guest $(OUT)/measure

$(OUT)/s390/test-%_S.o: $(TESTS)/%.S $(OUT)/.flags
	$(S390)gcc $(S390_CFLAGS) -I$(LOADER) -MMD -MP -c -o $@ $<

$(OUT)/s390/test-%.o: $(TESTS)/%.c $(OUT)/.flags
	$(S390)gcc $(S390_CFLAGS) -I$(LOADER) -fno-pie -MMD -MP -c -o $@ $<

$(OUT)/payload.elf: $(addprefix $(OUT)/s390/,test-payload_S.o test-payload.o psw_S.o sclp.o) \
		$(TESTS)/payload.lds
	$(S390)ld $(S390_LDFLAGS) -T $(TESTS)/payload.lds -o $@ $(filter %.o,$^)

$(OUT)/stage1-refused.elf: $(STAGE1) $(OUT)/s390/test-refused.o $(LOADER)/stage1.lds
	$(S390)ld $(S390_LDFLAGS) -T $(LOADER)/stage1.lds -o $@ $(filter %.o,$^)

# What something took, and what it would take at the least
$(OUT)/measure: $(TESTS)/measure.c $(OUT)/.flags
	$(CC) $(CFLAGS) -o $@ $< $(LIBS)

# The software ultravisor, with the storage that its own tests give it.
UV		:= tools/ultravisor
UV_OUT		:= $(OUT)/ultravisor
.PHONY: ultravisor
ultravisor:
	$(MAKE) -C $(UV) VARIANT=plain OUT=$(UV_OUT) $(UV_OUT)/libultravisor.a \
		$(UV_OUT)/tests/nocmocka.o >/dev/null

$(OUT)/unpack: $(TESTS)/unpack.c
$(OUT)/guest: $(ROOM)/tests/guest.c
$(OUT)/unpack $(OUT)/guest: $(OUT)/.flags ultravisor
	$(CC) -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -DNO_CMOCKA -I$(UV)/include \
		-I$(UV)/src -I$(UV)/tests -o $@ $(filter %.c,$^) $(UV_OUT)/tests/nocmocka.o \
		$(UV_OUT)/libultravisor.a $(UV_LIBS)

-include $(wildcard $(OUT)/o/*/*.d $(OUT)/o/*/*/*.d $(OUT)/s390/*.d)
