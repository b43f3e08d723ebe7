/* SPDX-License-Identifier: MIT */
/* The wire of a simulated bus: hears requests on a descriptor and sends answers at the
 * speed of the line. */
#ifndef SIMULATOR_WIRE_H
#define SIMULATOR_WIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* Shorter gaps inside a request are the machine's, not the master's. */
#define WIRE_IDLE_MIN_US 50000
/* Answers come in blocks of this length, as from a USB adapter; longer characters come
   one by one. */
#define WIRE_BLOCK_US 16000

/*
 * What the slaves do with a frame: writes the answer to `answer` and returns its length,
 * 0 for silence. `request` are the bytes of the frame.
 */
typedef size_t (*wire_answer_fn)(void *data, struct mg_bytes request,
		const struct mg_frame *frame, uint8_t answer[MG_FRAME_MAX]);

struct wire {
	int fd;           /* of a stream socket; the wire reads and writes here */
	int stop_fd;      /* readable once wire_run() has to end */
	bool pacing;      /* false: answers follow at once, after `delay_us` */
	int64_t delay_us; /* before an answer, beyond the 11 bit times of the standard */
	wire_answer_fn fn;
	void *data;
	atomic_uint speed; /* see wire_set_line() */
	/* what came in and is no whole frame yet */
	uint8_t pending[MG_FRAME_MAX];
	size_t pending_size;
	int64_t pending_since; /* µs, when the first byte of it came */
	bool discarding;       /* a broken frame was seen: nothing counts until silence */
};

/* How fast characters go: 300 ... 38400 Bd and 10 ... 12 bits a character. Any thread. */
void wire_set_line(struct wire *wire, uint32_t baud, uint32_t bits);

/* µs that `bits` bits take on the line. */
int64_t wire_bits_us(const struct wire *wire, uint32_t bits);

/* Serves the bus until stop_fd is readable or the other end of fd is closed. */
void wire_run(struct wire *wire);

#endif
