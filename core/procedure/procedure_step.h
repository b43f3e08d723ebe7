/* SPDX-License-Identifier: MIT */
/* Writes down what a procedure sent, and what came of it. */
#ifndef PROCEDURE_PROCEDURE_STEP_H
#define PROCEDURE_PROCEDURE_STEP_H

#include "procedure/procedure_run.h"

/* One more; where there is no room the last one is used again. */
void procedure_step_add(struct procedure *procedure, const uint8_t *request, size_t size,
		const char *purpose);
/* How the last one ended, unless that was said already. */
void procedure_step_close(struct procedure *procedure, const char *outcome);
void procedure_step_outcome(struct procedure *procedure, const struct exchange *exchange);

/* A readout has begun an exchange; further telegrams are no further steps. */
void procedure_step_read(struct procedure *procedure, const struct readout *readout);
/* And it is over. */
void procedure_step_read_end(struct procedure *procedure, const struct readout *readout);

#endif
