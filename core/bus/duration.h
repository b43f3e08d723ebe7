/* SPDX-License-Identifier: MIT */
/* Durations as people read them. */
#ifndef BUS_DURATION_H
#define BUS_DURATION_H

#include <stdint.h>

#define DURATION_SIZE 32

/* Of µs: "250 ms", "12 s", "3 min 20 s", "5 h 2 min", "3 d 4 h". Returns `text`. */
const char *duration_text(int64_t duration, char text[DURATION_SIZE]);

#endif
