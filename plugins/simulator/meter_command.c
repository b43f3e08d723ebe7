/* SPDX-License-Identifier: MIT */
/* The commands of EN 13757-3 that simulated meters know. */
#include "meter_command.h"

#include <string.h>

#include "chance.h"
#include "clock.h"
#include "records.h"

#define CI_RESET 0x50
#define CI_DATA 0x51
#define CI_SYNCHRONIZE 0x5C
#define CI_SYNCHRONIZE_OLD 0x54
#define CI_BAUD_FIRST 0xB8
#define CI_BAUD_LAST 0xBF
#define BAUD_SLOWEST 300
#define ALL_VIFS 0x7E
#define SECOND INT64_C(1000000000)
/* How long a new speed is given without anything valid (EN 13757-3). */
#define FALL_BACK_LEAST (120 * SECOND)
#define FALL_BACK_MOST (600 * SECOND)

typedef void (*command_fn)(
		struct meter *meter, const struct record *record, const struct meter_time *now);

/* The frame count bits of an address that it did not have are not known. */
static void set_address(
		struct meter *meter, const struct record *record, const struct meter_time *now)
{
	(void)now;
	if (record->data.data[0] <= MG_A_PRIMARY_LAST) {
		meter->address = record->data.data[0];
		meter->readdressed = true;
		meter->own = (struct meter_link){ .was_reset = false };
	}
}

static bool is_number(const uint8_t bytes[4])
{
	for (int i = 0; i < 4; i++) {
		if ((bytes[i] & 0xF) > 9 || bytes[i] >> 4 > 9) {
			return false;
		}
	}
	return true;
}

static void set_number(
		struct meter *meter, const struct record *record, const struct meter_time *now)
{
	const uint8_t *bytes = record->data.data;
	(void)now;
	if (meter->literal == NULL && is_number(bytes)) {
		meter->identity.id = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
							 (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	}
}

static void set_identity(
		struct meter *meter, const struct record *record, const struct meter_time *now)
{
	const uint8_t *bytes = record->data.data;
	if (meter->literal == NULL && is_number(bytes)) {
		set_number(meter, record, now);
		meter->identity.manufacturer = (uint16_t)(bytes[4] | bytes[5] << 8);
		meter->identity.version = bytes[6];
		meter->identity.medium = bytes[7];
	}
}

static void set_clock(
		struct meter *meter, const struct record *record, const struct meter_time *now)
{
	int64_t time;
	if (meter->literal == NULL && (record->data.size != 6 || meter->clock_type_i) &&
			clock_read(record->data, now->wall + meter->clock_offset, &time)) {
		meter->clock_offset = time - now->wall;
	}
}

/* Records that are written, by their first DIF and VIF. */
static const struct {
	uint8_t field, vif;
	command_fn fn;
} writes[] = {
	{ 0x1, 0x7A, set_address },
	{ 0xC, 0x79, set_number },
	{ 0x7, 0x79, set_identity },
	{ 0x4, 0x6D, set_clock },
	{ 0x6, 0x6D, set_clock },
	{ 0x2, 0x6C, set_clock },
};

static void write_record(
		struct meter *meter, const struct record *record, const struct meter_time *now)
{
	bool plain = record->difes == 0 && record->storage == 0 && record->function == 0 &&
				 record->vib_size == 1;
	for (size_t i = 0; plain && i < sizeof(writes) / sizeof(writes[0]); i++) {
		if (writes[i].field == record->field && writes[i].vif == record->vib[0]) {
			writes[i].fn(meter, record, now);
			return;
		}
	}
}

static void freeze(struct meter *meter, uint8_t vif, const struct meter_time *now)
{
	meter->frozen_vif = vif;
	meter->frozen_at = (struct telegram_moment){ .time = now->wall,
		.ticks = meter_ticks(meter, now->wall) };
}

static void freeze_record(
		struct meter *meter, const struct record *record, const struct meter_time *now)
{
	bool plain = record->vib_size == 1 && record->vib[0] != 0;
	if (record->field == 0 && record->storage == 1) {
		freeze(meter, plain ? record->vib[0] : ALL_VIFS, now);
	}
}

static void list_record(struct meter *meter, struct mg_bytes bytes)
{
	if (bytes.size <= sizeof(meter->readout) - meter->readout_size) {
		memcpy(meter->readout + meter->readout_size, bytes.data, bytes.size);
		meter->readout_size += bytes.size;
	}
	meter->own.next = meter->by_selection.next = 0;
}

static void take_records(
		struct meter *meter, struct mg_bytes rest, const struct meter_time *now)
{
	struct record record;
	size_t length;
	bool selecting = false;
	while ((length = records_read(rest, &record)) > 0) {
		if (record.field == RECORDS_SELECTION || record.action == RECORDS_ADD) {
			if (!selecting && record.action != RECORDS_ADD) {
				meter->readout_size = 0;
			}
			selecting = true;
			list_record(meter, (struct mg_bytes){ rest.data, length });
		} else if (record.action == RECORDS_FREEZE) {
			freeze_record(meter, &record, now);
		} else if (record.action <= 0) {
			write_record(meter, &record, now);
		}
		rest.data += length;
		rest.size -= length;
	}
}

static void reset_application(struct meter *meter, struct mg_bytes data)
{
	meter->application = data.size > 0 ? data.data[0] : 0;
	meter->readout_size = 0;
	meter->own.next = meter->by_selection.next = 0;
}

static void change_baud(struct meter *meter, unsigned which, const struct meter_time *now)
{
	uint32_t baud = (uint32_t)BAUD_SLOWEST << which;
	bool has_it = meter->baud != 0 && (meter->bauds >> which & 1) != 0;
	if (!has_it || baud == meter->baud) {
		return;
	}
	meter->baud_before = meter->baud;
	meter->baud = baud;
	meter->baud_until = 0;
	if (baud != BAUD_SLOWEST) {
		uint64_t spread = FALL_BACK_MOST - FALL_BACK_LEAST;
		meter->baud_until =
				now->ns + FALL_BACK_LEAST + (int64_t)chance_draw(&meter->random, spread);
	}
}

void meter_command(
		struct meter *meter, const struct mg_frame *frame, const struct meter_time *now)
{
	switch (frame->ci) {
	case CI_RESET:
		reset_application(meter, frame->data);
		break;
	case CI_DATA:
		take_records(meter, frame->data, now);
		break;
	case CI_SYNCHRONIZE:
	case CI_SYNCHRONIZE_OLD:
		freeze(meter, ALL_VIFS, now);
		break;
	default:
		if (frame->ci >= CI_BAUD_FIRST && frame->ci <= CI_BAUD_LAST) {
			change_baud(meter, frame->ci - CI_BAUD_FIRST, now);
		}
	}
}
