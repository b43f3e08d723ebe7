/* SPDX-License-Identifier: MIT */
/* Which procedures there are: each stands in a file procedure_*.c. */
#ifndef PROCEDURE_PROCEDURE_KINDS_H
#define PROCEDURE_PROCEDURE_KINDS_H

#include "procedure/procedure_run.h"

extern const struct procedure_recipe procedure_address_recipe, procedure_identity_recipe,
		procedure_baud_recipe, procedure_reset_recipe, procedure_clock_recipe,
		procedure_select_recipe, procedure_freeze_recipe, procedure_send_recipe,
		procedure_alarm_recipe;

#endif
