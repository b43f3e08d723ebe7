/* SPDX-License-Identifier: MIT */
/* Decrypts and expands a telegram, so that all of its records can be explained. */
#ifndef CLI_DECODE_OPEN_H
#define CLI_DECODE_OPEN_H

#include <metergate/mbus.h>

#include "bus/assemble.h"

struct decode_opened {
	struct mg_telegram telegram;
	bool expanded; /* with the format that it names: offsets are no longer those in the
					  frame */
	uint8_t plain[SECURE_PLAIN_MAX], whole[MG_FORMAT_MAX];
};

/* True when the frame in `bytes` is a telegram that was encrypted or compact and can be
   read now. Both stay where they are as long as `opened` is used. */
bool decode_open(struct decode_opened *opened, const struct mg_bytes *bytes,
		const struct assemble_context *context);

#endif
