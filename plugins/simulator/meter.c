/* SPDX-License-Identifier: MIT */
/* The link layer of a slave (EN 13757-2) and its part of secondary addressing. */
#include "meter.h"

#include <string.h>

#define C_FCV 0x10
#define CI_RESET 0x50
#define CI_SELECT 0x52
#define CI_SELECT_MODE2 0x56
#define METER_VERSION 0x10

void meter_init(struct meter *meter, unsigned kind, int address, uint32_t id,
		uint32_t seed, size_t count)
{
	struct mg_identity identity = {
		.id = id, .version = METER_VERSION, .medium = telegram_medium(kind)
	};
	mg_manufacturer_parse("SIM", &identity.manufacturer);
	*meter = (struct meter){ .address = address,
		.identity = identity,
		.selectable = true,
		.source = { .kind = kind % TELEGRAM_KINDS,
				.seed = seed,
				.address = (uint8_t)address,
				.identity = identity,
				.count = count } };
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
	mg_telegram_parse(&frame, &telegram);
	if (telegram.header == MG_HEADER_LONG || telegram.header == MG_HEADER_FIXED) {
		meter->identity = telegram.identity;
		meter->selectable = true;
	}
}

static void forget(struct meter_link *link)
{
	*link = (struct meter_link){ .next = 0 };
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

/* The next moment of the meter's life; every readout moves its counters on. */
static void advance(struct meter *meter, struct meter_link *link, int64_t now)
{
	int64_t elapsed = now > TELEGRAM_EPOCH ? now - TELEGRAM_EPOCH : 0;
	if (link->next == 0) {
		meter->ticks = elapsed > meter->ticks ? elapsed : meter->ticks + 1;
	}
	meter->access++;
	link->last = (struct telegram_moment){
		.time = now, .ticks = meter->ticks, .index = link->next, .access = meter->access
	};
	link->next = (link->next + 1) % meter->source.count;
}

static void answer_data(struct meter *meter, struct meter_link *link, uint8_t c,
		int64_t now, struct telegram *answer)
{
	if (is_new(c, &link->request_known, &link->request_fcb)) {
		advance(meter, link, now);
	}
	if (meter->literal == NULL) {
		telegram_build(&meter->source, &link->last, answer);
		return;
	}
	const struct mg_bytes *bytes = &meter->literal[link->last.index];
	memcpy(answer->bytes, bytes->data, bytes->size);
	answer->length = bytes->size;
}

/* A frame with user data, which is acknowledged whatever it asks for; of what can be
 * asked for, meters here know the application reset. */
static void take_user_data(struct meter *meter, struct meter_link *link,
		const struct mg_frame *frame, struct telegram *answer)
{
	bool fresh = is_new(frame->c, &link->send_known, &link->send_fcb);
	if (fresh && frame->ci == CI_RESET) {
		meter->own.next = meter->by_selection.next = 0;
	}
	telegram_set_ack(answer);
}

static void take_request(struct meter *meter, struct meter_link *link,
		const struct mg_frame *frame, int64_t now, struct telegram *answer)
{
	uint8_t function = frame->c & 0x0F;
	if (frame->type == MG_FRAME_LONG) {
		if (function == 0x3) {
			take_user_data(meter, link, frame, answer);
		}
	} else if (frame->c == MG_C_SND_NKE) {
		forget(link);
		telegram_set_ack(answer);
	} else if (function == 0xB) {
		answer_data(meter, link, frame->c, now, answer);
	} else if (function == 0xA) {
		telegram_set_ack(answer); /* no class 1 data */
	}
}

/* Eight bytes select; more ask for a fabrication number, which meters here do not
 * compare and therefore do not confirm. */
static bool mask_fits(const struct meter *meter, const struct mg_frame *frame)
{
	struct mg_identity mask;
	if (frame->ci != CI_SELECT || !meter->selectable) {
		return false;
	}
	if (frame->data.size != 8) {
		return frame->data.size == 0;
	}
	mg_identity_get(frame->data.data, &mask);
	return mg_identity_match(&mask, &meter->identity);
}

static void take_selected(struct meter *meter, const struct mg_frame *frame, int64_t now,
		struct telegram *answer)
{
	if (frame->type == MG_FRAME_LONG &&
			(frame->ci == CI_SELECT || frame->ci == CI_SELECT_MODE2)) {
		meter->selected = mask_fits(meter, frame);
		if (meter->selected) {
			forget(&meter->by_selection);
			telegram_set_ack(answer);
		}
	} else if (meter->selected) {
		take_request(meter, &meter->by_selection, frame, now, answer);
		meter->selected = frame->c != MG_C_SND_NKE;
	}
}

void meter_take(struct meter *meter, const struct mg_frame *frame, int64_t now,
		struct telegram *answer)
{
	bool from_master = (frame->type == MG_FRAME_SHORT || frame->type == MG_FRAME_LONG) &&
					   (frame->c & MG_C_PRM) != 0;
	answer->length = answer->value_count = 0;
	if (!from_master) {
		return;
	}
	if (frame->a == MG_A_SELECTED) {
		take_selected(meter, frame, now, answer);
	} else if (frame->a >= MG_A_BROADCAST_REPLY || frame->a == meter->address) {
		take_request(meter, &meter->own, frame, now, answer);
	}
	if (frame->a == MG_A_BROADCAST || meter->dead) {
		answer->length = answer->value_count = 0;
	}
}
