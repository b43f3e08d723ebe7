/* SPDX-License-Identifier: MIT */
/* Finds telegrams in bytes as a bus carries them, one after another. */
#include "cli/decode_scan.h"

#include <string.h>

void decode_scan_init(struct decode_scan *scan, decode_scan_fn take, void *context)
{
	*scan = (struct decode_scan){ .take = take, .context = context };
}

static void report_lost(struct decode_scan *scan)
{
	if (scan->lost > 0) {
		const struct decode_scan_find find = {
			.offset = scan->offset - scan->lost,
			.size = scan->lost,
			.fault = scan->fault,
		};
		scan->take(scan->context, &find);
		scan->lost = 0;
	}
}

static void drop(struct decode_scan *scan, size_t count)
{
	scan->size -= count;
	scan->offset += count;
	memmove(scan->bytes, scan->bytes + count, scan->size);
}

static void take_telegram(struct decode_scan *scan, size_t length)
{
	report_lost(scan);
	const struct decode_scan_find find = {
		.telegram = { scan->bytes, length },
		.offset = scan->offset,
		.size = length,
	};
	scan->take(scan->context, &find);
	drop(scan, length);
}

static void lose_byte(struct decode_scan *scan, enum mg_fault fault)
{
	if (scan->lost == 0) {
		scan->fault = fault;
	}
	scan->lost++;
	drop(scan, 1);
}

/* Takes what can be told apart; with `last` all of it. Among bytes that are no telegram,
   a single byte that is one by itself proves nothing: E5h occurs in data as well. */
static void settle(struct decode_scan *scan, bool last)
{
	while (scan->size > 0) {
		struct mg_frame frame;
		size_t length;
		enum mg_fault fault = mg_frame_parse(scan->bytes, scan->size, &frame, &length);
		if (fault == MG_FAULT_INCOMPLETE && !last) {
			return;
		}
		if (fault == MG_FAULT_NONE && (scan->lost == 0 || length > 1)) {
			take_telegram(scan, length);
		} else {
			lose_byte(scan, fault);
		}
	}
}

void decode_scan_feed(struct decode_scan *scan, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		size_t room = sizeof(scan->bytes) - scan->size;
		size_t count = size < room ? size : room;
		memcpy(scan->bytes + scan->size, bytes, count);
		scan->size += count;
		bytes += count;
		size -= count;
		settle(scan, false);
	}
}

void decode_scan_end(struct decode_scan *scan)
{
	settle(scan, true);
	report_lost(scan);
	scan->offset = 0;
}
