/* SPDX-License-Identifier: MIT */
/* Says in words why a readout failed, what the likely cause is, and what to do. */
#include <stdarg.h>
#include <stdio.h>

#include <metergate/plugin.h>

#include "link/readout_private.h"

void readout_explain(struct readout *readout, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(readout->reason, sizeof(readout->reason), format, arguments);
	va_end(arguments);
}

/* What to do about bytes that came with the transport's flags. */
static const char *line_advice(const struct exchange_failure *failure)
{
	if (failure->rx_flags & MG_RX_BREAK) {
		return "; scan by secondary address to see who shares it, and measure the "
			   "current "
			   "of the bus";
	}
	if ((failure->rx_flags & MG_RX_PARITY) == 0) {
		return "; is this machine or the adapter too busy?";
	}
	return failure->first == 0x68
				   ? "; check the wiring, and scan by secondary address to see who "
					 "shares it"
				   : "";
}

/* The likely cause, where what was seen does not name it. */
static const char *advice(const struct readout *readout)
{
	static const char *const causes[EXCHANGE_TROUBLE_REQUEST + 1] = {
		[EXCHANGE_TROUBLE_SILENCE] = "; check address, baud rate and wiring",
		[EXCHANGE_TROUBLE_STALL] = "; is the converter powered and connected?",
		[EXCHANGE_TROUBLE_FRAME] =
				"; do several meters have this address, or is the baud rate wrong?",
		[EXCHANGE_TROUBLE_ADDRESS] =
				"; if the meter is the right one, any_address = yes accepts it",
		[EXCHANGE_TROUBLE_CROWD] =
				"; scan by secondary address to find which meters share it",
		[EXCHANGE_TROUBLE_CUT] = "; does the converter need a longer latency?",
		[EXCHANGE_TROUBLE_C] = "; no other master may ask on this bus; if there is none, "
							   "scan by secondary address",
		[EXCHANGE_TROUBLE_KIND] = "; something else on the bus answers or asks: is there "
								  "another master?",
	};
	const struct exchange_failure *failure = &readout->exchange->failure;
	if (failure->trouble == EXCHANGE_TROUBLE_LINE) {
		return line_advice(failure);
	}
	if (failure->trouble == EXCHANGE_TROUBLE_FRAME && failure->first == 0x68) {
		return "; is the line disturbed, or do several meters have this address? A scan "
			   "by secondary address shows it";
	}
	const char *cause = causes[failure->trouble];
	return cause != NULL ? cause : "";
}

void readout_explain_exchange(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	char text[EXCHANGE_TEXT_SIZE];
	bus_address_text(&readout->address, address);
	readout_explain(readout, "%s%s", exchange_text(readout->exchange, address, text),
			advice(readout));
}

void readout_explain_next(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	char text[EXCHANGE_TEXT_SIZE];
	bus_address_text(&readout->address, address);
	readout_explain(readout,
			"telegram %zu: %s; this reading lacks it and what follows, the next one asks "
			"for all of them",
			readout->count + 1, exchange_text(readout->exchange, address, text));
}

void readout_explain_init(struct readout *readout)
{
	char address[MG_IDENTITY_SIZE];
	char text[EXCHANGE_TEXT_SIZE];
	bus_address_text(&readout->address, address);
	readout_explain(readout,
			"step %zu of init was not acknowledged: %s; does the meter know that "
			"command?",
			readout->init_at + 1, exchange_text(readout->exchange, address, text));
}
