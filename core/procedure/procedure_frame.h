/* SPDX-License-Identifier: MIT */
/* The frames that a stage of a procedure sends. */
#ifndef PROCEDURE_PROCEDURE_FRAME_H
#define PROCEDURE_PROCEDURE_FRAME_H

#include "procedure/procedure_run.h"

/* Who is asked. */
uint8_t procedure_frame_address(const struct procedure_plan *plan);

/* Each writes a frame and returns its size; 0: it fits none. */

/* SND_NKE, or the selection. */
size_t procedure_frame_lead(
		const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX]);
/* The command. */
size_t procedure_frame_main(
		const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX]);
/* REQ_UD2, the first one of a readout. */
size_t procedure_frame_read(
		const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX]);

#endif
