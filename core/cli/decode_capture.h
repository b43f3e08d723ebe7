/* SPDX-License-Identifier: MIT */
/* Takes the telegrams out of a capture of a bus (docs/capture.md). */
#ifndef CLI_DECODE_CAPTURE_H
#define CLI_DECODE_CAPTURE_H

#include "cli/decode_input.h"

struct decode_capture;

/* `frames` of the options: frames that carry no data, too. As decode_input_create(). */
struct decode_capture *decode_capture_create(
		const struct decode_input_options *options, decode_item_fn take, void *context);
void decode_capture_destroy(struct decode_capture *capture);

void decode_capture_feed(
		struct decode_capture *capture, const uint8_t *bytes, size_t size);
void decode_capture_end(struct decode_capture *capture);

#endif
