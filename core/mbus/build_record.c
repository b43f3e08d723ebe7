/* SPDX-License-Identifier: MIT */
/* Writes whole records: tries all VIFs that mean the quantity, and takes the one that
   needs the fewest bytes. */
#include <metergate/mbus.h>

#include <string.h>

#include "mbus/build_value.h"
#include "mbus/build_vib.h"

enum {
	/* VIF, VIFEs, plain text, LVAR and data. */
	ATTEMPT_MAX = 1 + BUILD_AFTER_VIF_MAX + 256 + 1 + 0xBF,
	DIF_MANUFACTURER = 0x0F,
	DIF_MORE = 0x1F,
	FIELD_SPECIAL = 0xF,
};

/* VIB and data of one way to send a record. */
struct attempt {
	uint8_t bytes[ATTEMPT_MAX];
	size_t size;
};

/* Makes the attempt with at most `room` factors; false when it cannot be sent so. */
static bool make(const struct mg_data_record *record, const struct build_vib *vib,
		size_t room, struct attempt *attempt)
{
	uint8_t bytes[ATTEMPT_MAX];
	struct mg_builder data = { .bytes = bytes, .size = sizeof(bytes) };
	struct mg_builder all = { .bytes = attempt->bytes, .size = sizeof(attempt->bytes) };
	int32_t shift = 0;
	build_value_put(&data, record, vib, room, &shift);
	if (data.failed) {
		return false;
	}
	build_vib_put(&all, vib, shift, &record->plain_unit);
	mg_build_bytes(&all, bytes, data.length);
	attempt->size = all.length;
	return !all.failed;
}

/* Tries all VIFs with up to `limit` bytes behind them, long ones first: they need fewer
   factors, which some readers do not know. */
static bool try_all(const struct mg_data_record *record, const struct build_chain *chain,
		size_t limit, struct attempt *attempt)
{
	struct build_vib vib;
	for (unsigned table = BUILD_TABLES; table-- > 0;) {
		for (unsigned code = 0; code < VIF_CODES; code++) {
			if (build_vib_try(chain, record->quantity, table, code, &vib) &&
					vib.size <= limit &&
					make(record, &vib, build_vib_room(&vib, limit), attempt)) {
				return true;
			}
		}
	}
	return false;
}

/* Begins with the shortest VIBs. */
static bool search(const struct mg_data_record *record, const struct build_chain *chain,
		struct attempt *attempt)
{
	for (size_t limit = build_chain_size(chain); limit <= BUILD_AFTER_VIF_MAX; limit++) {
		struct build_chain units = *chain;
		for (unsigned unit = 0; unit < BUILD_UNITS; unit++) {
			if (build_chain_use_unit(&units, unit) &&
					try_all(record, &units, limit, attempt)) {
				return true;
			}
		}
	}
	return false;
}

static void put_ordinary(struct mg_builder *builder, const struct mg_data_record *record)
{
	struct build_chain chain;
	struct attempt attempt;
	if (record->data_field == FIELD_SPECIAL || !build_chain_find(record, &chain) ||
			!search(record, &chain, &attempt)) {
		builder->failed = true;
		return;
	}
	mg_build_dib(builder, record->data_field, record->function, record->storage,
			record->tariff, record->subunit);
	mg_build_bytes(builder, attempt.bytes, attempt.size);
}

/* True when a record is what DIF 0Fh or 1Fh makes, and nothing besides. */
static bool is_block(const struct mg_data_record *record)
{
	const uint32_t open = MG_DATA_MORE | MG_DATA_MODE2;
	const uint32_t fixed = MG_DATA_MANUFACTURER | MG_DATA_VENDOR;
	return (record->flags & ~open) == fixed && record->function == MG_FUNCTION_NONE &&
		   record->data_field == FIELD_SPECIAL && record->modifier_count == 0 &&
		   record->value.type == MG_TYPE_BYTES &&
		   (record->storage | record->tariff) == 0 && record->subunit == 0 &&
		   strcmp(record->quantity, "manufacturer-data") == 0 && record->unit != NULL &&
		   record->unit[0] == '\0' && strcmp(record->coding, "raw") == 0;
}

static void put_block(struct mg_builder *builder, const struct mg_data_record *record)
{
	uint8_t dif = (record->flags & MG_DATA_MORE) != 0 ? DIF_MORE : DIF_MANUFACTURER;
	if (!is_block(record)) {
		builder->failed = true;
		return;
	}
	mg_build_bytes(builder, &dif, 1);
	mg_build_bytes(builder, record->data.data, record->data.size);
}

void mg_build_record(struct mg_builder *builder, const struct mg_data_record *record)
{
	if (record->quantity == NULL || record->coding == NULL) {
		builder->failed = true;
	} else if ((record->flags & MG_DATA_MANUFACTURER) != 0) {
		put_block(builder, record);
	} else {
		put_ordinary(builder, record);
	}
}
