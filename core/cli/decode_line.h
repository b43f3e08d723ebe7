/* SPDX-License-Identifier: MIT */
/* One line of text that holds a telegram in hex, and maybe a key. */
#ifndef CLI_DECODE_LINE_H
#define CLI_DECODE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "secure/secure.h"

/* Ample for a telegram of 261 bytes, written as "0x68, " each, and a key. */
#define DECODE_LINE_SIZE 4096
#define DECODE_LINE_KEY_DIGITS (2 * SECURE_KEY_SIZE)
#define DECODE_LINE_WRONG_SIZE 240

struct decode_line {
	uint8_t bytes[DECODE_LINE_SIZE / 2];
	size_t size;
	size_t start; /* column of the first byte, from 1 */
	bool has_key;
	struct secure_key key;
	char wrong[DECODE_LINE_WRONG_SIZE]; /* what is wrong and what helps, or "" */
	size_t column;                      /* of what is wrong, from 1 */
};

/*
 * Reads "HEX", "HEX KEY", or the same with blanks between all bytes. A # begins a
 * comment; a line without a telegram gives no bytes. False: `wrong` says what is found,
 * what is wanted and what helps; digits of a key are never part of it. `text` is shorter
 * than DECODE_LINE_SIZE.
 */
bool decode_line_read(const char *text, struct decode_line *line);

/* Sets `wrong`, and leaves no bytes. Answers false. */
bool decode_line_refuse(struct decode_line *line, size_t column, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* The same for a character that is no hex digit; `hint` begins with what separates it
   from "'g' is ". */
bool decode_line_refuse_character(
		struct decode_line *line, const char *text, size_t at, const char *hint);

/* Appends the bytes of an even number of hex digits. */
void decode_line_add(struct decode_line *line, const char *digits, size_t count);

/* Takes exactly DECODE_LINE_KEY_DIGITS hex digits as the key. */
void decode_line_take_key(struct decode_line *line, const char *digits);

/* How many characters from the start are hex digits. */
size_t decode_line_digits(const char *text);

#endif
