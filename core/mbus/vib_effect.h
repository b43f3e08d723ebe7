/* SPDX-License-Identifier: MIT */
/* What VIFEs make of the data that a VIF announces; for reading and for building. */
#ifndef MBUS_VIB_EFFECT_H
#define MBUS_VIB_EFFECT_H

#include "mbus/vib.h"
#include "mbus/vif.h"

/*
 * Applies one VIFE, in the order on the wire, but for factors, names and what belongs to
 * the manufacturer. *unit is the unit so far, NULL for plain text, and may be replaced.
 * Answers flags for the record (enum mg_data_record_flags).
 */
uint32_t vib_effect_apply(const struct vife_row *row, struct vib *vib, const char **unit);

/* To be called behind the last one: a data type that a VIFE names holds whatever the
   others made of the data, before or behind it. */
void vib_effect_settle(struct vib *vib);

/* Which data fields make a date of a type of VIF, as a mask; 0 for types that are none.
 */
uint16_t vib_effect_dates(enum vif_type type);

#endif
