// SPDX-License-Identifier: GPL-2.0
/*
 * pvimg create: puts an image together.
 *
 *	0		short PSW that names stage 1
 *	0x10000		stage 1, plain
 *	then		IPL parameter block, header
 *	then		the components, encrypted: kernel, command line,
 *			initial RAM disk, stage 2
 *
 * The header comes last in time, since it holds the digests.
 */
#include <endian.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "loader/loader.h"
#include "create.h"
#include "pvimg.h"

struct creation {
	const struct create_options *opt;
	struct host_keys hosts;
	struct input kernel;
	struct input ramdisk;
	struct bytes cmdline;
	uint8_t *stage2;
	struct component comps[MAX_COMPONENTS];
	size_t comp_count;
	struct component *stage2_comp;
	uint64_t header_addr;
	uint64_t size;
	struct image_keys *keys;
};

static int create_load_hosts(struct creation *cr)
{
	if (host_options_load(&cr->opt->hosts, &cr->hosts))
		return -1;
	if (header_size(cr->hosts.count) > HEADER_MAX_SIZE) {
		pv_error("too many host keys: a header has room for %zu",
			 (HEADER_MAX_SIZE - header_size(0)) / sizeof(struct key_slot));
		return -1;
	}
	return 0;
}

/*
 * A parameter file may end in a newline; the command line must not. It ends with
 * the zero byte that kernels look for, also when there is nothing else in it.
 */
static int create_load_cmdline(struct creation *cr)
{
	const struct create_options *opt = cr->opt;

	if (opt->cmdline) {
		cr->cmdline.size = strlen(opt->cmdline);
		cr->cmdline.data = secret_alloc(cr->cmdline.size + 1);
		if (!cr->cmdline.data)
			return -1;
		memcpy(cr->cmdline.data, opt->cmdline, cr->cmdline.size);
	} else if (opt->parmfile) {
		if (input_load(opt->parmfile, CMDLINE_FILE_MAX, &cr->cmdline))
			return -1;
		while (cr->cmdline.size && cr->cmdline.data[cr->cmdline.size - 1] == '\n')
			cr->cmdline.size--;
		if (memchr(cr->cmdline.data, '\0', cr->cmdline.size)) {
			pv_error("'%s' is not a text file", opt->parmfile);
			return -1;
		}
	} else {
		return 0;
	}
	cr->cmdline.data[cr->cmdline.size++] = '\0';
	return 0;
}

static int create_load_inputs(struct creation *cr)
{
	const struct create_options *opt = cr->opt;

	if (input_open(&cr->kernel, opt->kernel) || create_load_cmdline(cr) ||
	    (!opt->any_kernel && kernel_check(&cr->kernel, cr->cmdline.size)))
		return -1;
	if (!cr->kernel.size) {
		pv_error("'%s' is empty", opt->kernel);
		return -1;
	}
	if (opt->ramdisk) {
		if (input_open(&cr->ramdisk, opt->ramdisk))
			return -1;
		if (!cr->ramdisk.size)
			pv_warn("'%s' is empty; the guest gets no initial RAM disk", opt->ramdisk);
	}
	return create_load_hosts(cr);
}

static int create_one_key(const char *path, uint8_t *key, size_t size)
{
	if (path)
		return input_load_key(path, key, size);
	return crypto_random_key(key, size);
}

static int create_make_keys(struct creation *cr)
{
	const struct create_options *opt = cr->opt;

	cr->keys = secret_alloc(sizeof(*cr->keys));
	if (!cr->keys || create_one_key(opt->header_key, cr->keys->header, AES256_KEY_SIZE) ||
	    create_one_key(opt->image_key, cr->keys->image, IMAGE_KEY_SIZE) ||
	    create_one_key(opt->cck, cr->keys->cck, CCK_SIZE) ||
	    !(cr->keys->customer = ec_generate()))
		return -1;
	/* With equal halves, XTS loses its security (and OpenSSL refuses). */
	if (!memcmp(cr->keys->image, cr->keys->image + IMAGE_KEY_SIZE / 2, IMAGE_KEY_SIZE / 2)) {
		pv_error("'%s': the two halves of an image key must differ", opt->image_key);
		return -1;
	}
	return 0;
}

static int create_lay_out(struct creation *cr)
{
	size_t stage2_size = (size_t)(loader_stage2_end - loader_stage2);
	struct component *c = cr->comps;

	*c++ = (struct component){ .name = "kernel", .file = &cr->kernel,
				   .size = cr->kernel.size };
	if (cr->cmdline.size)
		*c++ = (struct component){ .name = "command line", .data = cr->cmdline.data,
					   .size = cr->cmdline.size };
	if (cr->ramdisk.size)
		*c++ = (struct component){ .name = "initial RAM disk", .file = &cr->ramdisk,
					   .size = cr->ramdisk.size };
	cr->stage2_comp = c;
	*c++ = (struct component){ .name = "boot loader", .data = cr->stage2,
				   .size = stage2_size };
	cr->comp_count = (size_t)(c - cr->comps);

	cr->header_addr = plain_size();
	cr->size = component_layout(cr->comps, cr->comp_count,
				    cr->header_addr + header_size(cr->hosts.count));
	return cr->size ? 0 : -1;
}

/* Tells stage 2 where everything is. */
static void create_fill_stage2(struct creation *cr)
{
	struct stage2_parms parms = { 0 };
	size_t i;

	for (i = 0; i < cr->comp_count; i++) {
		const struct component *c = &cr->comps[i];

		if (c->file == &cr->kernel) {
			parms.kernel_addr = htobe64(c->addr);
			parms.kernel_size = htobe64(c->size);
		} else if (c->file == &cr->ramdisk) {
			parms.initrd_addr = htobe64(c->addr);
			parms.initrd_size = htobe64(c->size);
		} else if (c->data == cr->cmdline.data) {
			parms.cmdline_addr = htobe64(c->addr);
			parms.cmdline_size = htobe64(c->size);
		}
	}
	parms.psw_mask = htobe64(PSW_MASK_64);
	parms.psw_addr = htobe64(KERNEL_START);
	memcpy(cr->stage2 + STAGE2_PARMS, &parms, sizeof(parms));
}

static int create_write_plain(const struct creation *cr, struct output *out)
{
	uint8_t *buf = malloc(plain_size());
	int rc;

	if (!buf) {
		pv_perror("'%s'", out->path);
		return -1;
	}
	plain_build(buf, header_size(cr->hosts.count), cr->comps, cr->comp_count);
	rc = output_write(out, 0, buf, plain_size());
	free(buf);
	return rc;
}

static int create_write_components(const struct creation *cr, struct output *out,
			    struct page_digests *digests)
{
	bool plain = cr->opt->pcf & CONTROL_FLAG(PCF_NO_COMPONENT_ENCRYPTION);
	struct pages *pages = pages_new(plain ? NULL : cr->keys->image);
	struct progress progress;
	size_t i;
	int rc = pages ? 0 : -1;

	progress_begin(&progress, cr->size - cr->header_addr);
	for (i = 0; !rc && i < cr->comp_count; i++)
		rc = component_write(&cr->comps[i], pages, out, &progress);
	progress_end(&progress);
	if (!rc)
		rc = pages_final(pages, digests);
	pages_free(pages);
	return rc;
}

static int create_write_header(const struct creation *cr, struct output *out,
			const struct page_digests *digests)
{
	const struct create_options *opt = cr->opt;
	struct header_options hdr = {
		.pcf = opt->pcf,
		.scf = opt->scf,
		.psw_mask = opt->psw ? opt->psw_mask : PSW_MASK_64,
		.psw_addr = opt->psw ? opt->psw_addr : cr->stage2_comp->addr,
	};
	uint8_t *buf = secret_alloc(HEADER_MAX_SIZE);
	int rc = -1;

	if (!buf)
		return -1;
	if (!header_build(buf, &hdr, cr->keys, &cr->hosts, digests))
		rc = output_write(out, cr->header_addr, buf, header_size(cr->hosts.count));
	secret_free(buf);
	return rc;
}

static int create_write_image(struct creation *cr)
{
	struct output out;
	struct page_digests digests;

	if (output_open(&out, cr->opt->output, 0666, cr->size, cr->opt->overwrite))
		return -1;
	if (create_write_plain(cr, &out) || create_write_components(cr, &out, &digests) ||
	    create_write_header(cr, &out, &digests)) {
		output_discard(&out);
		return -1;
	}
	return output_commit(&out);
}

int create_image(const struct create_options *opt)
{
	struct creation cr = { .opt = opt, .kernel.fd = -1, .ramdisk.fd = -1 };
	size_t stage2_size = (size_t)(loader_stage2_end - loader_stage2);
	int rc = -1;

	if (create_load_inputs(&cr) || output_check(opt->output, opt->overwrite) || create_make_keys(&cr))
		goto out;
	cr.stage2 = secret_alloc(stage2_size);
	if (!cr.stage2)
		goto out;
	memcpy(cr.stage2, loader_stage2, stage2_size);
	if (create_lay_out(&cr))
		goto out;
	create_fill_stage2(&cr);
	rc = create_write_image(&cr);
out:
	secret_free(cr.stage2);
	if (cr.keys)
		EVP_PKEY_free(cr.keys->customer);
	secret_free(cr.keys);
	secret_free(cr.cmdline.data);
	host_keys_free(&cr.hosts);
	input_close(&cr.kernel);
	input_close(&cr.ramdisk);
	return rc;
}
