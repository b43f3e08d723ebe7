/* SPDX-License-Identifier: MIT */
/* Data information blocks: DIF and DIFEs. */
#ifndef MBUS_DIB_H
#define MBUS_DIB_H

#include <metergate/mbus.h>

#include "mbus/bytes.h"

/*
 * Reads DIF and DIFEs into function, data field, storage, tariff, subunit and dib of
 * `record`. The caller has taken care of data field F. On a fault the reader stands at
 * the byte that shows it.
 */
enum mg_fault dib_read(struct reader *reader, struct mg_data_record *record);

#endif
