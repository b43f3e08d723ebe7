/* SPDX-License-Identifier: MIT */
/* Plays the answers of a tape to whoever asks at the other end of a socket. */
#ifndef REPLAY_PLAYER_H
#define REPLAY_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "tape.h"

/* Bytes that are no whole request are forgotten after so long, µs. */
#define PLAYER_IDLE 300000

/* A request that got no answer. */
enum player_miss {
	PLAYER_UNKNOWN,   /* the tape has no such request */
	PLAYER_EXHAUSTED, /* each answer was played, and they are not to be repeated */
};

struct player {
	/* To be set before the first call. */
	struct tape *tape;
	bool loop;
	int64_t speed; /* in thousandths of real time; 0: at once */
	int fd;        /* the socket, non-blocking */
	int stop_fd;   /* readable: player_run() is to end */
	void (*missed)(void *data, enum player_miss miss);
	void *data;

	uint8_t bytes[MG_FRAME_MAX]; /* of a request that is not whole yet */
	size_t size;
	int64_t heard;                        /* when the last of them came */
	const struct tape_exchange *exchange; /* whose answer is being played */
	size_t piece;                         /* the next one of it */
	int64_t asked;
};

/* Serves the socket until stop_fd is readable or the other end has gone. Blocks. */
void player_run(struct player *player);

#endif
