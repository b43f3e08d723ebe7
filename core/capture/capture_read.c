/* SPDX-License-Identifier: MIT */
/* Reads a capture file (docs/capture.md) as its bytes come. */
#include "capture/capture_read.h"

#include <string.h>

#include <metergate/mbus.h>

#define BAUD_MAX 1000000
#define TIME_MAX (INT64_MAX / 4) /* µs since 1970: far beyond any clock */
#define NO_RUN "no run begins there"

/* What is at the front of the buffer. */
enum found {
	FOUND,     /* whole and right: `length` bytes */
	FOUND_CUT, /* right so far */
	FOUND_BAD,
};

struct look {
	enum found found;
	size_t length;
	const char *why;
};

/* A view of what has not been read yet. */
struct span {
	const uint8_t *bytes;
	size_t size;
};

bool capture_read_is(const uint8_t *bytes, size_t size)
{
	return size >= CAPTURE_FORMAT_MAGIC_SIZE &&
		   memcmp(bytes, CAPTURE_FORMAT_MAGIC, CAPTURE_FORMAT_MAGIC_SIZE) == 0;
}

void capture_read_init(struct capture_read *reader, capture_read_fn take, void *data)
{
	*reader = (struct capture_read){ .take = take, .data = data };
}

static void emit(struct capture_read *reader, struct capture_read_event *event)
{
	event->time = reader->time;
	event->bus = reader->bus;
	event->line = reader->line;
	reader->take(reader->data, event);
}

static void report_damage(struct capture_read *reader, uint64_t end)
{
	struct capture_read_event event = {
		.kind = CAPTURE_READ_DAMAGE,
		.count = reader->skipped,
		.offset = end - reader->skipped,
		.why = reader->why,
	};
	if (reader->skipped > 0) {
		reader->skipped = 0;
		emit(reader, &event);
	}
}

static struct look bad(const char *why)
{
	return (struct look){ .found = FOUND_BAD, .why = why };
}

static bool crc_fits(const uint8_t *bytes, size_t size)
{
	return capture_format_get(bytes + size, CAPTURE_FORMAT_CRC) == mg_crc(bytes, size);
}

static bool read_line(const uint8_t *bytes, struct mg_line *line)
{
	*line = (struct mg_line){
		.size = sizeof(*line),
		.baud = (uint32_t)capture_format_get(bytes, 4),
		.data_bits = bytes[4],
		.parity = (char)bytes[5],
		.stop_bits = bytes[6],
	};
	return line->baud > 0 && line->baud <= BAUD_MAX && line->data_bits == 8 &&
		   memchr("ENO", bytes[5], 3) != NULL && (bytes[6] == 1 || bytes[6] == 2);
}

static bool read_name(const uint8_t *bytes, size_t size, char *name)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] <= ' ' || bytes[i] >= 0x7F) {
			return false;
		}
	}
	memcpy(name, bytes, size);
	name[size] = '\0';
	return true;
}

/* Where the head ends, as far as its prefix says it. */
static struct look look_at_prefix(const struct span *span)
{
	size_t known = span->size < CAPTURE_FORMAT_MAGIC_SIZE ? span->size
														  : CAPTURE_FORMAT_MAGIC_SIZE;
	if (memcmp(span->bytes, CAPTURE_FORMAT_MAGIC, known) != 0) {
		return bad(NO_RUN);
	}
	if (span->size < CAPTURE_FORMAT_PREFIX) {
		return (struct look){ .found = FOUND_CUT };
	}
	if (span->bytes[CAPTURE_FORMAT_MAGIC_SIZE] != CAPTURE_FORMAT_VERSION) {
		return bad("a run of another version of the format");
	}
	size_t length =
			(size_t)capture_format_get(span->bytes + CAPTURE_FORMAT_MAGIC_SIZE + 1, 2);
	if (length < CAPTURE_FORMAT_FIXED || length > CAPTURE_FORMAT_CONTENT_MAX) {
		return bad("the head of a run is damaged");
	}
	length += CAPTURE_FORMAT_PREFIX + CAPTURE_FORMAT_CRC;
	return (struct look){ length <= span->size ? FOUND : FOUND_CUT, length, NULL };
}

static struct look look_at_head(struct capture_read *reader, const struct span *span)
{
	struct look look = look_at_prefix(span);
	struct mg_line line;
	if (look.found != FOUND) {
		return look;
	}
	const uint8_t *at = span->bytes + CAPTURE_FORMAT_PREFIX;
	size_t room = look.length - CAPTURE_FORMAT_PREFIX - CAPTURE_FORMAT_CRC;
	size_t name = at[CAPTURE_FORMAT_FIXED - 1];
	uint64_t start = capture_format_get(at, 8);
	if (!crc_fits(span->bytes + CAPTURE_FORMAT_MAGIC_SIZE,
				look.length - CAPTURE_FORMAT_MAGIC_SIZE - CAPTURE_FORMAT_CRC) ||
			CAPTURE_FORMAT_FIXED + name > room || start > TIME_MAX ||
			!read_line(at + 8, &line)) {
		return bad("the head of a run is damaged");
	}
	char bus[CAPTURE_FORMAT_NAME_MAX + 1];
	if (!read_name(at + CAPTURE_FORMAT_FIXED, name, bus)) {
		return bad("the head of a run has no name of a bus");
	}
	memcpy(reader->bus, bus, sizeof(bus));
	reader->time = (int64_t)start;
	reader->line = line;
	return look;
}

/* A number of at most `most` bytes at *at, which moves behind it. FOUND_CUT when it is
   not all there. */
static enum found read_number(
		const struct span *span, size_t *at, size_t most, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < most; i++) {
		if (*at >= span->size) {
			return FOUND_CUT;
		}
		uint8_t byte = span->bytes[(*at)++];
		*number |= (uint64_t)(byte & 0x7F) << (7 * i);
		if (byte < 0x80) {
			return FOUND;
		}
	}
	return FOUND_BAD;
}

struct entry {
	unsigned kind;
	uint32_t rx_flags;
	uint64_t delta, size;
	const uint8_t *content;
};

static struct look look_at_entry(const struct span *span, struct entry *entry)
{
	static const char damaged[] = "an entry is damaged";
	size_t at = 1;
	entry->kind = span->bytes[0] & CAPTURE_FORMAT_KIND;
	entry->rx_flags = span->bytes[0] >> CAPTURE_FORMAT_FLAGS_SHIFT & CAPTURE_FORMAT_FLAGS;
	if (entry->kind == 0 || span->bytes[0] >= 0x80) {
		return bad(damaged);
	}
	enum found found = read_number(span, &at, CAPTURE_FORMAT_DELTA_SIZE, &entry->delta);
	if (found == FOUND) {
		found = read_number(span, &at, CAPTURE_FORMAT_LENGTH_SIZE, &entry->size);
	}
	if (found == FOUND && entry->size > CAPTURE_FORMAT_CONTENT_MAX) {
		found = FOUND_BAD;
	}
	if (found != FOUND) {
		return (struct look){ found, 0, damaged };
	}
	size_t length = at + (size_t)entry->size;
	if (span->size < length + CAPTURE_FORMAT_CRC) {
		return (struct look){ .found = FOUND_CUT };
	}
	entry->content = span->bytes + at;
	return crc_fits(span->bytes, length)
				   ? (struct look){ FOUND, length + CAPTURE_FORMAT_CRC, NULL }
				   : bad(damaged);
}

static bool is_right(struct capture_read *reader, const struct entry *entry)
{
	if (entry->delta > (uint64_t)(TIME_MAX - reader->time)) {
		return false;
	}
	if (entry->kind == CAPTURE_FORMAT_LINE) {
		struct mg_line line;
		bool right = entry->size >= CAPTURE_FORMAT_LINE_SIZE &&
					 read_line(entry->content, &line);
		reader->line = right ? line : reader->line;
		return right;
	}
	return entry->kind != CAPTURE_FORMAT_LOST || entry->size >= 8;
}

static void take_entry(
		struct capture_read *reader, const struct entry *entry, uint64_t offset)
{
	struct capture_read_event event = {
		.kind = (enum capture_read_kind)entry->kind,
		.offset = offset,
	};
	reader->time += (int64_t)entry->delta;
	if (entry->kind == CAPTURE_FORMAT_SENT || entry->kind == CAPTURE_FORMAT_RECEIVED) {
		event.bytes = entry->content;
		event.size = (size_t)entry->size;
		event.rx_flags = entry->rx_flags;
	}
	if (entry->kind == CAPTURE_FORMAT_LOST) {
		event.count = capture_format_get(entry->content, 8);
	}
	if (entry->kind <= CAPTURE_FORMAT_LOST) {
		emit(reader, &event);
	}
}

static struct look read_head(
		struct capture_read *reader, const struct span *span, uint64_t offset)
{
	struct look look = look_at_head(reader, span);
	if (look.found == FOUND) {
		struct capture_read_event event = { .kind = CAPTURE_READ_RUN, .offset = offset };
		report_damage(reader, offset);
		reader->running = true;
		emit(reader, &event);
	}
	return look;
}

static struct look read_entry(
		struct capture_read *reader, const struct span *span, uint64_t offset)
{
	struct entry entry;
	struct look look = look_at_entry(span, &entry);
	if (look.found == FOUND && !is_right(reader, &entry)) {
		look = bad("an entry is damaged");
	}
	if (look.found == FOUND) {
		take_entry(reader, &entry, offset);
	}
	return look;
}

/* What is at the front: entries never begin like the head of a run. */
static struct look read_next(
		struct capture_read *reader, const struct span *span, uint64_t offset)
{
	bool head = !reader->running || span->bytes[0] == (uint8_t)CAPTURE_FORMAT_MAGIC[0];
	return head ? read_head(reader, span, offset) : read_entry(reader, span, offset);
}

static void skip_byte(struct capture_read *reader, const char *why)
{
	if (reader->skipped == 0) {
		reader->why = why;
	}
	reader->skipped++;
	reader->running = false;
}

/* Reads what is whole; with `last` nothing more will come. */
static void settle(struct capture_read *reader, bool last)
{
	size_t at = 0;
	while (at < reader->size) {
		const struct span span = { reader->bytes + at, reader->size - at };
		struct look look = read_next(reader, &span, reader->offset + at);
		if (look.found == FOUND) {
			at += look.length;
			continue;
		}
		if (look.found == FOUND_CUT && !last) {
			break;
		}
		skip_byte(reader,
				look.found == FOUND_BAD ? look.why : "cut off in the middle of an entry");
		at++;
	}
	reader->size -= at;
	reader->offset += at;
	memmove(reader->bytes, reader->bytes + at, reader->size);
}

void capture_read_feed(struct capture_read *reader, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		size_t room = sizeof(reader->bytes) - reader->size;
		size_t count = size < room ? size : room;
		memcpy(reader->bytes + reader->size, bytes, count);
		reader->size += count;
		bytes += count;
		size -= count;
		settle(reader, false);
	}
}

void capture_read_end(struct capture_read *reader)
{
	settle(reader, true);
	report_damage(reader, reader->offset);
}
