/* SPDX-License-Identifier: MIT */
/* Decrypts and expands a telegram, so that all of its records can be explained. */
#include "cli/decode_open.h"

static bool is_compact(const struct mg_telegram *telegram, enum mg_fault fault)
{
	return telegram->content == MG_CONTENT_COMPACT &&
		   (fault == MG_FAULT_FORMAT_UNKNOWN || fault == MG_FAULT_FIXED_LENGTH);
}

bool decode_open(struct decode_opened *opened, const struct mg_bytes *bytes,
		const struct assemble_context *context)
{
	struct mg_telegram *telegram = &opened->telegram;
	struct mg_frame frame;
	size_t length;
	if (mg_frame_parse(bytes->data, bytes->size, &frame, &length) != MG_FAULT_NONE ||
			length != bytes->size) {
		return false;
	}
	enum mg_fault fault = mg_telegram_parse(&frame, telegram);
	bool closed = fault == MG_FAULT_ENCRYPTED;
	opened->expanded = false;
	if (closed && context->key != NULL) {
		fault = secure_open(telegram, context->key, context->identity, opened->plain);
	}
	if (is_compact(telegram, fault) && context->formats != NULL) {
		closed = true;
		fault = formats_expand(context->formats, telegram, opened->whole);
		opened->expanded = true;
	}
	return closed && fault == MG_FAULT_NONE;
}
