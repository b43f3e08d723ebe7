/* SPDX-License-Identifier: MIT */
/* What VIFEs make of the data that a VIF announces (EN 13757-3, tables 16 to 19, and
   annex C). */
#include "mbus/vib_effect.h"

enum {
	FIELD_16 = 2,
	FIELD_24 = 3,
	FIELD_32 = 4,
	FIELD_48 = 6,
};

uint16_t vib_effect_dates(enum vif_type type)
{
	static const uint16_t fields[VIF_TYPES] = {
		[VIF_DATE] = 1 << FIELD_16,
		[VIF_DATETIME] = 1 << FIELD_16 | 1 << FIELD_24 | 1 << FIELD_32 | 1 << FIELD_48,
		[VIF_DATE_ANY] = 1 << FIELD_16 | 1 << FIELD_32 | 1 << FIELD_48,
	};
	return fields[type];
}

/* The data are no longer what the VIF says, but a number in `unit`. */
static void become(
		struct vib *vib, enum vif_type type, const char **unit, const char *new_unit)
{
	*unit = new_unit;
	vib->factor = 1;
	vib->exponent = 0;
	vib->type = (uint8_t)type;
	vib->non_metric = NON_METRIC_KEPT;
}

/* A VIF that has a time of its own keeps it, and with it the type of three bytes. */
static void become_date(struct vib *vib, const char **unit)
{
	become(vib, vib->type == VIF_DATETIME ? VIF_DATETIME : VIF_DATE_ANY, unit, "");
}

static void become_duration(struct vib *vib, uint32_t seconds, const char **unit)
{
	become(vib, VIF_SIGNED, unit, "s");
	vib->factor = seconds;
}

/* Annex C: the range code stays, and with it the digits. */
static void become_non_metric(struct vib *vib, const char **unit)
{
	static const struct {
		const char *unit;
		int8_t exponent;
	} units[] = {
		[NON_METRIC_UNDEFINED] = { "", 0 },
		[NON_METRIC_ENERGY] = { "kBTU", 0 },
		[NON_METRIC_VOLUME] = { "gal", 3 },
		[NON_METRIC_FLOW] = { "gal/min", 4 },
		[NON_METRIC_POWER] = { "mBTU/s", 0 },
		[NON_METRIC_TEMPERATURE] = { "°F", 0 },
	};
	if (vib->non_metric != NON_METRIC_KEPT) {
		*unit = units[vib->non_metric].unit;
		vib->exponent += units[vib->non_metric].exponent;
		vib->non_metric = NON_METRIC_KEPT;
	}
}

uint32_t vib_effect_apply(const struct vife_row *row, struct vib *vib, const char **unit)
{
	switch (row->effect) {
	case VIFE_FAILED:
		vib->failed = row->reason;
		return 0;
	case VIFE_DATE:
		become_date(vib, unit);
		return 0;
	case VIFE_DURATION:
		become_duration(vib, row->factor, unit);
		return 0;
	case VIFE_NUMBER:
		become(vib, VIF_UNSIGNED, unit, "");
		return 0;
	case VIFE_TYPE_C:
		vib->demanded = VIF_UNSIGNED;
		return 0;
	case VIFE_TYPE_D:
		vib->demanded = VIF_BITS;
		return 0;
	case VIFE_NON_METRIC:
		become_non_metric(vib, unit);
		return MG_DATA_AMBIGUOUS;
	case VIFE_PROFILE:
		vib->profile = (uint8_t)row->factor;
		return MG_DATA_AMBIGUOUS;
	case VIFE_RESERVED:
		return MG_DATA_AMBIGUOUS;
	default:
		return 0;
	}
}

void vib_effect_settle(struct vib *vib)
{
	if (vib->demanded != VIF_SIGNED) {
		vib->type = vib->demanded;
	}
}
