/* SPDX-License-Identifier: MIT */
/* One mask: what is asked, and what is thought of the answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_visit.h"

#define KAM 0x2C2D

struct bench {
	struct search_visit visit;
	struct search_plan plan;
	struct search_noise noise;
	struct exchange exchange;
	uint8_t bytes[MG_FRAME_MAX];
	int64_t now;
};

static void begin(struct bench *b)
{
	struct search_mask mask = search_mask_any();
	memset(b, 0, sizeof(*b));
	mask.identity.id = 0xFFFFFFF8;
	b->plan.sends = 1;
	search_visit_begin(&b->visit, &mask);
}

static void take(struct bench *b, enum exchange_outcome outcome)
{
	b->exchange.outcome = outcome;
	search_visit_take(&b->visit, &b->plan, &b->exchange, outcome, &b->noise, b->now);
}

/* A telegram of this number; the last byte of its data is `end`. */
static void answer(struct bench *b, uint32_t id, uint8_t ci, uint8_t end)
{
	const struct mg_identity identity = { id, KAM, 0x10, 0x04 };
	uint8_t data[23] = { 0 };
	mg_identity_put(&identity, data);
	data[22] = end;
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = 5,
		.ci = ci,
		.data = { data, ci == 0x73 ? 16 : sizeof(data) } };
	size_t size = mg_frame_build(&frame, b->bytes, sizeof(b->bytes));
	mg_frame_parse(b->bytes, size, &b->exchange.link.frame, &b->exchange.link.length);
	memcpy(b->exchange.heard, b->bytes, EXCHANGE_HEARD_MAX);
	b->exchange.heard_size = size < EXCHANGE_HEARD_MAX ? size : EXCHANGE_HEARD_MAX;
	b->exchange.failure.received = size;
}

static void asks(const struct bench *b, int c, int64_t listen)
{
	struct mg_frame frame;
	struct exchange_ask ask;
	uint8_t data[SEARCH_MASK_BYTES];
	search_visit_ask(&b->visit, &b->plan, &frame, data, &ask);
	assert_int_equal(frame.a, MG_A_SELECTED);
	assert_int_equal(frame.c, c);
	assert_int_equal(ask.listen, listen);
	assert_true(ask.any_address);
	assert_int_equal(ask.ack_answers, (c & ~MG_C_FCB) == MG_C_REQ_UD2);
}

static void closed(const struct bench *b, enum search_verdict verdict)
{
	assert_int_equal(b->visit.step, SEARCH_STEP_CLOSED);
	assert_int_equal(b->visit.verdict, verdict);
}

static void silence_is_nobody(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	asks(&b, 0x53, 0);
	take(&b, EXCHANGE_SILENT);
	closed(&b, SEARCH_NOBODY);
	assert_int_equal(b.visit.sent, 1);
}

static void on_a_line_that_damages_it_has_to_be_repeated(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.plan.sends = 3;
	take(&b, EXCHANGE_SILENT);
	take(&b, EXCHANGE_SILENT);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	take(&b, EXCHANGE_SILENT);
	closed(&b, SEARCH_NOBODY);
}

static void one_meter_is_read_heard_out_and_selected_exactly(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	take(&b, EXCHANGE_ACK);
	assert_true(search_visit_holds(&b.visit));
	asks(&b, 0x7B, 0);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_RECHECK);
	assert_false(search_visit_holds(&b.visit));
	asks(&b, 0x53, EXCHANGE_LISTEN_ALL);
	take(&b, EXCHANGE_ACK);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
	take(&b, EXCHANGE_ACK);
	closed(&b, SEARCH_FOUND);
	assert_int_equal(b.visit.candidate.id, 0x12345678);
	assert_int_equal(b.visit.address, 5);
	assert_false(search_noise_seen(&b.noise));
}

static void heard_out_at_once_it_needs_no_second_look(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.visit.whole = true;
	asks(&b, 0x53, EXCHANGE_LISTEN_ALL);
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
}

static void a_slower_one_shows_in_the_second_look(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	take(&b, EXCHANGE_BAD);
	closed(&b, SEARCH_SEVERAL);
	assert_true(b.visit.heard_several);
}

static void nobody_of_that_identity_is_a_phantom(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.visit.whole = true;
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	for (int i = 0; i < SEARCH_VISIT_SURE_SENDS; i++) {
		assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
		take(&b, EXCHANGE_SILENT);
	}
	closed(&b, SEARCH_SEVERAL);
}

static void garbage_is_several(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.exchange.heard[0] = 0xA5;
	b.exchange.heard[1] = 0x65;
	b.exchange.heard_size = 2;
	take(&b, EXCHANGE_BAD);
	closed(&b, SEARCH_SEVERAL);
}

static void an_acknowledgement_with_one_wrong_bit_is_asked_again(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.exchange.heard[0] = 0xE4;
	b.exchange.heard_size = 1;
	take(&b, EXCHANGE_BAD);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	take(&b, EXCHANGE_ACK);
	assert_int_equal(b.visit.step, SEARCH_STEP_READ);
	assert_true(search_noise_seen(&b.noise));
}

/* What answered once is there, however silent it is now. */
static void silence_after_damage_takes_more_than_one_send(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.exchange.heard[0] = 0xE4;
	b.exchange.heard_size = 1;
	take(&b, EXCHANGE_BAD);
	take(&b, EXCHANGE_SILENT);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
}

static void a_damaged_telegram_still_names_its_meter(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.plan.noisy = b.plan.damages = true;
	b.visit.whole = true;
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_BAD);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
	take(&b, EXCHANGE_ACK);
	/* Alone it sends the same. */
	assert_int_equal(b.visit.step, SEARCH_STEP_PROVE);
	take(&b, EXCHANGE_DATA);
	closed(&b, SEARCH_FOUND);
	assert_true(search_noise_seen(&b.noise));
}

/* The mask gives a damaged answer with the name of one meter, which acknowledges, and
   sends something else when it is read alone. */
static void answer_unlike(struct bench *b)
{
	take(b, EXCHANGE_ACK);
	answer(b, 0x12345678, 0x72, 0);
	memset(b->exchange.heard + 20, 0x55, 8);
	take(b, EXCHANGE_BAD);
	assert_int_equal(b->visit.step, SEARCH_STEP_EXACT);
	take(b, EXCHANGE_ACK);
	answer(b, 0x12345678, 0x72, 0);
	take(b, EXCHANGE_DATA);
}

static void the_sum_of_two_may_be_the_name_of_one_of_them(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.plan.noisy = b.plan.damages = true;
	for (int i = 1; i < SEARCH_VISIT_ROUNDS_MAX; i++) {
		answer_unlike(&b);
		assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	}
	answer_unlike(&b);
	closed(&b, SEARCH_SEVERAL);
}

static void values_that_change_are_read_anew(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.plan.noisy = b.plan.damages = true;
	b.visit.whole = true;
	answer_unlike(&b);
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
	take(&b, EXCHANGE_ACK);
	closed(&b, SEARCH_FOUND);
}

/* That another one was selected exactly before proves nothing for it. */
static void each_name_is_selected_exactly(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.plan.noisy = b.plan.damages = true;
	answer_unlike(&b);
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345668, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_RECHECK);
	take(&b, EXCHANGE_ACK);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
}

static void a_name_with_a_wildcard_is_not_taken_from_damage(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.plan.noisy = b.plan.damages = true;
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x1F345678, 0x72, 0);
	take(&b, EXCHANGE_BAD);
	closed(&b, SEARCH_SEVERAL);
}

static void and_has_to_be_read_twice_to_be_believed(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.visit.whole = true;
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x1F345678, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	take(&b, EXCHANGE_ACK);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
}

static void a_meter_of_another_mask_is_told_to_let_go(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345671, 0x72, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_DESELECT);
	asks(&b, 0x40, EXCHANGE_LISTEN_ALL);
	take(&b, EXCHANGE_ACK);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	take(&b, EXCHANGE_ACK);
	take(&b, EXCHANGE_DATA);
	closed(&b, SEARCH_SEVERAL);
	assert_true(b.visit.foreign);
}

static void a_mute_meter_gets_time_and_the_other_frame_count_bit(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.visit.whole = true;
	b.now = 1000000;
	take(&b, EXCHANGE_ACK);
	asks(&b, 0x7B, 0);
	take(&b, EXCHANGE_SILENT);
	assert_int_equal(b.visit.wake, 1150000);
	asks(&b, 0x7B, 0);
	take(&b, EXCHANGE_SILENT);
	asks(&b, 0x5B, 0);
	take(&b, EXCHANGE_SILENT);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	take(&b, EXCHANGE_ACK);
	closed(&b, SEARCH_ANONYMOUS);
	assert_true(b.visit.mute);
}

static void an_acknowledgement_in_place_of_data_may_be_a_slower_meters(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	take(&b, EXCHANGE_ACK);
	take(&b, EXCHANGE_ACK);
	assert_int_equal(b.visit.step, SEARCH_STEP_SELECT);
	asks(&b, 0x53, EXCHANGE_LISTEN_ALL);
}

static void a_fixed_header_gives_a_number_only(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.visit.whole = true;
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x73, 0);
	take(&b, EXCHANGE_DATA);
	assert_int_equal(b.visit.step, SEARCH_STEP_EXACT);
	assert_int_equal(b.visit.candidate.id, 0x12345678);
	assert_int_equal(b.visit.candidate.manufacturer, UINT16_MAX);
	assert_int_equal(b.visit.candidate.medium, UINT8_MAX);
}

static void one_identity_that_only_gives_garbage_is_twins(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.visit.whole = true;
	take(&b, EXCHANGE_ACK);
	answer(&b, 0x12345678, 0x72, 0);
	take(&b, EXCHANGE_BAD);
	take(&b, EXCHANGE_ACK);
	for (int i = 0; i < SEARCH_VISIT_TWINS_SURE; i++) {
		assert_int_equal(b.visit.step, SEARCH_STEP_PROVE);
		take(&b, EXCHANGE_BAD);
	}
	closed(&b, SEARCH_TWINS);
}

static void further_sends_of_silence_are_short(void **state)
{
	(void)state;
	struct bench b;
	struct mg_frame frame;
	struct exchange_ask ask;
	uint8_t data[SEARCH_MASK_BYTES];
	begin(&b);
	b.plan = (struct search_plan){
		.noisy = true, .damages = true, .sends = 5, .hurry = 20000
	};
	search_visit_ask(&b.visit, &b.plan, &frame, data, &ask);
	assert_int_equal(ask.window, 0);
	take(&b, EXCHANGE_SILENT);
	search_visit_ask(&b.visit, &b.plan, &frame, data, &ask);
	assert_int_equal(ask.window, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_nobody),
		cmocka_unit_test(on_a_line_that_damages_it_has_to_be_repeated),
		cmocka_unit_test(one_meter_is_read_heard_out_and_selected_exactly),
		cmocka_unit_test(heard_out_at_once_it_needs_no_second_look),
		cmocka_unit_test(a_slower_one_shows_in_the_second_look),
		cmocka_unit_test(nobody_of_that_identity_is_a_phantom),
		cmocka_unit_test(garbage_is_several),
		cmocka_unit_test(an_acknowledgement_with_one_wrong_bit_is_asked_again),
		cmocka_unit_test(silence_after_damage_takes_more_than_one_send),
		cmocka_unit_test(a_damaged_telegram_still_names_its_meter),
		cmocka_unit_test(the_sum_of_two_may_be_the_name_of_one_of_them),
		cmocka_unit_test(values_that_change_are_read_anew),
		cmocka_unit_test(each_name_is_selected_exactly),
		cmocka_unit_test(a_name_with_a_wildcard_is_not_taken_from_damage),
		cmocka_unit_test(and_has_to_be_read_twice_to_be_believed),
		cmocka_unit_test(a_meter_of_another_mask_is_told_to_let_go),
		cmocka_unit_test(a_mute_meter_gets_time_and_the_other_frame_count_bit),
		cmocka_unit_test(an_acknowledgement_in_place_of_data_may_be_a_slower_meters),
		cmocka_unit_test(a_fixed_header_gives_a_number_only),
		cmocka_unit_test(one_identity_that_only_gives_garbage_is_twins),
		cmocka_unit_test(further_sends_of_silence_are_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
