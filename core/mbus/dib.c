/* SPDX-License-Identifier: MIT */
/* Reads DIF and DIFEs (EN 13757-3, 6.3). */
#include "mbus/dib.h"

enum {
	EXTENSION = 0x80,
	DIFE_MAX = 10,
};

enum mg_fault dib_read(struct reader *reader, struct mg_data_record *record)
{
	size_t start = reader->at;
	uint8_t byte;
	if (!reader_byte(reader, &byte)) {
		return MG_FAULT_PREMATURE_END;
	}
	record->data_field = byte & 15;
	record->function = byte >> 4 & 3;
	record->storage = byte >> 6 & 1;
	for (unsigned k = 0; (byte & EXTENSION) != 0; k++) {
		if (k == DIFE_MAX) {
			return MG_FAULT_DIFE_LIMIT;
		}
		if (!reader_byte(reader, &byte)) {
			return MG_FAULT_PREMATURE_END;
		}
		record->storage |= (uint64_t)(byte & 15) << (1 + 4 * k);
		record->tariff |= (uint32_t)(byte >> 4 & 3) << (2 * k);
		record->subunit = (uint16_t)(record->subunit | (byte >> 6 & 1) << k);
	}
	record->dib = (struct mg_bytes){ reader->bytes + start, reader->at - start };
	return MG_FAULT_NONE;
}
