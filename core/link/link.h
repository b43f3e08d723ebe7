/* SPDX-License-Identifier: MIT */
/* The receiving side of one exchange: from bytes as they come to one checked frame. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

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
	size_t suspect;      /* so many of them came with the transport's flags */
	const uint8_t *sent; /* borrowed */
	size_t sent_size;
	bool echoed;     /* the request came back before the answer, and was swallowed */
	unsigned echoes; /* how often */
	bool hunting;    /* looks for a frame behind garbage, too; set after link_begin() */
	bool ended;      /* the fault came with the last byte of a frame of known length */
	bool broken;     /* a break: nothing counts until the next request */
	size_t noise;
	size_t skipped;    /* garbage before what is looked at now */
	size_t surplus;    /* bytes behind the frame or beyond the buffer */
	uint32_t rx_flags; /* enum mg_rx_flags of the bytes of the answer */
	struct mg_frame frame;
	size_t length;       /* of the frame */
	size_t missing;      /* bytes */
	enum mg_fault fault; /* the first one */
};

/* Forgets everything. `sent` is the request, in case the converter returns it. */
void link_begin(struct link *link, const uint8_t *sent, size_t size);

/* Takes bytes as they come (perhaps none), with the transport's flags for them, and
   judges all so far. After FRAME further bytes only count as surplus; after FAULT, too,
   unless it is hunting. */
enum link_verdict link_feed(
		struct link *link, const uint8_t *bytes, size_t size, uint32_t rx_flags);

/* The line is quiet and no more bytes come: what is incomplete is garbage, but a whole
   frame may stand behind it. FRAME or FAULT; NOTHING when there is no byte. */
enum link_verdict link_quiet(struct link *link);

/* Looks at what comes behind the frame as if it came first: the frame was none of this
   request. */
enum link_verdict link_next(struct link *link);

/* True when the request itself may still be coming back. */
bool link_echo_open(const struct link *link);

#endif
