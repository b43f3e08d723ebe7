/* SPDX-License-Identifier: MIT */
/* The zeromq sink against real subscribers: topics, frames, and who may read along. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include <metergate/testing.h>

#define DEADLINE_MS 10000

static int send_error; /* makes the next payload frame fail */
int __real_zmq_send(void *socket, const void *data, size_t size, int flags);
int __wrap_zmq_send(void *socket, const void *data, size_t size, int flags);

int __wrap_zmq_send(void *socket, const void *data, size_t size, int flags)
{
	if (send_error != 0 && (flags & ZMQ_SNDMORE) == 0) {
		errno = send_error;
		send_error = 0;
		return -1;
	}
	return __real_zmq_send(socket, data, size, flags);
}

struct bench {
	struct mg_testing t;
	const struct mg_sink *sink;
	void *self, *context;
	char endpoint[128], topic[256], payload[1024];
	int payload_size;
	struct mg_testing_sample sample;
	uint64_t seq;
	char server_public[41], server_secret[41], client_public[41], client_secret[41];
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	mg_testing_init(&b->t);
	b->sink = metergate_plugin.sink;
	b->context = zmq_ctx_new();
	zmq_curve_keypair(b->server_public, b->server_secret);
	zmq_curve_keypair(b->client_public, b->client_secret);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	zmq_ctx_term(b->context);
	mg_testing_finish(&b->t);
	free(b);
	return 0;
}

/* Opens with settings that end in NULL; learns where it is bound. */
static int start(struct bench *b, const char *const *settings)
{
	mg_testing_clear(&b->t);
	b->self = mg_testing_instance(
			&b->t, b->sink->instance_size, &b->sink->options, settings);
	assert_non_null(b->self);
	int result = b->sink->open(b->self);
	/* The plugin's own thread may log, too. */
	pthread_mutex_lock(&b->t.lock);
	for (size_t i = 0; i < b->t.line_count; i++) {
		sscanf(b->t.lines[i].text, "publishes at %127s", b->endpoint);
	}
	pthread_mutex_unlock(&b->t.lock);
	return result;
}

static void expect_refusal(
		struct bench *b, const char *const *settings, int result, const char *part)
{
	assert_int_equal(start(b, settings), result);
	if (strstr(b->t.reason, part) == NULL) {
		fail_msg("\"%s\" is not in \"%s\"", part, b->t.reason);
	}
}

/* A subscriber of everything; keys may be NULL for a plaintext one. */
static void *subscribe(struct bench *b, const char *prefix, const char *server_public,
		const char *client_public, const char *client_secret)
{
	void *socket = zmq_socket(b->context, ZMQ_SUB);
	int no_linger = 0;
	zmq_setsockopt(socket, ZMQ_LINGER, &no_linger, sizeof(no_linger));
	zmq_setsockopt(socket, ZMQ_SUBSCRIBE, prefix, strlen(prefix));
	if (server_public != NULL) {
		zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_public, 40);
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, client_public, 40);
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, client_secret, 40);
	}
	return socket;
}

/* Takes one message within `ms`. */
static bool receive(struct bench *b, void *socket, int ms)
{
	zmq_setsockopt(socket, ZMQ_RCVTIMEO, &ms, sizeof(ms));
	int size = zmq_recv(socket, b->topic, sizeof(b->topic) - 1, 0);
	if (size < 0) {
		return false;
	}
	b->topic[size] = '\0';
	b->payload_size = zmq_recv(socket, b->payload, sizeof(b->payload) - 1, 0);
	assert_true(b->payload_size > 0);
	b->payload[b->payload_size] = '\0';
	return true;
}

static int publish(struct bench *b)
{
	size_t taken = 0;
	const struct mg_reading *batch[] = { &b->sample.reading };
	mg_testing_sample_init(&b->sample, ++b->seq);
	return b->sink->write(b->self, batch, 1, &taken);
}

/* Publishes until the subscriber has a message: a new one misses the first. */
static bool publish_until(struct bench *b, void *socket)
{
	int64_t end = now_ms() + DEADLINE_MS;
	while (now_ms() < end) {
		assert_int_equal(publish(b), MG_OK);
		if (receive(b, socket, 20)) {
			return true;
		}
	}
	return false;
}

static void topic_and_msgpack_are_two_frames(void **state)
{
	struct bench *b = *state;
	const char *settings[] = { "bind=tcp://127.0.0.1:*", NULL };
	assert_int_equal(start(b, settings), MG_OK);
	void *socket =
			subscribe(b, "metergate/1/test-gateway/cellar/heat-1/", NULL, NULL, NULL);
	zmq_connect(socket, b->endpoint);
	assert_true(publish_until(b, socket));
	assert_string_equal(b->topic, "metergate/1/test-gateway/cellar/heat-1/");
	assert_int_equal((unsigned char)b->payload[0], 0xdb);
	assert_non_null(strstr(b->payload + 5, "\"name\":\"energy\""));
	zmq_close(socket);
	b->sink->close(b->self);
}

static void events_have_shorter_topics(void **state)
{
	struct bench *b = *state;
	const char *settings[] = { "bind=tcp://127.0.0.1:*", "topic_prefix=x", "format=json",
		NULL };
	assert_int_equal(start(b, settings), MG_OK);
	void *socket = subscribe(b, "x/", NULL, NULL, NULL);
	zmq_connect(socket, b->endpoint);
	assert_true(publish_until(b, socket));
	assert_int_equal(b->payload[0], '{');
	while (receive(b, socket, 50)) {
	}
	struct mg_testing_sample bus, gateway;
	const struct mg_reading *batch[] = { mg_testing_sample_init(&bus, 1),
		mg_testing_sample_init(&gateway, 2) };
	size_t taken = 0;
	bus.reading.device = gateway.reading.device = gateway.reading.bus = "";
	assert_int_equal(b->sink->write(b->self, batch, 2, &taken), MG_OK);
	assert_int_equal(taken, 2);
	assert_true(receive(b, socket, DEADLINE_MS));
	assert_string_equal(b->topic, "x/test-gateway/cellar/");
	assert_true(receive(b, socket, DEADLINE_MS));
	assert_string_equal(b->topic, "x/test-gateway/");
	zmq_close(socket);
	b->sink->close(b->self);
}

static void it_connects_to_a_bound_subscriber(void **state)
{
	struct bench *b = *state;
	char setting[160], endpoint[128];
	size_t size = sizeof(endpoint);
	void *socket = subscribe(b, "", NULL, NULL, NULL);
	assert_int_equal(zmq_bind(socket, "tcp://127.0.0.1:*"), 0);
	zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
	snprintf(setting, sizeof(setting), "connect=%s", endpoint);
	const char *settings[] = { setting, NULL };
	assert_int_equal(start(b, settings), MG_OK);
	assert_true(publish_until(b, socket));
	zmq_close(socket);
	b->sink->close(b->self);
}

static void wrong_endpoints_are_refused_in_words(void **state)
{
	struct bench *b = *state;
	const char *none[] = { NULL };
	const char *malformed[] = { "bind=tcp:/127.0.0.1", NULL };
	const char *protocol[] = { "bind=http://127.0.0.1:80", NULL };
	const char *inproc[] = { "connect=inproc://x", NULL };
	const char *portless[] = { "connect=tcp://127.0.0.1", NULL };
	const char *foreign[] = { "bind=tcp://203.0.113.7:5556", NULL };
	const char *folder[] = { "bind=ipc:///no/such/folder/x", NULL };
	const char *prefix[] = { "bind=tcp://127.0.0.1:*", "topic_prefix=x/", NULL };
	expect_refusal(b, none, MG_REJECT, "bind or connect is missing");
	expect_refusal(b, malformed, MG_REJECT, "is no endpoint");
	expect_refusal(b, protocol, MG_REJECT, "unknown protocol");
	expect_refusal(b, inproc, MG_REJECT, "reaches nobody");
	expect_refusal(b, portless, MG_REJECT, "is no endpoint");
	expect_refusal(b, foreign, MG_RETRY, "of this machine");
	expect_refusal(b, folder, MG_RETRY, "folder");
	expect_refusal(b, prefix, MG_REJECT, "topic_prefix");
}

static void endpoint_in_use_is_tried_again(void **state)
{
	struct bench *b = *state;
	char setting[160];
	const char *first[] = { "bind=tcp://127.0.0.1:*", NULL };
	assert_int_equal(start(b, first), MG_OK);
	void *holder = b->self;
	snprintf(setting, sizeof(setting), "bind=%s", b->endpoint);
	const char *second[] = { setting, NULL };
	expect_refusal(b, second, MG_RETRY, "in use");
	b->sink->close(holder);
	int64_t end = now_ms() + DEADLINE_MS;
	int result = MG_RETRY;
	while (result == MG_RETRY && now_ms() < end) {
		result = b->sink->open(b->self);
	}
	assert_int_equal(result, MG_OK);
	b->sink->close(b->self);
}

static void open_to_everybody_is_warned_of(void **state)
{
	struct bench *b = *state;
	const char *settings[] = { "bind=tcp://*:*", NULL };
	assert_int_equal(start(b, settings), MG_OK);
	assert_true(mg_testing_logged(&b->t, "can read along"));
	b->sink->close(b->self);
}

static void curve_needs_a_list_of_keys(void **state)
{
	struct bench *b = *state;
	char secret[80], list[4096] = "allow=";
	snprintf(secret, sizeof(secret), "curve_secret=%s", b->server_secret);
	const char *bare[] = { "bind=tcp://127.0.0.1:*", secret, NULL };
	const char *broken[] = { "bind=tcp://127.0.0.1:*", "curve_secret=short", "allow=any",
		NULL };
	const char *typo[] = { "bind=tcp://127.0.0.1:*", secret, "allow=nonsense", NULL };
	const char *mixed[] = { "bind=tcp://127.0.0.1:*", secret, "allow=any any", NULL };
	const char *open[] = { "bind=tcp://127.0.0.1:*", "allow=any", NULL };
	const char *many[] = { "bind=tcp://127.0.0.1:*", secret, list, NULL };
	for (size_t i = 0; i < 300; i++) {
		strcat(list, "x ");
	}
	expect_refusal(b, bare, MG_REJECT, "needs allow");
	expect_refusal(b, broken, MG_REJECT, "curve_secret is no key");
	assert_null(strstr(b->t.reason, "short"));
	expect_refusal(b, typo, MG_REJECT, "nonsense is no public key");
	expect_refusal(b, mixed, MG_REJECT, "any is no public key");
	expect_refusal(b, open, MG_REJECT, "without curve_secret");
	expect_refusal(b, many, MG_REJECT, "more than 256");
}

static void start_curve(struct bench *b, const char *allowed)
{
	char secret[80], allow[80];
	snprintf(secret, sizeof(secret), "curve_secret=%s", b->server_secret);
	snprintf(allow, sizeof(allow), "allow=%s", allowed);
	const char *settings[] = { "bind=tcp://127.0.0.1:*", secret, allow, NULL };
	assert_int_equal(start(b, settings), MG_OK);
}

/* `stranger` gets nothing while a listed subscriber gets everything. */
static void expect_nothing(struct bench *b, void *stranger)
{
	void *listed = subscribe(b, "", b->server_public, b->client_public, b->client_secret);
	void *events = zmq_socket(b->context, ZMQ_PAIR);
	int ms = DEADLINE_MS;
	zmq_socket_monitor(stranger, "inproc://stranger",
			ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
					ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
					ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
					ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL);
	zmq_setsockopt(events, ZMQ_RCVTIMEO, &ms, sizeof(ms));
	zmq_connect(events, "inproc://stranger");
	zmq_connect(stranger, b->endpoint);
	zmq_connect(listed, b->endpoint);
	char event[64];
	assert_true(zmq_recv(events, event, sizeof(event), 0) > 0);
	uint16_t kind;
	memcpy(&kind, event, sizeof(kind));
	assert_int_not_equal(kind, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
	for (int i = 0; i < 10; i++) {
		assert_true(publish_until(b, listed));
	}
	assert_false(receive(b, stranger, 200));
	zmq_socket_monitor(stranger, NULL, 0);
	zmq_close(events);
	zmq_close(listed);
	zmq_close(stranger);
	b->sink->close(b->self);
}

static void unknown_key_gets_nothing(void **state)
{
	struct bench *b = *state;
	char public[41], secret[41];
	zmq_curve_keypair(public, secret);
	start_curve(b, b->client_public);
	expect_nothing(b, subscribe(b, "", b->server_public, public, secret));
	assert_true(mg_testing_logged(&b->t, public));
	assert_true(mg_testing_counter(&b->t, "refused_clients") > 0);
	assert_int_equal(mg_testing_counter(&b->t, "accepted_clients"), 1);
}

static void wrong_server_key_gets_nothing(void **state)
{
	struct bench *b = *state;
	char public[41], secret[41];
	zmq_curve_keypair(public, secret);
	start_curve(b, b->client_public);
	expect_nothing(b, subscribe(b, "", public, b->client_public, b->client_secret));
}

static void plaintext_client_gets_nothing(void **state)
{
	struct bench *b = *state;
	start_curve(b, b->client_public);
	expect_nothing(b, subscribe(b, "", NULL, NULL, NULL));
}

static void any_key_will_do_when_that_is_written(void **state)
{
	struct bench *b = *state;
	start_curve(b, "any");
	void *socket = subscribe(b, "", b->server_public, b->client_public, b->client_secret);
	zmq_connect(socket, b->endpoint);
	assert_true(publish_until(b, socket));
	zmq_close(socket);
	b->sink->close(b->self);
}

static void reading_that_cannot_be_published_is_explained(void **state)
{
	struct bench *b = *state;
	const char *settings[] = { "bind=tcp://127.0.0.1:*", NULL };
	assert_int_equal(start(b, settings), MG_OK);
	b->t.encode_fails = true;
	assert_int_equal(publish(b), MG_RETRY);
	assert_string_equal(b->t.reason, "memory is short");
	b->t.encode_fails = false;
	char name[600];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	const struct mg_reading *batch[] = { &b->sample.reading };
	size_t taken = 0;
	b->sample.reading.device = name;
	assert_int_equal(b->sink->write(b->self, batch, 1, &taken), MG_REJECT);
	assert_int_equal(taken, 0);
	b->sink->close(b->self);
}

static void message_that_breaks_off_begins_a_new_socket(void **state)
{
	struct bench *b = *state;
	char setting[160];
	const char *first[] = { "bind=tcp://127.0.0.1:*", NULL };
	assert_int_equal(start(b, first), MG_OK);
	b->sink->close(b->self);
	snprintf(setting, sizeof(setting), "bind=%s", b->endpoint);
	const char *settings[] = { setting, "linger=0s", NULL };
	assert_int_equal(start(b, settings), MG_OK);
	void *socket = subscribe(b, "", NULL, NULL, NULL);
	zmq_connect(socket, b->endpoint);
	assert_true(publish_until(b, socket));
	send_error = EFSM;
	assert_int_equal(publish(b), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "publishing failed"));
	assert_int_equal(mg_testing_counter(&b->t, "send_errors"), 1);
	assert_int_equal(b->sink->idle(b->self, -1, 0), MG_OK);
	assert_true(publish_until(b, socket));
	assert_string_equal(b->topic, "metergate/1/test-gateway/cellar/heat-1/");
	zmq_close(socket);
	b->sink->close(b->self);
}

static void idle_ends_when_woken_and_close_never_hangs(void **state)
{
	struct bench *b = *state;
	int wake[2];
	const char *settings[] = { "connect=tcp://127.0.0.1:1", "linger=100ms", NULL };
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(wake[1], "x", 1), 1);
	assert_int_equal(start(b, settings), MG_OK);
	int64_t begin = now_ms();
	assert_int_equal(b->sink->idle(b->self, wake[0], 60000), MG_OK);
	for (int i = 0; i < 2000; i++) {
		assert_int_equal(publish(b), MG_OK);
	}
	b->sink->close(b->self);
	assert_in_range(now_ms() - begin, 0, 5000);
	close(wake[0]);
	close(wake[1]);
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(topic_and_msgpack_are_two_frames),
		ROW(events_have_shorter_topics),
		ROW(it_connects_to_a_bound_subscriber),
		ROW(wrong_endpoints_are_refused_in_words),
		ROW(endpoint_in_use_is_tried_again),
		ROW(open_to_everybody_is_warned_of),
		ROW(curve_needs_a_list_of_keys),
		ROW(unknown_key_gets_nothing),
		ROW(wrong_server_key_gets_nothing),
		ROW(plaintext_client_gets_nothing),
		ROW(any_key_will_do_when_that_is_written),
		ROW(reading_that_cannot_be_published_is_explained),
		ROW(message_that_breaks_off_begins_a_new_socket),
		ROW(idle_ends_when_woken_and_close_never_hangs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
