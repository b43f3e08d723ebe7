/* SPDX-License-Identifier: MIT */
/* Says in words why an exchange failed. */
#include <stdio.h>

#include "link/exchange.h"

#define HEADER_SIZE 4

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void text_silence(const struct exchange *exchange, const char *who, char *text)
{
	snprintf(text, EXCHANGE_TEXT_SIZE, "no answer from %s after %u %s%s", who,
			exchange->sends, exchange->sends == 1 ? "try" : "tries",
			exchange->link.echoed ? ", only the converter's echo" : "");
}

static void text_stall(const struct exchange *exchange, const char *who, char *text)
{
	(void)exchange;
	snprintf(text, EXCHANGE_TEXT_SIZE,
			"the port does not send what is written to it (request to %s)", who);
}

/* Where the frame has said how long it is, the reader wants to know. */
static void text_cut(const struct exchange *exchange, const char *who, char *text)
{
	const struct exchange_failure *failure = &exchange->failure;
	size_t received = failure->received;
	if (failure->echo) {
		snprintf(text, EXCHANGE_TEXT_SIZE,
				"the converter's echo of the request to %s broke off after %zu of %zu "
				"bytes",
				who, received, exchange->request_size);
	} else if (failure->first == 0x68 && received >= HEADER_SIZE) {
		snprintf(text, EXCHANGE_TEXT_SIZE,
				"answer from %s broke off after %zu of %zu bytes", who, received,
				received + failure->missing);
	} else {
		snprintf(text, EXCHANGE_TEXT_SIZE,
				"answer from %s broke off after %zu byte%s, before its length was known",
				who, received, plural(received));
	}
}

static void text_frame(const struct exchange *exchange, const char *who, char *text)
{
	snprintf(text, EXCHANGE_TEXT_SIZE, "answer of %zu byte%s from %s is no frame: %s",
			exchange->failure.received, plural(exchange->failure.received), who,
			mg_fault_text(exchange->failure.fault));
}

static void text_line(const struct exchange *exchange, const char *who, char *text)
{
	uint32_t flags = exchange->failure.rx_flags;
	const char *what = "bytes lost before they were read";
	if (flags & MG_RX_BREAK) {
		what = "a break: several meters at once, or overload";
	} else if ((flags & MG_RX_PARITY) && exchange->failure.first == 0x68) {
		what = "parity errors in it: noise, or several meters at once";
	} else if (flags & MG_RX_PARITY) {
		what = "parity errors: check baud rate and parity";
	}
	snprintf(text, EXCHANGE_TEXT_SIZE, "answer from %s came with %s", who, what);
}

static void text_address(const struct exchange *exchange, const char *who, char *text)
{
	snprintf(text, EXCHANGE_TEXT_SIZE, "asked %s, but address %u answered", who,
			(unsigned)exchange->failure.a);
}

static void text_c(const struct exchange *exchange, const char *who, char *text)
{
	snprintf(text, EXCHANGE_TEXT_SIZE,
			"asked %s, but C field %02Xh came, which no slave sends: %s", who,
			(unsigned)exchange->failure.c,
			exchange->failure.c & MG_C_PRM ? "another master?"
										   : "several meters at once?");
}

static void text_kind(const struct exchange *exchange, const char *who, char *text)
{
	(void)exchange;
	snprintf(text, EXCHANGE_TEXT_SIZE,
			"asked %s, but another kind of frame came than was asked for", who);
}

static void text_crowd(const struct exchange *exchange, const char *who, char *text)
{
	(void)exchange;
	snprintf(text, EXCHANGE_TEXT_SIZE, "several meters answered at %s", who);
}

static void text_request(const struct exchange *exchange, const char *who, char *text)
{
	(void)exchange;
	snprintf(
			text, EXCHANGE_TEXT_SIZE, "no request to %s was sent: it fits no frame", who);
}

const char *exchange_text(
		const struct exchange *exchange, const char *who, char text[EXCHANGE_TEXT_SIZE])
{
	static void (*const writers[])(const struct exchange *, const char *, char *) = {
		[EXCHANGE_TROUBLE_NONE] = NULL,
		[EXCHANGE_TROUBLE_SILENCE] = text_silence,
		[EXCHANGE_TROUBLE_STALL] = text_stall,
		[EXCHANGE_TROUBLE_CUT] = text_cut,
		[EXCHANGE_TROUBLE_FRAME] = text_frame,
		[EXCHANGE_TROUBLE_LINE] = text_line,
		[EXCHANGE_TROUBLE_ADDRESS] = text_address,
		[EXCHANGE_TROUBLE_C] = text_c,
		[EXCHANGE_TROUBLE_KIND] = text_kind,
		[EXCHANGE_TROUBLE_CROWD] = text_crowd,
		[EXCHANGE_TROUBLE_REQUEST] = text_request,
	};
	text[0] = '\0';
	if (writers[exchange->failure.trouble] != NULL) {
		writers[exchange->failure.trouble](exchange, who, text);
	}
	return text;
}
