/* SPDX-License-Identifier: MIT */
/* The table of CI fields (EN 13757-7; those of mode 2 and 55h as the edition of 1997
   has them, which is what wired meters know). */
#include "mbus/ci.h"

#define NONE MG_HEADER_NONE
#define SHORT MG_HEADER_SHORT
#define LONG MG_HEADER_LONG
#define FIXED MG_HEADER_FIXED

#define ROW(code, body, header, text) [code] = { text, CI_##body, header, false }
#define MODE2(code, body, header, text) [code] = { text, CI_##body, header, true }
#define ROW4(code, body, text)                                                           \
	ROW(code, body, NONE, text), ROW((code) + 1, body, NONE, text),                      \
			ROW((code) + 2, body, NONE, text), ROW((code) + 3, body, NONE, text)
#define ROW8(code, body, text) ROW4(code, body, text), ROW4((code) + 4, body, text)
#define ROW16(code, body, text) ROW8(code, body, text), ROW8((code) + 8, body, text)

/* clang-format off */
static const struct ci_row rows[256] = {
	ROW16(0x00, UNSUPPORTED, "COSEM transport"),
	ROW16(0x10, UNSUPPORTED, "COSEM transport"),
	ROW(0x50, NOTHING, NONE, "application reset or select, no header"),
	ROW(0x51, RECORDS, NONE, "data to the meter, no header"),
	ROW(0x52, SELECTION, NONE, "selection by secondary address"),
	ROW(0x53, NOTHING, LONG, "application reset or select, long header"),
	ROW(0x54, NOTHING, NONE, "request of the selected application"),
	/* Later editions: 54h with a long header, which no wired meter is known to take. */
	MODE2(0x55, RECORDS, NONE, "data to the meter, mode 2"),
	MODE2(0x56, SELECTION, NONE, "selection by secondary address, mode 2"),
	ROW(0x5A, RECORDS, SHORT, "data to the meter, short header"),
	ROW(0x5B, RECORDS, LONG, "data to the meter, long header"),
	ROW(0x5C, NOTHING, NONE, "synchronise action"),
	ROW(0x5F, UNSUPPORTED, LONG, "specific usage, to the meter, long header"),
	ROW(0x60, UNSUPPORTED, LONG, "COSEM command, long header"),
	ROW(0x61, UNSUPPORTED, SHORT, "COSEM command, short header"),
	ROW(0x64, UNSUPPORTED, LONG, "OBIS command, long header"),
	ROW(0x65, UNSUPPORTED, SHORT, "OBIS command, short header"),
	ROW(0x66, RECORDS, NONE, "selected application, no header"),
	ROW(0x67, RECORDS, SHORT, "selected application, short header"),
	ROW(0x68, RECORDS, LONG, "selected application, long header"),
	ROW(0x69, FORMAT, NONE, "format frame, no header"),
	ROW(0x6A, FORMAT, SHORT, "format frame, short header"),
	ROW(0x6B, FORMAT, LONG, "format frame, long header"),
	ROW(0x6C, UNSUPPORTED, LONG, "clock synchronisation, set, long header"),
	ROW(0x6D, UNSUPPORTED, LONG, "clock synchronisation, adjust, long header"),
	ROW(0x6E, APP_ERROR, SHORT, "application error, short header"),
	ROW(0x6F, APP_ERROR, LONG, "application error, long header"),
	ROW(0x70, APP_ERROR, NONE, "application error, no header"),
	ROW(0x71, ALARM, NONE, "alarm, no header"),
	ROW(0x72, RECORDS, LONG, "response, long header"),
	ROW(0x73, FIXED, FIXED, "response, fixed structure"),
	ROW(0x74, ALARM, SHORT, "alarm, short header"),
	ROW(0x75, ALARM, LONG, "alarm, long header"),
	MODE2(0x76, RECORDS, LONG, "response, long header, mode 2"),
	MODE2(0x77, FIXED, FIXED, "response, fixed structure, mode 2"),
	ROW(0x78, RECORDS, NONE, "response, no header"),
	ROW(0x79, COMPACT, NONE, "compact frame, no header"),
	ROW(0x7A, RECORDS, SHORT, "response, short header"),
	ROW(0x7B, COMPACT, SHORT, "compact frame, short header"),
	ROW(0x7C, UNSUPPORTED, LONG, "COSEM response, long header"),
	ROW(0x7D, UNSUPPORTED, SHORT, "COSEM response, short header"),
	ROW(0x7E, UNSUPPORTED, LONG, "OBIS response, long header"),
	ROW(0x7F, UNSUPPORTED, SHORT, "OBIS response, short header"),
	ROW(0x80, NOTHING, LONG, "transport layer, to the meter, long header"),
	ROW(0x81, UNSUPPORTED, NONE, "network layer"),
	ROW(0x82, UNSUPPORTED, LONG, "network management, to the meter, long header"),
	ROW(0x83, UNSUPPORTED, NONE, "network management, to the meter, no header"),
	ROW(0x84, NOTHING, LONG, "transport layer, compact frame wanted, long header"),
	ROW(0x85, NOTHING, LONG, "transport layer, format frame wanted, long header"),
	ROW(0x86, UNSUPPORTED, NONE, "extended link layer, variable"),
	ROW(0x87, UNSUPPORTED, LONG, "network management, long header"),
	ROW(0x88, UNSUPPORTED, SHORT, "network management, short header"),
	ROW(0x89, UNSUPPORTED, NONE, "network management, no header"),
	ROW(0x8A, NOTHING, SHORT, "transport layer, short header"),
	ROW(0x8B, NOTHING, LONG, "transport layer, long header"),
	ROW(0x8C, UNSUPPORTED, NONE, "extended link layer I"),
	ROW(0x8D, UNSUPPORTED, NONE, "extended link layer II"),
	ROW(0x8E, UNSUPPORTED, NONE, "extended link layer III"),
	ROW(0x8F, UNSUPPORTED, NONE, "extended link layer IV"),
	ROW(0x90, AFL, NONE, "authentication and fragmentation layer"),
	ROW(0x9E, UNSUPPORTED, SHORT, "specific usage, short header"),
	ROW(0x9F, UNSUPPORTED, LONG, "specific usage, long header"),
	ROW16(0xA0, MANUFACTURER, "manufacturer specific"),
	ROW8(0xB0, MANUFACTURER, "manufacturer specific"),
	ROW(0xB8, NOTHING, NONE, "set baud rate 300"),
	ROW(0xB9, NOTHING, NONE, "set baud rate 600"),
	ROW(0xBA, NOTHING, NONE, "set baud rate 1200"),
	ROW(0xBB, NOTHING, NONE, "set baud rate 2400"),
	ROW(0xBC, NOTHING, NONE, "set baud rate 4800"),
	ROW(0xBD, NOTHING, NONE, "set baud rate 9600"),
	ROW(0xBE, NOTHING, NONE, "set baud rate 19200"),
	ROW(0xBF, NOTHING, NONE, "set baud rate 38400"),
	ROW(0xC0, UNSUPPORTED, LONG, "image transfer, to the meter, long header"),
	ROW(0xC1, UNSUPPORTED, SHORT, "image transfer, short header"),
	ROW(0xC2, UNSUPPORTED, LONG, "image transfer, long header"),
	ROW(0xC3, UNSUPPORTED, LONG, "security information, to the meter, long header"),
	ROW(0xC4, UNSUPPORTED, SHORT, "security information, short header"),
	ROW(0xC5, UNSUPPORTED, LONG, "security information, long header"),
};
/* clang-format on */

const struct ci_row *ci_find(uint8_t ci)
{
	return &rows[ci];
}

const char *mg_ci_text(uint8_t ci)
{
	return rows[ci].text != NULL ? rows[ci].text : "reserved";
}
