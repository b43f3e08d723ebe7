/* SPDX-License-Identifier: MIT */
/*
 * Sink "zeromq": publishes readings on a PUB socket, as a topic and a payload frame.
 *
 * A PUB socket drops, silently, what a subscriber beyond its high-water mark does not
 * take; OK here means "handed to ZeroMQ". Subscribers see a loss as a gap in device_seq.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include <metergate/plugin.h>

#include "zap.h"

#define TOPIC_SIZE 512
#define KEY_TEXT 40          /* characters of a key in Z85 */
#define FROM_SUBSCRIBER 4096 /* largest message that a subscriber may send */
#define HANDSHAKE_MS 10000   /* a peer that says nothing is dropped */
#define KEEPALIVE_IDLE_S 60

enum payload_format { FORMAT_MSGPACK, FORMAT_JSON };

struct publisher {
	struct mg_instance instance;
	struct mg_list bind, connect, allow;
	const char *prefix, *secret;
	int format;
	int64_t hwm, linger_ms;
	void *context, *socket;
	struct zap *zap;
	struct zap_keys keys;
};

static const char *const format_words[] = { "msgpack", "json", NULL };

/* clang-format off */
static const struct mg_option option_rows[] = {
	MG_LIST(struct publisher, bind, "bind", NULL,
		"endpoints where subscribers connect: tcp://ADDRESS:PORT, ipc://PATH"),
	MG_LIST(struct publisher, connect, "connect", NULL,
		"endpoints of subscribers or proxies that are bound themselves"),
	MG_STRING(struct publisher, prefix, "topic_prefix", "metergate/1",
		"what topics begin with: PREFIX/GATEWAY/BUS/DEVICE/"),
	MG_ENUM(struct publisher, format, "format", "msgpack", format_words,
		"how the second frame is encoded"),
	MG_INT(struct publisher, hwm, "hwm", "1000", 1, 1000000,
		"messages that wait for one slow subscriber; what comes then is dropped for it"),
	MG_DURATION(struct publisher, linger_ms, "linger", "1s", 0, 60000,
		"for how long closing waits until waiting messages have left"),
	MG_SECRET(struct publisher, secret, "curve_secret",
		"CURVE secret key of this end in Z85; encrypts, and needs allow"),
	MG_LIST(struct publisher, allow, "allow", NULL,
		"public keys in Z85 of the subscribers that may connect, or the word any"),
};
/* clang-format on */

struct hint {
	int error;
	int result;
	const char *text;
};

static const struct hint hints[] = {
	{ EINVAL, MG_REJECT, "is no endpoint; write tcp://ADDRESS:PORT or ipc://PATH" },
	{ EPROTONOSUPPORT, MG_REJECT, "has an unknown protocol; use tcp:// or ipc://" },
	{ ENOCOMPATPROTO, MG_REJECT,
			"has a protocol that cannot publish; use tcp:// or ipc://" },
	{ ENAMETOOLONG, MG_REJECT, "is longer than a socket's path may be" },
	{ EADDRINUSE, MG_RETRY,
			"is in use by another program; stop that, or choose another" },
	{ EADDRNOTAVAIL, MG_RETRY, "is no address of this machine (yet)" },
	{ ENODEV, MG_RETRY, "names no interface or address of this machine (yet)" },
	{ EACCES, MG_RETRY, "may not be bound by this user; ports below 1024 need rights" },
	{ ENOENT, MG_RETRY, "lies in a folder that does not exist; make it" },
};

/* Says why and answers the result that fits. */
static int explain(struct publisher *p, const char *key, const char *endpoint, int error)
{
	const struct mg_services *gw = p->instance.gw;
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (hints[i].error == error) {
			gw->reason(
					p->instance.host, error, "%s: %s %s", key, endpoint, hints[i].text);
			return hints[i].result;
		}
	}
	gw->reason(p->instance.host, error, "%s: %s: %s", key, endpoint, zmq_strerror(error));
	return MG_RETRY;
}

static bool refuse(struct publisher *p, const char *text)
{
	p->instance.gw->reason(p->instance.host, 0, "%s", text);
	return false;
}

static bool check_endpoints(struct publisher *p)
{
	const struct mg_list *lists[] = { &p->bind, &p->connect };
	if (p->bind.count + p->connect.count == 0) {
		return refuse(p, "bind or connect is missing: say where readings are published");
	}
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < lists[i]->count; k++) {
			if (strncmp(lists[i]->items[k], "inproc:", 7) == 0) {
				return refuse(p, "inproc:// reaches nobody outside of this sink; "
								 "use tcp:// or ipc://");
			}
		}
	}
	return true;
}

static bool check_prefix(struct publisher *p)
{
	size_t length = strlen(p->prefix);
	if (length == 0 || length > 200 || p->prefix[length - 1] == '/') {
		return refuse(p, "topic_prefix: 1 to 200 characters, the last of them no /");
	}
	return true;
}

/* Decodes into `key`; false for what is no key. */
static bool decode_key(const char *text, uint8_t key[ZAP_KEY_SIZE])
{
	return strlen(text) == KEY_TEXT && zmq_z85_decode(key, text) != NULL;
}

static bool allows_any(const struct publisher *p)
{
	return p->allow.count == 1 && strcmp(p->allow.items[0], "any") == 0;
}

static bool read_keys(struct publisher *p)
{
	p->keys.count = 0;
	if (allows_any(p)) {
		return true;
	}
	if (p->allow.count > ZAP_KEYS) {
		return refuse(p, "allow: more than 256 keys");
	}
	for (size_t i = 0; i < p->allow.count; i++) {
		if (!decode_key(p->allow.items[i], p->keys.keys[i])) {
			p->instance.gw->reason(p->instance.host, 0,
					"allow: %s is no public key (40 characters of Z85), "
					"nor any standing alone",
					p->allow.items[i]);
			return false;
		}
		p->keys.count++;
	}
	return true;
}

/* Never names the secret. */
static bool check_curve(struct publisher *p)
{
	uint8_t key[ZAP_KEY_SIZE];
	if (p->secret == NULL) {
		return p->allow.count == 0 ||
			   refuse(p, "allow has no effect without curve_secret; give both or none");
	}
	if (!zmq_has("curve")) {
		return refuse(p, "curve_secret: this libzmq was built without CURVE");
	}
	if (!decode_key(p->secret, key)) {
		return refuse(p, "curve_secret is no key: 40 characters of Z85, without blanks");
	}
	if (p->allow.count == 0) {
		return refuse(p, "curve_secret needs allow: without a list of public keys every "
						 "client may connect; write allow = any if that is meant");
	}
	return read_keys(p);
}

static bool set_int(void *socket, int option, int64_t value)
{
	int number = (int)value;
	return zmq_setsockopt(socket, option, &number, sizeof(number)) == 0;
}

static bool set_limits(struct publisher *p)
{
	const int64_t largest = FROM_SUBSCRIBER;
	return set_int(p->socket, ZMQ_LINGER, p->linger_ms) &&
		   set_int(p->socket, ZMQ_SNDHWM, p->hwm) && set_int(p->socket, ZMQ_IPV6, 1) &&
		   set_int(p->socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) &&
		   set_int(p->socket, ZMQ_TCP_KEEPALIVE, 1) &&
		   set_int(p->socket, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S) &&
		   zmq_setsockopt(p->socket, ZMQ_MAXMSGSIZE, &largest, sizeof(largest)) == 0;
}

/* The ZAP thread has to answer before the first bind. */
static bool set_curve(struct publisher *p)
{
	if (p->secret == NULL) {
		return true;
	}
	if (!allows_any(p)) {
		p->zap = zap_create(p->context, &p->keys, &p->instance);
		if (p->zap == NULL ||
				zmq_setsockopt(p->socket, ZMQ_ZAP_DOMAIN, "metergate", 9) != 0) {
			return false;
		}
	}
	return set_int(p->socket, ZMQ_CURVE_SERVER, 1) &&
		   zmq_setsockopt(p->socket, ZMQ_CURVE_SECRETKEY, p->secret, KEY_TEXT) == 0;
}

static bool open_socket(struct publisher *p)
{
	p->context = zmq_ctx_new();
	if (p->context == NULL) {
		return false;
	}
	p->socket = zmq_socket(p->context, ZMQ_PUB);
	return p->socket != NULL && set_limits(p) && set_curve(p);
}

static bool is_local(const char *endpoint)
{
	static const char *const local[] = { "ipc://", "tcp://127.",
		"tcp://[::1]:", "tcp://localhost:", "tcp://lo:" };
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		if (strncmp(endpoint, local[i], strlen(local[i])) == 0) {
			return true;
		}
	}
	return false;
}

static int bind_one(struct publisher *p, const char *endpoint)
{
	if (zmq_bind(p->socket, endpoint) != 0) {
		return explain(p, "bind", endpoint, errno);
	}
	char bound[TOPIC_SIZE] = "";
	size_t size = sizeof(bound);
	zmq_getsockopt(p->socket, ZMQ_LAST_ENDPOINT, bound, &size);
	p->instance.gw->log(p->instance.host, MG_LOG_INFO, "publishes at %s", bound);
	if (p->secret == NULL && !is_local(endpoint)) {
		p->instance.gw->log(p->instance.host, MG_LOG_WARNING,
				"everybody who reaches %s can read along; set curve_secret and allow",
				endpoint);
	}
	return MG_OK;
}

static int connect_one(struct publisher *p, const char *endpoint)
{
	return zmq_connect(p->socket, endpoint) == 0 ? MG_OK
												 : explain(p, "connect", endpoint, errno);
}

static int attach(struct publisher *p)
{
	int result = MG_OK;
	for (size_t i = 0; result == MG_OK && i < p->bind.count; i++) {
		result = bind_one(p, p->bind.items[i]);
	}
	for (size_t i = 0; result == MG_OK && i < p->connect.count; i++) {
		result = connect_one(p, p->connect.items[i]);
	}
	return result;
}

/* Bounded by `linger`: nothing else in the context waits. */
static void publisher_close(void *self)
{
	struct publisher *p = self;
	if (p->socket != NULL) {
		zmq_close(p->socket);
	}
	if (p->context != NULL) {
		zmq_ctx_shutdown(p->context);
		zap_destroy(p->zap);
		while (zmq_ctx_term(p->context) != 0 && errno == EINTR) {
		}
	}
	p->context = p->socket = p->zap = NULL;
}

static int publisher_open(void *self)
{
	struct publisher *p = self;
	if (!check_endpoints(p) || !check_prefix(p) || !check_curve(p)) {
		return MG_REJECT;
	}
	int result = MG_RETRY;
	if (open_socket(p)) {
		result = attach(p);
	} else {
		p->instance.gw->reason(
				p->instance.host, errno, "no socket: %s", zmq_strerror(errno));
	}
	if (result != MG_OK) {
		publisher_close(p);
	}
	return result;
}

/* Length, or 0 when it is too long. Events name no device, or neither bus nor device. */
static size_t make_topic(const struct publisher *p, const struct mg_reading *reading,
		char topic[TOPIC_SIZE])
{
	const char *bus = reading->bus, *device = reading->device;
	int length =
			snprintf(topic, TOPIC_SIZE, "%s/%s/%s%s%s%s", p->prefix, reading->gateway,
					bus, *bus != '\0' ? "/" : "", device, *device != '\0' ? "/" : "");
	return length < 0 || length >= TOPIC_SIZE ? 0 : (size_t)length;
}

static bool send_frame(struct publisher *p, const void *bytes, size_t size, int flags)
{
	int sent = 0;
	do {
		sent = zmq_send(p->socket, bytes, size, flags);
	} while (sent < 0 && errno == EINTR);
	return sent >= 0;
}

/* A message that broke off in its middle would shift the frames of all that follow. */
static int send_failed(struct publisher *p)
{
	p->instance.gw->reason(
			p->instance.host, errno, "publishing failed: %s", zmq_strerror(errno));
	p->instance.gw->count(p->instance.host, "send_errors", 1);
	publisher_close(p);
	return MG_RETRY;
}

static int publish(struct publisher *p, const struct mg_reading *reading)
{
	char topic[TOPIC_SIZE];
	size_t size = 0, length = make_topic(p, reading, topic);
	if (length == 0) {
		p->instance.gw->reason(p->instance.host, 0, "the topic is longer than 511 bytes");
		return MG_REJECT;
	}
	enum mg_format format = p->format == FORMAT_JSON ? MG_FORMAT_JSON : MG_FORMAT_MSGPACK;
	const void *bytes = p->instance.gw->encode(p->instance.host, format, reading, &size);
	if (bytes == NULL) {
		p->instance.gw->reason(p->instance.host, ENOMEM, "memory is short");
		return MG_RETRY;
	}
	if (!send_frame(p, topic, length, ZMQ_SNDMORE) || !send_frame(p, bytes, size, 0)) {
		return send_failed(p);
	}
	p->instance.gw->count(p->instance.host, "bytes", length + size);
	return MG_OK;
}

static int publisher_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct publisher *p = self;
	int result = p->socket == NULL ? publisher_open(p) : MG_OK;
	while (result == MG_OK && *taken < count) {
		result = publish(p, batch[*taken]);
		*taken += result == MG_OK;
	}
	return result;
}

/* Lets ZeroMQ take in new and gone subscribers also when nothing is published. */
static int publisher_idle(void *self, int wake_fd, int max_ms)
{
	struct publisher *p = self;
	zmq_pollitem_t items[] = {
		{ .fd = wake_fd, .events = ZMQ_POLLIN },
		{ .socket = p->socket, .events = ZMQ_POLLIN },
	};
	zmq_poll(items, p->socket == NULL ? 1 : 2, max_ms);
	return MG_OK;
}

static const struct mg_sink sink = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct publisher),
	.options = MG_OPTIONS(option_rows),
	.open = publisher_open,
	.write = publisher_write,
	.idle = publisher_idle,
	.close = publisher_close,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "zeromq",
	.version = METERGATE_VERSION,
	.summary =
			"publishes readings on a ZeroMQ PUB socket, encrypted with CURVE if wanted",
	.sink = &sink,
};
