/* SPDX-License-Identifier: MIT */
/* The receiving side of one exchange: from bytes as they come to one checked frame. */
#include "link/link.h"

#include <string.h>

#include <metergate/plugin.h>

/* Of the echo one byte may be damaged, and one more for each further bytes of this. */
#define ECHO_DAMAGE 8
/* Bytes of a long frame at least, while its length field is still to come. */
#define LONG_LEAST 9

void link_begin(struct link *link, const uint8_t *sent, size_t size)
{
	link->size = 0;
	link->suspect = 0;
	link->sent = size > 0 ? sent : NULL;
	link->sent_size = size;
	link->echoed = false;
	link->echoes = 0;
	link->hunting = false;
	link->ended = false;
	link->broken = false;
	link->noise = 0;
	link->skipped = 0;
	link->surplus = 0;
	link->rx_flags = 0;
	link->length = 0;
	link->missing = 0;
	link->fault = MG_FAULT_NONE;
}

static void drop_front(struct link *link, size_t count)
{
	link->size -= count;
	link->suspect -= link->suspect < count ? link->suspect : count;
	memmove(link->bytes, link->bytes + count, link->size);
}

/* What is dropped was none of the answer, nor were its flags. */
static void drop_foreign(struct link *link, size_t count)
{
	drop_front(link, count);
	if (link->suspect == 0 && !link->broken) {
		link->rx_flags = 0;
	}
}

static void append(
		struct link *link, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	size_t room = sizeof(link->bytes) - link->size;
	size_t taken = size < room ? size : room;
	if (taken > 0) {
		memcpy(link->bytes + link->size, bytes, taken);
	}
	link->size += taken;
	link->surplus += size - taken;
	link->broken = link->broken || (rx_flags & MG_RX_BREAK);
	if (rx_flags != 0) {
		link->suspect = link->size;
		link->rx_flags |= rx_flags;
	}
}

/* Bytes that no frame begins with and that switching transmitters are known for. */
static void drop_noise(struct link *link)
{
	size_t count = 0;
	while (count < link->size && link->noise + count < LINK_NOISE_MAX &&
			(link->bytes[count] == 0x00 || link->bytes[count] == 0xFF)) {
		count++;
	}
	link->noise += count;
	drop_foreign(link, count);
}

/* A request of a master, which no slave ever sends. */
static bool is_request(const uint8_t *sent, size_t size)
{
	size_t c = sent[0] == 0x68 ? 4 : 1;
	return c < size && (sent[c] & MG_C_PRM) != 0;
}

/* True when what stands in front is the request on its way back, as far as it has come;
   single bytes of it may have been damaged, but not the first one. */
static bool is_echo(const struct link *link)
{
	if (link->sent == NULL || link->size == 0 || link->bytes[0] != link->sent[0] ||
			(link->echoed && !is_request(link->sent, link->sent_size))) {
		return false;
	}
	size_t wrong = 0;
	for (size_t i = 1; i < link->size && i < link->sent_size; i++) {
		wrong += link->bytes[i] != link->sent[i];
		if (wrong > 1 + i / ECHO_DAMAGE) {
			return false;
		}
	}
	return true;
}

bool link_echo_open(const struct link *link)
{
	return is_echo(link) && link->size < link->sent_size && link->skipped == 0;
}

/* Swallows the echo, which a slow converter returns once for each try; true while it may
   still be coming. */
static bool swallow_echo(struct link *link)
{
	while (link->skipped == 0 && is_echo(link)) {
		if (link->size < link->sent_size) {
			return true;
		}
		drop_foreign(link, link->sent_size);
		link->echoed = true;
		link->echoes++;
		drop_noise(link);
	}
	return false;
}

static enum link_verdict refuse(struct link *link, enum mg_fault fault, size_t length)
{
	if (link->fault == MG_FAULT_NONE) {
		link->fault = fault;
	}
	link->ended = length > 0 && length == link->size;
	return LINK_FAULT;
}

/* The length that a long frame says it has; 0 when the bytes do not begin one. */
static size_t said_length(const struct link *link)
{
	const uint8_t *b = link->bytes;
	bool begins =
			link->size >= 4 && b[0] == 0x68 && b[1] == b[2] && b[1] >= 3 && b[3] == 0x68;
	return begins ? b[1] + 6u : 0;
}

static enum link_verdict judge(struct link *link)
{
	size_t length = 0;
	enum mg_fault fault = mg_frame_parse(link->bytes, link->size, &link->frame, &length);
	if (fault == MG_FAULT_INCOMPLETE) {
		length = link->bytes[0] == 0x68 && length < LONG_LEAST ? LONG_LEAST : length;
		link->missing = length > link->size ? length - link->size : 1;
		return LINK_PARTIAL;
	}
	link->missing = 0;
	if (fault != MG_FAULT_NONE) {
		return refuse(link, fault, said_length(link));
	}
	/* Single characters are no answer behind garbage: several slaves make them, too. */
	if (link->suspect > 0 || (link->skipped > 0 && length == 1)) {
		return refuse(link, MG_FAULT_START, length);
	}
	link->length = length;
	link->surplus += link->size - length;
	return LINK_FRAME;
}

static void skip(struct link *link, size_t count)
{
	drop_front(link, count);
	link->skipped += count;
	link->ended = false;
}

static enum link_verdict look(struct link *link)
{
	if (link->skipped == 0) {
		drop_noise(link);
	}
	while (!link->broken) {
		if (swallow_echo(link) || link->size == 0) {
			return link->skipped > 0 ? LINK_FAULT : LINK_NOTHING;
		}
		enum link_verdict verdict = judge(link);
		if (verdict != LINK_FAULT || !link->hunting || link->ended) {
			return verdict;
		}
		skip(link, 1);
	}
	return refuse(link, MG_FAULT_START, 0);
}

enum link_verdict link_feed(
		struct link *link, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	if (link->length > 0) {
		link->surplus += size;
		return LINK_FRAME;
	}
	if (link->fault != MG_FAULT_NONE && !link->hunting) {
		link->surplus += size;
		link->rx_flags |= rx_flags;
		return LINK_FAULT;
	}
	append(link, bytes, size, rx_flags);
	if (link->ended && size > 0) {
		skip(link, 1);
	}
	return look(link);
}

enum link_verdict link_quiet(struct link *link)
{
	if (link->size == 0 || link->length > 0 || link->broken || !link->hunting) {
		return link->size == 0 ? LINK_NOTHING : LINK_FAULT;
	}
	size_t missing = link->missing;
	enum link_verdict verdict = LINK_PARTIAL;
	while (verdict == LINK_PARTIAL && link->size > 0) {
		refuse(link, MG_FAULT_INCOMPLETE, 0);
		skip(link, 1);
		verdict = look(link);
	}
	link->missing = missing;
	return verdict == LINK_FRAME ? LINK_FRAME : LINK_FAULT;
}

enum link_verdict link_next(struct link *link)
{
	size_t length = link->length;
	link->surplus -= link->size - length;
	link->length = 0;
	drop_front(link, length);
	return look(link);
}
