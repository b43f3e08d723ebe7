/* SPDX-License-Identifier: MIT */
/*
 * Freezes the present values into a storage: of single records by object action (VIFE
 * 0Bh, to the storage number of the DIB), or of what the meter was made for by CI 5Ch or
 * 54h. It is verified when a stored value changed, and is now between what the meter
 * counted before and what it counts after. A broadcast is looked at in one meter after
 * the other, before and after.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"
#include "procedure/procedure_wish.h"

/* Pairs of a present and a stored value that are looked at. */
#define PAIRS_MAX 64
#define VIFE_FREEZE 0x0B
#define CI_FREEZE 0x5C
#define CI_FREEZE_OLD 0x54

/* What can be told from each other by function, tariff, subunit and quantity. */
struct frozen_value {
	struct procedure_wish key;
	struct mg_value value;
};

struct values {
	struct frozen_value list[PAIRS_MAX];
	size_t count;
};

struct finding {
	size_t stored;  /* values that could have been frozen */
	size_t fresh;   /* were: they changed, and are as counted */
	size_t current; /* are as counted, and were so before */
	uint64_t storage;
};

/* What is kept of meters that a broadcast has to reach. */
struct procedure_looks {
	size_t count, followed, silent;
	const char *failed; /* the first that did not follow, or was silent; NULL: none */
	struct values before[];
};

static void check(struct procedure *procedure)
{
	const struct procedure_order *order = &procedure->order;
	struct procedure_wish wishes[PROCEDURE_WISHES_MAX];
	size_t wrong;
	const struct mg_bytes *data = &order->data;
	if (order->freeze_ci != 0) {
		if (order->freeze_ci != CI_FREEZE && order->freeze_ci != CI_FREEZE_OLD) {
			procedure_run_end(procedure, PROCEDURE_REFUSED,
					"CI %02X does not freeze: want 5C, or 54 for older meters",
					(unsigned)order->freeze_ci);
		}
	} else if (procedure_wish_read(data, wishes, PROCEDURE_WISHES_MAX, &wrong) == 0 ||
			   data->data[data->size - 1] != VIFE_FREEZE) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"no records to freeze: want DIF with the storage number, VIF and "
				"VIFE 0B, such as 40 DA 0B for the flow temperature to storage 1");
	}
}

static void plan_command(struct procedure *procedure)
{
	uint8_t ci = procedure->order.freeze_ci;
	if (ci == 0) {
		procedure_common_adapt(procedure);
	}
	procedure_run_command(procedure, ci != 0 ? ci : PROCEDURE_CI_DATA, procedure->data,
			ci != 0 ? 0 : procedure->order.data.size, "freeze");
	if (procedure->order.broadcast && ci != 0) {
		/* Without a frame count bit: 255 has none (EN 13757-2). */
		procedure->plan.c = MG_C_SND_UD2;
		procedure->plan.broadcast = true;
		procedure->plan.expects = 0;
	}
}

/* The meter whose turn it is; NULL for the one that the order names, which may be called
   254 there. */
static const struct procedure_witness *witness(const struct procedure *procedure)
{
	return procedure->looked > 0 ? &procedure->order.witnesses[procedure->looked] : NULL;
}

static void plan_look(
		struct procedure *procedure, enum procedure_view_kind view, const char *purpose)
{
	const struct procedure_witness *other = witness(procedure);
	procedure_run_read(procedure,
			other != NULL ? &other->address : &procedure->order.address, view,
			PROCEDURE_TELEGRAMS_MAX, "%s", purpose);
	if (other != NULL) {
		procedure->plan.secret = other->secret;
		procedure->plan.window = other->window;
		procedure->plan.any_address = other->any_address;
		procedure->plan.init = other->init;
	}
}

static void plan_before(struct procedure *procedure)
{
	plan_look(procedure, PROCEDURE_VIEW_BEFORE, "read the meter as it is now");
}

static void plan_after(struct procedure *procedure)
{
	plan_look(procedure, PROCEDURE_VIEW_AFTER, "are the values stored?");
}

static void take_value(void *data, const struct mg_data_record *record)
{
	struct values *values = data;
	if (values->count == PAIRS_MAX || record->value.type != MG_TYPE_NUMBER ||
			record->value.quality != MG_QUALITY_GOOD) {
		return;
	}
	values->list[values->count++] =
			(struct frozen_value){ .key = { .quantity = record->quantity,
										   .function = record->function,
										   .storage = record->storage,
										   .tariff = record->tariff,
										   .subunit = record->subunit },
				.value = record->value };
}

/* The same value, in storage `storage`. */
static const struct mg_value *find(
		const struct values *values, const struct procedure_wish *key, uint64_t storage)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct procedure_wish *other = &values->list[i].key;
		if (strcmp(other->quantity, key->quantity) == 0 && other->storage == storage &&
				other->function == key->function && other->tariff == key->tariff &&
				other->subunit == key->subunit) {
			return &values->list[i].value;
		}
	}
	return NULL;
}

/* Negative, 0 or positive, as a < b, a = b, a > b. */
static int order_of(const struct mg_value *a, const struct mg_value *b)
{
	int64_t first = a->mantissa, second = b->mantissa;
	for (int32_t e = a->exponent; e > b->exponent && first != 0; e--) {
		if (__builtin_mul_overflow(first, (int64_t)10, &first)) {
			return a->mantissa < 0 ? -1 : 1;
		}
	}
	for (int32_t e = b->exponent; e > a->exponent && second != 0; e--) {
		if (__builtin_mul_overflow(second, (int64_t)10, &second)) {
			return b->mantissa < 0 ? 1 : -1;
		}
	}
	return (first > second) - (first < second);
}

static bool is_between(
		const struct mg_value *value, const struct mg_value *a, const struct mg_value *b)
{
	bool rising = order_of(a, b) <= 0;
	const struct mg_value *low = rising ? a : b, *high = rising ? b : a;
	return order_of(low, value) <= 0 && order_of(value, high) <= 0;
}

/* True when this stored value is one that was to be frozen. */
static bool is_asked(const struct procedure *procedure, const struct procedure_wish *key)
{
	struct procedure_wish wishes[PROCEDURE_WISHES_MAX];
	size_t wrong;
	if (procedure->order.freeze_ci != 0) {
		return true;
	}
	size_t count = procedure_wish_read(
			&procedure->order.data, wishes, PROCEDURE_WISHES_MAX, &wrong);
	for (size_t i = 0; i < count; i++) {
		if (wishes[i].storage == key->storage &&
				(wishes[i].any_quantity ||
						strcmp(wishes[i].quantity, key->quantity) == 0)) {
			return true;
		}
	}
	return false;
}

static void look(const struct procedure *procedure, const struct values *before,
		const struct values *after, struct finding *finding)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct frozen_value *stored = &after->list[i];
		const struct mg_value *was = find(before, &stored->key, 0);
		const struct mg_value *is = find(after, &stored->key, 0);
		const struct mg_value *old = find(before, &stored->key, stored->key.storage);
		if (stored->key.storage == 0 || was == NULL || is == NULL ||
				!is_asked(procedure, &stored->key)) {
			continue;
		}
		finding->stored++;
		if (!is_between(&stored->value, was, is)) {
			continue;
		}
		bool changed = old == NULL || order_of(old, &stored->value) != 0;
		finding->fresh += changed;
		finding->current += !changed;
		finding->storage = changed ? stored->key.storage : finding->storage;
	}
}

static void end_finding(struct procedure *procedure, const struct finding *finding)
{
	char text[200];
	const char *heard = procedure_run_heard(procedure, text);
	bool taken = procedure->acknowledged || procedure->answer == EXCHANGE_SENT;
	bool good = procedure->order.unverified && taken;
	if (finding->fresh > 0) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"%zu value%s frozen, the last one in storage %llu: as the meter counted",
				finding->fresh, finding->fresh == 1 ? " was" : "s were",
				(unsigned long long)finding->storage);
		return;
	}
	procedure_run_end(procedure, good ? PROCEDURE_WORKED : PROCEDURE_NOT_FOLLOWED,
			"the freeze was %s, %s %s%s", heard, procedure_run_but(procedure),
			finding->stored == 0
					? "the readout has no stored value that belongs to it, so nothing "
					  "shows whether it was followed"
			: finding->current > 0
					? "the stored values are the present ones as they were before, so "
					  "nothing shows whether it was followed"
					: "the stored values are as they were before: the meter knows no "
					  "freezing, or keeps its storages for its own due dates",
			good ? "; it could not be verified"
				 : "; read its manual for what it freezes and where, or take its "
				   "acknowledgement for it with --unverified");
}

static size_t looks_wanted(const struct procedure *procedure)
{
	size_t count = procedure->order.broadcast ? procedure->order.witness_count : 0;
	count = count > PROCEDURE_WITNESSES_MAX ? PROCEDURE_WITNESSES_MAX : count;
	return count > 1 ? count : 0;
}

static bool make_looks(struct procedure *procedure, size_t count)
{
	struct procedure_looks *looks =
			calloc(1, sizeof(*looks) + count * sizeof(looks->before[0]));
	if (looks == NULL) {
		procedure_run_end(
				procedure, PROCEDURE_REFUSED, "out of memory. Nothing was changed");
		return false;
	}
	looks->count = count;
	procedure->looks = looks;
	return true;
}

/* The same stage for the next meter; false, and the first one again, behind the last. */
static bool look_on(struct procedure *procedure)
{
	procedure->looked++;
	if (procedure->looked < procedure->looks->count) {
		procedure->stage--;
		return true;
	}
	procedure->looked = 0;
	return false;
}

/* The meter that was named has to answer; others may be silent. */
static void judge_before(struct procedure *procedure)
{
	size_t count = looks_wanted(procedure);
	if (procedure->looked == 0) {
		procedure_common_judge_before(procedure);
	}
	if (procedure->verdict != PROCEDURE_RUNNING || count == 0 ||
			(procedure->looks == NULL && !make_looks(procedure, count))) {
		return;
	}
	procedure_view_each(procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), take_value,
			&procedure->looks->before[procedure->looked]);
	look_on(procedure);
}

/* The bound on looks must not make it seem as if all of them had followed. */
static const char *unseen_text(const struct procedure *procedure, char text[64])
{
	size_t unseen = procedure->order.witness_count - procedure->looks->count;
	text[0] = '\0';
	if (unseen > 0) {
		snprintf(text, 64, "; %zu more %s not looked at", unseen,
				unseen == 1 ? "was" : "were");
	}
	return text;
}

static void end_looks(struct procedure *procedure)
{
	char unseen[64];
	const struct procedure_looks *looks = procedure->looks;
	size_t unmoved = looks->count - looks->followed - looks->silent;
	bool good = looks->followed == looks->count;
	if (good || procedure->order.unverified) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the freeze was sent to all meters, and verified at %zu of %zu%s",
				looks->followed, looks->count, unseen_text(procedure, unseen));
		return;
	}
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the freeze was sent to all meters, but verified at %zu of %zu only: %zu did "
			"not answer, and %zu answered without showing that %s followed; the first of "
			"these is %s: freeze it by itself, or take what was seen with --unverified%s",
			looks->followed, looks->count, looks->silent, unmoved,
			unmoved == 1 ? "it" : "they", looks->failed, unseen_text(procedure, unseen));
}

/* One of those that a broadcast has to reach. */
static void judge_look(struct procedure *procedure)
{
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	struct procedure_looks *looks = procedure->looks;
	struct values after = { .count = 0 };
	struct finding finding = { .stored = 0 };
	bool was_there = looks->before[procedure->looked].count > 0;
	if (was_there && !procedure_view_answered(view) &&
			procedure_run_again(procedure, 1, 1)) {
		return;
	}
	procedure->rounds = 0;
	procedure_view_each(view, take_value, &after);
	look(procedure, &looks->before[procedure->looked], &after, &finding);
	looks->followed += finding.fresh > 0;
	looks->silent += !procedure_view_answered(view);
	if (finding.fresh == 0 && looks->failed == NULL) {
		looks->failed = procedure->order.witnesses[procedure->looked].name;
	}
	if (!look_on(procedure)) {
		end_looks(procedure);
	}
}

static void judge(struct procedure *procedure)
{
	if (procedure->looks != NULL) {
		judge_look(procedure);
		return;
	}
	const struct procedure_view *view =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	struct values before = { .count = 0 }, after = { .count = 0 };
	struct finding finding = { .stored = 0 };
	if (!procedure_view_answered(view)) {
		if (!procedure_run_again(procedure, 1, 1)) {
			procedure_common_end_lost(procedure, view, "the freeze");
		}
		return;
	}
	procedure_view_each(
			procedure_run_view(procedure, PROCEDURE_VIEW_BEFORE), take_value, &before);
	procedure_view_each(view, take_value, &after);
	look(procedure, &before, &after, &finding);
	end_finding(procedure, &finding);
}

static const struct procedure_stage stages[] = {
	PROCEDURE_RESOLVE,
	{ plan_before, judge_before },
	{ plan_command, NULL },
	{ plan_after, judge },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	snprintf(text, size,
			"whether %s froze anything: read %s, and compare the stored values with the "
			"present ones",
			procedure->order.broadcast ? "the meters" : "the meter",
			procedure->order.broadcast ? "them" : "it");
}

const struct procedure_recipe procedure_freeze_recipe = {
	.name = "freeze",
	.unknown = unknown,
	.check = check,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
