/* SPDX-License-Identifier: MIT */
/* The exchanges of a capture file: who was asked what, and what came back when. */
#include "tape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tape_file.h"

#define ROOM_MIN 64
#define C_PLACE_SHORT 1
#define C_PLACE_LONG 4

/* Makes room for one more; false when memory is short. */
static bool grow(void **list, size_t count, size_t *room, size_t size)
{
	if (count < *room) {
		return true;
	}
	size_t more = *room > 0 ? *room * 2 : ROOM_MIN;
	void *grown = reallocarray(*list, more, size);
	if (grown == NULL) {
		return false;
	}
	*list = grown;
	*room = more;
	return true;
}

static bool add_chunk(
		struct tape *tape, const struct tape_file_entry *entry, uint32_t run)
{
	void *list = tape->chunks;
	if (!grow(&list, tape->chunk_count, &tape->chunk_room, sizeof(*tape->chunks))) {
		return false;
	}
	tape->chunks = list;
	tape->chunks[tape->chunk_count++] = (struct tape_chunk){
		.time = entry->time,
		.offset = tape->payload_size,
		.size = entry->content.size,
		.kind = entry->kind,
		.run = run,
	};
	memcpy(tape->payload + tape->payload_size, entry->content.data, entry->content.size);
	tape->payload_size += entry->content.size;
	return true;
}

static bool add_exchange(struct tape *tape, size_t offset, size_t size)
{
	void *list = tape->exchanges;
	if (!grow(&list, tape->exchange_count, &tape->exchange_room,
				sizeof(*tape->exchanges))) {
		return false;
	}
	tape->exchanges = list;
	tape->exchanges[tape->exchange_count++] = (struct tape_exchange){
		.request = { tape->payload + offset, size },
		.first_piece = tape->piece_count,
	};
	return true;
}

static bool add_piece(struct tape *tape, int64_t after, size_t offset, size_t size)
{
	void *list = tape->pieces;
	if (size == 0 || after > TAPE_ANSWER_MAX) {
		return true;
	}
	if (!grow(&list, tape->piece_count, &tape->piece_room, sizeof(*tape->pieces))) {
		return false;
	}
	tape->pieces = list;
	tape->pieces[tape->piece_count++] =
			(struct tape_piece){ after, { tape->payload + offset, size } };
	tape->exchanges[tape->exchange_count - 1].piece_count++;
	return true;
}

/* Bytes are missing: what was heard of the answer is not to be played. */
static void drop_exchange(struct tape *tape)
{
	tape->exchange_count--;
	tape->piece_count = tape->exchanges[tape->exchange_count].first_piece;
}

/* A run in which the gateway itself asked: all that came until it asked again. */
static bool take_asked(struct tape *tape, size_t first, size_t end)
{
	bool open = false, good = true;
	int64_t asked = 0;
	for (size_t i = first; i < end && good; i++) {
		const struct tape_chunk *chunk = &tape->chunks[i];
		if (chunk->kind == TAPE_FILE_SENT) {
			good = add_exchange(tape, chunk->offset, chunk->size);
			asked = chunk->time;
			open = true;
		} else if (open && chunk->kind == TAPE_FILE_RECEIVED) {
			good = add_piece(tape, chunk->time - asked, chunk->offset, chunk->size);
		} else if (open) {
			drop_exchange(tape);
			open = false;
		}
	}
	return good;
}

/* How many bytes at `at` are a frame; *request says whether it is a master's. */
static size_t frame_at(const struct tape *tape, size_t at, size_t end, bool *request)
{
	struct mg_frame frame;
	size_t length;
	enum mg_fault fault = mg_frame_parse(tape->payload + at, end - at, &frame, &length);
	*request = false;
	if (fault != MG_FAULT_NONE) {
		return 0;
	}
	*request = (frame.type == MG_FRAME_SHORT || frame.type == MG_FRAME_LONG) &&
			   (frame.c & MG_C_PRM) != 0;
	return length;
}

/* The first request of a master at or behind `at`; `end` when there is none. */
static size_t find_request(const struct tape *tape, size_t at, size_t end, size_t *length)
{
	bool request;
	*length = 0;
	while (at < end) {
		*length = frame_at(tape, at, end, &request);
		if (request) {
			return at;
		}
		at += *length > 0 ? *length : 1;
	}
	return end;
}

/* When the byte at `offset` came; *chunk moves to the one that it is in. */
static int64_t time_at(const struct tape *tape, size_t *chunk, size_t offset)
{
	while (tape->chunks[*chunk].offset + tape->chunks[*chunk].size <= offset) {
		(*chunk)++;
	}
	return tape->chunks[*chunk].time;
}

/* What came between two requests, piece by piece. */
static bool take_answer(
		struct tape *tape, size_t chunk, int64_t asked, size_t from, size_t end)
{
	bool good = true;
	while (from < end && good) {
		int64_t time = time_at(tape, &chunk, from);
		size_t stop = tape->chunks[chunk].offset + tape->chunks[chunk].size;
		stop = stop < end ? stop : end;
		good = add_piece(tape, time - asked, from, stop - from);
		from = stop;
	}
	return good;
}

/* Chunks without a gap in which another master was heard. */
static bool take_heard(struct tape *tape, size_t first, size_t last)
{
	size_t end = tape->chunks[last].offset + tape->chunks[last].size;
	size_t length, chunk = first;
	size_t at = find_request(tape, tape->chunks[first].offset, end, &length);
	while (at < end) {
		size_t answer = at + length;
		if (!add_exchange(tape, at, length)) {
			return false;
		}
		int64_t asked = time_at(tape, &chunk, answer - 1);
		at = find_request(tape, answer, end, &length);
		if (!take_answer(tape, chunk, asked, answer, at)) {
			return false;
		}
	}
	return true;
}

static bool take_listened(struct tape *tape, size_t first, size_t end)
{
	bool good = true;
	for (size_t i = first; i < end && good; i++) {
		size_t last = i;
		while (last + 1 < end && tape->chunks[last].kind == TAPE_FILE_RECEIVED &&
				tape->chunks[last + 1].kind == TAPE_FILE_RECEIVED) {
			last++;
		}
		if (tape->chunks[i].kind == TAPE_FILE_RECEIVED) {
			good = take_heard(tape, i, last);
		}
		i = last;
	}
	return good;
}

/* The chunks of each run, which tell by themselves who asked. */
static bool take_runs(struct tape *tape)
{
	bool good = true;
	for (size_t first = 0, end; first < tape->chunk_count && good; first = end) {
		bool asked = false;
		for (end = first; end < tape->chunk_count &&
						  tape->chunks[end].run == tape->chunks[first].run;
				end++) {
			asked = asked || tape->chunks[end].kind == TAPE_FILE_SENT;
		}
		good = asked ? take_asked(tape, first, end) : take_listened(tape, first, end);
	}
	return good;
}

static bool is_of_use(const struct tape_file_entry *entry)
{
	switch (entry->kind) {
	case TAPE_FILE_SENT:
	case TAPE_FILE_RECEIVED:
		return entry->content.size > 0;
	case TAPE_FILE_CLOSED:
	case TAPE_FILE_LOST:
		return true;
	default:
		return false;
	}
}

static bool take_entries(struct tape *tape, struct tape_file *file)
{
	struct tape_file_entry entry;
	while (tape_file_next(file, &entry)) {
		if (is_of_use(&entry) && !add_chunk(tape, &entry, (uint32_t)file->runs)) {
			return false;
		}
	}
	tape->runs = file->runs;
	tape->damaged = file->damaged;
	return take_runs(tape);
}

bool tape_parse(
		struct tape *tape, const uint8_t *bytes, size_t size, char error[TAPE_ERROR_SIZE])
{
	struct tape_file file = { .bytes = { bytes, size } };
	if (!tape_file_is(&file.bytes)) {
		snprintf(error, TAPE_ERROR_SIZE, "it is no capture; metergate record makes one");
		return false;
	}
	tape->payload = malloc(size);
	if (tape->payload == NULL || !take_entries(tape, &file)) {
		snprintf(error, TAPE_ERROR_SIZE, "out of memory");
		return false;
	}
	if (tape->exchange_count == 0) {
		snprintf(error, TAPE_ERROR_SIZE,
				"there is no request in it: record where the master can be heard, or "
				"with `capture` in the [bus] section");
		return false;
	}
	return true;
}

static bool read_whole(int fd, uint8_t *bytes, size_t size)
{
	size_t done = 0;
	while (done < size) {
		ssize_t count = read(fd, bytes + done, size - done);
		if (count <= 0 && !(count < 0 && errno == EINTR)) {
			return false;
		}
		done += count > 0 ? (size_t)count : 0;
	}
	return true;
}

static bool load(struct tape *tape, int fd, char error[TAPE_ERROR_SIZE])
{
	struct stat info;
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > TAPE_FILE_MAX) {
		snprintf(error, TAPE_ERROR_SIZE, "a file of at most %d MiB is wanted",
				TAPE_FILE_MAX / (1024 * 1024));
		return false;
	}
	size_t size = (size_t)info.st_size;
	uint8_t *bytes = malloc(size + 1);
	if (bytes == NULL || !read_whole(fd, bytes, size)) {
		snprintf(error, TAPE_ERROR_SIZE, "it cannot be read whole");
		free(bytes);
		return false;
	}
	bool good = tape_parse(tape, bytes, size, error);
	free(bytes);
	return good;
}

bool tape_load(struct tape *tape, const char *path, char error[TAPE_ERROR_SIZE])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		snprintf(error, TAPE_ERROR_SIZE, "%s", strerror(errno));
		return false;
	}
	bool good = load(tape, fd, error);
	close(fd);
	return good;
}

void tape_finish(struct tape *tape)
{
	free(tape->payload);
	free(tape->chunks);
	free(tape->pieces);
	free(tape->exchanges);
	*tape = (struct tape){ .payload = NULL };
}

/* Where C is; 0 when the request is none that carries a frame count bit. */
static size_t place_of_c(const uint8_t *request, size_t size)
{
	if (size == 5 && request[0] == 0x10) {
		return C_PLACE_SHORT;
	}
	return size >= 9 && request[0] == 0x68 ? C_PLACE_LONG : 0;
}

/* The checksum, last but one, follows from the rest. */
static bool same_but_fcb(const struct mg_bytes *one, const uint8_t *request, size_t size)
{
	size_t c = place_of_c(request, size);
	return c > 0 && one->size == size && one->data[c] == (request[c] ^ MG_C_FCB) &&
		   memcmp(one->data, request, c) == 0 &&
		   memcmp(one->data + c + 1, request + c + 1, size - c - 3) == 0;
}

static bool same(const struct mg_bytes *one, const uint8_t *request, size_t size)
{
	return one->size == size && memcmp(one->data, request, size) == 0;
}

/* The first of those that were played least often. */
static struct tape_exchange *find(struct tape *tape, const uint8_t *request, size_t size,
		bool (*fits)(const struct mg_bytes *one, const uint8_t *request, size_t size))
{
	struct tape_exchange *best = NULL;
	for (size_t i = 0; i < tape->exchange_count; i++) {
		struct tape_exchange *exchange = &tape->exchanges[i];
		if (fits(&exchange->request, request, size) &&
				(best == NULL || exchange->plays < best->plays)) {
			best = exchange;
		}
	}
	return best;
}

struct tape_exchange *tape_play(
		struct tape *tape, const uint8_t *request, size_t size, bool loop, bool *known)
{
	struct tape_exchange *exchange = find(tape, request, size, same);
	if (exchange == NULL) {
		exchange = find(tape, request, size, same_but_fcb);
	}
	*known = exchange != NULL;
	if (exchange == NULL || (!loop && exchange->plays > 0)) {
		return NULL;
	}
	exchange->plays++;
	return exchange;
}
