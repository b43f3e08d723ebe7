/* SPDX-License-Identifier: MIT */
/* Whether the meters that a scan has found are still there. */
#include "scan/scan_check.h"

#include <stdio.h>
#include <string.h>

#include "scan/search_mask.h"
#include "scan/sweep_set.h"

/* Probes in a row without an answer, after which a meter is asked in between: that costs
   one part in a hundred of the time that they took. */
#define SILENT_RUN 64
/* Two meters, each in two ways, and each request so often. */
#define METERS 2
#define WAYS 2
#define TRIES 3
/* What a meter may take that answers later than the standard allows, µs. */
#define PATIENCE 600000
#define NAMED_SIZE 52
#define NAMED_METERS 2
#define CI_SELECT 0x52

/* A whole frame from another address is one, too. */
static bool is_answer(const struct exchange *exchange)
{
	return exchange->outcome == EXCHANGE_ACK || exchange->outcome == EXCHANGE_DATA ||
		   (exchange->outcome == EXCHANGE_BAD &&
				   exchange->failure.trouble == EXCHANGE_TROUBLE_ADDRESS);
}

void scan_check_mark(struct scan *scan)
{
	scan_token(scan, scan->check.token);
}

void scan_check_count(struct scan *scan)
{
	if (is_answer(scan->exchange)) {
		scan->check.silent = 0;
		scan->check.answered = true;
		scan_check_mark(scan);
	} else {
		scan->check.silent++;
	}
}

/* A selection of many may be acknowledged before the first of them is found. */
bool scan_check_is_due(const struct scan *scan)
{
	unsigned most = scan->machine != NULL ? SILENT_RUN : 1;
	bool any = scan->count > 0 ||
			   (scan->order.kind == SCAN_SECONDARY && scan->check.answered);
	return any && scan->check.silent >= most;
}

/* Of those that were found, the last one first. Those that answer by themselves come
   before the others; NULL: there are not so many. */
static const struct scan_found *witness(const struct scan *scan, unsigned nth)
{
	for (int others = 0; others < 2; others++) {
		for (size_t i = scan->count; i > 0; i--) {
			const struct scan_found *found = &scan->found[i - 1];
			if ((found->state != SCAN_CONFIRMED) == others && nth-- == 0) {
				return found;
			}
		}
	}
	return NULL;
}

/* Each alone may have lost its power. Before any is found, all that are looked for. */
static struct scan_found meter(const struct scan *scan)
{
	const struct scan_found *found = witness(scan, scan->check.asked / WAYS);
	if (found != NULL) {
		return *found;
	}
	return (struct scan_found){
		.state = SCAN_COLLISION,
		.secondary = true,
		.identity = scan->order.mask,
		.baud = scan->progress.baud,
	};
}

/* Exchanges without an answer until all meters count as silent. */
static unsigned asked_most(const struct scan *scan)
{
	return witness(scan, 1) != NULL ? METERS * WAYS : WAYS;
}

/* Some meters answer only one of SND_NKE and REQ_UD2. */
static void ask_address(struct scan *scan, const struct scan_found *found, int64_t now)
{
	bool reset = scan->check.asked % WAYS == 0;
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT,
		.c = reset ? MG_C_SND_NKE : MG_C_REQ_UD2 | MG_C_FCB,
		.a = (uint8_t)found->address,
	};
	const struct exchange_ask ask = {
		.frame = &frame,
		.expects = EXCHANGE_EXPECT_ACK | (reset ? 0 : (unsigned)EXCHANGE_EXPECT_DATA),
		.tries = TRIES,
		.baud = found->baud,
		.patience = PATIENCE,
	};
	exchange_begin(scan->exchange, &ask, now);
}

static void select_meter(struct scan *scan, const struct scan_found *found, int64_t now)
{
	uint8_t data[SEARCH_MASK_BYTES];
	struct search_mask mask = search_mask_of(&found->identity);
	const struct mg_frame frame = {
		.type = MG_FRAME_LONG,
		.c = MG_C_SND_UD,
		.a = MG_A_SELECTED,
		.ci = CI_SELECT,
		.data = { data, search_mask_put(&mask, data) },
	};
	const struct exchange_ask ask = {
		.frame = &frame,
		.expects = EXCHANGE_EXPECT_ACK,
		.tries = TRIES,
		.baud = found->baud,
		.patience = PATIENCE,
	};
	exchange_begin(scan->exchange, &ask, now);
}

void scan_check_ask(struct scan *scan, int64_t now)
{
	struct scan_found found = meter(scan);
	scan->release_baud = found.baud;
	if (found.secondary) {
		select_meter(scan, &found, now);
	} else {
		ask_address(scan, &found, now);
	}
}

/* "1-4, 7", as far as there is room. */
static void name_addresses(const struct scan *scan, char text[NAMED_SIZE])
{
	struct sweep_set set = { .bits = { 0 } };
	size_t length = 0;
	for (size_t i = 0; i < scan->count; i++) {
		sweep_set_put(&set, scan->found[i].address, true);
	}
	for (int first = sweep_set_next(&set, 0), last; first >= 0;
			first = sweep_set_next(&set, last + 1)) {
		char range[16];
		for (last = first; sweep_set_has(&set, last + 1); last++) {
		}
		snprintf(range, sizeof(range), last > first ? "%d-%d" : "%d", first, last);
		if (length + strlen(range) + sizeof(", ...") >= NAMED_SIZE) {
			snprintf(text + length, NAMED_SIZE - length, ", ...");
			return;
		}
		length += (size_t)snprintf(text + length, NAMED_SIZE - length, "%s%s",
				length > 0 ? ", " : "", range);
	}
}

static void name_identities(const struct scan *scan, char text[NAMED_SIZE])
{
	size_t length = 0;
	snprintf(text, NAMED_SIZE, "some");
	for (size_t i = 0; i < scan->count && i < NAMED_METERS; i++) {
		char identity[MG_IDENTITY_SIZE];
		mg_identity_text(&scan->found[i].identity, identity);
		length += (size_t)snprintf(text + length, NAMED_SIZE - length, "%s%s",
				length > 0 ? ", " : "", identity);
	}
	if (scan->count > NAMED_METERS) {
		snprintf(text + length, NAMED_SIZE - length, ", ...");
	}
}

static void give_up(struct scan *scan)
{
	char named[NAMED_SIZE] = "";
	if (scan->order.kind == SCAN_PRIMARY) {
		name_addresses(scan, named);
	} else {
		name_identities(scan, named);
	}
	scan->fell_silent = true;
	snprintf(scan->reason, sizeof(scan->reason),
			"the meters fell silent during the scan: %s answered before; converter "
			"overloaded, bus shorted or power lost?",
			named);
}

/* Where several are asked at once, they may be heard all the same. */
static bool is_there(const struct scan *scan)
{
	bool several = meter(scan).state != SCAN_CONFIRMED &&
				   scan->exchange->outcome == EXCHANGE_BAD;
	return is_answer(scan->exchange) || several;
}

bool scan_check_take(struct scan *scan)
{
	scan->progress.probes++;
	if (is_there(scan)) {
		scan->check.silent = 0;
		scan->check.asked = 0;
		if (scan->machine != NULL) {
			scan_check_mark(scan);
		}
		return true;
	}
	if (++scan->check.asked < asked_most(scan)) {
		return false;
	}
	give_up(scan);
	return true;
}
