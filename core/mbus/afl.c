/* SPDX-License-Identifier: MIT */
/* Reads the authentication and fragmentation layer (EN 13757-7). */
#include "mbus/afl.h"

/* Bits of the fragmentation control field FCL: what of the layer is there. */
enum {
	FCL_MORE = 0x4000, /* more fragments follow */
	FCL_MCL = 0x2000,
	FCL_LENGTH = 0x1000,
	FCL_COUNTER = 0x0800,
	FCL_MAC = 0x0400,
	FCL_KEY = 0x0200,
	FCL_FRAGMENT = 0x00FF, /* number of the fragment; 0: the message is whole */
};

enum {
	FCL_SIZE = 2,
	KEY_SIZE = 2,
	COUNTER_SIZE = 4,
	LENGTH_SIZE = 2,
	MCL_TYPE = 15, /* how the MAC was made */
};

/* Bytes of a MAC by its type; 0 where there is none, or nobody knows. */
static const uint8_t mac_sizes[MCL_TYPE + 1] = {
	[3] = 2, [4] = 4, [5] = 8, [6] = 12, [7] = 16, [8] = 12, [9] = 16
};

static bool take(struct reader *reader, size_t size, struct mg_bytes *bytes)
{
	bytes->data = reader_take(reader, size);
	bytes->size = bytes->data != NULL ? size : 0;
	return bytes->data != NULL;
}

static bool take_counter(struct reader *reader, struct mg_afl *afl)
{
	const uint8_t *bytes = reader_take(reader, COUNTER_SIZE);
	if (bytes == NULL) {
		return false;
	}
	afl->has_counter = true;
	afl->counter = (uint32_t)bytes_number(bytes, COUNTER_SIZE, false);
	return true;
}

/* A MAC of unknown length hides what follows it; the length of the layer does not. */
static bool take_mac(struct reader *reader, unsigned fcl, struct mg_afl *afl)
{
	size_t size = mac_sizes[afl->mcl & MCL_TYPE];
	if (size == 0) {
		return true;
	}
	return take(reader, size, &afl->mac) &&
		   ((fcl & FCL_LENGTH) == 0 || take(reader, LENGTH_SIZE, &afl->size_field));
}

/* The fields behind FCL stand in this order. */
static bool take_fields(struct reader *reader, unsigned fcl, struct mg_afl *afl)
{
	if ((fcl & FCL_MCL) != 0 && !reader_byte(reader, &afl->mcl)) {
		return false;
	}
	if ((fcl & FCL_KEY) != 0 && !take(reader, KEY_SIZE, &afl->key)) {
		return false;
	}
	if ((fcl & FCL_COUNTER) != 0 && !take_counter(reader, afl)) {
		return false;
	}
	if ((fcl & FCL_MAC) != 0) {
		return take_mac(reader, fcl, afl);
	}
	return (fcl & FCL_LENGTH) == 0 || take(reader, LENGTH_SIZE, &afl->size_field);
}

enum mg_fault afl_read(struct reader *reader, struct mg_afl *afl)
{
	uint8_t length = 0;
	reader_byte(reader, &length);
	const uint8_t *bytes = length >= FCL_SIZE ? reader_take(reader, length) : NULL;
	if (bytes == NULL) {
		return MG_FAULT_HEADER_SHORT;
	}
	struct reader fields = { bytes, length, FCL_SIZE };
	unsigned fcl = (unsigned)bytes_number(bytes, FCL_SIZE, false);
	if (!take_fields(&fields, fcl, afl)) {
		*afl = (struct mg_afl){ 0 };
		return MG_FAULT_HEADER_SHORT;
	}
	afl->size = 1u + length;
	return (fcl & (FCL_MORE | FCL_FRAGMENT)) != 0 ? MG_FAULT_FRAGMENT : MG_FAULT_NONE;
}
