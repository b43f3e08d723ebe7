/* SPDX-License-Identifier: MIT */
/*
 * The control socket of a running gateway: one line is one command of command.h, its
 * answer comes as lines. Several commands follow each other on a connection; the line
 * `cancel` ends the one that runs, which CONTROL_STOPPING says at once, since the end may
 * take its time; and so does hanging up. Loop thread only.
 */
#ifndef GATEWAY_CONTROL_H
#define GATEWAY_CONTROL_H

#include <stdint.h>

#include "base/log.h"
#include "gateway/command.h"

#define CONTROL_CANCEL "cancel"
#define CONTROL_STOPPING "{\"progress\":\"stopping\"}"
#define CONTROL_CLIENTS_MAX 32
/* Of an answer that waits for its client: from the first on, what can be left out is; at
   the second the client is cut off. */
#define CONTROL_CONGESTED ((size_t)256 * 1024)
#define CONTROL_OUTPUT_MAX ((size_t)4 * 1024 * 1024)

struct control;

struct control_counters {
	uint64_t connections, commands;
	uint64_t refused;  /* connections beyond CONTROL_CLIENTS_MAX */
	uint64_t overlong; /* lines of more than COMMAND_LINE_MAX bytes */
	uint64_t cut_off;  /* clients that did not take their answers */
};

/*
 * Listens on `path`, with the rights 0660. `world` is borrowed and may be filled in until
 * the loop runs. NULL when that is impossible, which the log is told in a warning: the
 * gateway can do without.
 */
struct control *control_create(struct loop *loop, struct log *log, const char *path,
		const struct command_world *world);
/* Accepts no more; commands are cancelled, and clients go when they have their answers.
 */
void control_stop(struct control *control);
/* NULL is accepted. The buses of the world must still be there. */
void control_destroy(struct control *control);

const struct control_counters *control_counters(const struct control *control);

#endif
