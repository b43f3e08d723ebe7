/* SPDX-License-Identifier: MIT */
/* The authentication and fragmentation layer, CI 90h. */
#ifndef MBUS_AFL_H
#define MBUS_AFL_H

#include <metergate/mbus.h>

#include "mbus/bytes.h"

/*
 * Reads the layer behind its CI into `afl`, which is all zero; the reader stands behind
 * it then. HEADER_SHORT: it is not whole. FRAGMENT: it is, but what follows is a part of
 * a message only.
 */
enum mg_fault afl_read(struct reader *reader, struct mg_afl *afl);

#endif
