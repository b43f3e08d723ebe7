/* SPDX-License-Identifier: MIT */
/* ZAP 1.0 over inproc, for the CURVE mechanism. Everything that is not plainly allowed is
 * refused. */
#include "zap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zmq.h>

#define ENDPOINT "inproc://zeromq.zap.01"
#define FRAME_SIZE 256 /* larger frames are cut, and the request refused */
#define LOG_PAUSE_S 60

/* Frames of a request, in their order. */
enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, IDENTITY, MECHANISM, KEY, FRAMES };

struct frame {
	size_t size; /* as sent; more than FRAME_SIZE when it was cut */
	uint8_t bytes[FRAME_SIZE];
};

struct zap {
	void *socket;
	const struct zap_keys *keys;
	const struct mg_instance *instance;
	pthread_t thread;
	bool started;
	time_t quiet_until; /* monotonic seconds */
	struct frame frames[FRAMES];
};

static bool receive_frame(struct zap *zap, struct frame *frame, bool *more)
{
	int size = 0;
	do {
		size = zmq_recv(zap->socket, frame->bytes, FRAME_SIZE, 0);
	} while (size < 0 && errno == EINTR);
	if (size < 0) {
		return false;
	}
	int flag = 0;
	size_t length = sizeof(flag);
	frame->size = (size_t)size;
	*more = zmq_getsockopt(zap->socket, ZMQ_RCVMORE, &flag, &length) == 0 && flag != 0;
	return true;
}

/* False when the context ends. *count: frames that came, which may be too many. */
static bool receive(struct zap *zap, size_t *count)
{
	bool more = true;
	struct frame surplus;
	memset(zap->frames, 0, sizeof(zap->frames));
	for (*count = 0; more; (*count)++) {
		struct frame *frame = *count < FRAMES ? &zap->frames[*count] : &surplus;
		if (!receive_frame(zap, frame, &more)) {
			return false;
		}
	}
	return true;
}

static bool frame_is(const struct frame *frame, const char *text)
{
	return frame->size == strlen(text) && memcmp(frame->bytes, text, frame->size) == 0;
}

static bool allowed(const struct zap *zap, size_t count)
{
	const struct frame *key = &zap->frames[KEY];
	if (count != FRAMES || !frame_is(&zap->frames[VERSION], "1.0") ||
			!frame_is(&zap->frames[MECHANISM], "CURVE") || key->size != ZAP_KEY_SIZE) {
		return false;
	}
	for (size_t i = 0; i < zap->keys->count; i++) {
		if (memcmp(zap->keys->keys[i], key->bytes, ZAP_KEY_SIZE) == 0) {
			return true;
		}
	}
	return false;
}

/* With the key, so that it can be put in the list. */
static void log_refusal(struct zap *zap)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec < zap->quiet_until) {
		return;
	}
	zap->quiet_until = now.tv_sec + LOG_PAUSE_S;
	const struct frame *address = &zap->frames[ADDRESS];
	char key[41] = "";
	zmq_z85_encode(key, zap->frames[KEY].bytes, ZAP_KEY_SIZE);
	zap->instance->gw->log(zap->instance->host, MG_LOG_WARNING,
			"refused a subscriber at %.*s: its public key %s is not in allow",
			address->size < FRAME_SIZE ? (int)address->size : FRAME_SIZE,
			(const char *)address->bytes, key);
}

static bool send_frame(struct zap *zap, const void *bytes, size_t size, int flags)
{
	int sent = 0;
	do {
		sent = zmq_send(zap->socket, bytes, size, flags);
	} while (sent < 0 && errno == EINTR);
	return sent >= 0;
}

static bool reply(struct zap *zap, bool accepted)
{
	const struct frame *id = &zap->frames[REQUEST_ID];
	const char *code = accepted ? "200" : "400";
	const char *text = accepted ? "OK" : "unknown key";
	return send_frame(zap, "1.0", 3, ZMQ_SNDMORE) &&
		   send_frame(zap, id->bytes, id->size < FRAME_SIZE ? id->size : FRAME_SIZE,
				   ZMQ_SNDMORE) &&
		   send_frame(zap, code, 3, ZMQ_SNDMORE) &&
		   send_frame(zap, text, strlen(text), ZMQ_SNDMORE) &&
		   send_frame(zap, "", 0, ZMQ_SNDMORE) && send_frame(zap, "", 0, 0);
}

static void *answer(void *data)
{
	struct zap *zap = data;
	size_t count = 0;
	bool alive = true;
	while (alive && receive(zap, &count)) {
		bool accepted = allowed(zap, count);
		zap->instance->gw->count(zap->instance->host,
				accepted ? "accepted_clients" : "refused_clients", 1);
		if (!accepted) {
			log_refusal(zap);
		}
		alive = reply(zap, accepted);
	}
	zmq_close(zap->socket);
	return NULL;
}

static bool open_socket(struct zap *zap, void *context)
{
	const int no_linger = 0;
	zap->socket = zmq_socket(context, ZMQ_REP);
	return zap->socket != NULL &&
		   zmq_setsockopt(zap->socket, ZMQ_LINGER, &no_linger, sizeof(no_linger)) == 0 &&
		   zmq_bind(zap->socket, ENDPOINT) == 0;
}

/* Signals are the gateway's business. */
static bool start_thread(struct zap *zap)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&zap->thread, NULL, answer, zap);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	zap->started = error == 0;
	errno = error;
	return zap->started;
}

struct zap *zap_create(
		void *context, const struct zap_keys *keys, const struct mg_instance *instance)
{
	struct zap *zap = calloc(1, sizeof(*zap));
	if (zap == NULL) {
		return NULL;
	}
	zap->keys = keys;
	zap->instance = instance;
	if (!open_socket(zap, context) || !start_thread(zap)) {
		int error = errno;
		zap_destroy(zap);
		errno = error;
		return NULL;
	}
	return zap;
}

void zap_destroy(struct zap *zap)
{
	if (zap == NULL) {
		return;
	}
	if (zap->started) {
		pthread_join(zap->thread, NULL);
	} else if (zap->socket != NULL) {
		zmq_close(zap->socket);
	}
	free(zap);
}
