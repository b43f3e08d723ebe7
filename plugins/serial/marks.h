/* SPDX-License-Identifier: MIT */
/* Undoes the marks that a terminal with PARMRK puts into its bytes. */
#ifndef SERIAL_MARKS_H
#define SERIAL_MARKS_H

#include <stddef.h>
#include <stdint.h>

/* Where in a mark the last call ended: FFh alone, or FFh 00h. All zero at the start. */
struct marks {
	uint8_t seen;
};

/*
 * Works in place and answers how many bytes are left. FFh FFh becomes FFh; FFh 00h X
 * becomes X, a character with a parity or framing error, which adds MG_RX_PARITY to
 * *flags; when X is 0 it may as well have been a break, which adds MG_RX_BREAK too.
 */
size_t marks_remove(struct marks *marks, uint8_t *bytes, size_t size, uint32_t *flags);

#endif
