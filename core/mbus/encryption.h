/* SPDX-License-Identifier: MIT */
/* Which configuration fields announce encryption. */
#ifndef MBUS_ENCRYPTION_H
#define MBUS_ENCRYPTION_H

#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* The security mode (5, 7 or 10) that the configuration field announces for these bytes
   behind it; 0 when it announces none, or more than there are bytes. */
uint8_t encryption_mode(uint16_t word, const struct mg_bytes *payload);

/* Bytes between the configuration field and the cipher text of an encrypted telegram. */
size_t encryption_extension(uint16_t word, const struct mg_bytes *payload);

#endif
