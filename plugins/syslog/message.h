/* SPDX-License-Identifier: MIT */
/* Writes one reading as a syslog message (RFC 5424). Knows no socket and no clock. */
#ifndef SYSLOG_MESSAGE_H
#define SYSLOG_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/reading.h>

#define MESSAGE_SMALLEST 480 /* every receiver takes that much (RFC 5424, 6.1) */
#define MESSAGE_LARGEST 65000
#define MESSAGE_SEQUENCE_LARGEST 2147483647u /* sequenceId, RFC 5424, 7.3.1 */

/* What stays the same from message to message. Texts that are empty become "-". */
struct message_style {
	int facility; /* 0 ... 23 */
	const char *hostname, *app_name;
	long process;
	size_t limit; /* MESSAGE_SMALLEST ... MESSAGE_LARGEST bytes */
};

struct message {
	size_t size;
	bool cut; /* something did not fit: parameters were left out, or the text ends early
			   */
	char bytes[MESSAGE_LARGEST];
};

/*
 * Header with the time of the reading, structured data and `body` behind a byte order
 * mark. `body` is UTF-8; it is cut between characters. Control characters become blanks.
 */
void message_write(struct message *message, const struct message_style *style,
		int severity, uint32_t sequence, const struct mg_reading *reading,
		const char *body, size_t length);

/* The same body alone, for syslog(3): blanks for control characters, cut at `limit`. */
void message_write_plain(
		struct message *message, size_t limit, const char *body, size_t length);

/* What follows `sequence`: 1 ... MESSAGE_SEQUENCE_LARGEST and then 1 again. */
uint32_t message_next(uint32_t sequence);

#endif
