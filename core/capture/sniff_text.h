/* SPDX-License-Identifier: MIT */
/* What a master asks of its slaves, in words. */
#ifndef CAPTURE_SNIFF_TEXT_H
#define CAPTURE_SNIFF_TEXT_H

#include <metergate/mbus.h>

#define SNIFF_TEXT_SIZE 128

/* "REQ_UD2", "SND_NKE", ... from the C field of a request; "unknown request" for what the
   standard does not have. Static. */
const char *sniff_text_name(uint8_t c);

/* "REQ_UD2 to 5, FCB 1", "SND_UD to 253, FCB 1: selects 12345678.KAM". Returns `text`. */
const char *sniff_text_request(const struct mg_frame *frame, char text[SNIFF_TEXT_SIZE]);

#endif
