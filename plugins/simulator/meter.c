/* SPDX-License-Identifier: MIT */
/* The link layer of a slave (EN 13757-2): frame count bits, what is answered and when. */
#include "meter.h"

#include <string.h>

#include "chance.h"
#include "meter_command.h"
#include "meter_select.h"

#define C_FCV 0x10
#define C_REQ_SKE 0x49
#define C_RSP_SKE 0x0B
#define FUNCTION_SND_UD 0x3
#define FUNCTION_REQ_UD1 0xA
#define FUNCTION_REQ_UD2 0xB
#define CI_ALARM 0x71
#define CI_APPLICATION_RESET 0x50
#define METER_VERSION 0x10
#define WINDOW_NS 50000000 /* of the answer window, beyond METER_BITS_MOST */

void meter_init(struct meter *meter, unsigned kind, int address, uint32_t id,
		uint32_t seed, size_t count)
{
	struct mg_identity identity = {
		.id = id, .version = METER_VERSION, .medium = telegram_medium(kind)
	};
	mg_manufacturer_parse("XSM", &identity.manufacturer);
	*meter = (struct meter){ .address = address,
		.identity = identity,
		.selectable = true,
		.has_fabrication = telegram_has_fabrication(kind),
		.fabrication = telegram_fabrication(seed, id),
		.clock_type_i = telegram_clock_type_i(kind),
		.random = (uint64_t)seed << 32 | id,
		.source = { .kind = kind % TELEGRAM_KINDS, .seed = seed, .count = count } };
}

/* The fabrication number, where a literal telegram has the record 0Ch 78h. */
static void find_fabrication(struct meter *meter, const struct mg_telegram *telegram)
{
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	struct mg_data_record record;
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		if (record.dib.size == 1 && record.dib.data[0] == 0x0C && record.vib.size == 1 &&
				record.vib.data[0] == 0x78) {
			const uint8_t *bytes = record.data.data;
			meter->has_fabrication = true;
			meter->fabrication = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
								 (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
		}
	}
}

void meter_init_literal(struct meter *meter, struct mg_bytes *telegrams, size_t count)
{
	struct mg_frame frame;
	struct mg_telegram telegram;
	size_t length;
	*meter = (struct meter){
		.address = METER_NO_ADDRESS, .literal = telegrams, .source = { .count = count }
	};
	if (mg_frame_parse(telegrams[0].data, telegrams[0].size, &frame, &length) !=
			MG_FAULT_NONE) {
		return;
	}
	if (frame.type == MG_FRAME_LONG && frame.a <= MG_A_PRIMARY_LAST) {
		meter->address = frame.a;
	}
	enum mg_fault fault = mg_telegram_parse(&frame, &telegram);
	if (telegram.header == MG_HEADER_LONG || telegram.header == MG_HEADER_FIXED) {
		meter->identity = telegram.identity;
		meter->selectable = true;
	}
	if (fault == MG_FAULT_NONE) {
		find_fabrication(meter, &telegram);
	}
}

static bool has_quirk(const struct meter *meter, enum meter_quirk quirk)
{
	return (meter->quirks & quirk) != 0;
}

static void forget(struct meter_link *link)
{
	*link = (struct meter_link){ .was_reset = true };
}

/* True when the frame count bit says that this is not a repetition of the last frame. */
static bool is_new(uint8_t c, bool *known, bool *fcb)
{
	bool bit = (c & MG_C_FCB) != 0;
	if ((c & C_FCV) == 0) {
		return true;
	}
	bool fresh = !*known || *fcb != bit;
	*known = true;
	*fcb = bit;
	return fresh;
}

int64_t meter_ticks(const struct meter *meter, int64_t wall)
{
	int64_t elapsed = wall > TELEGRAM_EPOCH ? wall - TELEGRAM_EPOCH : 0;
	return elapsed > meter->ticks ? elapsed : meter->ticks;
}

static struct telegram_moment moment_at(const struct meter *meter, int64_t wall)
{
	struct telegram_moment moment = { .time = wall,
		.ticks = meter->ticks,
		.access = meter->access,
		.clock_offset = meter->clock_offset,
		.application = meter->application,
		.frozen_vif = meter->frozen_vif,
		.frozen_time = meter->frozen_at.time,
		.frozen_ticks = meter->frozen_at.ticks,
		.select_size = meter->readout_size };
	memcpy(moment.select, meter->readout, meter->readout_size);
	return moment;
}

static size_t readout_parts(
		const struct meter *meter, const struct telegram_moment *moment)
{
	return meter->literal != NULL ? meter->source.count
								  : telegram_parts(&meter->source, moment);
}

/* The next moment of the meter's life; every readout moves its counters on. */
static void advance(struct meter *meter, struct meter_link *link, int64_t wall)
{
	if (link->next == 0 || has_quirk(meter, METER_STUCK_FCB)) {
		int64_t ticks = meter_ticks(meter, wall);
		meter->ticks = ticks > meter->ticks ? ticks : meter->ticks + 1;
		link->next = 0;
	}
	meter->access++;
	link->was_reset = false;
	link->last = moment_at(meter, wall);
	size_t parts = readout_parts(meter, &link->last);
	link->last.index = link->next % parts;
	link->next = (link->last.index + 1) % parts;
}

static uint8_t own_address(const struct meter *meter)
{
	uint8_t address =
			meter->address == METER_NO_ADDRESS ? MG_A_SELECTED : (uint8_t)meter->address;
	if (has_quirk(meter, METER_WRONG_ADDRESS)) {
		address = address < MG_A_PRIMARY_LAST ? (uint8_t)(address + 1) : 0;
	}
	return address;
}

/* Puts C and A fields into a telegram that is there already. */
static void set_link_fields(struct telegram *answer, uint8_t c, uint8_t a)
{
	uint8_t sum = 0;
	answer->bytes[4] = c;
	answer->bytes[5] = a;
	for (size_t i = 4; i < answer->length - 2; i++) {
		sum = (uint8_t)(sum + answer->bytes[i]);
	}
	answer->bytes[answer->length - 2] = sum;
}

static void build_made_up(struct meter *meter, const struct telegram_moment *moment,
		struct telegram *answer)
{
	meter->source.identity = meter->identity;
	meter->source.address = own_address(meter);
	meter->source.has_fabrication = meter->has_fabrication;
	meter->source.fabrication = meter->fabrication;
	meter->source.clock_type_i = meter->clock_type_i;
	telegram_build(&meter->source, moment, answer);
}

static void build_answer(struct meter *meter, const struct telegram_moment *moment,
		struct telegram *answer)
{
	if (meter->literal == NULL) {
		build_made_up(meter, moment, answer);
	} else {
		const struct mg_bytes *bytes = &meter->literal[moment->index];
		memcpy(answer->bytes, bytes->data, bytes->size);
		answer->length = bytes->size;
	}
	bool more = moment->index + 1 < readout_parts(meter, moment);
	bool addressed = meter->readdressed || has_quirk(meter, METER_WRONG_ADDRESS);
	uint8_t c = answer->bytes[4], a = answer->bytes[5];
	c |= meter->alarm != 0 ? MG_C_ACD : 0;
	c |= more && has_quirk(meter, METER_DFC_MORE) ? MG_C_DFC : 0;
	set_link_fields(answer, c, addressed ? own_address(meter) : a);
}

static bool wants_init(const struct meter *meter, const struct meter_link *link)
{
	return has_quirk(meter, METER_NEEDS_INIT) && !link->was_init;
}

static void answer_data(struct meter *meter, struct meter_link *link, uint8_t c,
		int64_t wall, struct telegram *answer)
{
	struct meter_link before = *link;
	if (has_quirk(meter, METER_BUSY)) {
		telegram_set_ack(answer);
		return;
	}
	bool fresh = is_new(c, &link->request_known, &link->request_fcb) ||
				 has_quirk(meter, METER_IGNORES_FCB) || has_quirk(meter, METER_STUCK_FCB);
	bool wants_reset = has_quirk(meter, METER_NEEDS_RESET) && fresh && link->next == 0 &&
					   !link->was_reset;
	if (wants_reset || (fresh && wants_init(meter, link)) ||
			has_quirk(meter, METER_MUTE_DATA)) {
		*link = before;
		return;
	}
	if (fresh) {
		advance(meter, link, wall);
	}
	build_answer(meter, &link->last, answer);
}

static void build_alarm(const struct meter *meter, uint8_t alarm, struct telegram *answer)
{
	struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = own_address(meter),
		.ci = CI_ALARM,
		.data = { &alarm, 1 } };
	answer->length = mg_frame_build(&frame, answer->bytes, sizeof(answer->bytes));
}

/* An alarm is told until the master has shown, by toggling the frame count bit, that it
 * came through. */
static void answer_alarm(
		struct meter *meter, struct meter_link *link, uint8_t c, struct telegram *answer)
{
	if (wants_init(meter, link)) {
		return;
	}
	if (is_new(c, &link->alarm_known, &link->alarm_fcb)) {
		if (link->alarm != 0 && link->alarm == meter->alarm) {
			meter->alarm = 0;
		}
		link->alarm = meter->alarm;
	}
	if (link->alarm != 0) {
		build_alarm(meter, link->alarm, answer);
	} else {
		telegram_set_ack(answer);
	}
}

static void answer_status(const struct meter *meter, struct telegram *answer)
{
	struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = C_RSP_SKE, .a = own_address(meter)
	};
	answer->length = mg_frame_build(&frame, answer->bytes, sizeof(answer->bytes));
}

/* User data are acknowledged whatever they ask for. */
static void take_user_data(struct meter *meter, struct meter_link *link,
		const struct mg_frame *frame, const struct meter_time *now,
		struct telegram *answer)
{
	bool fresh = is_new(frame->c, &link->send_known, &link->send_fcb);
	link->was_init = link->was_init || frame->ci == CI_APPLICATION_RESET;
	if (fresh && !has_quirk(meter, METER_STUBBORN)) {
		meter_command(meter, frame, now);
	}
	telegram_set_ack(answer);
}

static void reset_link(
		struct meter *meter, struct meter_link *link, struct telegram *answer)
{
	forget(link);
	meter->spent_254 = false;
	if (!has_quirk(meter, METER_MUTE_RESET)) {
		telegram_set_ack(answer);
	}
}

static void take_request(struct meter *meter, struct meter_link *link,
		const struct mg_frame *frame, const struct meter_time *now,
		struct telegram *answer)
{
	uint8_t function = frame->c & 0x0F;
	if (frame->type == MG_FRAME_LONG) {
		if (function == FUNCTION_SND_UD) {
			take_user_data(meter, link, frame, now, answer);
		}
	} else if (frame->c == MG_C_SND_NKE) {
		reset_link(meter, link, answer);
	} else if (frame->c == C_REQ_SKE) {
		answer_status(meter, answer);
	} else if (function == FUNCTION_REQ_UD2) {
		answer_data(meter, link, frame->c, now->wall, answer);
	} else if (function == FUNCTION_REQ_UD1) {
		answer_alarm(meter, link, frame->c, answer);
	}
}

static void take_selection(
		struct meter *meter, const struct mg_frame *frame, struct telegram *answer)
{
	if (meter_select_fits(meter, frame)) {
		meter->selected = true;
		forget(&meter->by_selection);
		telegram_set_ack(answer);
	} else if (!has_quirk(meter, METER_KEEPS_SELECTED)) {
		meter->selected = false;
	}
}

static void take_selected(struct meter *meter, const struct mg_frame *frame,
		const struct meter_time *now, struct telegram *answer)
{
	if (has_quirk(meter, METER_NO_SELECT)) {
		return;
	}
	if (meter_select_is(frame)) {
		take_selection(meter, frame, answer);
	} else if (meter->selected) {
		take_request(meter, &meter->by_selection, frame, now, answer);
		meter->selected = frame->c != MG_C_SND_NKE;
	}
}

/* By its own address, or by one that means every meter. */
static void take_addressed(struct meter *meter, const struct mg_frame *frame,
		const struct meter_time *now, struct telegram *answer)
{
	bool data_at_254 = frame->a == MG_A_BROADCAST_REPLY &&
					   frame->type == MG_FRAME_SHORT && frame->c != MG_C_SND_NKE;
	if (data_at_254 && meter->spent_254 && has_quirk(meter, METER_ONCE_AT_254)) {
		return;
	}
	if (frame->c == MG_C_SND_NKE && has_quirk(meter, METER_DROPS_SELECTED)) {
		meter->selected = false;
	}
	take_request(meter, &meter->own, frame, now, answer);
	meter->spent_254 |= data_at_254;
}

static int64_t answer_delay(
		struct meter *meter, int64_t bit, const struct telegram *answer)
{
	bool late = has_quirk(meter, METER_LATE) ||
				(has_quirk(meter, METER_LATE_ACK) && answer->length == 1);
	int64_t delay = METER_BITS_LEAST * bit + (meter->delay > 0 ? meter->delay : 0);
	if (late) {
		delay = METER_BITS_MOST * bit + WINDOW_NS + METER_LATE_NS;
	}
	if (meter->jitter > 0) {
		delay += (int64_t)chance_draw(&meter->random, (uint64_t)meter->jitter + 1);
	}
	return delay;
}

void meter_tick(struct meter *meter, const struct meter_time *now)
{
	if (meter->baud_until != 0 && now->ns >= meter->baud_until) {
		meter->baud = meter->baud_before;
		meter->baud_until = 0;
	}
}

void meter_take(struct meter *meter, const struct mg_frame *frame,
		const struct meter_time *now, int64_t bit, struct telegram *answer,
		int64_t *delay)
{
	bool from_master = (frame->type == MG_FRAME_SHORT || frame->type == MG_FRAME_LONG) &&
					   (frame->c & MG_C_PRM) != 0;
	answer->length = answer->value_count = 0;
	*delay = 0;
	if (!from_master) {
		return;
	}
	meter->baud_until = 0; /* something valid came at this speed */
	if (frame->a == MG_A_SELECTED) {
		take_selected(meter, frame, now, answer);
	} else if (frame->a >= MG_A_BROADCAST_REPLY || frame->a == meter->address) {
		take_addressed(meter, frame, now, answer);
	}
	if (frame->a == MG_A_BROADCAST || has_quirk(meter, METER_DEAD)) {
		answer->length = answer->value_count = 0;
	}
	*delay = answer_delay(meter, bit, answer);
}
