/* SPDX-License-Identifier: MIT */
/* What has to hold for a telegram and all its records. */
#ifndef FUZZ_CHECK_TELEGRAM_H
#define FUZZ_CHECK_TELEGRAM_H

#include <metergate/mbus.h>

/* Header and places of a telegram that mg_telegram_parse() answered `fault` for; `frame`
   are all bytes of it. */
void check_telegram_head(
		const struct mg_telegram *telegram, enum mg_fault fault, struct mg_bytes frame);

/* Walks over the records of a telegram in its frame and checks each. Returns how many. */
size_t check_telegram_records(const struct mg_telegram *telegram, struct mg_bytes frame);

#endif
