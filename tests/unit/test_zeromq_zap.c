/* SPDX-License-Identifier: MIT */
/* The list of CURVE clients: what is not plainly allowed is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include <metergate/testing.h>

#include "zap.h"

struct bench {
	struct mg_testing t;
	struct mg_instance instance;
	struct zap_keys keys;
	void *context, *client;
	struct zap *zap;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	mg_testing_init(&b->t);
	b->instance.host = (struct mg_host *)(void *)&b->t;
	b->instance.gw = &mg_testing_services;
	b->keys.count = 2;
	memset(b->keys.keys[0], 'a', ZAP_KEY_SIZE);
	memset(b->keys.keys[1], 'b', ZAP_KEY_SIZE);
	b->context = zmq_ctx_new();
	b->zap = zap_create(b->context, &b->keys, &b->instance);
	assert_non_null(b->zap);
	b->client = zmq_socket(b->context, ZMQ_REQ);
	assert_int_equal(zmq_connect(b->client, "inproc://zeromq.zap.01"), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	zmq_close(b->client);
	zmq_ctx_shutdown(b->context);
	zap_destroy(b->zap);
	zmq_ctx_term(b->context);
	mg_testing_finish(&b->t);
	free(b);
	return 0;
}

/* Asks with `count` frames; answers the status code, 200 or 400. */
static int ask(struct bench *b, const char *const *frames, size_t count)
{
	char answer[6][64];
	for (size_t i = 0; i < count; i++) {
		zmq_send(
				b->client, frames[i], strlen(frames[i]), i + 1 < count ? ZMQ_SNDMORE : 0);
	}
	for (size_t i = 0; i < 6; i++) {
		int size = zmq_recv(b->client, answer[i], sizeof(answer[i]) - 1, 0);
		assert_true(size >= 0 && size < 64);
		answer[i][size] = '\0';
	}
	assert_string_equal(answer[0], "1.0");
	assert_string_equal(answer[1], frames[1]);
	return atoi(answer[2]);
}

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define KEY_C "cccccccccccccccccccccccccccccccc"

static void listed_keys_are_accepted(void **state)
{
	struct bench *b = *state;
	const char *first[] = { "1.0", "7", "metergate", "10.0.0.1", "", "CURVE", KEY_A };
	const char *second[] = { "1.0", "8", "metergate", "10.0.0.1", "", "CURVE", KEY_B };
	assert_int_equal(ask(b, first, 7), 200);
	assert_int_equal(ask(b, second, 7), 200);
	assert_int_equal(mg_testing_counter(&b->t, "accepted_clients"), 2);
}

static void others_are_refused_and_one_line_names_the_key(void **state)
{
	struct bench *b = *state;
	char z85[41];
	const char *frames[] = { "1.0", "7", "metergate", "10.0.0.1", "", "CURVE", KEY_C };
	for (int i = 0; i < 5; i++) {
		assert_int_equal(ask(b, frames, 7), 400);
	}
	zmq_z85_encode(z85, (const uint8_t *)KEY_C, 32);
	assert_true(mg_testing_logged(&b->t, z85));
	assert_true(mg_testing_logged(&b->t, "10.0.0.1"));
	assert_int_equal(b->t.line_count, 1);
	assert_int_equal(mg_testing_counter(&b->t, "refused_clients"), 5);
}

static void malformed_requests_are_refused(void **state)
{
	struct bench *b = *state;
	static const char *const requests[][8] = {
		{ "2.0", "1", "d", "a", "", "CURVE", KEY_A, NULL },
		{ "1.0", "1", "d", "a", "", "PLAIN", KEY_A, NULL },
		{ "1.0", "1", "d", "a", "", "CURVE", "short", NULL },
		{ "1.0", "1", "d", "a", "", "CURVE", KEY_A "a", NULL },
		{ "1.0", "1", "d", "a", "", "CURVE", KEY_A, "more" },
		{ "1.0", "1", "d", "a", "", "NULL", NULL, NULL },
		{ "1.0", "1", NULL, NULL, NULL, NULL, NULL, NULL },
	};
	static const size_t counts[] = { 7, 7, 7, 7, 8, 6, 2 };
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(ask(b, requests[i], counts[i]), 400);
	}
	assert_int_equal(mg_testing_counter(&b->t, "accepted_clients"), 0);
}

static void oversized_frames_are_refused(void **state)
{
	struct bench *b = *state;
	char large[5000];
	memset(large, 'a', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	const char *frames[] = { "1.0", "7", "d", large, "", "CURVE", large };
	assert_int_equal(ask(b, frames, 7), 400);
}

static void second_handler_in_a_context_cannot_start(void **state)
{
	struct bench *b = *state;
	assert_null(zap_create(b->context, &b->keys, &b->instance));
	assert_int_equal(errno, EADDRINUSE);
	zap_destroy(NULL);
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(listed_keys_are_accepted),
		ROW(others_are_refused_and_one_line_names_the_key),
		ROW(malformed_requests_are_refused),
		ROW(oversized_frames_are_refused),
		ROW(second_handler_in_a_context_cannot_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
