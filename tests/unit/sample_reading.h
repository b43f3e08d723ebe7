/* SPDX-License-Identifier: MIT */
/* Readings made by hand, for tests of what carries readings. */
#ifndef TESTS_SAMPLE_READING_H
#define TESTS_SAMPLE_READING_H

#include <metergate/reading.h>

static const uint8_t sample_dib[] = { 0x0C };
static const uint8_t sample_vib[] = { 0x06 };
static const uint8_t sample_data[] = { 0x45, 0x23, 0x01, 0x00 };
static const uint8_t sample_frame[] = { 0x68, 0x03, 0x03, 0x68 };
static const struct mg_bytes sample_frames[] = {
	{ sample_frame, sizeof(sample_frame) },
	{ sample_frame, 2 },
};
static const struct mg_tag sample_tags[] = { { "area", "north" } };

static inline struct mg_record sample_record(void)
{
	return (struct mg_record){
		.name = "energy",
		.quantity = "energy",
		.unit = "Wh",
		.coding = "bcd8",
		.function = MG_FUNCTION_INSTANTANEOUS,
		.type = MG_TYPE_NUMBER,
		.quality = MG_QUALITY_GOOD,
		.mantissa = 12345,
		.exponent = 3,
		.dib = { sample_dib, sizeof(sample_dib) },
		.vib = { sample_vib, sizeof(sample_vib) },
		.data = { sample_data, sizeof(sample_data) },
	};
}

static inline struct mg_meter sample_meter(void)
{
	return (struct mg_meter){
		.id = "12345678",
		.manufacturer = "KAM",
		.medium = "heat",
		.has = MG_METER_ID | MG_METER_MANUFACTURER | MG_METER_MEDIUM | MG_METER_STATUS |
			   MG_METER_SIGNATURE | MG_METER_ADDRESS,
		.version = 16,
		.medium_code = 4,
		.address = 5,
		.ci = 114,
		.access = 17,
	};
}

/* The example of docs/readings.md; the records stay the caller's. */
static inline struct mg_reading sample_reading(
		const struct mg_record *records, uint32_t count)
{
	return (struct mg_reading){
		.size = sizeof(struct mg_reading),
		.record_size = sizeof(struct mg_record),
		.type = "reading",
		.gateway = "cellar-pi",
		.bus = "cellar",
		.device = "heat-1",
		.label = "Flat 3 left",
		.tags = sample_tags,
		.tag_count = 1,
		.run = 1795327200123456,
		.seq = 4711,
		.device_seq = 12,
		.time = 1795327140123000,
		.meter = sample_meter(),
		.records = records,
		.record_count = count,
		.telegrams = sample_frames,
		.telegram_count = 2,
		.app_error = -1,
		.alarm = -1,
	};
}

static inline struct mg_reading sample_event(void)
{
	return (struct mg_reading){
		.size = sizeof(struct mg_reading),
		.record_size = sizeof(struct mg_record),
		.type = "bus_down",
		.gateway = "cellar-pi",
		.bus = "cellar",
		.device = "",
		.label = "",
		.run = 7,
		.seq = 8,
		.time = 1795327140000000,
		.message = "cannot open: \"no such file\"",
		.app_error = -1,
		.alarm = -1,
	};
}

#endif
