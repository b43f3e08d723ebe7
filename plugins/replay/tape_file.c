/* SPDX-License-Identifier: MIT */
/* The entries of a capture file (docs/capture.md), one after another. */
#include "tape_file.h"

#include <string.h>

#define MAGIC "\x89MGC\r\n\x1A\n"
#define MAGIC_SIZE 8
#define VERSION 1
#define PREFIX (MAGIC_SIZE + 3) /* with version and length */
#define START_SIZE 8
#define CRC_SIZE 2
#define HEAD_LENGTH_MIN 16
#define LENGTH_MAX 4096 /* of a head, and of the content of an entry */
#define DELTA_BYTES 8
#define LENGTH_BYTES 2
#define TIME_MAX (INT64_MAX / 4)

bool tape_file_is(const struct mg_bytes *bytes)
{
	return bytes->size >= MAGIC_SIZE && memcmp(bytes->data, MAGIC, MAGIC_SIZE) == 0;
}

static uint64_t get(const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;
	for (size_t i = 0; i < size; i++) {
		number |= (uint64_t)bytes[i] << (8 * i);
	}
	return number;
}

static struct mg_bytes rest_of(const struct tape_file *file)
{
	return (struct mg_bytes){ file->bytes.data + file->at, file->bytes.size - file->at };
}

/* Length of the head of a run that begins here, 0 when none does. */
static size_t read_head(struct tape_file *file)
{
	struct mg_bytes rest = rest_of(file);
	if (!tape_file_is(&rest) || rest.size < PREFIX || rest.data[MAGIC_SIZE] != VERSION) {
		return 0;
	}
	size_t length = (size_t)get(rest.data + MAGIC_SIZE + 1, 2);
	size_t whole = PREFIX + length;
	if (length < HEAD_LENGTH_MIN || length > LENGTH_MAX || rest.size < whole + CRC_SIZE ||
			get(rest.data + whole, CRC_SIZE) !=
					mg_crc(rest.data + MAGIC_SIZE, whole - MAGIC_SIZE)) {
		return 0;
	}
	uint64_t start = get(rest.data + PREFIX, START_SIZE);
	if (start > TIME_MAX) {
		return 0;
	}
	file->time = (int64_t)start;
	return whole + CRC_SIZE;
}

/* Seven bits a byte, low ones first; *at moves behind it. */
static bool read_number(
		const struct mg_bytes *rest, size_t *at, size_t most, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < most && *at < rest->size; i++) {
		uint8_t byte = rest->data[(*at)++];
		*number |= (uint64_t)(byte & 0x7F) << (7 * i);
		if (byte < 0x80) {
			return true;
		}
	}
	return false;
}

/* Length of the entry that begins here, 0 when none does. */
static size_t read_entry(struct tape_file *file, struct tape_file_entry *entry)
{
	struct mg_bytes rest = rest_of(file);
	size_t at = 1;
	uint64_t delta, length;
	entry->kind = rest.data[0] & 0x0F;
	if (entry->kind == 0 || rest.data[0] >= 0x80 ||
			!read_number(&rest, &at, DELTA_BYTES, &delta) ||
			!read_number(&rest, &at, LENGTH_BYTES, &length) || length > LENGTH_MAX ||
			rest.size - at < length + CRC_SIZE ||
			delta > (uint64_t)(TIME_MAX - file->time)) {
		return 0;
	}
	size_t whole = at + (size_t)length;
	if (get(rest.data + whole, CRC_SIZE) != mg_crc(rest.data, whole)) {
		return 0;
	}
	file->time += (int64_t)delta;
	entry->time = file->time;
	entry->content = (struct mg_bytes){ rest.data + at, (size_t)length };
	return whole + CRC_SIZE;
}

/* Entries never begin like the head of a run. */
static bool at_head(const struct tape_file *file)
{
	return !file->running || file->bytes.data[file->at] == (uint8_t)MAGIC[0];
}

bool tape_file_next(struct tape_file *file, struct tape_file_entry *entry)
{
	while (file->at < file->bytes.size) {
		bool head = at_head(file);
		size_t length = head ? read_head(file) : read_entry(file, entry);
		file->running = length > 0;
		if (length == 0) {
			file->damaged++;
			file->at++;
			continue;
		}
		file->at += length;
		if (!head) {
			return true;
		}
		file->runs++;
	}
	return false;
}
