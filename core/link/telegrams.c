/* SPDX-License-Identifier: MIT */
/* What a readout has to know of a telegram to follow a sequence of them. */
#include "link/telegrams.h"

#define FNV_OFFSET 14695981039346656037u
#define FNV_PRIME 1099511628211u

/* Offsets in a long frame. */
#define C_OFFSET 4
#define CI_OFFSET 6
#define ACCESS_LONG 15
#define ACCESS_SHORT 7
#define ACCESS_FIXED 11
#define FRAME_LEAST 9

static uint64_t mix(uint64_t print, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;
	for (size_t i = 0; i < size; i++) {
		print = (print ^ byte[i]) * FNV_PRIME;
	}
	return print;
}

static void look_at_records(
		const struct mg_telegram *telegram, struct telegrams_facts *facts)
{
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	struct mg_data_record record;
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		facts->print = mix(facts->print, record.dib.data, record.dib.size);
		facts->print = mix(facts->print, record.vib.data, record.vib.size);
	}
	facts->more = cursor.more;
}

void telegrams_look(const struct mg_frame *frame, struct telegrams_facts *facts)
{
	telegrams_look_into(frame, &(const struct telegrams_secret){ .key = NULL }, facts);
}

void telegrams_look_into(const struct mg_frame *frame,
		const struct telegrams_secret *secret, struct telegrams_facts *facts)
{
	struct mg_telegram telegram;
	uint8_t plain[SECURE_PLAIN_MAX];
	*facts = (struct telegrams_facts){ .print = FNV_OFFSET };
	facts->print = mix(facts->print, &frame->ci, 1);
	enum mg_fault fault = mg_telegram_parse(frame, &telegram);
	if (fault != MG_FAULT_NONE && fault != MG_FAULT_ENCRYPTED) {
		return;
	}
	facts->header = (enum mg_header)telegram.header;
	facts->identity = telegram.identity;
	facts->has_identity =
			telegram.header == MG_HEADER_LONG || telegram.header == MG_HEADER_FIXED;
	if (fault == MG_FAULT_ENCRYPTED && secret->key != NULL) {
		fault = secure_open(&telegram, secret->key, secret->identity, plain);
	}
	if (fault == MG_FAULT_NONE) {
		look_at_records(&telegram, facts);
	}
	facts->print = mix(facts->print, &facts->more, sizeof(facts->more));
}

static size_t access_offset(uint8_t ci)
{
	switch (ci) {
	case 0x72:
	case 0x76:
		return ACCESS_LONG;
	case 0x73:
	case 0x77:
		return ACCESS_FIXED;
	case 0x7A:
		return ACCESS_SHORT;
	default:
		return C_OFFSET;
	}
}

bool telegrams_equal(struct mg_bytes first, struct mg_bytes second)
{
	if (first.size != second.size || first.size < FRAME_LEAST) {
		return false;
	}
	size_t skip = access_offset(first.data[CI_OFFSET]);
	for (size_t i = C_OFFSET + 1; i < first.size - 2; i++) {
		if (i != skip && first.data[i] != second.data[i]) {
			return false;
		}
	}
	return true;
}

bool telegrams_same_meter(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

bool telegrams_fit(const struct mg_identity *mask, enum mg_header header,
		const struct mg_identity *identity)
{
	if (header != MG_HEADER_FIXED) {
		return mg_identity_match(mask, identity);
	}
	const struct mg_identity id = {
		.id = mask->id, .manufacturer = 0xFFFF, .version = 0xFF, .medium = 0xFF
	};
	return mg_identity_match(&id, identity);
}
