/* SPDX-License-Identifier: MIT */
/* Walks over msgpack by its definition alone, to judge what was written. */
#ifndef FUZZ_CHECK_MSGPACK_H
#define FUZZ_CHECK_MSGPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check_json.h"

/* True for one map with string keys, valid UTF-8 in every string, finite numbers, and
   with nothing behind it. */
bool check_msgpack(const uint8_t *bytes, size_t size, struct check_facts *facts);

#endif
