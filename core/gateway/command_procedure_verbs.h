/* SPDX-License-Identifier: MIT */
/* The commands that change a meter, and those that send. */
#ifndef GATEWAY_COMMAND_PROCEDURE_VERBS_H
#define GATEWAY_COMMAND_PROCEDURE_VERBS_H

#include "gateway/command.h"

extern const struct command_verb command_set_address, command_set_id, command_set_baud,
		command_reset, command_set_clock, command_select, command_freeze, command_send,
		command_alarm;

#endif
