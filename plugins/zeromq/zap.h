/* SPDX-License-Identifier: MIT */
/* Says which CURVE clients may connect (ZeroMQ RFC 27): a thread that answers the
 * context's questions from a list of keys. */
#ifndef ZEROMQ_ZAP_H
#define ZEROMQ_ZAP_H

#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

#define ZAP_KEY_SIZE 32
#define ZAP_KEYS 256 /* at most, of one list */

/* Public keys of the clients that may connect. */
struct zap_keys {
	size_t count;
	uint8_t keys[ZAP_KEYS][ZAP_KEY_SIZE];
};

struct zap;

/*
 * Answers from now on; before the first bind() of the context, or clients could come in
 * unasked. Counts "accepted_clients" and "refused_clients" and logs the keys of the
 * latter, at most one line a minute. `keys` must outlive it. NULL with errno.
 */
struct zap *zap_create(
		void *context, const struct zap_keys *keys, const struct mg_instance *instance);

/* Only after zmq_ctx_shutdown(), which ends the thread. NULL is accepted. */
void zap_destroy(struct zap *zap);

#endif
