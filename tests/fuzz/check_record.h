/* SPDX-License-Identifier: MIT */
/* What has to hold for every record that the codec hands out. */
#ifndef FUZZ_CHECK_RECORD_H
#define FUZZ_CHECK_RECORD_H

#include <metergate/mbus.h>

/* `frame` are all bytes of the telegram, `end` is where the cursor stood afterwards. */
void check_record(const struct mg_telegram *telegram, const struct mg_data_record *record,
		struct mg_bytes frame, size_t end);

#endif
