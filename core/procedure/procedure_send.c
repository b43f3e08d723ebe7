/* SPDX-License-Identifier: MIT */
/* Sends bytes as they stand, or asks for an alarm (REQ_UD1): nothing is changed that
   could be verified, and what comes is shown. */
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"

enum {
	C_REQ_SKE = 0x49,
	C_MASK = 0xDF, /* without the frame count bit */
	ANYTHING = EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA | EXCHANGE_EXPECT_STATUS,
};

/* What a master may hear after a frame. */
static unsigned expects(const struct mg_bytes *bytes)
{
	static const struct {
		uint8_t c;
		unsigned expects;
	} rows[] = {
		{ MG_C_SND_NKE, EXCHANGE_EXPECT_ACK },
		{ MG_C_SND_UD, EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA },
		{ C_REQ_SKE, EXCHANGE_EXPECT_STATUS | EXCHANGE_EXPECT_ACK },
	};
	struct mg_frame frame;
	size_t length;
	enum mg_fault fault = mg_frame_parse(bytes->data, bytes->size, &frame, &length);
	if (fault == MG_FAULT_NONE && frame.type >= MG_FRAME_SHORT &&
			frame.a == MG_A_BROADCAST) {
		return 0;
	}
	for (size_t i = 0; fault == MG_FAULT_NONE && i < sizeof(rows) / sizeof(rows[0]);
			i++) {
		if ((frame.c & C_MASK) == rows[i].c) {
			return rows[i].expects;
		}
	}
	return ANYTHING;
}

static void check_send(struct procedure *procedure)
{
	if (procedure->order.data.size == 0) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"nothing to send: want a frame, such as 10 40 05 45 16");
	}
}

static void plan_send(struct procedure *procedure)
{
	const struct mg_bytes *bytes = &procedure->order.data;
	procedure_run_short(procedure, 0, expects(bytes), "send %zu bytes", bytes->size);
	memcpy(procedure->plan.data, bytes->data, bytes->size);
	procedure->plan.size = bytes->size;
	procedure->plan.raw = true;
}

static void judge_send(struct procedure *procedure)
{
	switch (procedure->answer) {
	case EXCHANGE_ACK:
		procedure_run_end(procedure, PROCEDURE_WORKED, "acknowledged");
		break;
	case EXCHANGE_DATA:
		procedure_run_end(procedure, PROCEDURE_WORKED, "answered with %zu bytes",
				procedure->answered.size);
		break;
	case EXCHANGE_SENT:
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"sent; nobody answers to a broadcast, so nothing is known of its effect");
		break;
	case EXCHANGE_SILENT:
		procedure_run_end(procedure, PROCEDURE_NO_ANSWER,
				"%s; check address, frame and baud rate", procedure->trouble);
		break;
	default:
		procedure_run_end(procedure, PROCEDURE_DAMAGED,
				"%s; do several meters have this address, or is the baud rate wrong?",
				procedure->trouble);
	}
}

#define BITS_SIZE 48

static const struct procedure_stage send_stages[] = {
	{ plan_send, judge_send },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	(void)procedure;
	snprintf(text, size,
			"whether a meter heard the frame: if it changes something read the "
			"meter before it is sent again");
}

const struct procedure_recipe procedure_send_recipe = {
	.name = "send",
	.unknown = unknown,
	.check = check_send,
	.stages = send_stages,
	.count = sizeof(send_stages) / sizeof(send_stages[0]),
};

/* The frame count bit says that it is a new request: a one-time alarm comes again while
   it stays the same. */
static void plan_alarm(struct procedure *procedure)
{
	procedure_run_short(procedure, MG_C_REQ_UD1 | MG_C_FCB,
			EXCHANGE_EXPECT_DATA | EXCHANGE_EXPECT_ACK, "ask for an alarm");
	/* SND_NKE or a selection would undo what the init sequence did. */
	procedure->plan.bare =
			procedure->order.init != NULL &&
			(procedure->order.dry_run || procedure_view_answered(procedure_run_view(
												 procedure, PROCEDURE_VIEW_BEFORE)));
}

/* "bits 2 and 5 are set". */
static const char *bits_text(unsigned alarm, char text[BITS_SIZE])
{
	int count = __builtin_popcount(alarm), left = count;
	size_t at = (size_t)snprintf(
			text, BITS_SIZE, "%s", count == 0 ? "no bit" : (count == 1 ? "bit" : "bits"));
	for (unsigned bit = 0; left > 0; bit++) {
		if ((alarm >> bit & 1) != 0) {
			const char *before = left == count ? " " : (left == 1 ? " and " : ", ");
			at += (size_t)snprintf(text + at, BITS_SIZE - at, "%s%u", before, bit);
			left--;
		}
	}
	snprintf(text + at, BITS_SIZE - at, " %s set", count > 1 ? "are" : "is");
	return text;
}

static void end_data(struct procedure *procedure)
{
	char bits[BITS_SIZE];
	struct mg_frame frame;
	struct mg_telegram telegram;
	size_t length;
	const struct mg_bytes *bytes = &procedure->answered;
	mg_frame_parse(bytes->data, bytes->size, &frame, &length);
	mg_telegram_parse(&frame, &telegram);
	if (telegram.alarm < 0) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the meter has urgent data, which are no alarm byte: %s",
				mg_ci_text(frame.ci));
		return;
	}
	procedure_run_end(procedure, PROCEDURE_WORKED,
			"alarm state %02Xh (%s); the manual of the meter tells what they mean",
			(unsigned)telegram.alarm, bits_text((unsigned)telegram.alarm, bits));
}

static void judge_alarm(struct procedure *procedure)
{
	if (procedure->answer == EXCHANGE_ACK) {
		procedure_run_end(procedure, PROCEDURE_WORKED, "no alarm");
	} else if (procedure->answer == EXCHANGE_DATA) {
		end_data(procedure);
	} else {
		bool silent = procedure->answer == EXCHANGE_SILENT;
		procedure_run_end(procedure, silent ? PROCEDURE_NO_ANSWER : PROCEDURE_DAMAGED,
				"%s; %s", procedure->trouble,
				silent ? "meters need not know this request: read it, to see whether it "
						 "is there"
					   : "do several meters have this address?");
	}
}

/* A meter that has to be prepared for a readout may be silent without. */
static void plan_prepare(struct procedure *procedure)
{
	if (procedure->order.init != NULL) {
		procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_BEFORE, 1,
				"read the meter first");
	}
}

/* Whatever came of it: the alarm is what was asked for. */
static void judge_prepare(struct procedure *procedure)
{
	procedure->shown = NULL;
}

static const struct procedure_stage alarm_stages[] = {
	{ plan_prepare, judge_prepare },
	{ plan_alarm, judge_alarm },
};

const struct procedure_recipe procedure_alarm_recipe = {
	.name = "alarm",
	.stages = alarm_stages,
	.count = sizeof(alarm_stages) / sizeof(alarm_stages[0]),
};
