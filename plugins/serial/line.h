/* SPDX-License-Identifier: MIT */
/* Terminal settings of a serial line. */
#ifndef SERIAL_LINE_H
#define SERIAL_LINE_H

#include <stdbool.h>
#include <termios.h>

#include <metergate/plugin.h>

#define LINE_WHY_SIZE 160

enum line_result {
	LINE_OK,
	LINE_NO_PARITY, /* set, but without parity: a pseudo-terminal has none */
	LINE_REFUSED,   /* asked for something that no line has, or this one has not */
	LINE_FAILED,    /* the system said no: errno has why */
};

/*
 * Sets speed and characters and reads back whether they were taken. Bytes come raw, with
 * marks for parity errors and breaks (see marks.h). `why` says what is wrong after
 * REFUSED. Does not block.
 */
enum line_result line_set(int fd, const struct mg_line *line, char why[LINE_WHY_SIZE]);

/* Fills in the settings without touching a line; false when the line is none. */
bool line_settings(
		struct termios *settings, const struct mg_line *line, char why[LINE_WHY_SIZE]);

/* Has the driver hand on each byte at once, or gather them as it does by itself: an FTDI
   does so for 16 ms. True when this changed something; false where it is so already, or
   the driver knows nothing of it. Does not block. */
bool line_set_low_latency(int fd, bool on);

/* Whether fd is a pseudo-terminal (UNIX 98). */
bool line_is_pty(int fd);

#endif
