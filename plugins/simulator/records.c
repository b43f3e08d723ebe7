/* SPDX-License-Identifier: MIT */
/* Reads data records bit by bit, on its own: the codec of the gateway is what this
 * simulator is there to test. */
#include "records.h"

#include <string.h>

#define EXTENSION 0x80
#define DIF_EVERYTHING 0x7F
#define DIFES_MAX 10
#define VIF_TEXT 0x7C
#define FIELD_LVAR 0xD
#define LVAR_TEXT_MAX 0xBF
#define ACTION_LAST 0x0F

static const uint8_t field_sizes[16] = { 0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0 };

/* The bits of VIFs that are an exponent. */
static const struct {
	uint8_t before; /* the byte in front, 0 for none */
	uint8_t first, last, bits;
} exponents[] = {
	{ 0, 0x00, 0x1F, 7 },
	{ 0, 0x20, 0x27, 3 },
	{ 0, 0x28, 0x57, 7 },
	{ 0, 0x58, 0x6B, 3 },
	{ 0xFD, 0x40, 0x5F, 0xF },
	{ 0xFB, 0x00, 0x1F, 1 },
	{ 0xFB, 0x2C, 0x2F, 3 },
};

static uint8_t without_exponent(uint8_t before, uint8_t code)
{
	for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
		if (exponents[i].before == before && code >= exponents[i].first &&
				code <= exponents[i].last) {
			return (uint8_t)(code & ~exponents[i].bits);
		}
	}
	return code;
}

static size_t read_dib(struct mg_bytes bytes, struct record *record)
{
	size_t at = 0;
	uint8_t byte = bytes.data[at++];
	record->field = byte & 0xF;
	record->function = byte >> 4 & 3;
	record->storage = byte >> 6 & 1;
	record->storages = 1;
	for (size_t n = 0; (byte & EXTENSION) != 0; n++) {
		if (n == DIFES_MAX || at == bytes.size) {
			return 0;
		}
		byte = bytes.data[at++];
		record->storage |= (uint64_t)(byte & 0xF) << (1 + 4 * n);
		record->storages |= (uint64_t)0xF << (1 + 4 * n);
		record->tariff |= (uint32_t)(byte >> 4 & 3) << 2 * n;
		record->tariffs |= (uint32_t)3 << 2 * n;
		record->subunit |= (uint16_t)((byte >> 6 & 1) << n);
		record->subunits |= (uint16_t)(1 << n);
		record->difes = n + 1;
	}
	return at;
}

/* The last VIFE is an object action unless it belongs to the FBh or FDh before it. */
static void take_action(struct record *record)
{
	size_t size = record->vib_size;
	if (size < 2 || record->vib[size - 1] > ACTION_LAST) {
		return;
	}
	if (size == 2 && (record->vib[0] == 0xFB || record->vib[0] == 0xFD)) {
		return;
	}
	record->action = record->vib[size - 1];
	record->vib[size - 2] &= 0x7F;
	record->vib_size--;
}

static size_t read_vib(struct mg_bytes bytes, size_t at, struct record *record)
{
	uint8_t byte = EXTENSION;
	while ((byte & EXTENSION) != 0) {
		if (at == bytes.size || record->vib_size == RECORDS_VIB_MAX) {
			return 0;
		}
		byte = bytes.data[at++];
		record->vib[record->vib_size++] = byte;
	}
	if ((record->vib[0] & 0x7F) == VIF_TEXT) {
		return 0;
	}
	take_action(record);
	return at;
}

static size_t read_data(struct mg_bytes bytes, size_t at, struct record *record)
{
	size_t size = field_sizes[record->field];
	if (record->action == RECORDS_ADD || record->action == RECORDS_DROP) {
		size = 0;
	} else if (record->field == FIELD_LVAR) {
		if (at == bytes.size || bytes.data[at] > LVAR_TEXT_MAX) {
			return 0;
		}
		size = bytes.data[at++];
	}
	if (size > bytes.size - at) {
		return 0;
	}
	record->data = (struct mg_bytes){ bytes.data + at, size };
	return at + size;
}

size_t records_read(struct mg_bytes bytes, struct record *record)
{
	*record = (struct record){ .action = RECORDS_NO_ACTION };
	if (bytes.size == 0) {
		return 0;
	}
	if (bytes.data[0] == DIF_EVERYTHING) {
		record->everything = true;
		record->field = RECORDS_SELECTION;
		return bytes.size == 1 ? 1 : read_vib(bytes, 1, record);
	}
	if ((bytes.data[0] & 0xF) == 0xF) {
		return 0;
	}
	size_t at = read_dib(bytes, record);
	at = at > 0 ? read_vib(bytes, at, record) : 0;
	return at > 0 ? read_data(bytes, at, record) : 0;
}

static bool same_vib(const struct record *record, const struct row *row)
{
	const uint8_t *vib = (const uint8_t *)row->vif;
	size_t size = strlen(row->vif);
	if (record->vib_size == 0 ||
			(record->vib_size == 1 && record->vib[0] == RECORDS_ANY_VIF)) {
		return true;
	}
	if (size != record->vib_size || memcmp(vib, record->vib, size - 1) != 0) {
		return false;
	}
	uint8_t before = size > 1 ? vib[size - 2] : 0;
	return without_exponent(before, vib[size - 1]) ==
		   without_exponent(before, record->vib[size - 1]);
}

bool records_select(const struct record *record, const struct row *row)
{
	bool storages = record->difes >= 1 && record->storage == record->storages;
	bool tariffs = record->difes >= 1 && record->tariff == record->tariffs;
	bool subunits = record->difes >= 2 && record->subunit == record->subunits;
	if (!same_vib(record, row)) {
		return false;
	}
	return record->everything || (record->function == row->function &&
										 (storages || record->storage == row->storage) &&
										 (tariffs || record->tariff == row->tariff) &&
										 (subunits || record->subunit == row->subunit));
}
