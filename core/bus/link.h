/* SPDX-License-Identifier: MIT */
/* The receiving side of one exchange: from bytes as they come to one checked frame. */
#ifndef BUS_LINK_H
#define BUS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* Bytes 00h and FFh that a converter makes while it switches; more are a fault. */
#define LINK_NOISE_MAX 4
/* Room for an echo, noise and an answer in one piece; what does not fit is surplus. */
#define LINK_BUFFER (2 * MG_FRAME_MAX + LINK_NOISE_MAX)

enum link_verdict {
	LINK_NOTHING, /* no byte of an answer yet */
	LINK_PARTIAL, /* right so far: link->missing bytes at least are still to come */
	LINK_FRAME,   /* link->frame is whole and valid */
	LINK_FAULT,   /* no frame: link->fault, or link->rx_flags, says why */
};

struct link {
	uint8_t bytes[LINK_BUFFER];
	size_t size;
	const uint8_t *sent; /* borrowed; NULL once it is decided whether it was echoed */
	size_t sent_size;
	bool echoed; /* the request came back before the answer, and was swallowed */
	size_t noise;
	size_t surplus;    /* bytes behind the frame or beyond the buffer */
	uint32_t rx_flags; /* enum mg_rx_flags of the bytes of the answer */
	struct mg_frame frame;
	size_t length;  /* of the frame */
	size_t missing; /* bytes */
	enum mg_fault fault;
};

/* Forgets everything. `sent` is the request, in case the converter returns it. */
void link_begin(struct link *link, const uint8_t *sent, size_t size);

/* Takes bytes as they come (perhaps none), with the transport's flags for them, and
   judges all so far. After FRAME and FAULT further bytes only count as surplus. */
enum link_verdict link_feed(
		struct link *link, const uint8_t *bytes, size_t size, uint32_t rx_flags);

/* True when the request itself may still be coming back. */
bool link_echo_open(const struct link *link);

#endif
