/* SPDX-License-Identifier: MIT */
/* Text that is written into a buffer of fixed size. */
#ifndef MBUS_WRITER_H
#define MBUS_WRITER_H

#include <stdbool.h>
#include <stddef.h>

/* `full` once something did not fit; nothing is added after that. */
struct writer {
	char *text;
	size_t size;
	size_t length;
	bool full;
};

static inline void write_char(struct writer *writer, char c)
{
	if (writer->full || writer->length + 1 >= writer->size) {
		writer->full = true;
		return;
	}
	writer->text[writer->length++] = c;
}

static inline void write_string(struct writer *writer, const char *string)
{
	while (*string != '\0') {
		write_char(writer, *string++);
	}
}

/* At least `digits` digits, with zeros in front. */
static inline void write_number(
		struct writer *writer, unsigned long long number, unsigned digits)
{
	char reversed[20];
	unsigned count = 0;
	while (number > 0 || count < digits) {
		reversed[count++] = (char)('0' + number % 10);
		number /= 10;
	}
	while (count > 0) {
		write_char(writer, reversed[--count]);
	}
}

/* Ends the text. Returns its length; 0, and an empty text, when it did not fit. */
static inline size_t write_end(struct writer *writer)
{
	if (writer->full) {
		writer->length = 0;
	}
	if (writer->size > 0) {
		writer->text[writer->length] = '\0';
	}
	return writer->length;
}

#endif
