/* SPDX-License-Identifier: MIT */
/* What a master asks of its slaves, in words. */
#include "capture/sniff_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FCV 0x10
#define CI_SELECT 0x52
#define CI_SELECT_MODE2 0x56
#define IDENTITY_SIZE 8

/* EN 13757-2; 43h once was a SND_UD without a frame count bit. */
static const struct {
	uint8_t c; /* without FCB */
	const char *name;
} names[] = {
	{ MG_C_SND_NKE, "SND_NKE" },
	{ MG_C_SND_UD, "SND_UD" },
	{ MG_C_SND_UD2, "SND_UD2" },
	{ MG_C_REQ_UD1, "REQ_UD1" },
	{ MG_C_REQ_UD2, "REQ_UD2" },
	{ MG_C_REQ_UD1 & ~FCV, "REQ_UD1" },
	{ MG_C_REQ_UD2 & ~FCV, "REQ_UD2" },
	{ 0x49, "REQ_SKE" },
};

const char *sniff_text_name(uint8_t c)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].c == (c & ~MG_C_FCB)) {
			return names[i].name;
		}
	}
	return "unknown request";
}

static void add_content(const struct mg_frame *frame, char *text, size_t size)
{
	bool selects = frame->ci == CI_SELECT || frame->ci == CI_SELECT_MODE2;
	if (selects && frame->data.size >= IDENTITY_SIZE) {
		struct mg_identity identity;
		char written[MG_IDENTITY_SIZE];
		mg_identity_get(frame->data.data, &identity);
		snprintf(text, size, ": selects %s", mg_identity_text(&identity, written));
	} else if (frame->type == MG_FRAME_LONG) {
		snprintf(text, size, ": %s", mg_ci_text(frame->ci));
	}
}

const char *sniff_text_request(const struct mg_frame *frame, char text[SNIFF_TEXT_SIZE])
{
	const char *fcb = "";
	if ((frame->c & FCV) != 0) {
		fcb = (frame->c & MG_C_FCB) != 0 ? ", FCB 1" : ", FCB 0";
	}
	snprintf(text, SNIFF_TEXT_SIZE, "%s to %u%s", sniff_text_name(frame->c), frame->a,
			fcb);
	size_t length = strlen(text);
	add_content(frame, text + length, SNIFF_TEXT_SIZE - length);
	return text;
}
