/* SPDX-License-Identifier: MIT */
/* Value information blocks to be written: from names to codes. */
#ifndef MBUS_BUILD_VIB_H
#define MBUS_BUILD_VIB_H

#include <metergate/mbus.h>

#include "mbus/vib.h"
#include "mbus/vif.h"

enum {
	BUILD_TABLES = 4, /* primary, FBh, FDh, FDh FDh */
	/* Modifiers that share a name are durations in seconds, minutes, hours and days. */
	BUILD_UNITS = 4,
	BUILD_AFTER_VIF_MAX = 10, /* bytes behind a VIF, but for plain text */
};

/* A VIFE that is to be written; `code` is without extension bit. */
struct build_vife {
	const struct vife_row *row;
	uint8_t code;
	bool extended; /* stands behind FCh */
};

/* The VIFEs that the modifiers and flags of a record ask for. */
struct build_chain {
	struct build_vife vifes[MG_MODIFIERS_MAX];
	size_t count;
	size_t duration; /* index of the last one that makes a duration, otherwise `count` */
	bool vendor;     /* with VIFE FFh at the end */
};

/* False when no telegram can carry these modifiers. */
bool build_chain_find(const struct mg_data_record *record, struct build_chain *chain);

/* Bytes of all its VIFEs. */
size_t build_chain_size(const struct build_chain *chain);

/* Takes the next unit of the duration; to be called with 0 to BUILD_UNITS - 1, one after
   the other. False when there is no such. */
bool build_chain_use_unit(struct build_chain *chain, unsigned unit);

/* One way to write the VIB of a record, and what it makes of the data. */
struct build_vib {
	const struct build_chain *chain;
	uint8_t table, code;
	uint8_t size; /* bytes behind the VIF, but for factors */
	struct vib says;
	const char *unit; /* NULL: plain text */
	uint32_t flags;   /* enum mg_data_record_flags */
};

/* Fills in `vib` for the row `code` of a table; false when that row does not have this
   quantity or cannot carry the chain. */
bool build_vib_try(const struct build_chain *chain, const char *quantity, unsigned table,
		unsigned code, struct build_vib *vib);

/* How many bytes of factors there is room for when `limit` bytes, and no fewer than the
   size, may stand behind the VIF. */
size_t build_vib_room(const struct build_vib *vib, size_t limit);

/* How many VIFEs it takes to multiply by 10^shift. */
size_t build_vib_factors(int32_t shift);

/* Appends VIF, factors for 10^shift, VIFEs and plain text. */
void build_vib_put(struct mg_builder *builder, const struct build_vib *vib, int32_t shift,
		const struct mg_bytes *text);

#endif
