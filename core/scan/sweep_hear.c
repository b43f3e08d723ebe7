/* SPDX-License-Identifier: MIT */
/* What a sweep learns from the times of answers: how long the way is, whose an ACK is. */
#include "scan/sweep_private.h"

#define START_BITS 11 /* between a request and its answer, at least */
/* What the times of answers may be wrong by, µs. */
#define TIMER_ERROR 1000
/* The fastest answers differ by no more than this. */
#define FAST_BITS 1
/* ACKs behind silent addresses that were asked for again, until those are believed that
   come as the fastest do. Each of them shows, too, that the line loses nothing. */
#define PROVED_ENOUGH 12
/* Allowed on top of the way, µs. What comes later than that is heard all the same, and
   its address asked once more. */
#define ALLOWANCE_LEAST 1000

/*
 * What the exchange allows. While it learns that is much; the fastest answer shows that
 * less will do: it contains the delay of the slave, so the way is no longer than that.
 * `floor` is what an answer needed that came too late for this.
 */
int64_t sweep_hear_allowance(const struct sweep *sweep)
{
	const struct exchange *exchange = sweep->scan->exchange;
	if (exchange->timing->fixed || sweep->way < 0) {
		return exchange_latency(exchange);
	}
	int64_t learned = ALLOWANCE_LEAST + sweep->way;
	learned = learned > sweep->floor ? learned : sweep->floor;
	return learned < exchange->timing->latency ? learned : exchange->timing->latency;
}

/* Late meters leave stray answers, and probes that seem to be missed, on the best of
   lines. */
struct sweep_noise sweep_hear_noise(const struct sweep *sweep)
{
	struct sweep_noise noise = sweep->noise;
	if (sweep->answers_late) {
		noise.damaged -= sweep->strays < noise.damaged ? sweep->strays : noise.damaged;
		noise.missed = 0;
	}
	return noise;
}

/* Only silence is believed in haste, never what else an address is asked. */
bool sweep_hear_hasty(const struct sweep *sweep)
{
	const struct exchange *exchange = sweep->scan->exchange;
	const struct sweep_visit *visit = &sweep->visit;
	unsigned heard =
			visit->acks + visit->damaged + visit->data_acks + visit->data_damaged;
	return heard == 0 && sweep->late_by == 0 && !exchange->timing->fixed &&
		   exchange_latency(exchange) > SWEEP_HASTY_ALLOWANCE && sweep->way < 0 &&
		   sweep->hasty < SWEEP_HASTY_COUNT;
}

/* What comes sooner than any slave may answer is of somebody else, or the line has
   another speed; then nothing is learned. */
static bool is_possible(const struct sweep *sweep, int64_t delay)
{
	return delay + TIMER_ERROR >= timing_bits(&sweep->timing, START_BITS);
}

static void take_way(struct sweep *sweep, int64_t delay)
{
	int64_t way = delay - timing_bits(&sweep->timing, START_BITS);
	way = way > 0 ? way : 0;
	if (is_possible(sweep, delay) && (sweep->way < 0 || way < sweep->way)) {
		sweep->way = way;
	}
}

/* Later than was allowed, and within what the way may take: others may need that, too. */
static void take_late(struct sweep *sweep, int64_t delay)
{
	int64_t beyond = delay - timing_window(&sweep->timing);
	int64_t most = sweep->scan->exchange->timing->latency;
	if (sweep->late_by > 0 && beyond > sweep->floor && beyond <= most) {
		sweep->floor = beyond;
	}
}

/* As fast as the fastest: a late answer would have to hit its time. */
static bool is_fastest(const struct sweep *sweep, int64_t delay)
{
	int64_t slower = delay - timing_bits(&sweep->timing, START_BITS) - sweep->way;
	int64_t most = timing_bits(&sweep->timing, FAST_BITS);
	return sweep->way >= 0 && slower >= -most && slower <= most;
}

/* All that were asked for again were given again, and nothing came late. */
static bool is_proved(const struct sweep *sweep)
{
	bool doubted = sweep->answers_late || sweep->strays > 0 ||
				   sweep_set_next(&sweep->was_late, 0) >= 0;
	return sweep->proved >= PROVED_ENOUGH && !doubted;
}

/*
 * An ACK does not say whose it is: what comes behind a silent probe, or too soon to be of
 * this meter, is asked for once more. When another meter was found in between, or the bus
 * has proved that it is a good one, that is left out for one as fast as the fastest.
 */
static void trust(struct sweep *sweep, const struct exchange *exchange)
{
	struct sweep_visit *visit = &sweep->visit;
	int64_t delay = exchange_delay(exchange);
	if (exchange->outcome != EXCHANGE_ACK) {
		return;
	}
	if (visit->acks > 1) {
		sweep->proved += visit->acks == 2 && visit->after_silence;
		return;
	}
	if (!is_possible(sweep, delay)) {
		visit->after_silence = true;
		sweep->hasty = SWEEP_HASTY_COUNT;
		return;
	}
	bool believed = !sweep->silence_before || is_proved(sweep);
	if (believed && !visit->identify && is_fastest(sweep, delay)) {
		visit->after_silence = false;
	}
}

/* An ACK after a silent probe may be that of somebody else: it says nothing of the way
   until it was given twice. */
static void take_heard(struct sweep *sweep, const struct exchange *exchange)
{
	int64_t delay = exchange_delay(exchange);
	bool sure = !sweep->visit.after_silence || exchange->outcome == EXCHANGE_DATA ||
				sweep->visit.acks > 1;
	switch (exchange->outcome) {
	case EXCHANGE_DATA:
		sweep->noise.bytes += (uint32_t)exchange->link.length;
		break;
	case EXCHANGE_ACK:
		sweep->noise.bytes++;
		break;
	default:
		sweep->noise.bytes += (uint32_t)exchange->failure.received;
		return;
	}
	if (sure) {
		take_way(sweep, delay);
		take_late(sweep, delay);
	}
	if (sweep->step == SWEEP_VISIT_RESET || sweep->delay < 0) {
		sweep->delay = delay;
	}
}

void sweep_hear_take(struct sweep *sweep, const struct exchange *exchange)
{
	trust(sweep, exchange);
	take_heard(sweep, exchange);
}
