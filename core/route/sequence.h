/* SPDX-License-Identifier: MIT */
/* Counts the readings of each device, so that a gap shows to whoever sees only one. */
#ifndef ROUTE_SEQUENCE_H
#define ROUTE_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

struct sequence;

/* For at most `devices` devices. NULL when memory is short. */
struct sequence *sequence_create(size_t devices);
void sequence_destroy(struct sequence *sequence);
/* 1 for the first reading of a device, 2 for the next ...; 0 when there are too many
   devices or memory is short. */
uint64_t sequence_next(struct sequence *sequence, const char *bus, const char *device);

#endif
