/* SPDX-License-Identifier: MIT */
/* What is counted of a bus. */
#ifndef LINK_BUS_COUNTERS_H
#define LINK_BUS_COUNTERS_H

#include <stdint.h>

/*
 * Since the start. Each request that was sent has one outcome: requests = answers +
 * timeouts + bad_frames + wrong_address + broadcasts + aborted, but for the one on the
 * wire.
 */
struct bus_counters {
	uint64_t requests; /* repeats included */
	uint64_t repeats;
	uint64_t answers; /* ACK, or a valid frame of the slave that was asked */
	uint64_t timeouts;
	uint64_t bad_frames;
	uint64_t wrong_address;
	uint64_t broadcasts; /* requests that nobody is to answer */
	uint64_t aborted;    /* cut off by a stop, or because the port was lost */
	/* Readouts that went to their end. */
	uint64_t readings;
	uint64_t failed_readouts;    /* no answer, bad answers, or no data now */
	uint64_t refused_identities; /* another meter than expected */
	/* The line. */
	uint64_t echoes; /* requests that the converter returned */
	uint64_t bytes_sent, bytes_received, discarded_bytes;
	/* The port. */
	uint64_t opens, open_failures, hangups;
};

#endif
