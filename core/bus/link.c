/* SPDX-License-Identifier: MIT */
/* The receiving side of one exchange: from bytes as they come to one checked frame. */
#include "bus/link.h"

#include <string.h>

#include <metergate/plugin.h>

void link_begin(struct link *link, const uint8_t *sent, size_t size)
{
	link->size = 0;
	link->sent = size > 0 ? sent : NULL;
	link->sent_size = size;
	link->echoed = false;
	link->noise = 0;
	link->surplus = 0;
	link->rx_flags = 0;
	link->length = 0;
	link->missing = 0;
	link->fault = MG_FAULT_NONE;
}

bool link_echo_open(const struct link *link)
{
	return link->sent != NULL && link->size > 0;
}

static void drop_front(struct link *link, size_t count)
{
	link->size -= count;
	memmove(link->bytes, link->bytes + count, link->size);
}

static void append(struct link *link, const uint8_t *bytes, size_t size)
{
	size_t room = sizeof(link->bytes) - link->size;
	size_t taken = size < room ? size : room;
	if (taken > 0) {
		memcpy(link->bytes + link->size, bytes, taken);
	}
	link->size += taken;
	link->surplus += size - taken;
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
	drop_front(link, count);
}

/* True while all that came could be the request on its way back. */
static bool swallow_echo(struct link *link)
{
	if (link->sent == NULL) {
		return false;
	}
	size_t common = link->size < link->sent_size ? link->size : link->sent_size;
	if (memcmp(link->bytes, link->sent, common) != 0) {
		link->sent = NULL;
		return false;
	}
	if (common < link->sent_size) {
		return true;
	}
	drop_front(link, common);
	drop_noise(link);
	link->sent = NULL;
	link->echoed = true;
	return false;
}

static enum link_verdict judge(struct link *link)
{
	size_t length = 0;
	enum mg_fault fault = mg_frame_parse(link->bytes, link->size, &link->frame, &length);
	if (fault == MG_FAULT_INCOMPLETE) {
		link->missing = length > link->size ? length - link->size : 1;
		return LINK_PARTIAL;
	}
	link->fault = fault;
	if (fault != MG_FAULT_NONE) {
		return LINK_FAULT;
	}
	link->length = length;
	link->surplus += link->size - length;
	return LINK_FRAME;
}

enum link_verdict link_feed(
		struct link *link, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	if (link->length > 0 || link->fault != MG_FAULT_NONE) {
		link->surplus += size;
		return link->fault != MG_FAULT_NONE ? LINK_FAULT : LINK_FRAME;
	}
	append(link, bytes, size);
	drop_noise(link);
	bool nothing = swallow_echo(link) || link->size == 0;
	/* A switching transmitter may well spoil characters, but only several meters, or a
	   converter that sees overload, make a break. */
	if (nothing && !(rx_flags & MG_RX_BREAK)) {
		return LINK_NOTHING;
	}
	link->rx_flags |= rx_flags;
	if (link->rx_flags != 0) {
		link->fault = MG_FAULT_START;
		return LINK_FAULT;
	}
	return judge(link);
}
