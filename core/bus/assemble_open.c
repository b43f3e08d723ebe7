/* SPDX-License-Identifier: MIT */
/* Takes away what stands between a telegram and its records: encryption, and the compact
   form. */
#include <stdlib.h>

#include "bus/assemble_fill.h"

#define FILLER 0x2F /* DIF of a record that is none */

struct assemble_room {
	struct assemble_room *next;
	uint8_t plain[SECURE_PLAIN_MAX];
	uint8_t whole[MG_FORMAT_MAX];
};

static struct assemble_room *add_room(struct assemble_draft *draft)
{
	struct assemble_room *room = malloc(sizeof(*room));
	if (room == NULL) {
		draft->no_memory = true;
		return NULL;
	}
	room->next = draft->rooms;
	draft->rooms = room;
	return room;
}

void assemble_open_finish(struct assemble_draft *draft)
{
	while (draft->rooms != NULL) {
		struct assemble_room *next = draft->rooms->next;
		free(draft->rooms);
		draft->rooms = next;
	}
}

static bool is_compact(const struct mg_telegram *telegram)
{
	return telegram->content == MG_CONTENT_COMPACT;
}

/* Whether a telegram has more to tell than its header. */
static bool tells_something(const struct mg_telegram *telegram)
{
	for (size_t i = 0; i < telegram->records.size; i++) {
		if (telegram->records.data[i] != FILLER ||
				telegram->content != MG_CONTENT_RECORDS) {
			return true;
		}
	}
	return is_compact(telegram);
}

static enum mg_fault decrypt(struct assemble_draft *draft, struct mg_telegram *telegram)
{
	const struct assemble_context *context = draft->context;
	struct assemble_room *room = context->key != NULL ? add_room(draft) : NULL;
	if (room == NULL) {
		return MG_FAULT_ENCRYPTED;
	}
	return secure_open(telegram, context->key, context->identity, room->plain);
}

/* CI 73h is a compact frame only when it fits a format; otherwise it is one of the fixed
   structure with a wrong length. */
static enum mg_fault expand(
		struct assemble_draft *draft, struct mg_telegram *telegram, enum mg_fault fault)
{
	struct formats *formats = draft->context->formats;
	struct assemble_room *room = formats != NULL ? add_room(draft) : NULL;
	if (room == NULL) {
		return fault;
	}
	enum mg_fault expanded = formats_expand(formats, telegram, room->whole);
	return expanded != MG_FAULT_NONE && fault == MG_FAULT_FIXED_LENGTH ? fault : expanded;
}

static bool must_be_encrypted(
		const struct assemble_draft *draft, const struct mg_telegram *telegram)
{
	return draft->context->key != NULL && tells_something(telegram);
}

enum mg_fault assemble_open(
		struct assemble_draft *draft, struct mg_telegram *telegram, enum mg_fault fault)
{
	if (fault == MG_FAULT_ENCRYPTED) {
		fault = decrypt(draft, telegram);
	} else if (must_be_encrypted(draft, telegram)) {
		return MG_FAULT_PLAIN;
	}
	if (is_compact(telegram)) {
		return expand(draft, telegram, fault);
	}
	if (fault == MG_FAULT_NONE && draft->context->formats != NULL) {
		formats_learn(draft->context->formats, telegram);
	}
	return fault;
}
