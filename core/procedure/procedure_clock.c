/* SPDX-License-Identifier: MIT */
/*
 * Sets the clock of a meter, as type F (04h 6Dh) or with seconds as type I (06h 6Dh). It
 * is verified when the meter tells the right time afterwards.
 */
#include <stdio.h>
#include <string.h>

#include "procedure/procedure_common.h"
#include "procedure/procedure_kinds.h"
#include "procedure/procedure_view.h"

#define SECOND 1000000
#define DAY 86400
#define MINUTE 60
#define SIZE_F 4
#define SIZE_I 6
#define TIME_SIZE (2 + SIZE_I)
#define OFF_SIZE 72

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	/* Years begin in March here, so that the leap day is the last. */
	year -= month <= 2;
	int64_t era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct mg_date date_of(int64_t seconds)
{
	int64_t days = seconds / DAY + 719468;
	int64_t rest = seconds % DAY;
	int64_t era = days / 146097;
	int64_t of_era = days - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	return (struct mg_date){ .year = (int16_t)(year + era * 400 + (month >= 10)),
		.month = (int8_t)(month < 10 ? month + 3 : month - 9),
		.day = (int8_t)(of_year - (153 * month + 2) / 5 + 1),
		.hour = (int8_t)(rest / 3600),
		.minute = (int8_t)(rest / MINUTE % MINUTE),
		.second = (int8_t)(rest % MINUTE) };
}

/* What the meter should tell at a moment, s since 1970: the time of day, or what it was
   set to and what has passed since. */
static int64_t right_at(const struct procedure *procedure, int64_t moment)
{
	const struct procedure_order *order = &procedure->order;
	int64_t since = moment - procedure->begun;
	return order->clock + (order->clock_now ? procedure->wall + since : since) / SECOND;
}

struct told {
	bool found, seconds;
	int64_t time; /* s since 1970 */
};

/* The present time of the meter, not one that belongs to a stored value. */
static void take_time(void *data, const struct mg_data_record *record)
{
	struct told *told = data;
	const struct mg_date *date = &record->value.date;
	if (told->found || record->value.type != MG_TYPE_DATETIME ||
			record->value.quality != MG_QUALITY_GOOD ||
			strcmp(record->quantity, "datetime") != 0 || record->storage != 0 ||
			record->tariff != 0 || record->modifier_count > 0 ||
			record->function != MG_FUNCTION_INSTANTANEOUS) {
		return;
	}
	told->found = date->year >= 1970;
	told->seconds = date->second >= 0;
	told->time = days_of(date->year, date->month, date->day) * DAY + date->hour * 3600 +
				 date->minute * MINUTE + (told->seconds ? date->second : 0);
}

/* How far the clock is off: one that tells no seconds may have any of them, a slow meter
   may have put its telegram together when it was asked, and what came after a repeated
   request when it was asked first. */
static bool offset(struct procedure *procedure, enum procedure_view_kind kind,
		struct procedure_offset *off)
{
	const struct procedure_view *view = procedure_run_view(procedure, kind);
	struct told told = { .found = false };
	procedure_view_each(view, take_time, &told);
	if (!told.found) {
		return false;
	}
	int64_t delay = view->readout.delay > SECOND / 2 ? view->readout.delay : 0;
	int64_t first = view->readout.repeats > 0 ? view->begun : view->at - delay;
	off->low = told.time - right_at(procedure, view->at);
	off->high = told.time - right_at(procedure, first) + (told.seconds ? 0 : MINUTE);
	procedure->clock_seconds = told.seconds;
	if (kind == PROCEDURE_VIEW_BEFORE) {
		procedure->told_before = told.time;
	}
	return true;
}

static bool is_exact(const struct procedure_offset *off)
{
	return off->low == off->high;
}

/* By no more than type F could tell, or type I where seconds are told; the answer takes
   some time, too. */
static int64_t off_most(const struct procedure *procedure)
{
	return procedure->order.type_i && procedure->clock_seconds
				   ? PROCEDURE_CLOCK_OFF_I + 1
				   : PROCEDURE_CLOCK_OFF_F + PROCEDURE_CLOCK_OFF_I;
}

/* In any case. */
static bool is_right(
		const struct procedure *procedure, const struct procedure_offset *off)
{
	int64_t most = off_most(procedure);
	return off->low >= -most && off->high <= most;
}

/* "541 s slow", "between 41 and 101 s slow". */
static const char *off_text(const struct procedure_offset *off, char text[OFF_SIZE])
{
	long long slow = (long long)-off->low, fast = (long long)off->high;
	if (is_exact(off) && fast == 0) {
		snprintf(text, OFF_SIZE, "right to the second");
	} else if (is_exact(off)) {
		snprintf(text, OFF_SIZE, "%lld s %s", fast < 0 ? slow : fast,
				fast < 0 ? "slow" : "fast");
	} else if (fast <= 0) {
		snprintf(text, OFF_SIZE, "between %lld and %lld s slow", -fast, slow);
	} else if (slow <= 0) {
		snprintf(text, OFF_SIZE, "between %lld and %lld s fast", -slow, fast);
	} else {
		snprintf(text, OFF_SIZE, "at most %lld s slow or %lld s fast", slow, fast);
	}
	return text;
}

/* A clock that is right would show nothing of whether it was set. */
static void judge_told(struct procedure *procedure)
{
	char text[OFF_SIZE];
	procedure->off_after = procedure->off_before;
	if (procedure->order.force || !is_right(procedure, &procedure->off_before)) {
		return;
	}
	procedure->clock_seen = true;
	procedure_run_end(procedure, PROCEDURE_WORKED,
			"the clock is %s, which is right already as far as can be read back; nothing "
			"was changed, set it nevertheless with --force",
			off_text(&procedure->off_before, text));
}

static void judge_before(struct procedure *procedure)
{
	procedure_common_judge_before(procedure);
	if (procedure->verdict != PROCEDURE_RUNNING) {
		return;
	}
	procedure->clock_told =
			offset(procedure, PROCEDURE_VIEW_BEFORE, &procedure->off_before);
	if (procedure->clock_told) {
		judge_told(procedure);
	} else if (!procedure->order.unverified) {
		procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
				"the meter does not tell its time (VIF 6D) in its readout, so a setting "
				"could not be verified; select its time for readout (datetime), or "
				"take its acknowledgement for it with --unverified. Nothing was changed");
	}
}

/* To the nearest minute; where the meter shows that already, to the one on the other side
   of the present moment, since nothing would be seen of it otherwise. */
static int64_t whole_minute(const struct procedure *procedure, int64_t time)
{
	int64_t down = time - time % MINUTE, up = down + MINUTE;
	int64_t nearest = time - down < up - time ? down : up;
	bool hidden = procedure->clock_told && nearest == procedure->told_before &&
				  !is_right(procedure, &procedure->off_before);
	return hidden ? down + up - nearest : nearest;
}

/* The record of the present time, to `bytes`; 0: there is no such year. */
static size_t build_time(
		struct procedure *procedure, uint8_t bytes[TIME_SIZE], struct mg_date *date)
{
	bool type_i = procedure->order.type_i;
	struct mg_builder builder = { .bytes = bytes, .size = TIME_SIZE, .length = 2 };
	int64_t time = right_at(procedure, procedure->now);
	if (procedure->order.clock_now && !type_i) {
		time = whole_minute(procedure, time);
	}
	*date = date_of(time);
	bytes[0] = type_i ? 0x06 : 0x04;
	bytes[1] = 0x6D;
	mg_build_date(&builder, type_i ? SIZE_I : SIZE_F, date);
	return builder.failed ? 0 : builder.length;
}

/* The bytes, and the purpose that names their time. */
static void refresh(struct procedure *procedure)
{
	struct procedure_plan *plan = &procedure->plan;
	struct mg_date date;
	build_time(procedure, plan->data, &date);
	snprintf(plan->purpose, sizeof(plan->purpose),
			"set the clock to %04d-%02d-%02d %02d:%02d", (int)date.year, (int)date.month,
			(int)date.day, (int)date.hour, (int)date.minute);
}

static void plan_set(struct procedure *procedure)
{
	uint8_t bytes[TIME_SIZE];
	struct mg_date date;
	size_t size = build_time(procedure, bytes, &date);
	if (size == 0) {
		procedure_run_end(procedure, PROCEDURE_REFUSED,
				"this time cannot be sent to a meter: want a year from 2000 to 2099. "
				"Nothing was changed");
		return;
	}
	procedure_run_command(procedure, PROCEDURE_CI_DATA, bytes, size, "set the clock");
	refresh(procedure);
	/* What is repeated tells a time that is over. */
	procedure->plan.tries = 1;
	procedure->plan.refresh = refresh;
}

static void judge_set(struct procedure *procedure)
{
	bool heard = procedure->acknowledged;
	if (heard || !procedure_run_again(procedure, 1, procedure->tries - 1)) {
		procedure->rounds = 0;
	}
}

static void plan_after(struct procedure *procedure)
{
	procedure_run_read(procedure, &procedure->order.address, PROCEDURE_VIEW_AFTER,
			PROCEDURE_TELEGRAMS_MAX, "read the clock back");
}

static void end_untold(struct procedure *procedure)
{
	char text[200];
	const char *heard = procedure_run_heard(procedure, text);
	bool good = procedure->order.unverified && procedure->acknowledged;
	procedure_run_end(procedure, good ? PROCEDURE_WORKED : PROCEDURE_NOT_FOLLOWED,
			"the new time was %s; whether the clock was set cannot be verified, since "
			"the meter does not tell its time%s",
			heard, good ? "" : "; look at its display, then try again");
}

/* It is right in any case; or another time than before, and the one that was sent as far
   as can be told: of a clock that tells no seconds the minute on either side. */
static bool is_set(const struct procedure *procedure)
{
	const struct procedure_offset *before = &procedure->off_before;
	const struct procedure_offset *after = &procedure->off_after;
	int64_t most = procedure->clock_seconds ? off_most(procedure)
											: MINUTE / 2 + PROCEDURE_CLOCK_OFF_I;
	bool moved = after->low > before->high || after->high < before->low;
	return is_right(procedure, after) ||
		   (moved && after->low <= most && after->high >= -most);
}

static void judge_offset(struct procedure *procedure)
{
	char text[200], complaint[PROCEDURE_WHO_SIZE * 2], before[OFF_SIZE], after[OFF_SIZE];
	const char *heard = procedure_run_heard(procedure, text);
	off_text(&procedure->off_before, before);
	off_text(&procedure->off_after, after);
	if (is_set(procedure)) {
		procedure_run_end(procedure, PROCEDURE_WORKED,
				"the clock is %s now, before it was %s%s", after, before,
				is_right(procedure, &procedure->off_before)
						? "; it was right already, so nothing shows whether it was set"
						: "");
		return;
	}
	procedure_run_end(procedure, PROCEDURE_NOT_FOLLOWED,
			"the new time (type %s) was %s, %s the clock is %s, and before it was "
			"%s%s: the meter does not let its clock be set over the bus, or wants the "
			"other type (--type %s), or keeps standard time or UTC (--utc)",
			procedure->order.type_i ? "I" : "F", heard, procedure_run_but(procedure),
			after, before,
			procedure_view_complaint(
					procedure_run_view(procedure, PROCEDURE_VIEW_AFTER), complaint),
			procedure->order.type_i ? "f" : "i");
}

static void judge_after(struct procedure *procedure)
{
	const struct procedure_view *after =
			procedure_run_view(procedure, PROCEDURE_VIEW_AFTER);
	if (!procedure_view_answered(after)) {
		if (!procedure_run_again(procedure, 1, 1)) {
			procedure_common_end_lost(procedure, after, "the new time");
		}
	} else if (!offset(procedure, PROCEDURE_VIEW_AFTER, &procedure->off_after) ||
			   !procedure->clock_told) {
		end_untold(procedure);
	} else {
		procedure->clock_seen = true;
		judge_offset(procedure);
	}
}

static const struct procedure_stage stages[] = {
	PROCEDURE_RESOLVE,
	{ procedure_common_plan_before, judge_before },
	{ plan_set, judge_set },
	{ plan_after, judge_after },
};

static void unknown(const struct procedure *procedure, char *text, size_t size)
{
	(void)procedure;
	snprintf(text, size,
			"whether the clock was set: set it again, which tells first how far it is "
			"off");
}

const struct procedure_recipe procedure_clock_recipe = {
	.name = "set-clock",
	.unknown = unknown,
	.stages = stages,
	.count = sizeof(stages) / sizeof(stages[0]),
};
