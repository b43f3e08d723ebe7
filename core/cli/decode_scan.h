/* SPDX-License-Identifier: MIT */
/* Finds telegrams in bytes as a bus carries them, one after another. */
#ifndef CLI_DECODE_SCAN_H
#define CLI_DECODE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* A telegram, or a run of bytes that are none. */
struct decode_scan_find {
	struct mg_bytes telegram; /* empty for a run of other bytes */
	uint64_t offset, size;    /* where it is */
	enum mg_fault fault;      /* why no telegram begins with the first byte of a run */
};

typedef void (*decode_scan_fn)(void *context, const struct decode_scan_find *find);

struct decode_scan {
	decode_scan_fn take;
	void *context;
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
	uint64_t offset; /* of bytes[0] */
	uint64_t lost;   /* bytes right before it that are no telegram */
	enum mg_fault fault;
};

void decode_scan_init(struct decode_scan *scan, decode_scan_fn take, void *context);
/* Any number of bytes at a time. */
void decode_scan_feed(struct decode_scan *scan, const uint8_t *bytes, size_t size);
/* There is no more. The next byte fed has offset 0 again. */
void decode_scan_end(struct decode_scan *scan);

#endif
