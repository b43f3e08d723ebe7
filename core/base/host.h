/* SPDX-License-Identifier: MIT */
/* The core's side of a plugin instance: what its services know and what it told them. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

#include "base/log.h"

#define HOST_REASON_SIZE 256
#define HOST_COUNTERS 16 /* names that one plugin may count under */

struct host_counter {
	char name[32];
	uint64_t value;
};

/* What an instance said about the operation that just ended. */
struct host_reason {
	char text[HOST_REASON_SIZE]; /* "" when it said nothing */
	int error;                   /* errno value, or 0 */
	int retry_ms;                /* from retry_after(), or -1 */
};

/*
 * `kind` and `name` are those of the section, such as "sink" and "live". Any thread,
 * unless a function says otherwise.
 */
struct mg_host *host_create(const char *kind, const char *name, struct log *log,
		const char *gateway, const char *state_dir);
/* No operation of the instance may be running. */
void host_destroy(struct mg_host *host);

/* The table of services that all instances share; lives for ever. */
const struct mg_services *host_services(void);

/*
 * How services->encode() is done; nobody can encode before. `free_buffer` releases what
 * `encode` keeps in *buffer.
 */
typedef const void *(*host_encode_fn)(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length);
void host_set_encoder(
		struct mg_host *host, host_encode_fn encode, void (*free_buffer)(void *buffer));

/* Called by services->retry_now(), on whatever thread the plugin has; `fn` must neither
   block nor call this. NULL: nobody wants to know; once that returns, no call goes on. */
void host_set_retry_now(struct mg_host *host, void (*fn)(void *data), void *data);

/* "sink live". */
const char *host_title(const struct mg_host *host);
const char *host_name(const struct mg_host *host);
struct log *host_log(const struct mg_host *host);

/* On the thread of the operation: forget the last reason, before; take it, after. */
void host_clear_reason(struct mg_host *host);
void host_take_reason(struct mg_host *host, struct host_reason *reason);

/* Makes services->cancelled() true. */
void host_cancel(struct mg_host *host);

/* Copies counters (at most `count`) or the reported state; returns how many, or its
 * length. */
size_t host_counters(struct mg_host *host, struct host_counter *counters, size_t count);
size_t host_state(struct mg_host *host, char *text, size_t size);

#endif
