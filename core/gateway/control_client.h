/* SPDX-License-Identifier: MIT */
/* One connection to the control socket: lines in, commands, answers out. */
#ifndef GATEWAY_CONTROL_CLIENT_H
#define GATEWAY_CONTROL_CLIENT_H

#include "gateway/control.h"

struct control_client;

/* What clients share; all is borrowed. */
struct control_hub {
	struct loop *loop;
	const struct command_world *world;
	struct control_counters *counters;
	/* Asks for control_client_work() of every client soon, never from inside the call. */
	void (*wake)(void *data);
	void *data;
};

/* Takes over `fd`, which is not blocking. NULL when memory is short. */
struct control_client *control_client_create(const struct control_hub *hub, int fd);
/* A command that runs is cancelled. */
void control_client_destroy(struct control_client *client);

/* Begins what can begin. False when the client is to be destroyed. */
bool control_client_work(struct control_client *client);
/* Ends its command and takes no further ones; it is over once it has its answers. */
void control_client_stop(struct control_client *client);
/* True while only looking now and then shows whether it has hung up; then look. */
bool control_client_is_deaf(const struct control_client *client);
void control_client_look(struct control_client *client);

#endif
