/* SPDX-License-Identifier: MIT */
/* Notes about what protects a telegram. */
#ifndef MBUS_EXPLAIN_SECURITY_H
#define MBUS_EXPLAIN_SECURITY_H

#include "mbus/explain_note.h"

/* Adds what a configuration field says; `mode` is the encryption that it announces, 0
   for none. */
void explain_security_word(struct explain *explain, uint16_t word, uint8_t mode);

/* Explains the bytes between the configuration field and the cipher text, the cipher
   text, and what follows, up to the end of the layer. */
void explain_security_payload(
		struct explain *explain, const struct mg_telegram *telegram);

/* Explains the layer behind CI 90h; all that is left when `afl` has no size. */
void explain_security_afl(struct explain *explain, const struct mg_afl *afl);

#endif
