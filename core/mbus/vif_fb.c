/* SPDX-License-Identifier: MIT */
/* The VIF table behind FBh (EN 13757-3, table 12). */
#include "mbus/vif_rows.h"

/* clang-format off */
const struct vif_row vif_fb[VIF_CODES] = {
	TWO(0x00, "energy", "Wh", 5, VIF_SIGNED),
	TWO(0x02, "reactive-energy", "varh", 3, VIF_SIGNED),
	TWO(0x04, "apparent-energy", "VAh", 3, VIF_SIGNED),
	TWO(0x08, "energy", "J", 8, VIF_SIGNED),
	FOUR(0x0C, "energy", "cal", 5, VIF_SIGNED),
	TWO(0x10, "volume", "m3", 2, VIF_SIGNED),
	FOUR(0x14, "reactive-power", "var", 0, VIF_SIGNED),
	TWO(0x18, "mass", "kg", 5, VIF_SIGNED),
	TWO(0x1A, "relative-humidity", "%", -1, VIF_SIGNED),
	ONE(0x20, "volume", "ft3", 0, VIF_SIGNED),
	ONE(0x21, "volume", "ft3", -1, VIF_SIGNED),
	ONE_OLD(0x22, "volume", "gal", -1),
	ONE_OLD(0x23, "volume", "gal", 0),
	ONE_OLD(0x24, "volume-flow", "gal/min", -3),
	ONE_OLD(0x25, "volume-flow", "gal/min", 0),
	ONE_OLD(0x26, "volume-flow", "gal/h", 0),
	TWO(0x28, "power", "W", 5, VIF_SIGNED),
	ONE(0x2A, "phase-u-u", "deg", -1, VIF_SIGNED),
	ONE(0x2B, "phase-u-i", "deg", -1, VIF_SIGNED),
	FOUR(0x2C, "frequency", "Hz", -3, VIF_SIGNED),
	TWO(0x30, "power", "J/h", 8, VIF_SIGNED),
	FOUR(0x34, "apparent-power", "VA", 0, VIF_SIGNED),
	FOUR_OLD(0x58, "flow-temperature", "°F", -3),
	FOUR_OLD(0x5C, "return-temperature", "°F", -3),
	FOUR_OLD(0x60, "temperature-difference", "°F", -3),
	FOUR_OLD(0x64, "external-temperature", "°F", -3),
	RATING(0x68, "hca-rating-K", "hca"),
	ONE(0x69, "hca-rating-KQ", "W", 0, VIF_SIGNED),
	RATING(0x6A, "hca-rating-KC", ""),
	RATING(0x6B, "hca-rating-KCR", ""),
	RATING(0x6C, "hca-rating-KCH", ""),
	RATING(0x6D, "hca-rating-KT", ""),
	RATING(0x6E, "hca-rating-KD", ""),
	FOUR_OLD(0x70, "temperature-limit", "°F", -3),
	FOUR_ALSO(0x74, "temperature-limit", "°C", -3, NON_METRIC_TEMPERATURE),
	EIGHT(0x78, "max-power-count", "W", -3, VIF_SIGNED),
};
/* clang-format on */
