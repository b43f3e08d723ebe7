/* SPDX-License-Identifier: MIT */
/* What a meter does when user data tell it to. */
#ifndef SIMULATOR_METER_COMMAND_H
#define SIMULATOR_METER_COMMAND_H

#include "meter.h"

/*
 * Follows the SND_UD, as far as the meter knows how; whether it did is not to be seen in
 * the E5h.
 *  - CI 51h, records in their order up to the first one that cannot be read: primary
 *    address (01h 7Ah, 0 to 250), number (0Ch 79h), identity (07h 79h), clock (04h 6Dh,
 *    and 06h 6Dh where it has seconds, 02h 6Ch the day alone), selection for readout,
 *    freezing in storage 1 (40h ... VIFE 0Bh; the last freezing is the one that counts).
 *  - CI 50h: ends a selection for readout and begins again with the first telegram of
 *    those that the sub-code names, see telegram_build().
 *  - CI 5Ch and 54h: freezes everything.
 *  - CI B8h to BFh: changes the speed, if it has that one.
 * A meter with literal telegrams follows address, speed and application reset.
 */
void meter_command(
		struct meter *meter, const struct mg_frame *frame, const struct meter_time *now);

#endif
