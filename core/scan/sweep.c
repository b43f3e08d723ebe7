/* SPDX-License-Identifier: MIT */
/* The sweep over primary addresses, at one speed. */
#include "scan/sweep.h"

#include <stdio.h>
#include <stdlib.h>

#include "link/bus_counters.h"
#include "scan/sweep_private.h"

#define PROBE_BYTES 5
/* Beyond what the standard allows for an answer, where one seems to come so late, µs. */
#define LATE_WINDOW 500000
/* The same for the last address, behind which no other one is asked that would hear it.
 */
#define LATE_LAST 120000
/* How long a silent probe may yet be answered, as far as that is looked for, µs. */
#define LATE_SPAN 500000
/* Requests that the transport does not send, in a row, until the sweep is given up. */
#define STALLS_MAX 3

static struct sweep_set ordered(const struct scan_order *order)
{
	struct sweep_set set = { .bits = { 0 } };
	for (int a = 0; a <= MG_A_PRIMARY_LAST; a++) {
		sweep_set_put(&set, a, (order->addresses[a / 8] >> (a % 8) & 1) != 0);
	}
	if (sweep_set_count(&set) > 0) {
		return set;
	}
	for (int a = 0; a <= MG_A_PRIMARY_LAST; a++) {
		sweep_set_put(&set, a, true);
	}
	return set;
}

struct sweep *sweep_create(struct scan *scan, const char *resume)
{
	struct sweep *sweep = calloc(1, sizeof(*sweep));
	if (sweep == NULL) {
		return NULL;
	}
	sweep->scan = scan;
	sweep->timing = *scan->exchange->timing;
	if (scan->order.baud_count > 0) {
		sweep->baud = scan->order.bauds[scan->baud_at];
		sweep->timing.baud = sweep->baud;
	}
	sweep->todo = ordered(&scan->order);
	sweep->last_silent = -1;
	sweep->silent_before = -1;
	sweep->way = -1;
	if (resume != NULL && !sweep_token_read(sweep, resume)) {
		snprintf(scan->reason, sizeof(scan->reason),
				"the token cannot be read: give all of it, as the scan printed it");
		sweep_destroy(sweep);
		return NULL;
	}
	return sweep;
}

void sweep_destroy(struct sweep *sweep)
{
	free(sweep);
}

/* How often silent addresses are asked in all. */
static unsigned passes(const struct sweep *sweep)
{
	unsigned wanted = sweep->scan->order.repeats + 1;
	struct sweep_noise noise = sweep_hear_noise(sweep);
	unsigned needed = sweep_noise_passes(&noise);
	return wanted > needed ? wanted : needed;
}

/* Silent addresses that were given less time than is known now to be needed. */
static bool asks_the_hasty(struct sweep *sweep)
{
	int64_t need = sweep_hear_allowance(sweep);
	for (int a = 0; a <= MG_A_PRIMARY_LAST; a++) {
		if (sweep_set_has(&sweep->silent, a) && sweep->allowed[a] < need) {
			sweep_set_put(&sweep->todo, a, true);
		}
	}
	return sweep_set_count(&sweep->todo) > 0;
}

/* It may have answered, but late: asks it next, and waits for longer. */
static void suspect(struct sweep *sweep, int address)
{
	if (sweep_set_has(&sweep->silent, address) &&
			!sweep_set_has(&sweep->was_late, address)) {
		sweep_set_put(&sweep->late, address, true);
		sweep_set_put(&sweep->was_late, address, true);
	}
}

/* Silent addresses that may have answered late while another one did. */
static bool asks_the_covered(struct sweep *sweep)
{
	for (int a = sweep_set_next(&sweep->covered, 0); a >= 0 && sweep->answers_late;
			a = sweep_set_next(&sweep->covered, a + 1)) {
		sweep_set_put(&sweep->covered, a, false);
		suspect(sweep, a);
	}
	return sweep_set_count(&sweep->late) > 0;
}

/* Nothing is left to do in this pass: true when there is more to do after it. */
static bool next_pass(struct sweep *sweep)
{
	if (asks_the_covered(sweep)) {
		return true;
	}
	if (sweep->pass + 1 < passes(sweep) && sweep_set_count(&sweep->silent) > 0) {
		sweep->todo = sweep->silent;
		sweep->was_late = (struct sweep_set){ .bits = { 0 } };
		sweep->pass++;
		sweep->again = false;
		return true;
	}
	sweep->hasty = SWEEP_HASTY_COUNT;
	if (asks_the_hasty(sweep)) {
		return true;
	}
	sweep->again = true;
	sweep->todo = sweep->collided;
	sweep->collided = (struct sweep_set){ .bits = { 0 } };
	return sweep_set_count(&sweep->todo) > 0;
}

static bool is_last(const struct sweep *sweep)
{
	return sweep_set_count(&sweep->todo) + sweep_set_count(&sweep->late) == 1;
}

static void begin_visit(struct sweep *sweep, int address, int64_t now)
{
	const struct scan_order *order = &sweep->scan->order;
	struct sweep_noise noise = sweep_hear_noise(sweep);
	bool noisy = sweep_noise_rate(&noise) > 0;
	sweep->visiting = true;
	sweep->late_by = sweep_set_has(&sweep->late, address) ? LATE_WINDOW
					 : is_last(sweep)                     ? LATE_LAST
														  : 0;
	sweep->delay = -1;
	sweep->window = 0;
	sweep->way_unknown = sweep->way < 0;
	sweep->visit = (struct sweep_visit){
		.address = (uint8_t)address,
		.identify = order->identify,
		.request_first = sweep->check.asking || (order->repeats > 0 && sweep->pass > 0),
		.request_anyhow = address == 0 || order->repeats > 0,
		.after_silence = sweep->last_silent >= 0 && now - sweep->silent_at < LATE_SPAN,
		.was_heard = sweep->again,
		.tries_damaged = noisy ? SWEEP_VISIT_TRIES_NOISY : SWEEP_VISIT_TRIES,
	};
}

static int check_next(struct sweep *sweep, int64_t now)
{
	bool due = sweep->pass == 0 && passes(sweep) == 1 && !sweep->scan->order.identify;
	return due ? sweep_check_next(sweep, now) : -1;
}

static bool pick(struct sweep *sweep, int64_t now)
{
	int address = -1;
	while (address < 0 && !sweep->over) {
		address = sweep_set_next(&sweep->late, 0);
		address = address >= 0 ? address : sweep_set_next(&sweep->todo, 0);
		address = address >= 0 ? address : check_next(sweep, now);
		sweep->over = address < 0 && !next_pass(sweep);
	}
	if (address >= 0) {
		begin_visit(sweep, address, now);
	}
	return address >= 0;
}

/* Two meters with one address, the second up to a whole window later, are noticed where
   they are likely, with new meters at 0, or looked for. */
static int64_t listen_time(const struct sweep *sweep)
{
	bool all = sweep->visit.address == 0 || sweep->scan->order.repeats > 0;
	return all ? EXCHANGE_LISTEN_ALL : 0;
}

static void begin_exchange(struct sweep *sweep, int64_t now)
{
	bool reset = sweep->step == SWEEP_VISIT_RESET;
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT,
		.c = reset ? MG_C_SND_NKE : MG_C_REQ_UD2 | MG_C_FCB,
		.a = sweep->visit.address,
	};
	int64_t latency =
			sweep_hear_hasty(sweep) ? SWEEP_HASTY_ALLOWANCE : sweep_hear_allowance(sweep);
	int64_t standard = timing_window(&sweep->timing);
	const struct exchange_ask ask = {
		.frame = &frame,
		.expects =
				reset ? EXCHANGE_EXPECT_ACK : EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA,
		.tries = 1,
		.baud = sweep->baud,
		.window = sweep->late_by > 0 ? standard + sweep->late_by : 0,
		.listen = reset ? listen_time(sweep) : 0,
		.latency = latency,
	};
	sweep->window = standard + latency;
	sweep->allowed[sweep->visit.address] = latency;
	sweep->hasty += sweep_hear_hasty(sweep);
	sweep->discarded = sweep->scan->exchange->counters->discarded_bytes;
	exchange_begin(sweep->scan->exchange, &ask, now);
}

enum task_next sweep_ask(struct sweep *sweep, int64_t now)
{
	if (!sweep->visiting && (sweep->over || !pick(sweep, now))) {
		return TASK_OVER;
	}
	sweep->step = sweep_visit_next(&sweep->visit);
	begin_exchange(sweep, now);
	return TASK_EXCHANGE;
}

/* It may be the answer of either. */
static void suspect_before(struct sweep *sweep, int64_t now)
{
	if (now - sweep->silent_at < 2 * LATE_SPAN) {
		suspect(sweep, sweep->last_silent);
		suspect(sweep, sweep->silent_before);
	}
}

/* Bytes that came when nobody was to send: noise, or an answer that comes too late. */
static void take_stray(struct sweep *sweep, const struct exchange *exchange, int64_t now)
{
	uint64_t stray = exchange->counters->discarded_bytes - sweep->discarded;
	if (exchange->outcome != EXCHANGE_BAD && stray > exchange->link.noise) {
		sweep->noise.bytes++;
		sweep->noise.damaged++;
		sweep->strays++;
		suspect_before(sweep, now);
	}
	bool bad = exchange->outcome == EXCHANGE_BAD && sweep->step == SWEEP_VISIT_RESET;
	if (bad && exchange->failure.trouble == EXCHANGE_TROUBLE_ADDRESS) {
		suspect(sweep, exchange->failure.a);
	}
	sweep->strays += bad && sweep->visit.after_silence;
}

static void count(struct sweep *sweep, const struct exchange *exchange)
{
	struct scan_progress *progress = &sweep->scan->progress;
	const struct sweep_visit *visit = &sweep->visit;
	progress->probes++;
	progress->silent += exchange->outcome == EXCHANGE_SILENT;
	progress->damaged += exchange->outcome == EXCHANGE_BAD;
	progress->repeats +=
			sweep->step == SWEEP_VISIT_RESET
					? visit->acks + visit->silences + visit->damaged > 1
					: visit->data_acks + visit->data_silences + visit->data_damaged > 1;
}

/* What the visit of a meter that is there tells of the line. */
static void judge_line(struct sweep *sweep, enum sweep_visit_verdict verdict)
{
	const struct sweep_visit *visit = &sweep->visit;
	struct sweep_noise *noise = &sweep->noise;
	bool there = verdict == SWEEP_VISIT_PRESENT || verdict == SWEEP_VISIT_MUTE;
	/* What was damaged may be the rest of an answer that a window in haste was too short
	   for. */
	if (sweep->way_unknown && there) {
		noise->asked += visit->acks;
		return;
	}
	/* Damage that came each time is how this meter is; so is silence, when it is late. */
	if (visit->acks > 0 || !there) {
		noise->damaged += verdict == SWEEP_VISIT_COLLIDED ? 0 : visit->damaged;
	}
	noise->damaged += visit->data ? visit->data_damaged : 0;
	if (!there || visit->acks == 0) {
		return;
	}
	uint32_t missed = visit->silences;
	missed += visit->data ? visit->data_silences : 0;
	missed += sweep_set_has(&sweep->silent, visit->address) ? sweep->pass : 0;
	noise->asked += visit->acks + missed + visit->data;
	noise->missed += sweep->late_by > 0 ? 0 : missed;
}

static void settle_absent(
		struct sweep *sweep, enum sweep_visit_verdict verdict, int64_t now)
{
	int address = sweep->visit.address;
	sweep_set_put(&sweep->silent, address, true);
	if (sweep->visit.spoke) {
		suspect(sweep, address);
	}
	if (verdict == SWEEP_VISIT_ELSEWHERE) {
		suspect_before(sweep, now);
		if (sweep->late_by == 0) {
			suspect(sweep, address);
		}
	}
	bool soon = now - sweep->silent_at < LATE_SPAN;
	sweep->silent_before = soon ? sweep->last_silent : -1;
	sweep->last_silent = sweep->late_by == LATE_WINDOW ? -1 : address;
	sweep->silent_at = now;
}

/* What a bad line can make of a good meter. */
static bool is_doubtful(const struct sweep *sweep, enum sweep_visit_verdict verdict)
{
	struct sweep_noise noise = sweep_hear_noise(sweep);
	bool noisy = sweep->visit.data_damaged > 0 || sweep_noise_rate(&noise) > 0;
	return verdict == SWEEP_VISIT_COLLIDED ||
		   (verdict == SWEEP_VISIT_MUTE && sweep->visit.data_acks == 0 && noisy);
}

/* A late meter is seldom the only one; and the one before may have been hidden by this.
 */
static void note_late(struct sweep *sweep)
{
	sweep->answers_late =
			sweep->answers_late || (sweep->late_by > 0 && sweep->delay > sweep->window);
	if (sweep->visit.after_silence && sweep->last_silent >= 0) {
		sweep_set_put(&sweep->covered, sweep->last_silent, true);
	}
}

static void settle(struct sweep *sweep, int64_t now)
{
	enum sweep_visit_verdict verdict = sweep_visit_verdict(&sweep->visit);
	int address = sweep->visit.address;
	sweep->visiting = false;
	sweep->silence_before =
			verdict == SWEEP_VISIT_ABSENT || verdict == SWEEP_VISIT_ELSEWHERE;
	sweep_set_put(&sweep->todo, address, false);
	sweep_set_put(&sweep->late, address, false);
	judge_line(sweep, verdict);
	if (sweep->way_unknown && sweep->visit.damaged > 0) {
		suspect_before(sweep, now);
	}
	if (verdict == SWEEP_VISIT_ABSENT || verdict == SWEEP_VISIT_ELSEWHERE) {
		settle_absent(sweep, verdict, now);
		return;
	}
	sweep_set_put(&sweep->silent, address, false);
	sweep_set_put(&sweep->present, address, verdict == SWEEP_VISIT_PRESENT);
	note_late(sweep);
	sweep_check_count(sweep);
	/* Noise may look like this; at the end more is known of the line. */
	if (is_doubtful(sweep, verdict) && !sweep->again) {
		sweep_set_put(&sweep->collided, address, true);
		return;
	}
	sweep->scan->progress.collisions += verdict == SWEEP_VISIT_COLLIDED;
	sweep_found_add(sweep, verdict);
}

static void estimate(struct sweep *sweep)
{
	struct scan_progress *progress = &sweep->scan->progress;
	unsigned more = passes(sweep) - 1 - sweep->pass;
	int64_t probe = timing_bytes(&sweep->timing, PROBE_BYTES) +
					timing_answer(&sweep->timing) - sweep->timing.latency +
					sweep_hear_allowance(sweep);
	progress->left = sweep_set_count(&sweep->todo) + sweep_set_count(&sweep->late) +
					 sweep_set_count(&sweep->collided) +
					 (passes(sweep) > sweep->pass + 1 ? more : 0) *
							 sweep_set_count(&sweep->silent);
	progress->time_left = (int64_t)progress->left * probe;
}

/* True when the request did not leave at all: then nothing was asked. */
static bool has_stalled(struct sweep *sweep, const struct exchange *exchange)
{
	bool stalled = exchange->failure.trouble == EXCHANGE_TROUBLE_STALL &&
				   exchange->outcome != EXCHANGE_ACK &&
				   exchange->outcome != EXCHANGE_DATA;
	sweep->stalls = stalled ? sweep->stalls + 1 : 0;
	if (sweep->stalls >= STALLS_MAX) {
		snprintf(sweep->scan->reason, sizeof(sweep->scan->reason),
				"the transport does not send: the request to address %d was held back "
				"%u times",
				sweep->visit.address, STALLS_MAX);
		sweep->over = true;
		sweep->visiting = false;
	}
	return stalled;
}

void sweep_take(struct sweep *sweep, bool *yields, int64_t now)
{
	const struct exchange *exchange = sweep->scan->exchange;
	if (has_stalled(sweep, exchange)) {
		/* Nothing was asked. */
	} else if (sweep->check.asking) {
		sweep_hear_take(sweep, exchange);
		sweep_check_take(sweep, exchange);
	} else {
		sweep_visit_take(&sweep->visit, sweep->step, exchange);
		count(sweep, exchange);
		sweep_hear_take(sweep, exchange);
		take_stray(sweep, exchange, now);
		if (sweep_visit_next(&sweep->visit) == SWEEP_VISIT_CLOSED) {
			settle(sweep, now);
		}
		estimate(sweep);
	}
	*yields = !sweep->visiting;
	scan_tell(sweep->scan);
}
