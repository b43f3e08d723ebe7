/* SPDX-License-Identifier: MIT */
/* Where a program gets at a simulated bus: a TCP port, or a pseudo-terminal. */
#ifndef CLI_SIMULATE_DOOR_H
#define CLI_SIMULATE_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"

#define SIMULATE_URL_SIZE 4160 /* a path and some words */

struct simulate_door;

/* What comes in is handed on; `bytes` are borrowed. */
struct simulate_user {
	void (*received)(void *data, const uint8_t *bytes, size_t size);
	void *data;
};

/*
 * Listens at `address` (IPv4 or IPv6, no name) and `port`, 0 for any that is free. One
 * client at a time; another one is sent away while the first is there. NULL: *error is
 * -errno.
 */
struct simulate_door *simulate_door_tcp(struct loop *loop, const char *address,
		uint16_t port, const struct simulate_user *user, int *error);

/*
 * A pseudo-terminal with the symbolic link `link` to it, which may replace another link
 * but nothing else (-EEXIST). Clients may come and go. NULL: *error is -errno.
 */
struct simulate_door *simulate_door_pty(struct loop *loop, const char *link,
		const struct simulate_user *user, int *error);

/* How the client of a pseudo-terminal has set its line. Pseudo-terminals keep speed, odd
   parity and stop bits, and forget whether there is parity at all. */
struct simulate_line {
	uint32_t baud;
	char parity; /* 'E' or 'O' */
	uint8_t stop_bits;
};

/* What a client finds that sets no speed itself. Nothing for TCP. */
void simulate_door_set_baud(struct simulate_door *door, uint32_t baud);
/* False for TCP, and for a speed that M-Bus does not know. */
bool simulate_door_line(const struct simulate_door *door, struct simulate_line *line);

/* Removes the link, as far as it is still ours. NULL is accepted. */
void simulate_door_destroy(struct simulate_door *door);

/* Bytes that nobody fetches are lost, as on a wire. */
void simulate_door_send(struct simulate_door *door, const uint8_t *bytes, size_t size);

/* How programs of metergate call it: "tcp://127.0.0.1:4001", or the path of the link. */
const char *simulate_door_url(const struct simulate_door *door);

#endif
