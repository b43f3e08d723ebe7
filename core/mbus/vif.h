/* SPDX-License-Identifier: MIT */
/* Tables of VIF and VIFE codes: rows, not chains of conditions. */
#ifndef MBUS_VIF_H
#define MBUS_VIF_H

#include <stdint.h>

enum {
	VIF_CODES = 128,
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
	/* 2^-12 is exactly this many 10^-12. */
	RATING_FACTOR = 244140625,
	RATING_EXPONENT = -12,
};

/* How the data of a VIF are to be read where the data field leaves it open. */
enum vif_type {
	VIF_SIGNED,   /* type B */
	VIF_UNSIGNED, /* type C: all ones is invalid */
	VIF_BITS,     /* type D */
	/* From here on the data are a number in some data fields only. */
	VIF_DATE,     /* G in two bytes */
	VIF_DATETIME, /* F, I or J by its length; G is tolerated */
	VIF_DATE_ANY, /* G, F or I by its length */
	VIF_RAW,      /* a string of bytes in the order on the wire */
	/* From here on numbers are of type C. */
	VIF_IDENTITY,     /* in eight bytes the address of a long header */
	VIF_MANUFACTURER, /* in two bytes three letters */
	VIF_TYPES,
};

/* What VIFE 3Dh turns the unit of a VIF into. */
enum vif_non_metric {
	NON_METRIC_UNDEFINED,
	NON_METRIC_ENERGY,
	NON_METRIC_VOLUME,
	NON_METRIC_FLOW,
	NON_METRIC_POWER,
	NON_METRIC_TEMPERATURE,
	NON_METRIC_KEPT, /* the unit is none of the VIF's any more, or never was metric */
};

struct vif_row {
	const char *quantity; /* NULL: the code is reserved */
	const char *unit;
	uint32_t factor;
	int8_t exponent; /* value = number × factor × 10^exponent */
	uint8_t type;    /* enum vif_type */
	uint8_t non_metric;
	uint8_t withdrawn; /* in the tables of 2002, gone since */
};

/* Indexed by the code without its extension bit. */
extern const struct vif_row vif_primary[VIF_CODES];
extern const struct vif_row vif_fb[VIF_CODES];
extern const struct vif_row vif_fd[VIF_CODES];
extern const struct vif_row vif_fd_fd[VIF_CODES];

/* What stands instead of a row without a quantity. */
extern const struct vif_row vif_reserved;

enum vife_effect {
	VIFE_RESERVED, /* the meaning of the record is open */
	VIFE_NAMED,    /* named, and that is all */
	VIFE_FACTOR,   /* `exponent` is added */
	VIFE_FAILED,   /* the meter reports that it has no value: `reason` */
	VIFE_DATE,     /* the data are a date */
	VIFE_DURATION, /* the data are a duration in units of `factor` seconds */
	VIFE_NUMBER,   /* the data are a count */
	VIFE_PROFILE,  /* the data are a packed array */
	VIFE_NON_METRIC,
	VIFE_TYPE_C,
	VIFE_TYPE_D,
	VIFE_EXTENSION, /* the next byte is a code of vife_extension */
	VIFE_VENDOR,    /* what follows belongs to the manufacturer */
};

/* Which way the values of a compact profile go. */
enum vif_profile {
	PROFILE_NONE,
	PROFILE_FORWARD,
	PROFILE_INVERSE, /* into the past */
	PROFILE_REGISTERS,
};

struct vife_row {
	const char *name;   /* NULL: not a modifier */
	const char *reason; /* for VIFE_FAILED */
	uint32_t factor;    /* for VIFE_PROFILE enum vif_profile */
	int8_t exponent;
	uint8_t effect; /* enum vife_effect */
};

enum { VIFE_ACTIONS = 16 };

extern const struct vife_row vife_combinable[VIF_CODES];
extern const struct vife_row vife_extension[VIF_CODES];
/* Codes 00h to 0Fh in telegrams to a meter: object actions. */
extern const struct vife_row vife_actions[VIFE_ACTIONS];

#endif
