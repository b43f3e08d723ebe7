/* SPDX-License-Identifier: MIT */
/* Checks how the fixed data structure is written, and what it cannot say. */
#include "build_bench.h"

#include "mbus/reason.h"

#define NUMBER(mantissa_, exponent_)                                                     \
	{                                                                                    \
		.type = MG_TYPE_NUMBER, .mantissa = mantissa_, .exponent = exponent_             \
	}

/* A water meter with two counters in BCD. */
struct meter {
	struct mg_telegram telegram;
	struct mg_data_record counters[2];
};

static struct meter water(void)
{
	return (struct meter){
		.telegram = { .identity = { .id = 0x12345678, .medium = 7 }, .access = 0x0A },
		.counters = { { .data_field = 12,
							  .quantity = "volume",
							  .unit = "m3",
							  .coding = "bcd8",
							  .value = NUMBER(1, -3) },
				{ .data_field = 12,
						.quantity = "energy",
						.unit = "Wh",
						.coding = "bcd8",
						.value = NUMBER(135, 3) } },
	};
}

static void check(const struct meter *meter, const char *hex)
{
	struct built built;
	print_message("# %s\n", hex != NULL ? hex : "refused");
	mg_build_fixed(built_start(&built, 20), &meter->telegram, meter->counters);
	built_expect(&built, hex);
}

static void use_binary(struct meter *meter)
{
	meter->telegram.status |= 1;
	for (int i = 0; i < 2; i++) {
		meter->counters[i].data_field = 4;
		meter->counters[i].coding = "int32";
	}
}

static void use_mode2(struct meter *meter)
{
	meter->telegram.flags |= MG_TELEGRAM_MODE2;
	meter->counters[0].flags |= MG_DATA_MODE2;
	meter->counters[1].flags |= MG_DATA_MODE2;
}

static void counters_are_bcd_or_binary(void **state)
{
	struct meter meter = water();
	(void)state;
	check(&meter, "78563412 0A 00 E9 45 01000000 35010000");
	meter.counters[0].value.mantissa = -1;
	check(&meter, "78563412 0A 00 E9 45 010000F0 35010000");
	use_binary(&meter);
	check(&meter, "78563412 0A 01 E9 45 FFFFFFFF 87000000");
	meter.counters[0].value = (struct mg_value){ .quality = MG_QUALITY_INVALID,
		.reason = reason_most_negative };
	check(&meter, "78563412 0A 01 E6 45 00000080 87000000");
}

static void mode_2_has_high_bytes_first(void **state)
{
	struct meter meter = water();
	(void)state;
	use_mode2(&meter);
	check(&meter, "12345678 0A 00 E9 45 00000001 00000135");
	meter.telegram.identity.medium = 0xB;
	check(&meter, "12345678 0A 00 E9 85 00000001 00000135");
}

static void some_media_are_of_mode_2_only(void **state)
{
	struct meter meter = water();
	(void)state;
	meter.telegram.identity.medium = 0xB;
	check(&meter, NULL);
	meter.telegram.identity.medium = 0xF;
	check(&meter, "78563412 0A 00 E9 C5 01000000 35010000");
	meter.telegram.identity.medium = 0x10;
	check(&meter, NULL);
}

static void a_historic_counter_borrows_the_unit(void **state)
{
	struct meter meter = water();
	(void)state;
	meter.counters[1].quantity = "volume";
	meter.counters[1].unit = "m3";
	meter.counters[1].value.exponent = -3;
	meter.counters[1].storage = 1;
	check(&meter, "78563412 0A 00 E9 7E 01000000 35010000");
	meter.counters[1].storage = 0;
	meter.counters[0].storage = 1;
	check(&meter, "78563412 0A 00 FE 69 01000000 35010000");
	meter.counters[0].value.exponent = -2;
	check(&meter, NULL);
}

static void counters_of_the_due_date_have_their_own_units(void **state)
{
	struct meter meter = water();
	(void)state;
	meter.telegram.status = 2;
	check(&meter, NULL);
	meter.counters[0].storage = meter.counters[1].storage = 1;
	check(&meter, "78563412 0A 02 E9 45 01000000 35010000");
	meter.telegram.status = 0;
	check(&meter, NULL);
	meter.counters[0].storage = 2;
	check(&meter, NULL);
}

static void unknown_units_carry_nothing(void **state)
{
	struct meter meter = water();
	(void)state;
	for (int i = 0; i < 2; i++) {
		meter.counters[i].quantity = "reserved";
		meter.counters[i].unit = "";
		meter.counters[i].flags = MG_DATA_AMBIGUOUS;
		meter.counters[i].value = (struct mg_value){ .quality = MG_QUALITY_INVALID,
			.reason = reason_unit_unknown };
	}
	check(&meter, "78563412 0A 00 FA 7A 00000000 00000000");
	meter.counters[0].storage = meter.counters[1].storage = 1;
	check(&meter, "78563412 0A 00 FE 7E 00000000 00000000");
	meter.counters[0].value.reason = reason_bcd;
	check(&meter, NULL);
}

static void broken_digits_are_kept(void **state)
{
	struct meter meter = water();
	(void)state;
	meter.counters[0].value = (struct mg_value){
		.quality = MG_QUALITY_INVALID, .reason = reason_bcd, .wide = { 0xEEEE1234, 0 }
	};
	check(&meter, "78563412 0A 00 E6 45 3412EEEE 35010000");
	meter.counters[0].value.wide[0] = 0xF1234567;
	check(&meter, NULL);
}

/* Counters that are a time of day and a day. */
static struct meter clock_of(struct mg_date time, struct mg_date day)
{
	struct meter meter = water();
	const char *const names[] = { "time", "date" };
	const struct mg_date dates[] = { time, day };
	for (int i = 0; i < 2; i++) {
		meter.counters[i].quantity = names[i];
		meter.counters[i].unit = "";
		meter.counters[i].flags = MG_DATA_AMBIGUOUS;
		meter.counters[i].value =
				(struct mg_value){ .type = i == 0 ? MG_TYPE_TIME : MG_TYPE_DATE,
					.date = dates[i] };
	}
	return meter;
}

enum { NONE = MG_DATE_NONE };

static void times_and_dates_are_digits(void **state)
{
	static const struct mg_date noon = { NONE, NONE, NONE, 12, 34, 56 };
	static const struct mg_date day = { 2025, 12, 31, NONE, NONE, NONE };
	struct meter meter = clock_of(noon, day);
	(void)state;
	check(&meter, "78563412 0A 00 C0 41 56341200 25123100");
	meter.counters[1].value.date.year = 1981;
	check(&meter, "78563412 0A 00 C0 41 56341200 81123100");
	meter.counters[1].value.date.year = 1980;
	check(&meter, NULL);
	meter.counters[1].value.date.year = NONE;
	check(&meter, NULL);
	meter = clock_of(noon, day);
	meter.counters[0].value.date.hour = 24;
	check(&meter, NULL);
	meter.counters[0].value.type = MG_TYPE_NONE;
	meter.counters[0].value.quality = MG_QUALITY_INVALID;
	meter.counters[0].value.reason = reason_impossible;
	check(&meter, "78563412 0A 00 C0 41 56342400 25123100");
	meter.counters[0].value.quality = MG_QUALITY_ERROR;
	check(&meter, NULL);
	meter.counters[0].value.quality = MG_QUALITY_INVALID;
	meter.counters[0].value.date.hour = 100;
	check(&meter, NULL);
}

static void times_with_broken_digits_are_kept(void **state)
{
	static const struct mg_date any = { 2025, 12, 31, NONE, NONE, NONE };
	struct meter meter = clock_of(any, any);
	(void)state;
	meter.counters[0].value = (struct mg_value){
		.quality = MG_QUALITY_INVALID, .reason = reason_bcd, .wide = { 0x99A23456, 0 }
	};
	check(&meter, "78563412 0A 00 C0 41 5634A299 25123100");
	/* the fourth byte is not read */
	meter.counters[0].value.wide[0] = 0xAA123456;
	check(&meter, NULL);
	meter.counters[0].value.wide[0] = 0x199A23456;
	check(&meter, NULL);
	meter.counters[0].value.wide[0] = 0x99A23456;
	meter.counters[0].value.wide[1] = 1;
	check(&meter, NULL);
}

static void what_counters_do_not_have_is_refused(void **state)
{
	(void)state;
#define REFUSED(change)                                                                  \
	do {                                                                                 \
		struct meter meter = water();                                                    \
		struct mg_data_record *counter = &meter.counters[1];                             \
		change;                                                                          \
		check(&meter, NULL);                                                             \
	} while (false)
	REFUSED(counter->data_field = 4);
	REFUSED(counter->coding = "int32");
	REFUSED(counter->tariff = 1);
	REFUSED(counter->subunit = 1);
	REFUSED(counter->function = MG_FUNCTION_MAXIMUM);
	REFUSED(counter->modifier_count = 1);
	REFUSED(counter->flags = MG_DATA_MODE2);
	REFUSED(counter->flags = MG_DATA_AMBIGUOUS);
	REFUSED(counter->quantity = NULL);
	REFUSED(counter->unit = "kWh");
	REFUSED(counter->value.exponent = 9);
	REFUSED(counter->value.mantissa = 100000000);
	REFUSED(counter->value.type = MG_TYPE_TEXT);
}

static void too_little_room_is_a_failure(void **state)
{
	const struct meter meter = water();
	struct built built;
	(void)state;
	mg_build_fixed(built_start(&built, 15), &meter.telegram, meter.counters);
	assert_true(built.builder.failed);
	assert_int_equal(built.bytes[15], 0xAA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_are_bcd_or_binary),
		cmocka_unit_test(mode_2_has_high_bytes_first),
		cmocka_unit_test(some_media_are_of_mode_2_only),
		cmocka_unit_test(a_historic_counter_borrows_the_unit),
		cmocka_unit_test(counters_of_the_due_date_have_their_own_units),
		cmocka_unit_test(unknown_units_carry_nothing),
		cmocka_unit_test(broken_digits_are_kept),
		cmocka_unit_test(times_and_dates_are_digits),
		cmocka_unit_test(times_with_broken_digits_are_kept),
		cmocka_unit_test(what_counters_do_not_have_is_refused),
		cmocka_unit_test(too_little_room_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
