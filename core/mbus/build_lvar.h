/* SPDX-License-Identifier: MIT */
/* Data of variable length, to be written. */
#ifndef MBUS_BUILD_LVAR_H
#define MBUS_BUILD_LVAR_H

#include "mbus/build_data.h"

/* One for each coding; each fails when the record is not read so behind its VIB. */
void build_lvar_text(struct build_data *data);
void build_lvar_bcd(struct build_data *data);
void build_lvar_bcd_negative(struct build_data *data);
void build_lvar_number(struct build_data *data);
void build_lvar_binary(struct build_data *data);

#endif
