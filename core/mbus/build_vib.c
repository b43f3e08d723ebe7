/* SPDX-License-Identifier: MIT */
/* Writes VIF, VIFEs and plain-text units (EN 13757-3, 6.4), and knows what they will make
   of the data behind them. */
#include "mbus/build_vib.h"

#include <string.h>

#include "mbus/vib_effect.h"

enum {
	EXTENSION = 0x80,
	CODE_THIRD = 0x6F,
	CODE_FB = 0x7B,
	CODE_EXTENSION = 0x7C, /* as a VIF: plain text */
	CODE_FD = 0x7D,
	CODE_VENDOR = 0x7F,
	CODE_TEN = 0x76, /* 10^0; those around it are 10^-6 to 10^1 */
	CODE_THOUSAND = 0x7D,
	FACTOR_SMALLEST = -6,
	FACTOR_LARGEST = 1,
	FACTOR_THOUSAND = 3,
	CODES_MAX = 1 + BUILD_AFTER_VIF_MAX,
	TEXT_MAX = 255,
};

/* Codes of a VIB without their extension bits, which follow from what comes behind. */
struct codes {
	uint8_t bytes[CODES_MAX];
	size_t count;
	bool full;
};

static void add(struct codes *codes, unsigned code)
{
	if (codes->count == CODES_MAX) {
		codes->full = true;
		return;
	}
	codes->bytes[codes->count++] = (uint8_t)code;
}

/* Finds a modifier among `count` rows; false when it is not there. */
static bool find(const struct vife_row *rows, size_t count, const char *name,
		struct build_vife *vife)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].name != NULL && strcmp(rows[i].name, name) == 0) {
			*vife = (struct build_vife){ .row = &rows[i], .code = (uint8_t)i };
			return true;
		}
	}
	return false;
}

/* Where the codes of 00h to 1Fh belong that mean one thing in each direction. */
enum direction {
	DIRECTION_ANY,
	DIRECTION_FROM_METER,
	DIRECTION_TO_METER,
};

/* All codes behind FCh without a name mean the same. */
static bool find_reserved(const char *name, struct build_vife *vife)
{
	*vife = (struct build_vife){ .row = &vife_extension[0], .extended = true };
	return strcmp(name, "reserved") == 0;
}

/* Finds a modifier in all tables. False when it is unknown, or does not go together with
   those before it. */
static bool find_vife(
		const char *name, enum direction *direction, struct build_vife *vife)
{
	enum direction wanted = DIRECTION_ANY;
	if (find(vife_combinable, VIF_CODES, name, vife)) {
		wanted = vife->code < VIFE_ACTIONS ? DIRECTION_FROM_METER : DIRECTION_ANY;
	} else if (find(vife_extension, VIF_CODES, name, vife)) {
		vife->extended = true;
	} else if (find(vife_actions, VIFE_ACTIONS, name, vife)) {
		wanted = DIRECTION_TO_METER;
	} else if (!find_reserved(name, vife)) {
		return false;
	}
	if (wanted == DIRECTION_ANY) {
		return true;
	}
	bool fits = *direction == DIRECTION_ANY || *direction == wanted;
	*direction = wanted;
	return fits;
}

/* A last VIFE 7Ch without a byte behind it means the same as a reserved one of two. */
static void shorten_last(struct build_chain *chain)
{
	struct build_vife *last = &chain->vifes[chain->count - 1];
	if (last->extended && last->code == 0 && !chain->vendor) {
		last->extended = false;
		last->code = CODE_EXTENSION;
	}
}

bool build_chain_find(const struct mg_data_record *record, struct build_chain *chain)
{
	enum direction direction = DIRECTION_ANY;
	*chain = (struct build_chain){ .vendor = (record->flags & MG_DATA_VENDOR) != 0 };
	chain->duration = record->modifier_count;
	if (record->modifier_count > MG_MODIFIERS_MAX) {
		return false;
	}
	for (; chain->count < record->modifier_count; chain->count++) {
		struct build_vife *vife = &chain->vifes[chain->count];
		if (!find_vife(record->modifiers[chain->count], &direction, vife)) {
			return false;
		}
		if (vife->row->effect == VIFE_DURATION) {
			chain->duration = chain->count;
		}
	}
	if (chain->count > 0) {
		shorten_last(chain);
	}
	return true;
}

bool build_chain_use_unit(struct build_chain *chain, unsigned unit)
{
	if (chain->duration == chain->count || unit == 0) {
		return unit == 0;
	}
	struct build_vife *vife = &chain->vifes[chain->duration];
	const char *name = vife->row->name;
	vife->row++;
	vife->code++;
	return strcmp(vife->row->name, name) == 0;
}

struct table {
	const struct vif_row *rows;
	uint8_t prefix[2]; /* bytes before the code */
	uint8_t prefix_size;
	uint8_t escapes[2]; /* codes that lead to another table when a byte follows */
	uint8_t escape_count;
};

/* clang-format off */
static const struct table tables[BUILD_TABLES] = {
	{ vif_primary, { 0 }, 0, { CODE_FB, CODE_FD }, 2 },
	{ vif_fb, { CODE_FB }, 1, { 0 }, 0 },
	{ vif_fd, { CODE_FD }, 1, { CODE_FD }, 1 },
	{ vif_fd_fd, { CODE_FD, CODE_FD }, 2, { 0 }, 0 },
};
/* clang-format on */

static bool escapes(const struct table *table, unsigned code)
{
	return memchr(table->escapes, (int)code, table->escape_count) != NULL;
}

size_t build_chain_size(const struct build_chain *chain)
{
	size_t size = chain->vendor ? 1 : 0;
	for (size_t i = 0; i < chain->count; i++) {
		size += chain->vifes[i].extended ? 2 : 1;
	}
	return size;
}

static void use_row(const struct vif_row *row, struct build_vib *vib)
{
	vib->unit = row->unit;
	vib->flags = row->withdrawn ? MG_DATA_AMBIGUOUS : 0;
	vib->says = (struct vib){ .factor = row->factor,
		.exponent = row->exponent,
		.type = row->type,
		.non_metric = row->non_metric };
}

/* The VIF of manufacturers and that of the third table take no VIFE with a meaning. */
static bool try_alone(
		const struct build_chain *chain, unsigned code, struct build_vib *vib)
{
	bool vendor = code == CODE_VENDOR;
	vib->size = 0;
	vib->flags |= vendor ? MG_DATA_VENDOR : 0;
	return chain->count == 0 && chain->vendor == vendor;
}

/* Reserved codes mean the same everywhere: one of each table is enough. */
static bool is_repeated(const struct table *table, unsigned code)
{
	unsigned first = 0;
	while (first < code && table->rows[first].quantity != NULL) {
		first++;
	}
	return table->rows[code].quantity == NULL && first < code;
}

bool build_vib_try(const struct build_chain *chain, const char *quantity, unsigned table,
		unsigned code, struct build_vib *vib)
{
	const struct table *in = &tables[table];
	const struct vif_row *row = &in->rows[code];
	size_t size = in->prefix_size + build_chain_size(chain);
	row = row->quantity != NULL ? row : &vif_reserved;
	if (strcmp(row->quantity, quantity) != 0 || escapes(in, code) ||
			is_repeated(in, code)) {
		return false;
	}
	*vib = (struct build_vib){ .chain = chain, .table = (uint8_t)table };
	vib->code = (uint8_t)code;
	use_row(row, vib);
	if (in->prefix_size == 0 && (code == CODE_VENDOR || code == CODE_THIRD)) {
		return try_alone(chain, code, vib);
	}
	if (size > BUILD_AFTER_VIF_MAX) {
		return false;
	}
	vib->size = (uint8_t)size;
	if (in->prefix_size == 0 && code == CODE_EXTENSION) {
		vib->unit = NULL;
	}
	for (size_t i = 0; i < chain->count; i++) {
		vib->flags |= vib_effect_apply(chain->vifes[i].row, &vib->says, &vib->unit);
	}
	vib_effect_settle(&vib->says);
	vib->flags |= chain->vendor ? MG_DATA_VENDOR : 0;
	return true;
}

static bool alone(const struct build_vib *vib)
{
	return vib->table == 0 && (vib->code == CODE_VENDOR || vib->code == CODE_THIRD);
}

size_t build_vib_room(const struct build_vib *vib, size_t limit)
{
	return alone(vib) ? 0 : limit - vib->size;
}

/* The largest step towards `shift` that one VIFE can make without going too far. */
static int32_t step_of(int32_t shift)
{
	if (shift >= FACTOR_THOUSAND) {
		return FACTOR_THOUSAND;
	}
	if (shift > FACTOR_LARGEST) {
		return FACTOR_LARGEST;
	}
	return shift < FACTOR_SMALLEST ? FACTOR_SMALLEST : shift;
}

size_t build_vib_factors(int32_t shift)
{
	size_t up = shift > 0 ? (size_t)shift : 0, down = shift < 0 ? -(size_t)shift : 0;
	return up / FACTOR_THOUSAND + up % FACTOR_THOUSAND +
		   (down + (-FACTOR_SMALLEST - 1)) / -FACTOR_SMALLEST;
}

static void add_factors(struct codes *codes, int32_t shift)
{
	while (shift != 0 && !codes->full) {
		int32_t step = step_of(shift);
		add(codes, step == FACTOR_THOUSAND ? CODE_THOUSAND : (unsigned)(CODE_TEN + step));
		shift -= step;
	}
}

static void add_chain(struct codes *codes, const struct build_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (chain->vifes[i].extended) {
			add(codes, CODE_EXTENSION);
		}
		add(codes, chain->vifes[i].code);
	}
	if (chain->vendor) {
		add(codes, CODE_VENDOR);
	}
}

static void put_text(struct mg_builder *builder, const struct mg_bytes *text)
{
	uint8_t length = (uint8_t)text->size;
	mg_build_bytes(builder, &length, 1);
	mg_build_bytes(builder, text->data, text->size);
}

static bool printable(uint8_t byte)
{
	return (byte >= 0x20 && byte <= 0x7E) || byte >= 0xA0;
}

static size_t printable_count(const uint8_t *bytes, size_t size)
{
	size_t count = 0;
	while (count < size && printable(bytes[count])) {
		count++;
	}
	return count;
}

/* What readers make of a text behind the VIFEs: they take the first VIFE for the length
   of a text in front when so many printable bytes follow, which VIFEs alone never are. */
static bool mistaken(const uint8_t *vifes, size_t count, const struct mg_bytes *text)
{
	size_t reach = vifes[0];
	size_t clean = printable_count(vifes + 1, count - 1);
	uint8_t length = (uint8_t)text->size;
	if (reach == 0 || clean < count - 1 || !printable(length)) {
		return false;
	}
	return clean + 1 + printable_count(text->data, text->size) >= reach;
}

static void mark_extensions(struct codes *codes)
{
	for (size_t i = 0; i + 1 < codes->count; i++) {
		codes->bytes[i] |= EXTENSION;
	}
}

/* Steps in front of the chain that come to nothing, and keep the text from being taken
   for VIFEs. */
static const struct {
	uint8_t codes[2];
	uint8_t count;
} detours[] = { { { 0 }, 0 }, { { CODE_TEN }, 1 }, { { CODE_THOUSAND, 0x73 }, 2 } };

/* Puts the text where readers of all kinds find it: in front of the VIFEs when it can be
   told from them. */
static void put_plain(
		struct mg_builder *builder, struct codes *vifes, const struct mg_bytes *text)
{
	uint8_t vif = CODE_EXTENSION | (vifes->count > 0 ? EXTENSION : 0);
	bool clean = text->size > 0 && printable_count(text->data, text->size) == text->size;
	mark_extensions(vifes);
	mg_build_bytes(builder, &vif, 1);
	if (vifes->count == 0 || clean) {
		put_text(builder, text);
		mg_build_bytes(builder, vifes->bytes, vifes->count);
		return;
	}
	if (mistaken(vifes->bytes, vifes->count, text)) {
		builder->failed = true;
	}
	mg_build_bytes(builder, vifes->bytes, vifes->count);
	put_text(builder, text);
}

static void put_plain_text(struct mg_builder *builder, const struct build_vib *vib,
		int32_t shift, const struct mg_bytes *text)
{
	static const struct mg_bytes none = { NULL, 0 };
	const struct mg_bytes *unit = vib->unit == NULL ? text : &none;
	struct mg_builder start = *builder;
	if (unit->size > TEXT_MAX) {
		builder->failed = true;
		return;
	}
	for (size_t i = 0; i < sizeof(detours) / sizeof(detours[0]); i++) {
		struct codes codes = { .count = 0 };
		for (size_t k = 0; k < detours[i].count; k++) {
			add(&codes, detours[i].codes[k]);
		}
		add_factors(&codes, shift);
		add_chain(&codes, vib->chain);
		*builder = start;
		put_plain(builder, &codes, unit);
		builder->failed |= codes.count > BUILD_AFTER_VIF_MAX;
		if (!builder->failed) {
			return;
		}
	}
}

void build_vib_put(struct mg_builder *builder, const struct build_vib *vib, int32_t shift,
		const struct mg_bytes *text)
{
	const struct table *in = &tables[vib->table];
	struct codes codes = { .count = 0 };
	if (vib->table == 0 && vib->code == CODE_EXTENSION) {
		put_plain_text(builder, vib, shift, text);
		return;
	}
	for (size_t i = 0; i < in->prefix_size; i++) {
		add(&codes, in->prefix[i]);
	}
	add(&codes, vib->code);
	if (!alone(vib)) {
		add_factors(&codes, shift);
		add_chain(&codes, vib->chain);
	}
	mark_extensions(&codes);
	mg_build_bytes(builder, codes.bytes, codes.count);
	builder->failed |= codes.full;
}
