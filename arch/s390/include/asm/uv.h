/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ultravisor interface: command codes, control blocks, and what the
 * kernel's own code may ask of the ultravisor.
 *
 * The first half is the architecture, as big-endian memory that firmware
 * reads and writes. The second half is implemented in arch/s390/uv/.
 */
#ifndef _ASM_S390_UV_H
#define _ASM_S390_UV_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/bug.h>
#include <linux/sched.h>
#include <asm/page.h>
#include <asm/gmap.h>

/* Condition codes of the UVC instruction */
#define UVC_CC_OK	0
#define UVC_CC_ERROR	1
#define UVC_CC_BUSY	2
#define UVC_CC_PARTIAL	3	/* issue again, unchanged, to go on */

/* Response codes that every command can give */
#define UVC_RC_EXECUTED		0x0001
#define UVC_RC_INV_CMD		0x0002
#define UVC_RC_INV_STATE	0x0003
#define UVC_RC_INV_LEN		0x0005
#define UVC_RC_NO_RESUME	0x0007
#define UVC_RC_INV_CONF_HANDLE	0x0020
#define UVC_RC_INV_CPU_HANDLE	0x0021
#define UVC_RC_NEED_DESTROY	0x8000	/* flag: destroy the configuration */

/* Response codes of single commands that the kernel acts upon */
#define UVC_RC_QUI_MORE_DATA		0x0100	/* block was shorter than the data */
#define UVC_RC_PAGE_NOT_MAPPED		0x010a	/* import-like: host page absent */
#define UVC_RC_DESTR_NOT_SECURE		0x0107	/* older firmware, with the rrc: */
#define UVC_RRC_DESTR_NOT_SECURE	0x000d	/* page was not secure anyway */

/* Commands of a host */
#define UVC_CMD_QUI			0x0001
#define UVC_CMD_INIT_UV			0x000f
#define UVC_CMD_CREATE_SEC_CONF		0x0100
#define UVC_CMD_DESTROY_SEC_CONF	0x0101
#define UVC_CMD_DESTROY_SEC_CONF_FAST	0x0102
#define UVC_CMD_CREATE_SEC_CPU		0x0120
#define UVC_CMD_DESTROY_SEC_CPU		0x0121
#define UVC_CMD_CONV_TO_SEC_STOR	0x0200
#define UVC_CMD_CONV_FROM_SEC_STOR	0x0201
#define UVC_CMD_DESTR_SEC_STOR		0x0202
#define UVC_CMD_SET_SEC_CONF_PARAMS	0x0300
#define UVC_CMD_UNPACK_IMG		0x0301
#define UVC_CMD_VERIFY_IMG		0x0302
#define UVC_CMD_CPU_RESET		0x0310
#define UVC_CMD_CPU_RESET_INITIAL	0x0311
#define UVC_CMD_PREPARE_RESET		0x0320
#define UVC_CMD_CPU_RESET_CLEAR		0x0321
#define UVC_CMD_CPU_SET_STATE		0x0330
#define UVC_CMD_SET_UNSHARE_ALL		0x0340
#define UVC_CMD_PIN_PAGE_SHARED		0x0341
#define UVC_CMD_UNPIN_PAGE_SHARED	0x0342
#define UVC_CMD_DUMP_INIT		0x0400
#define UVC_CMD_DUMP_CONF_STOR_STATE	0x0401
#define UVC_CMD_DUMP_CPU		0x0402
#define UVC_CMD_DUMP_COMPLETE		0x0403

/* Commands of a protected guest */
#define UVC_CMD_SET_SHARED_ACCESS	0x1000
#define UVC_CMD_REMOVE_SHARED_ACCESS	0x1001
#define UVC_CMD_RETR_ATTEST		0x1020
#define UVC_CMD_ADD_SECRET		0x1031
#define UVC_CMD_LIST_SECRETS		0x1033
#define UVC_CMD_LOCK_SECRETS		0x1034
#define UVC_CMD_RETR_SECRET		0x1035

/* Installed calls: bit numbers in inst_calls_list, from the left */
enum uv_cmds_inst {
	BIT_UVC_CMD_QUI				= 0,
	BIT_UVC_CMD_INIT_UV			= 1,
	BIT_UVC_CMD_CREATE_SEC_CONF		= 2,
	BIT_UVC_CMD_DESTROY_SEC_CONF		= 3,
	BIT_UVC_CMD_CREATE_SEC_CPU		= 4,
	BIT_UVC_CMD_DESTROY_SEC_CPU		= 5,
	BIT_UVC_CMD_CONV_TO_SEC_STOR		= 6,
	BIT_UVC_CMD_CONV_FROM_SEC_STOR		= 7,
	BIT_UVC_CMD_SET_SHARED_ACCESS		= 8,
	BIT_UVC_CMD_REMOVE_SHARED_ACCESS	= 9,
	BIT_UVC_CMD_SET_SEC_PARMS		= 11,
	BIT_UVC_CMD_DESTR_SEC_STOR		= 12,
	BIT_UVC_CMD_UNPACK_IMG			= 13,
	BIT_UVC_CMD_VERIFY_IMG			= 14,
	BIT_UVC_CMD_CPU_RESET			= 15,
	BIT_UVC_CMD_CPU_RESET_INITIAL		= 16,
	BIT_UVC_CMD_CPU_SET_STATE		= 17,
	BIT_UVC_CMD_PREPARE_RESET		= 18,
	BIT_UVC_CMD_CPU_PERFORM_CLEAR_RESET	= 19,
	BIT_UVC_CMD_UNSHARE_ALL			= 20,
	BIT_UVC_CMD_PIN_PAGE_SHARED		= 21,
	BIT_UVC_CMD_UNPIN_PAGE_SHARED		= 22,
	BIT_UVC_CMD_DESTROY_SEC_CONF_FAST	= 23,
	BIT_UVC_CMD_DUMP_INIT			= 24,
	BIT_UVC_CMD_DUMP_CONFIG_STOR_STATE	= 25,
	BIT_UVC_CMD_DUMP_CPU			= 26,
	BIT_UVC_CMD_DUMP_COMPLETE		= 27,
	BIT_UVC_CMD_RETR_ATTEST			= 28,
	BIT_UVC_CMD_ADD_SECRET			= 29,
	BIT_UVC_CMD_LIST_SECRETS		= 30,
	BIT_UVC_CMD_LOCK_SECRETS		= 31,
	BIT_UVC_CMD_RETR_SECRET			= 33,
};

/* Features: bit numbers in uv_feature_indications, from the left */
enum uv_feat_ind {
	/*
	 * Among other things: TEID bit 61 of a secure storage access is
	 * reliable, and an import takes a shared page from its former owner.
	 */
	BIT_UV_FEAT_MISC	= 0,
	BIT_UV_FEAT_AIV		= 1,
	BIT_UV_FEAT_AP		= 4,
	BIT_UV_FEAT_AP_INTR	= 5,
};

/* What every control block begins with; rc and rrc are the ultravisor's */
struct uv_cb_header {
	u16 len;
	u16 cmd;
	u16 rc;
	u16 rrc;
} __packed __aligned(8);

/* Query ultravisor information; offsets in the right column */
struct uv_cb_qui {
	struct uv_cb_header header;		/* 0x000 */
	u64 reserved08;
	u64 inst_calls_list[4];			/* 0x010 */
	u64 reserved30[2];
	u64 uv_base_stor_len;			/* 0x040 */
	u64 reserved48;
	u64 conf_base_phys_stor_len;		/* 0x050 */
	u64 conf_base_virt_stor_len;		/* 0x058 */
	u64 conf_virt_var_stor_len;		/* 0x060 */
	u64 cpu_stor_len;			/* 0x068 */
	u32 reserved70[3];
	u32 max_num_sec_conf;			/* 0x07c */
	u64 max_guest_stor_addr;		/* 0x080 */
	u8  reserved88[0x9e - 0x88];
	u16 max_guest_cpu_id;			/* 0x09e */
	u64 uv_feature_indications;		/* 0x0a0 */
	u64 reserveda8;
	u64 supp_se_hdr_versions;		/* 0x0b0 */
	u64 supp_se_hdr_pcf;			/* 0x0b8 */
	u64 reservedc0;
	u64 conf_dump_storage_state_len;	/* 0x0c8 */
	u64 conf_dump_finalize_len;		/* 0x0d0 */
	u64 reservedd8;
	u64 supp_att_req_hdr_ver;		/* 0x0e0 */
	u64 supp_att_pflags;			/* 0x0e8 */
	u64 reservedf0;
	u64 supp_add_secret_req_ver;		/* 0x0f8 */
	u64 supp_add_secret_pcf;		/* 0x100 */
	u64 supp_secret_types;			/* 0x108 */
	u16 max_secrets;			/* 0x110 */
	u8  reserved112[0x120 - 0x112];
} __packed __aligned(8);

/* Initialize the ultravisor with donated storage (absolute, 1 MiB aligned) */
struct uv_cb_init {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 stor_origin;
	u64 stor_len;
	u64 reserved28[4];
} __packed __aligned(8);

/* Create a secure configuration */
struct uv_cb_cgc {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;			/* out */
	u64 conf_base_stor_origin;		/* absolute */
	u64 conf_virt_stor_origin;		/* home space virtual */
	u8  reserved30[6];
	union {
		struct {
			u16 reserved36 : 14;
			u16 ap_instr_intr : 1;
			u16 ap_allow_instr : 1;
		};
		u16 raw;
	} flags;
	u64 guest_stor_origin;
	u64 guest_stor_len;
	u64 guest_sca;
	u64 guest_asce;
	u64 reserved58[5];
} __packed __aligned(8);

/* Create a secure CPU */
struct uv_cb_csc {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 cpu_handle;				/* out */
	u64 guest_handle;
	u64 stor_origin;			/* absolute */
	u8  reserved30[6];
	u16 num;
	u64 state_origin;			/* state description, absolute */
	u64 reserved40[4];
} __packed __aligned(8);

/* Convert to secure (import); also unpin shared */
struct uv_cb_cts {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 gaddr;
} __packed __aligned(8);

/* Convert from secure (export), destroy page, pin shared */
struct uv_cb_cfs {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 paddr;				/* absolute */
} __packed __aligned(8);

/* Set secure configuration parameters */
struct uv_cb_ssc {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 sec_header_origin;			/* home space virtual */
	u32 sec_header_len;
	u32 reserved2c;
	u64 reserved30[4];
} __packed __aligned(8);

/* Unpack one page of an image */
struct uv_cb_unp {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 guest_handle;
	u64 gaddr;
	u64 tweak[2];
	u64 reserved38[3];
} __packed __aligned(8);

#define PV_CPU_STATE_OPR	1
#define PV_CPU_STATE_STP	2
#define PV_CPU_STATE_CHKSTP	3
#define PV_CPU_STATE_OPR_LOAD	5

struct uv_cb_cpu_set_state {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 cpu_handle;
	u8  reserved20[7];
	u8  state;				/* PV_CPU_STATE_* */
	u64 reserved28[5];
};

/* Commands that take the handle of a configuration or CPU and nothing else */
struct uv_cb_nodata {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 handle;
	u64 reserved20[4];
} __packed __aligned(8);

struct uv_cb_destroy_fast {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 handle;
	u64 reserved20[5];
} __packed __aligned(8);

/* Guest: share or unshare a page */
struct uv_cb_share {
	struct uv_cb_header header;
	u64 reserved08[3];
	u64 paddr;				/* guest absolute */
	u64 reserved28;
} __packed __aligned(8);

/* Guest: retrieve an attestation measurement */
struct uv_cb_attest {
	struct uv_cb_header header;		/* 0x000 */
	u64 reserved08[2];
	u64 arcb_addr;				/* 0x018 */
	u64 cont_token;				/* 0x020 */
	u8  reserved28[6];
	u16 user_data_len;			/* 0x02e */
	u8  user_data[256];			/* 0x030 */
	u32 reserved130[3];
	u32 meas_len;				/* 0x13c */
	u64 meas_addr;				/* 0x140 */
	u8  config_uid[16];			/* 0x148 */
	u32 reserved158;
	u32 add_data_len;			/* 0x15c */
	u64 add_data_addr;			/* 0x160 */
	u64 reserved168[4];
} __packed __aligned(8);

struct uv_cb_dump_cpu {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 cpu_handle;
	u64 dump_area_origin;			/* home space virtual */
	u64 reserved28[5];
} __packed __aligned(8);

struct uv_cb_dump_stor_state {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 config_handle;
	u64 dump_area_origin;			/* home space virtual */
	u64 gaddr;
	u64 reserved28[4];
} __packed __aligned(8);

struct uv_cb_dump_complete {
	struct uv_cb_header header;
	u64 reserved08[2];
	u64 config_handle;
	u64 dump_area_origin;			/* home space virtual */
	u64 reserved30[5];
} __packed __aligned(8);

/* Guest commands whose parameter is one address (secrets) */
struct uv_cb_guest_addr {
	struct uv_cb_header header;
	u64 reserved08[3];
	u64 addr;
	u64 reserved28[4];
} __packed __aligned(8);

/*
 * What the query told, in the units of the query. Filled once by the
 * decompressor, in hosts and in guests, and only read afterwards.
 */
struct uv_info {
	unsigned long inst_calls_list[4];
	unsigned long uv_base_stor_len;
	unsigned long guest_base_stor_len;
	unsigned long guest_virt_base_stor_len;
	unsigned long guest_virt_var_stor_len;
	unsigned long guest_cpu_stor_len;
	unsigned long max_sec_stor_addr;
	unsigned int max_num_sec_conf;
	unsigned short max_guest_cpu_id;
	unsigned long uv_feature_indications;
	unsigned long supp_se_hdr_ver;
	unsigned long supp_se_hdr_pcf;
	unsigned long conf_dump_storage_state_len;
	unsigned long conf_dump_finalize_len;
	unsigned long supp_att_req_hdr_ver;
	unsigned long supp_att_pflags;
	unsigned long supp_add_secret_req_ver;
	unsigned long supp_add_secret_pcf;
	unsigned long supp_secret_types;
	unsigned short max_secrets;
};

extern struct uv_info uv_info;
extern int prot_virt_guest;
extern int prot_virt_host;

static inline bool uv_has_feature(u8 feature_bit)
{
	return feature_bit < BITS_PER_LONG &&
	       uv_info.uv_feature_indications & (1UL << (BITS_PER_LONG - 1 - feature_bit));
}

/* This kernel runs in a protected VM. */
static inline int is_prot_virt_guest(void)
{
	return prot_virt_guest;
}

/* The ultravisor works for this host: protected VMs can be created. */
static inline int is_prot_virt_host(void)
{
	return IS_ENABLED(CONFIG_PROTECTED_VIRTUALIZATION_HOST) && prot_virt_host;
}

/*
 * The bare UVC instruction (0xb9a4, RRF): r1 is 0 in all present commands,
 * r2 the address of the control block. It is for the decompressor and for
 * arch/s390/uv/call.c; everybody else wants uv_call().
 */
static __always_inline int __uv_call(unsigned long r1, unsigned long r2)
{
	int cc;

	asm volatile("	.insn	rrf,0xb9a40000,%[r1],%[r2],0,0\n"
		     "	ipm	%[cc]\n"
		     "	srl	%[cc],28"
		     : [cc] "=d" (cc)
		     : [r1] "a" (r1), [r2] "a" (r2)
		     : "cc", "memory");
	return cc;
}

int uv_call(unsigned long r1, unsigned long r2);
int uv_call_sched(unsigned long r1, unsigned long r2);
int uv_cmd_nodata(u64 handle, u16 cmd, u16 *rc, u16 *rrc);

int uv_set_shared(unsigned long addr);
int uv_remove_shared(unsigned long addr);

void setup_uv(void);

/* What is counted for a VM, in the order of its gmap's uv_pages */
enum uv_page_count {
	UV_PAGES_IMPORTED,
	UV_PAGES_EXPORTED,
	UV_PAGES_DESTROYED,
	UV_PAGES_PINNED,
	UV_PAGE_COUNTS
};

#ifdef CONFIG_PROTECTED_VIRTUALIZATION_HOST

int uv_pin_shared(unsigned long paddr);
int uv_destroy_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte);
int uv_convert_from_secure_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte);
int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb);
int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr);
int gmap_unpack(struct gmap *gmap, struct uv_cb_unp *uvcb, unsigned long *pages);
int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr);
void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end);
int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
					unsigned long end);

#else

/*
 * Without the host driver no page ever becomes secure: what makes a page
 * accessible has nothing to do, what makes one secure cannot.
 */
static inline int uv_pin_shared(unsigned long paddr)
{
	return -EOPNOTSUPP;
}

static inline int uv_destroy_pte(struct mm_struct *mm, unsigned long uaddr, pte_t pte)
{
	return 0;
}

static inline int uv_convert_from_secure_pte(struct mm_struct *mm, unsigned long uaddr,
					     pte_t pte)
{
	return 0;
}

static inline int gmap_make_secure(struct gmap *gmap, unsigned long gaddr, void *uvcb)
{
	return -EOPNOTSUPP;
}

static inline int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr)
{
	return -EOPNOTSUPP;
}

static inline int gmap_unpack(struct gmap *gmap, struct uv_cb_unp *uvcb, unsigned long *pages)
{
	return -EOPNOTSUPP;
}

static inline int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr)
{
	return 0;
}

static inline void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start,
					 unsigned long end)
{
}

static inline int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
						      unsigned long end)
{
	return 0;
}

#endif /* CONFIG_PROTECTED_VIRTUALIZATION_HOST */

#endif /* _ASM_S390_UV_H */
