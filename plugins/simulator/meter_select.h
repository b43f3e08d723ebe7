/* SPDX-License-Identifier: MIT */
/* Whether a selection means a meter. */
#ifndef SIMULATOR_METER_SELECT_H
#define SIMULATOR_METER_SELECT_H

#include <stdbool.h>

#include "meter.h"

#define METER_CI_SELECT 0x52
#define METER_CI_SELECT_MODE2 0x56

/* Whether the frame is a selection at all, whomever it means. */
bool meter_select_is(const struct mg_frame *frame);

/* Whether a selection means this meter, fabrication number included where the frame asks
   for it. It never does with CI 56h: these meters send the low byte first. */
bool meter_select_fits(const struct meter *meter, const struct mg_frame *frame);

#endif
