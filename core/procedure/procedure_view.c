/* SPDX-License-Identifier: MIT */
/* What a procedure has to know of a readout to compare it with another one. */
#include "procedure/procedure_view.h"

#include <stdio.h>

#include "link/telegrams.h"

#define A_OFFSET 5
#define STATUS_ERRORS 0x1F /* what is not the manufacturer's own */

bool procedure_view_answered(const struct procedure_view *view)
{
	return view->done && view->readout.outcome == BUS_OK && view->readout.count > 0;
}

bool procedure_view_silent(const struct procedure_view *view)
{
	return view->done && view->readout.outcome == BUS_NO_ANSWER;
}

bool procedure_view_nobody(const struct procedure_view *view)
{
	return procedure_view_silent(view) && view->readout.delay < 0;
}

const char *procedure_view_who(
		const struct procedure_view *view, char text[PROCEDURE_WHO_SIZE])
{
	if (!view->readout.has_identity) {
		snprintf(text, PROCEDURE_WHO_SIZE, "a meter that does not say who it is");
		return text;
	}
	return mg_identity_text(&view->readout.identity, text);
}

int procedure_view_address(const struct procedure_view *view)
{
	return procedure_view_answered(view) ? view->readout.frames[0].data[A_OFFSET] : -1;
}

bool procedure_view_same_meter(
		const struct procedure_view *a, const struct procedure_view *b)
{
	if (!procedure_view_answered(a) || !procedure_view_answered(b) ||
			a->readout.has_identity != b->readout.has_identity) {
		return false;
	}
	if (!a->readout.has_identity) {
		return a->readout.print == b->readout.print;
	}
	return telegrams_same_meter(&a->readout.identity, &b->readout.identity);
}

bool procedure_view_same_kind(
		const struct procedure_view *a, const struct procedure_view *b)
{
	return procedure_view_answered(a) && procedure_view_answered(b) &&
		   a->readout.print == b->readout.print;
}

void procedure_view_stray(struct procedure_view *view)
{
	const struct exchange *exchange = view->readout.exchange;
	const struct mg_frame *frame = &exchange->link.frame;
	struct telegrams_facts facts;
	if (view->readout.outcome != BUS_BAD_ANSWER || exchange->link.length == 0 ||
			exchange->failure.trouble != EXCHANGE_TROUBLE_ADDRESS ||
			frame->a != exchange->failure.a) {
		return;
	}
	telegrams_look_into(frame, &view->readout.secret, &facts);
	view->strayed = facts.has_identity;
	view->stray_address = frame->a;
	view->stray = facts.identity;
}

bool procedure_view_strayed(
		const struct procedure_view *a, const struct procedure_view *b)
{
	return b->done && b->strayed && procedure_view_answered(a) &&
		   a->readout.has_identity &&
		   telegrams_same_meter(&a->readout.identity, &b->stray);
}

uint64_t procedure_view_print(
		const struct procedure *procedure, const struct mg_bytes *frame)
{
	struct mg_frame parsed;
	struct telegrams_facts facts;
	size_t length;
	if (mg_frame_parse(frame->data, frame->size, &parsed, &length) != MG_FAULT_NONE) {
		return 0;
	}
	telegrams_look_into(&parsed, &procedure->order.secret, &facts);
	return facts.print;
}

struct printing {
	uint64_t print;
};

static void print_record(void *data, const struct mg_data_record *record)
{
	const uint64_t prime = 1099511628211u;
	struct printing *printing = data;
	for (size_t i = 0; i < record->dib.size; i++) {
		printing->print = (printing->print ^ record->dib.data[i]) * prime;
	}
	for (size_t i = 0; i < record->vib.size; i++) {
		printing->print = (printing->print ^ record->vib.data[i]) * prime;
	}
}

/* A readout knows no procedure, but has the secret of the meter. */
static void each_in(const struct mg_bytes *bytes, const struct telegrams_secret *secret,
		void (*take)(void *data, const struct mg_data_record *record), void *data,
		size_t *count)
{
	struct mg_frame frame;
	struct mg_telegram telegram;
	struct mg_data_record record;
	uint8_t plain[SECURE_PLAIN_MAX];
	size_t length;
	if (mg_frame_parse(bytes->data, bytes->size, &frame, &length) != MG_FAULT_NONE) {
		return;
	}
	enum mg_fault fault = mg_telegram_parse(&frame, &telegram);
	if (fault == MG_FAULT_ENCRYPTED && secret->key != NULL) {
		fault = secure_open(&telegram, secret->key, secret->identity, plain);
	}
	if (fault != MG_FAULT_NONE) {
		return;
	}
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		take(data, &record);
		*count += 1;
	}
}

size_t procedure_view_each(const struct procedure_view *view,
		void (*take)(void *data, const struct mg_data_record *record), void *data)
{
	size_t count = 0;
	for (size_t i = 0; view->done && i < view->readout.count; i++) {
		each_in(&view->readout.frames[i], &view->readout.secret, take, data, &count);
	}
	return count;
}

bool procedure_view_same_records(
		const struct procedure_view *a, const struct procedure_view *b)
{
	struct printing first = { .print = 0 }, second = { .print = 0 };
	if (!procedure_view_answered(a) || !procedure_view_answered(b)) {
		return false;
	}
	procedure_view_each(a, print_record, &first);
	procedure_view_each(b, print_record, &second);
	return first.print == second.print;
}

static void ignore(void *data, const struct mg_data_record *record)
{
	(void)data;
	(void)record;
}

size_t procedure_view_count(const struct procedure_view *view)
{
	return procedure_view_each(view, ignore, NULL);
}

static bool parse(const struct procedure_view *view, struct mg_telegram *telegram)
{
	struct mg_frame frame;
	size_t length;
	if (!procedure_view_answered(view)) {
		return false;
	}
	const struct mg_bytes *bytes = &view->readout.frames[0];
	if (mg_frame_parse(bytes->data, bytes->size, &frame, &length) != MG_FAULT_NONE) {
		return false;
	}
	enum mg_fault fault = mg_telegram_parse(&frame, telegram);
	return fault == MG_FAULT_NONE || fault == MG_FAULT_ENCRYPTED;
}

const char *procedure_view_complaint(
		const struct procedure_view *view, char text[PROCEDURE_WHO_SIZE * 2])
{
	struct mg_telegram telegram;
	const char *names[8];
	text[0] = '\0';
	if (!parse(view, &telegram)) {
		return text;
	}
	if (telegram.app_error >= 0) {
		snprintf(text, PROCEDURE_WHO_SIZE * 2, "; the meter reports: %s",
				mg_app_error_text(telegram.app_error));
	} else if ((telegram.status & STATUS_ERRORS) != 0 &&
			   mg_status_names(telegram.status, (enum mg_header)telegram.header, names) >
					   0) {
		snprintf(text, PROCEDURE_WHO_SIZE * 2, "; its status says %s", names[0]);
	}
	return text;
}
