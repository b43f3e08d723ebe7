/* SPDX-License-Identifier: MIT */
/* Finds the meters of a bus: sweeps or searches, at one speed after the other. */
#include "scan/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/scan_check.h"
#include "scan/scan_token.h"
#include "scan/search.h"
#include "scan/sweep.h"

/* What the machine of one speed can do. */
struct machine {
	void *(*create)(struct scan *scan, const char *resume);
	void (*destroy)(void *machine);
	enum task_next (*ask)(void *machine, int64_t now);
	void (*take)(void *machine, bool *yields, int64_t now);
};

static void *create_sweep(struct scan *scan, const char *resume)
{
	return sweep_create(scan, resume);
}

static void destroy_sweep(void *machine)
{
	sweep_destroy(machine);
}

static enum task_next ask_sweep(void *machine, int64_t now)
{
	return sweep_ask(machine, now);
}

static void take_sweep(void *machine, bool *yields, int64_t now)
{
	sweep_take(machine, yields, now);
}

static void *create_search(struct scan *scan, const char *resume)
{
	return search_create(scan, resume);
}

static void destroy_search(void *machine)
{
	search_destroy(machine);
}

static enum task_next ask_search(void *machine, int64_t now)
{
	return search_ask(machine, now);
}

static void take_search(void *machine, bool *yields, int64_t now)
{
	search_take(machine, yields, now);
}

static const struct machine machines[] = {
	[SCAN_PRIMARY] = { create_sweep, destroy_sweep, ask_sweep, take_sweep },
	[SCAN_SECONDARY] = { create_search, destroy_search, ask_search, take_search },
};

static const struct machine *machine_of(const struct scan *scan)
{
	return &machines[scan->order.kind];
}

static uint32_t speed(const struct scan *scan)
{
	return scan->order.baud_count > 0 ? scan->order.bauds[scan->baud_at]
									  : scan->exchange->timing->baud;
}

static bool begin_machine(struct scan *scan, const char *resume)
{
	scan->progress.baud = scan->release_baud = speed(scan);
	scan->machine = machine_of(scan)->create(scan, resume);
	if (scan->machine != NULL) {
		scan_check_mark(scan);
		return true;
	}
	if (scan->reason[0] == '\0') {
		snprintf(scan->reason, sizeof(scan->reason), "out of memory");
	}
	return false;
}

/* Meters that were selected must not take what is said to others for theirs. */
static enum task_next part(struct task *task, int64_t now)
{
	struct scan *scan = (struct scan *)task;
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = MG_A_SELECTED
	};
	const struct exchange_ask ask = {
		.frame = &frame, .expects = EXCHANGE_EXPECT_ACK, .baud = scan->release_baud
	};
	if (scan->order.kind != SCAN_SECONDARY) {
		return TASK_OVER;
	}
	exchange_begin(scan->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static bool leaves_selected(const struct scan *scan)
{
	return scan->order.kind == SCAN_SECONDARY && scan->answered;
}

static void next_speed(struct scan *scan)
{
	scan->done = scan->baud_at + 1 >= scan_speeds(&scan->order);
	if (!scan->done) {
		scan->baud_at++;
		begin_machine(scan, NULL);
	}
}

/* The machine of a speed goes on. When it has nothing to do it is gone, unless it had to
   give up: then it stays where it is, and the token says how far it was. */
static enum task_next ask_machine(struct scan *scan, int64_t now)
{
	scan->release_baud = scan->progress.baud;
	enum task_next next = machine_of(scan)->ask(scan->machine, now);
	if (next == TASK_OVER && scan->reason[0] == '\0') {
		scan->step = leaves_selected(scan) ? SCAN_RELEASES : SCAN_PROBES;
		machine_of(scan)->destroy(scan->machine);
		scan->machine = NULL;
	}
	return next;
}

static enum task_next ask(struct task *task, int64_t now)
{
	struct scan *scan = (struct scan *)task;
	while (!scan->done && scan->reason[0] == '\0') {
		if (scan->step == SCAN_RELEASES) {
			return part(task, now);
		}
		if (scan->step == SCAN_CHECKS || (task->yields && scan_check_is_due(scan))) {
			scan->step = SCAN_CHECKS;
			scan_check_ask(scan, now);
			return TASK_EXCHANGE;
		}
		if (scan->machine == NULL) {
			next_speed(scan);
			continue;
		}
		enum task_next next = ask_machine(scan, now);
		if (next != TASK_OVER) {
			return next;
		}
	}
	return TASK_OVER;
}

static void take(struct task *task, int64_t now)
{
	struct scan *scan = (struct scan *)task;
	scan->answered = scan->exchange->outcome != EXCHANGE_SILENT;
	switch (scan->step) {
	case SCAN_PROBES:
		machine_of(scan)->take(scan->machine, &task->yields, now);
		scan_check_count(scan);
		return;
	case SCAN_CHECKS:
		if (scan_check_take(scan)) {
			scan->step = leaves_selected(scan) ? SCAN_RELEASES : SCAN_PROBES;
		}
		break;
	case SCAN_RELEASES:
		scan->step = SCAN_PROBES;
		break;
	}
	task->yields = true;
}

/* The machine stays: where it is goes into the token. */
static void stop(struct task *task, int64_t now)
{
	(void)now;
	task->yields = true;
}

static const struct task_ops ops = {
	.ask = ask, .take = take, .part = part, .stop = stop
};

struct scan *scan_create(struct exchange *exchange, const struct scan_order *order,
		const struct scan_user *user)
{
	struct scan *scan = calloc(1, sizeof(*scan));
	if (scan == NULL) {
		return NULL;
	}
	scan->task = (struct task){ .ops = &ops, .yields = true };
	scan->exchange = exchange;
	scan->order = *order;
	scan->order.resume = NULL;
	scan->user = user != NULL ? *user : (struct scan_user){ .data = NULL };
	scan->progress.time_left = -1;
	/* All of it at once, since what was found must not move; pages cost when used. */
	scan->room = SCAN_FOUND_MAX;
	scan->found = malloc(scan->room * sizeof(scan->found[0]));
	if (scan->found == NULL) {
		scan_destroy(scan);
		return NULL;
	}
	char rest[SCAN_TOKEN_SIZE] = "";
	if (order->resume == NULL || scan_token_read(scan, order->resume, rest)) {
		begin_machine(scan, rest[0] != '\0' ? rest : NULL);
	}
	return scan;
}

void scan_destroy(struct scan *scan)
{
	if (scan == NULL) {
		return;
	}
	if (scan->machine != NULL) {
		machine_of(scan)->destroy(scan->machine);
	}
	free(scan->found);
	free(scan);
}

static bool same_identity(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

/* A meter that follows every speed answers at each: it is the same by its identity only.
 */
static bool is_same(const struct scan_found *a, const struct scan_found *b)
{
	if (a->secondary != b->secondary || a->address != b->address ||
			a->has_identity != b->has_identity) {
		return false;
	}
	return a->has_identity ? same_identity(&a->identity, &b->identity)
						   : a->baud == b->baud;
}

static bool is_known(const struct scan *scan, const struct scan_found *found)
{
	for (size_t i = 0; found->has_identity && i < scan->order.known_count; i++) {
		if (same_identity(&scan->order.known[i], &found->identity)) {
			return true;
		}
	}
	return false;
}

struct scan_found *scan_add(struct scan *scan, const struct scan_found *found)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (is_same(&scan->found[i], found)) {
			return &scan->found[i];
		}
	}
	if (scan->count == scan->room) {
		scan->overflow++;
		return NULL;
	}
	struct scan_found *added = &scan->found[scan->count++];
	*added = *found;
	added->known = found->known || is_known(scan, found);
	scan->progress.found = scan->count;
	scan_changed(scan, added);
	return added;
}

void scan_changed(struct scan *scan, const struct scan_found *found)
{
	if (scan->user.found != NULL) {
		scan->user.found(scan->user.data, found);
	}
}

void scan_tell(struct scan *scan)
{
	if (scan->user.progress != NULL) {
		scan->user.progress(scan->user.data, &scan->progress);
	}
}
