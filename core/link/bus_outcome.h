/* SPDX-License-Identifier: MIT */
/* How a readout, a job or a procedure can end. */
#ifndef LINK_BUS_OUTCOME_H
#define LINK_BUS_OUTCOME_H

#define BUS_REASON_SIZE 256 /* of a text that says why one came about */

enum bus_outcome {
	BUS_OK,
	BUS_NO_ANSWER,  /* nothing came, after all tries */
	BUS_BAD_ANSWER, /* something came, but never a valid frame, or from another address */
	BUS_NO_DATA,    /* the meter acknowledged only: no data now */
	BUS_NOT_OPEN,   /* the transport could not be opened; `reason` says why */
	BUS_CANCELLED,
	BUS_REFUSED, /* it cannot be asked like that; nothing was sent */
};

#endif
