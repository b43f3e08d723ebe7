/* SPDX-License-Identifier: MIT */
/* Reads VIF, VIFEs and plain-text units (EN 13757-3, 6.4) and joins what they mean. */
#include "mbus/vib.h"

#include "mbus/vib_effect.h"
#include "mbus/vif.h"

enum {
	EXTENSION = 0x80,
	CODE = 0x7F,
	VIF_FB = 0xFB,
	VIF_FD = 0xFD,
	VIF_THIRD = 0xEF, /* a table that was never filled */
	CODE_TEXT = 0x7C,
	CODE_VENDOR = 0x7F,
	AFTER_VIF_MAX = 10,
};

/* The VIB being read: where it is, and how many bytes came after the VIF. */
struct chain {
	struct reader *reader;
	unsigned count;
	bool more;          /* the last byte announced another one */
	bool uninterpreted; /* the rest has no public meaning */
};

static enum mg_fault chain_next(struct chain *chain, uint8_t *byte)
{
	if (chain->count == AFTER_VIF_MAX) {
		return MG_FAULT_VIFE_LIMIT;
	}
	if (!reader_byte(chain->reader, byte)) {
		return MG_FAULT_PREMATURE_END;
	}
	chain->count++;
	chain->more = (*byte & EXTENSION) != 0;
	return MG_FAULT_NONE;
}

static void use_row(
		const struct vif_row *row, struct mg_data_record *record, struct vib *vib)
{
	if (row->quantity == NULL) {
		row = &vif_reserved;
	}
	record->quantity = row->quantity;
	record->unit = row->unit;
	if (row->withdrawn) {
		record->flags |= MG_DATA_AMBIGUOUS;
	}
	vib->factor = row->factor;
	vib->exponent = row->exponent;
	vib->type = row->type;
	vib->non_metric = row->non_metric;
}

/* Finds the row of a code behind FBh, FDh or FDh FDh. */
static enum mg_fault extended_row(
		struct chain *chain, uint8_t vif, const struct vif_row **row)
{
	uint8_t code;
	enum mg_fault fault = chain_next(chain, &code);
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	if (vif == VIF_FB) {
		*row = &vif_fb[code & CODE];
		return MG_FAULT_NONE;
	}
	if (code != VIF_FD) {
		*row = &vif_fd[code & CODE];
		return MG_FAULT_NONE;
	}
	fault = chain_next(chain, &code);
	*row = &vif_fd_fd[code & CODE];
	return fault;
}

static void use_primary(
		struct chain *chain, uint8_t vif, struct mg_data_record *record, struct vib *vib)
{
	use_row(&vif_primary[vif & CODE], record, vib);
	if ((vif & CODE) == CODE_VENDOR) {
		record->flags |= MG_DATA_VENDOR;
		chain->uninterpreted = true;
	}
	if (vif == VIF_THIRD) {
		chain->uninterpreted = true;
	}
	if ((vif & CODE) == CODE_TEXT) {
		record->unit = NULL;
	}
}

static bool printable(uint8_t byte)
{
	return (byte >= 0x20 && byte <= 0x7E) || byte >= 0xA0;
}

bool vib_text_first(const struct reader *reader)
{
	struct reader ahead = *reader;
	uint8_t length;
	if (!reader_byte(&ahead, &length) || length == 0) {
		return false;
	}
	const uint8_t *text = reader_take(&ahead, length);
	for (size_t i = 0; text != NULL && i < length; i++) {
		if (!printable(text[i])) {
			return false;
		}
	}
	return text != NULL;
}

static enum mg_fault read_text(struct reader *reader, struct mg_data_record *record)
{
	uint8_t length;
	if (!reader_byte(reader, &length)) {
		return MG_FAULT_PREMATURE_END;
	}
	const uint8_t *text = reader_take(reader, length);
	if (text == NULL) {
		reader->at = reader->size;
		return MG_FAULT_PREMATURE_END;
	}
	/* VIFEs before the text may have made it pointless. */
	if (record->unit == NULL) {
		record->plain_unit = (struct mg_bytes){ text, length };
	}
	return MG_FAULT_NONE;
}

static void name(const struct vife_row *row, struct mg_data_record *record)
{
	static const char reserved[] = "reserved";
	const char *modifier = row->name;
	if (modifier == NULL && row->effect == VIFE_RESERVED) {
		modifier = reserved;
	}
	if (modifier != NULL) {
		record->modifiers[record->modifier_count++] = modifier;
	}
}

static const struct vife_row *row_of(uint8_t code, uint32_t telegram_flags)
{
	if ((telegram_flags & MG_TELEGRAM_REQUEST) != 0 && code < VIFE_ACTIONS) {
		return &vife_actions[code];
	}
	return &vife_combinable[code];
}

/* Takes one VIFE, and the byte behind it where it is FCh. */
static enum mg_fault read_vife(
		struct chain *chain, uint32_t telegram_flags, const struct vife_row **row)
{
	uint8_t byte;
	enum mg_fault fault = chain_next(chain, &byte);
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	*row = row_of(byte & CODE, telegram_flags);
	if ((*row)->effect == VIFE_EXTENSION) {
		if (!chain->more) {
			*row = &vife_extension[0];
			return MG_FAULT_NONE;
		}
		fault = chain_next(chain, &byte);
		*row = &vife_extension[byte & CODE];
	}
	return fault;
}

/* A VIFE that gives another unit takes that of plain text away. */
static void use_unit(const char *unit, struct mg_data_record *record)
{
	if (unit != record->unit) {
		record->unit = unit;
		record->plain_unit = (struct mg_bytes){ NULL, 0 };
	}
}

static enum mg_fault read_vifes(struct chain *chain, uint32_t telegram_flags,
		struct mg_data_record *record, struct vib *vib)
{
	const char *unit = record->unit;
	int32_t shift = 0;
	while (chain->more) {
		const struct vife_row *row = NULL;
		uint8_t byte;
		enum mg_fault fault = chain->uninterpreted
									  ? chain_next(chain, &byte)
									  : read_vife(chain, telegram_flags, &row);
		if (fault != MG_FAULT_NONE) {
			return fault;
		}
		if (chain->uninterpreted) {
			continue;
		}
		if (row->effect == VIFE_VENDOR) {
			record->flags |= MG_DATA_VENDOR;
			chain->uninterpreted = true;
			continue;
		}
		name(row, record);
		/* Kept apart until the end: what the data become may come later. */
		shift += row->effect == VIFE_FACTOR ? row->exponent : 0;
		record->flags |= vib_effect_apply(row, vib, &unit);
	}
	vib->exponent += shift;
	vib_effect_settle(vib);
	use_unit(unit, record);
	return MG_FAULT_NONE;
}

/* Reads the VIF and, where it is one of two or three bytes, the rest of it. */
static enum mg_fault read_vif(
		struct chain *chain, uint8_t *vif, struct mg_data_record *record, struct vib *vib)
{
	if (!reader_byte(chain->reader, vif)) {
		return MG_FAULT_PREMATURE_END;
	}
	chain->more = (*vif & EXTENSION) != 0;
	if (*vif != VIF_FB && *vif != VIF_FD) {
		use_primary(chain, *vif, record, vib);
		return MG_FAULT_NONE;
	}
	const struct vif_row *row = &vif_reserved;
	enum mg_fault fault = extended_row(chain, *vif, &row);
	if (fault == MG_FAULT_NONE) {
		use_row(row, record, vib);
	}
	return fault;
}

enum mg_fault vib_read(struct reader *reader, uint32_t telegram_flags,
		struct mg_data_record *record, struct vib *vib)
{
	struct chain chain = { .reader = reader };
	size_t start = reader->at;
	uint8_t vif;
	*vib = (struct vib){ .factor = 1 };
	enum mg_fault fault = read_vif(&chain, &vif, record, vib);
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	bool text = (vif & CODE) == CODE_TEXT;
	bool text_first = text && (!chain.more || vib_text_first(reader));
	if (text_first) {
		fault = read_text(reader, record);
	}
	if (fault == MG_FAULT_NONE && chain.more) {
		fault = read_vifes(&chain, telegram_flags, record, vib);
	}
	if (fault == MG_FAULT_NONE && text && !text_first) {
		fault = read_text(reader, record);
	}
	record->vib = (struct mg_bytes){ reader->bytes + start, reader->at - start };
	return fault;
}
