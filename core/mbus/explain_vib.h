/* SPDX-License-Identifier: MIT */
/* Notes about the bytes of a VIB. */
#ifndef MBUS_EXPLAIN_VIB_H
#define MBUS_EXPLAIN_VIB_H

#include "mbus/explain_note.h"

/*
 * Explains VIF, plain-text unit and VIFEs up to `end`, where vib_read() stopped: behind
 * them, or at the byte at fault. `telegram_flags` as for vib_read().
 */
void explain_vib(struct explain *explain, size_t end, uint32_t telegram_flags);

#endif
