/* SPDX-License-Identifier: MIT */
/* The primary VIF table (EN 13757-3, table 10). */
#include "mbus/vif_rows.h"

/* clang-format off */
const struct vif_row vif_primary[VIF_CODES] = {
	EIGHT_ALSO(0x00, "energy", "Wh", -3, NON_METRIC_ENERGY),
	EIGHT(0x08, "energy", "J", 0, VIF_SIGNED),
	EIGHT_ALSO(0x10, "volume", "m3", -6, NON_METRIC_VOLUME),
	EIGHT(0x18, "mass", "kg", -3, VIF_SIGNED),
	TIMES(0x20, "on-time", VIF_SIGNED),
	TIMES(0x24, "operating-time", VIF_SIGNED),
	EIGHT_ALSO(0x28, "power", "W", -3, NON_METRIC_POWER),
	EIGHT(0x30, "power", "J/h", 0, VIF_SIGNED),
	EIGHT(0x38, "volume-flow", "m3/h", -6, VIF_SIGNED),
	EIGHT_ALSO(0x40, "volume-flow", "m3/min", -7, NON_METRIC_FLOW),
	EIGHT(0x48, "volume-flow", "m3/s", -9, VIF_SIGNED),
	EIGHT(0x50, "mass-flow", "kg/h", -3, VIF_SIGNED),
	FOUR_ALSO(0x58, "flow-temperature", "°C", -3, NON_METRIC_TEMPERATURE),
	FOUR_ALSO(0x5C, "return-temperature", "°C", -3, NON_METRIC_TEMPERATURE),
	FOUR_ALSO(0x60, "temperature-difference", "K", -3, NON_METRIC_TEMPERATURE),
	FOUR(0x64, "external-temperature", "°C", -3, VIF_SIGNED),
	FOUR(0x68, "pressure", "bar", -3, VIF_SIGNED),
	ONE(0x6C, "date", "", 0, VIF_DATE),
	ONE(0x6D, "datetime", "", 0, VIF_DATETIME),
	ONE(0x6E, "hca", "hca", 0, VIF_UNSIGNED),
	TIMES(0x70, "averaging-duration", VIF_SIGNED),
	TIMES(0x74, "actuality-duration", VIF_SIGNED),
	ONE(0x78, "fabrication-number", "", 0, VIF_UNSIGNED),
	ONE(0x79, "identification", "", 0, VIF_IDENTITY),
	ONE(0x7A, "bus-address", "", 0, VIF_UNSIGNED),
	FULL(0x7C, "plain-text", "", 1, 0, VIF_SIGNED, NON_METRIC_KEPT, 0),
	ONE(0x7E, "any", "", 0, VIF_SIGNED),
	ONE(0x7F, "manufacturer-specific", "", 0, VIF_SIGNED),
};

const struct vif_row vif_reserved =
	{ .quantity = "reserved", .unit = "", .factor = 1, .withdrawn = 1 };
/* clang-format on */
