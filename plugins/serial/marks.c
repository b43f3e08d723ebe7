/* SPDX-License-Identifier: MIT */
/* A state machine over single bytes, since a mark may be cut by the end of a read. */
#include "marks.h"

#include <stdbool.h>

#include <metergate/plugin.h>

enum { PLAIN, ESCAPE, ERROR };

/* True when the byte is one to keep. */
static bool take(struct marks *marks, uint8_t byte, uint32_t *flags)
{
	switch (marks->seen) {
	case ESCAPE:
		marks->seen = byte == 0 ? ERROR : PLAIN;
		return byte != 0;
	case ERROR:
		*flags |= byte == 0 ? MG_RX_PARITY | MG_RX_BREAK : MG_RX_PARITY;
		marks->seen = PLAIN;
		return true;
	default:
		marks->seen = byte == 0xFF ? ESCAPE : PLAIN;
		return byte != 0xFF;
	}
}

size_t marks_remove(struct marks *marks, uint8_t *bytes, size_t size, uint32_t *flags)
{
	size_t kept = 0;
	for (size_t i = 0; i < size; i++) {
		uint8_t byte = bytes[i];
		if (take(marks, byte, flags)) {
			bytes[kept++] = byte;
		}
	}
	return kept;
}
