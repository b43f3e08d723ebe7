/* SPDX-License-Identifier: MIT */
/* One mask of a search: who answers to it, nobody, one meter or several? */
#include "scan/search_visit.h"

#include <string.h>

#include "scan/search_answer.h"

#define CI_SELECT 0x52

#define REQUEST_BYTES 5
#define ACK 0xE5u

void search_visit_begin(struct search_visit *visit, const struct search_mask *mask)
{
	*visit = (struct search_visit){ .mask = *mask, .address = -1, .delay = -1 };
}

static void ask_selection(const struct search_visit *visit, struct mg_frame *frame,
		uint8_t data[SEARCH_MASK_BYTES])
{
	struct search_mask mask = visit->mask;
	if (visit->step == SEARCH_STEP_EXACT) {
		mask.identity = visit->candidate;
	}
	*frame = (struct mg_frame){ .type = MG_FRAME_LONG,
		.c = MG_C_SND_UD,
		.a = MG_A_SELECTED,
		.ci = CI_SELECT,
		.data = { data, search_mask_put(&mask, data) } };
}

static void ask_short(struct mg_frame *frame, unsigned c)
{
	*frame = (struct mg_frame){
		.type = MG_FRAME_SHORT, .c = (uint8_t)c, .a = MG_A_SELECTED
	};
}

/* Silence was heard for the whole window before, and how late the slowest meter answers
   is known: further sends are against damage. */
static bool hurries(const struct search_visit *visit, const struct search_plan *plan)
{
	return plan->hurry > 0 && visit->step == SEARCH_STEP_SELECT && visit->sent > 0;
}

void search_visit_ask(const struct search_visit *visit, const struct search_plan *plan,
		struct mg_frame *frame, uint8_t data[SEARCH_MASK_BYTES], struct exchange_ask *ask)
{
	*ask = (struct exchange_ask){
		.frame = frame, .expects = EXCHANGE_EXPECT_ACK, .any_address = true
	};
	switch (visit->step) {
	case SEARCH_STEP_READ:
	case SEARCH_STEP_PROVE:
		ask_short(frame, MG_C_REQ_UD2 | (visit->second ? 0 : MG_C_FCB));
		ask->expects |= EXCHANGE_EXPECT_DATA;
		ask->ack_answers = true; /* whoever was selected answers */
		ask->window = plan->late;
		return;
	case SEARCH_STEP_DESELECT:
		ask_short(frame, MG_C_SND_NKE);
		ask->window = plan->late;
		ask->listen = plan->late > 0 ? plan->late : EXCHANGE_LISTEN_ALL;
		return;
	case SEARCH_STEP_EXACT:
		ask->window = visit->silences > 0 && plan->hurry > 0 ? plan->hurry : plan->window;
		break;
	case SEARCH_STEP_RECHECK:
		ask->window = plan->window;
		ask->listen = plan->window > 0 ? plan->window : EXCHANGE_LISTEN_ALL;
		break;
	default:
		if (hurries(visit, plan)) {
			ask->window = plan->hurry;
			break;
		}
		ask->window = plan->window;
		ask->listen = visit->whole || visit->presume ? EXCHANGE_LISTEN_ALL : plan->listen;
		if (ask->listen == EXCHANGE_LISTEN_ALL && plan->window > 0) {
			ask->listen = plan->window;
		}
	}
	ask_selection(visit, frame, data);
}

static void step(struct search_visit *visit, enum search_step next)
{
	visit->step = next;
	visit->silences = 0;
	visit->damaged = 0;
}

static void close_visit(struct search_visit *visit, enum search_verdict verdict)
{
	visit->verdict = verdict;
	visit->heard_several = verdict == SEARCH_SEVERAL && !visit->presume;
	step(visit, SEARCH_STEP_CLOSED);
}

/* From the selection on, once more; some time that must end. */
static void again(struct search_visit *visit)
{
	visit->second = false;
	if (++visit->rounds >= SEARCH_VISIT_ROUNDS_MAX) {
		close_visit(visit, SEARCH_SEVERAL);
	} else {
		step(visit, SEARCH_STEP_SELECT);
	}
}

/* Somebody who is there has answered: all that came before was the line's fault. */
static void note_select(struct search_visit *visit, struct search_noise *noise)
{
	for (unsigned i = 0; i < visit->silences + visit->damaged; i++) {
		search_noise_note(noise, SEARCH_SELECT_BYTES, true);
	}
	search_noise_note(noise, SEARCH_SELECT_BYTES, false);
}

/* The line may have damaged the answer of one meter: it is asked once more, on a line
   that is known for that, or when just one bit of an ACK is wrong. */
static bool may_be_damage(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange)
{
	unsigned turned = (unsigned)exchange->heard[0] ^ ACK;
	bool one_bit = exchange->heard_size == 1 && (turned & (turned - 1)) == 0;
	return ++visit->damaged < 2 && (plan->noisy || one_bit);
}

/* Something answered to the mask before: silence can only be damage. */
static bool is_sure(const struct search_visit *visit)
{
	return visit->known || visit->rounds > 0 || visit->damaged > 0;
}

static void took_silence(struct search_visit *visit, const struct search_plan *plan)
{
	unsigned sends = plan->sends;
	visit->sent++;
	visit->silences++;
	if (is_sure(visit) && sends < SEARCH_VISIT_SURE_SENDS) {
		sends = SEARCH_VISIT_SURE_SENDS;
	}
	if (visit->sent >= sends) {
		close_visit(visit, visit->reads > 0 ? SEARCH_SEVERAL : SEARCH_NOBODY);
	}
}

static void take_select(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange, struct search_noise *noise)
{
	switch (visit->outcome) {
	case EXCHANGE_SILENT:
		took_silence(visit, plan);
		return;
	case EXCHANGE_ACK:
		note_select(visit, noise);
		visit->whole = visit->whole && !hurries(visit, plan);
		visit->sent = 0;
		visit->delay = visit->delay < 0 ? exchange_delay(exchange) : visit->delay;
		if (visit->presume) {
			close_visit(visit, SEARCH_SEVERAL);
		} else if (visit->mute) {
			close_visit(visit, SEARCH_ANONYMOUS);
		} else {
			step(visit, SEARCH_STEP_READ);
		}
		return;
	default:
		if (!may_be_damage(visit, plan, exchange)) {
			visit->presume = false;
			close_visit(visit, SEARCH_SEVERAL);
		}
	}
}

static bool is_foreign(struct search_visit *visit)
{
	return !mg_identity_match(&visit->mask.identity, &visit->candidate);
}

/* What answered is no meter of this mask: it was selected before and stayed so. */
static void send_off(struct search_visit *visit)
{
	if (visit->let_go) {
		close_visit(visit, SEARCH_SEVERAL);
		return;
	}
	visit->foreign = true;
	step(visit, SEARCH_STEP_DESELECT);
}

/* The number of a fixed header is all that can be selected. */
static void keep_number(struct mg_identity *identity)
{
	struct search_mask any = search_mask_any();
	any.identity.id = identity->id;
	*identity = any.identity;
}

/* Is it the only one, and is it one? In this order, so that one who is slower to answer
   to its exact identity does not miss the question to all. */
static void test(struct search_visit *visit, const struct search_plan *plan)
{
	bool only = visit->whole || plan->fast;
	step(visit, only ? SEARCH_STEP_EXACT : SEARCH_STEP_RECHECK);
}

static void take_telegram(struct search_visit *visit, const struct search_plan *plan,
		const struct mg_frame *frame)
{
	struct mg_telegram telegram;
	mg_telegram_parse(frame, &telegram);
	visit->header = telegram.header;
	visit->ci = frame->ci;
	visit->address = frame->a <= MG_A_PRIMARY_LAST ? frame->a : -1;
	visit->exists =
			visit->exists && search_answer_same(&visit->candidate, &telegram.identity);
	visit->candidate = telegram.identity;
	visit->likely = false;
	bool tells = telegram.header == MG_HEADER_LONG || telegram.header == MG_HEADER_FIXED;
	if (!tells || telegram.identity.id == UINT32_MAX) {
		visit->anonymous = true;
		close_visit(visit, SEARCH_ANONYMOUS);
		return;
	}
	if (telegram.header == MG_HEADER_FIXED) {
		keep_number(&visit->candidate);
	}
	if (is_foreign(visit)) {
		send_off(visit);
	} else if (telegram.header == MG_HEADER_LONG &&
			   search_answer_is_vague(&visit->candidate) &&
			   !search_answer_same(&visit->candidate, &visit->strange)) {
		visit->strange = visit->candidate;
		again(visit);
	} else {
		test(visit, plan);
	}
}

/* A damaged telegram of one meter still tells, most likely, who it is. False when it was
   told before, and nobody of that name is there. */
static bool take_likely(struct search_visit *visit, const struct exchange *exchange)
{
	mg_identity_get(visit->evidence.all, &visit->candidate);
	if (!visit->evidence.valid || is_foreign(visit) ||
			search_answer_is_vague(&visit->candidate) ||
			search_answer_same(&visit->candidate, &visit->refuted)) {
		return false;
	}
	visit->likely = true;
	visit->header = MG_HEADER_LONG;
	memcpy(visit->heard, exchange->heard, sizeof(visit->heard));
	visit->heard_size = exchange->heard_size;
	step(visit, SEARCH_STEP_EXACT);
	return true;
}

static void take_garbage(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange)
{
	bool foreign;
	visit->reads++;
	bool read = search_evidence_read(&visit->evidence, exchange->heard,
			exchange->heard_size, &visit->mask, &foreign);
	if (visit->proved && !plan->damages) {
		if (visit->reads >= SEARCH_VISIT_PROVED_READS) {
			close_visit(visit, SEARCH_SEVERAL);
		}
		return;
	}
	if (foreign && !visit->let_go) {
		send_off(visit);
	} else if ((!plan->noisy && !search_evidence_is_plausible(&visit->evidence)) ||
			   search_answer_is_sum(exchange)) {
		close_visit(visit, SEARCH_SEVERAL);
	} else if (read ? !take_likely(visit, exchange)
					: visit->reads >= SEARCH_VISIT_DAMAGED_MAX) {
		close_visit(visit, SEARCH_SEVERAL);
	}
}

/* Acknowledged and mute: some need time, some another frame count bit. Then the ACK
   itself has to be heard once more. */
static void take_mute(struct search_visit *visit, int64_t now)
{
	visit->silences++;
	if (visit->silences == 1) {
		visit->wake = now + SEARCH_VISIT_PAUSE;
	}
	visit->second = visit->silences == SEARCH_VISIT_MUTE_MAX - 1;
	if (visit->silences >= SEARCH_VISIT_MUTE_MAX) {
		visit->mute = true;
		again(visit);
	}
}

static void take_read(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange, struct search_noise *noise, int64_t now)
{
	switch (visit->outcome) {
	case EXCHANGE_DATA:
		search_noise_note(noise, REQUEST_BYTES + exchange->link.length, false);
		for (unsigned i = 0; i < visit->silences; i++) {
			search_noise_note(noise, REQUEST_BYTES, true);
		}
		take_telegram(visit, plan, &exchange->link.frame);
		return;
	case EXCHANGE_ACK:
		/* No data now; or a slower meter acknowledged its selection. */
		if (!visit->whole) {
			visit->whole = true;
			again(visit);
			return;
		}
		take_mute(visit, now);
		return;
	case EXCHANGE_SILENT:
		take_mute(visit, now);
		return;
	default:
		take_garbage(visit, plan, exchange);
	}
}

/* Whom was read does not exist: what was read is the sum of several, or damaged. */
static void refuted(struct search_visit *visit, const struct search_plan *plan)
{
	visit->refuted = visit->candidate;
	if (plan->noisy && visit->rounds + 1 < SEARCH_VISIT_DAMAGED_MAX) {
		again(visit);
	} else {
		close_visit(visit, SEARCH_SEVERAL);
	}
}

static unsigned sure_sends(
		const struct search_visit *visit, const struct search_plan *plan)
{
	if (visit->likely) {
		return plan->damages ? SEARCH_VISIT_LIKELY_SENDS : 1;
	}
	return plan->sends > SEARCH_VISIT_SURE_SENDS ? plan->sends : SEARCH_VISIT_SURE_SENDS;
}

static void found(struct search_visit *visit, struct search_noise *noise)
{
	/* Only now is it known that the damaged answer was that of one meter. */
	for (unsigned i = 0; i < visit->reads; i++) {
		search_noise_note(noise, SEARCH_SELECT_BYTES, true);
	}
	close_visit(visit, SEARCH_FOUND);
}

void search_visit_confirmed(struct search_visit *visit)
{
	close_visit(visit, SEARCH_FOUND);
}

static void take_exact(struct search_visit *visit, const struct search_plan *plan,
		struct search_noise *noise)
{
	switch (visit->outcome) {
	case EXCHANGE_ACK:
		note_select(visit, noise);
		visit->exists = true;
		if (visit->likely) {
			step(visit, SEARCH_STEP_PROVE);
		} else {
			found(visit, noise);
		}
		return;
	case EXCHANGE_SILENT:
		if (++visit->silences >= sure_sends(visit, plan)) {
			refuted(visit, plan);
		}
		return;
	default:
		if (++visit->damaged >= 2) {
			close_visit(visit, SEARCH_SEVERAL);
		}
	}
}

/* A line that damages nothing else, and still one identity answers with garbage. */
static void took_twins(struct search_visit *visit, const struct search_plan *plan)
{
	if (++visit->damaged < SEARCH_VISIT_TWINS_SURE) {
		return;
	}
	if (visit->whole || plan->fast) {
		close_visit(visit, SEARCH_TWINS);
	} else {
		visit->whole = true;
		again(visit);
	}
}

/* The candidate sends something else when it is read alone: either what was read was the
   sum of it and others, or its values change that fast. On a line that damages the mask
   is read anew, for what comes undamaged decides; else it was a sum. */
static void took_unlike(struct search_visit *visit, const struct search_plan *plan)
{
	if (plan->damages && visit->outcome == EXCHANGE_DATA) {
		again(visit);
		return;
	}
	visit->refuted = visit->candidate;
	close_visit(visit, SEARCH_SEVERAL);
}

static void take_prove(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange, struct search_noise *noise)
{
	if (visit->outcome == EXCHANGE_SILENT) {
		if (++visit->silences >= SEARCH_VISIT_MUTE_MAX) {
			close_visit(visit, SEARCH_SEVERAL);
		}
	} else if (!search_answer_is_alike(visit->heard, visit->heard_size, exchange->heard,
					   exchange->heard_size)) {
		took_unlike(visit, plan);
	} else if (visit->outcome == EXCHANGE_BAD && !plan->damages) {
		took_twins(visit, plan);
	} else if (!plan->damages) {
		visit->proved = true;
		again(visit);
	} else if (visit->whole || plan->fast) {
		found(visit, noise);
	} else {
		step(visit, SEARCH_STEP_RECHECK);
	}
}

static void take_recheck(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange, struct search_noise *noise)
{
	switch (visit->outcome) {
	case EXCHANGE_ACK:
		note_select(visit, noise);
		if (visit->exists) {
			found(visit, noise);
		} else {
			step(visit, SEARCH_STEP_EXACT);
		}
		return;
	case EXCHANGE_SILENT:
		if (++visit->silences > sure_sends(visit, plan)) {
			close_visit(visit, SEARCH_SEVERAL);
		}
		return;
	default:
		if (!may_be_damage(visit, plan, exchange)) {
			close_visit(visit, SEARCH_SEVERAL);
		}
	}
}

void search_visit_take(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange, enum exchange_outcome outcome,
		struct search_noise *noise, int64_t now)
{
	visit->wake = 0;
	visit->outcome = outcome;
	switch (visit->step) {
	case SEARCH_STEP_SELECT:
		take_select(visit, plan, exchange, noise);
		return;
	case SEARCH_STEP_READ:
		take_read(visit, plan, exchange, noise, now);
		return;
	case SEARCH_STEP_EXACT:
		take_exact(visit, plan, noise);
		return;
	case SEARCH_STEP_PROVE:
		take_prove(visit, plan, exchange, noise);
		return;
	case SEARCH_STEP_RECHECK:
		take_recheck(visit, plan, exchange, noise);
		return;
	case SEARCH_STEP_DESELECT:
		visit->let_go = true;
		if (visit->calm) {
			visit->calm = false;
			step(visit, SEARCH_STEP_SELECT);
		} else {
			again(visit);
		}
		return;
	case SEARCH_STEP_CLOSED:
		return;
	}
}

bool search_visit_holds(const struct search_visit *visit)
{
	return visit->step == SEARCH_STEP_READ || visit->step == SEARCH_STEP_PROVE;
}
