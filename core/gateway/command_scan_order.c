/* SPDX-License-Identifier: MIT */
/* What a scan is asked for, from the words and flags of a command. */
#include "gateway/command_scan_order.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define REPEATS_MAX 10

static const uint32_t bauds[] = { 300, 600, 1200, 2400, 4800, 9600, 19200, 38400 };

/* Flags that mean something to one kind of scan alone. */
static const struct {
	const char *name;
	enum scan_kind kind;
} kinds_of[] = {
	{ "addresses", SCAN_PRIMARY },
	{ "identify", SCAN_PRIMARY },
	{ "mask", SCAN_SECONDARY },
	{ "fast", SCAN_SECONDARY },
	{ "hex", SCAN_SECONDARY },
	{ "known", SCAN_SECONDARY },
};

static bool refuse(char why[COMMAND_SCAN_WHY], const char *format, ...)
		__attribute__((format(printf, 2, 3)));
static bool refuse(char why[COMMAND_SCAN_WHY], const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, COMMAND_SCAN_WHY, format, arguments);
	va_end(arguments);
	return false;
}

/* A whole number of at most five digits at *at, which moves on. */
static bool read_number(const char **at, unsigned *number)
{
	size_t digits = strspn(*at, "0123456789");
	if (digits == 0 || digits > 5) {
		return false;
	}
	*number = (unsigned)strtoul(*at, NULL, 10);
	*at += digits;
	return true;
}

/* "0-250,5" */
static bool read_addresses(
		const char *text, struct scan_order *order, char why[COMMAND_SCAN_WHY])
{
	const char *at = text;
	for (;;) {
		unsigned first, last;
		bool good = read_number(&at, &first);
		last = first;
		if (good && *at == '-') {
			at++;
			good = read_number(&at, &last);
		}
		if (!good || last > MG_A_PRIMARY_LAST || first > last ||
				(*at != '\0' && *at != ',')) {
			return refuse(why,
					"--addresses=%.40s: want numbers and ranges within 0-250, as in "
					"0-20,35",
					text);
		}
		for (unsigned a = first; a <= last; a++) {
			order->addresses[a / 8] |= (uint8_t)(1u << (a % 8));
		}
		if (*at++ == '\0') {
			return true;
		}
	}
}

static bool is_speed(unsigned baud)
{
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		if (bauds[i] == baud) {
			return true;
		}
	}
	return false;
}

static bool has_speed(const struct scan_order *order, unsigned baud)
{
	for (size_t i = 0; i < order->baud_count; i++) {
		if (order->bauds[i] == baud) {
			return true;
		}
	}
	return false;
}

/* "2400,9600" */
static bool read_bauds(
		const char *text, struct scan_order *order, char why[COMMAND_SCAN_WHY])
{
	const char *at = text;
	for (;;) {
		unsigned baud;
		if (!read_number(&at, &baud) || !is_speed(baud) || has_speed(order, baud) ||
				(*at != '\0' && *at != ',')) {
			return refuse(why,
					"--baud=%.40s: want some of 300, 600, 1200, 2400, 4800, 9600, 19200 "
					"and 38400, each once, as in 2400,9600",
					text);
		}
		order->bauds[order->baud_count++] = baud;
		if (*at++ == '\0') {
			return true;
		}
	}
}

static bool read_mask(
		const char *text, struct scan_order *order, char why[COMMAND_SCAN_WHY])
{
	size_t wrong;
	if (mg_identity_parse(text, &order->mask, &wrong)) {
		return true;
	}
	return refuse(why,
			"--mask=%.40s: its character %zu does not fit; want 12345678, or "
			"12345678.KAM.16.04, with F for any digit and FF for any version or medium",
			text, wrong + 1);
}

static bool read_repeats(
		const char *text, struct scan_order *order, char why[COMMAND_SCAN_WHY])
{
	const char *at = text;
	if (read_number(&at, &order->repeats) && *at == '\0' &&
			order->repeats <= REPEATS_MAX) {
		return true;
	}
	return refuse(why, "--repeats=%.20s: want a number within 0-%d", text, REPEATS_MAX);
}

static bool has(const struct command_args *args, const char *name)
{
	return command_flag(args, name) != NULL;
}

/* A mask can only be meant for a secondary scan. */
static bool read_kind(const struct command_args *args, struct scan_order *order,
		char why[COMMAND_SCAN_WHY])
{
	const char *word = args->count > 1 ? args->words[1] : NULL;
	bool primary = has(args, "primary") || (word != NULL && strcmp(word, "primary") == 0);
	bool secondary =
			has(args, "secondary") || (word != NULL && strcmp(word, "secondary") == 0);
	if (args->count > 2 || (word != NULL && !primary && !secondary)) {
		return refuse(why,
				"\"%.40s\": want primary or secondary behind the bus, or "
				"nothing; a mask is given as --mask=12345678",
				args->words[args->count > 2 ? 2 : 1]);
	}
	if (primary && secondary) {
		return refuse(why, "primary and secondary exclude each other; scan twice");
	}
	order->kind =
			secondary || (!primary && has(args, "mask")) ? SCAN_SECONDARY : SCAN_PRIMARY;
	/* Who only says "scan" wants to know what is there. */
	order->identify = has(args, "identify") || !primary;
	for (size_t i = 0; i < sizeof(kinds_of) / sizeof(kinds_of[0]); i++) {
		if (has(args, kinds_of[i].name) && kinds_of[i].kind != order->kind) {
			return refuse(why,
					order->kind == SCAN_PRIMARY
							? "--%s is for a secondary scan: add --secondary"
							: "--%s is for a primary scan: leave it out, or scan "
							  "without --secondary and without a mask",
					kinds_of[i].name);
		}
	}
	return true;
}

bool command_scan_order(const struct command_args *args, struct scan_order *order,
		char why[COMMAND_SCAN_WHY])
{
	static const struct {
		const char *name;
		bool (*read)(const char *text, struct scan_order *order, char *why);
	} readers[] = {
		{ "addresses", read_addresses },
		{ "baud", read_bauds },
		{ "mask", read_mask },
		{ "repeats", read_repeats },
	};
	*order = (struct scan_order){
		.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX },
		.fast = has(args, "fast"),
		.hex = has(args, "hex"),
		.known_only = has(args, "known"),
		.resume = command_flag(args, "resume"),
	};
	if (!read_kind(args, order, why)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		const char *text = command_flag(args, readers[i].name);
		if (text != NULL && !readers[i].read(text, order, why)) {
			return false;
		}
	}
	if (has(args, "thorough") && order->repeats == 0) {
		order->repeats = 1;
	}
	return true;
}
