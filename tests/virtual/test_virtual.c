/* SPDX-License-Identifier: MIT */
/* The computed clock itself: what it costs to ask a simulated meter, to the bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "virtual.h"

#define BIT_NS 416667

static void begin(struct virtual_bus *bus, const struct virtual_settings *settings)
{
	memset(bus, 0, sizeof(*bus));
	assert_true(virtual_meters(&bus->slaves, 1, 1, false, 11, 11));
	assert_true(virtual_init(bus, settings));
}

static void reset(struct virtual_bus *bus, uint8_t address)
{
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = address
	};
	const struct exchange_ask ask = {
		.frame = &frame, .expects = EXCHANGE_EXPECT_ACK, .tries = 1, .latency = -1
	};
	exchange_begin(&bus->exchange, &ask, bus->now);
	while (exchange_busy(&bus->exchange)) {
		assert_true(virtual_turn(bus, 10000000));
	}
}

/* 5 characters, 11 bits, 1 character. */
static void an_acknowledge_takes_77_bits(void **state)
{
	(void)state;
	struct virtual_bus bus;
	begin(&bus, &(struct virtual_settings){ .latency = 20 });
	reset(&bus, 1);
	assert_int_equal(bus.exchange.outcome, EXCHANGE_ACK);
	assert_int_equal(bus.log.requests, 1);
	assert_int_equal(bus.log.answers, 1);
	int64_t took = bus.log.last - bus.log.first;
	assert_in_range(took, 77 * BIT_NS - 2000, 77 * BIT_NS + 2000);
	virtual_finish(&bus);
}

static void nobody_answers_at_an_empty_address(void **state)
{
	(void)state;
	struct virtual_bus bus;
	begin(&bus, &(struct virtual_settings){ .latency = 20 });
	reset(&bus, 2);
	assert_int_equal(bus.exchange.outcome, EXCHANGE_SILENT);
	assert_int_equal(bus.log.answers, 0);
	/* 55 bits, 330 bits, 50 ms, the latency, and the character that might have begun. */
	assert_in_range(bus.now, 234998, 235004);
	virtual_finish(&bus);
}

static void the_way_and_the_blocks_of_a_converter_take_time(void **state)
{
	(void)state;
	struct virtual_bus bus;
	begin(&bus,
			&(struct virtual_settings){ .latency = 200, .way = 30000, .block = 16000 });
	reset(&bus, 1);
	assert_int_equal(bus.exchange.outcome, EXCHANGE_ACK);
	int64_t delay = exchange_delay(&bus.exchange);
	/* 11 bits, both ways, a block. */
	assert_in_range(delay, 75000, 82000);
	virtual_finish(&bus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_acknowledge_takes_77_bits),
		cmocka_unit_test(nobody_answers_at_an_empty_address),
		cmocka_unit_test(the_way_and_the_blocks_of_a_converter_take_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
