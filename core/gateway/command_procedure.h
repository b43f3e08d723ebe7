/* SPDX-License-Identifier: MIT */
/* Commands that change a meter: from words to orders. For command_procedure*.c only. */
#ifndef GATEWAY_COMMAND_PROCEDURE_H
#define GATEWAY_COMMAND_PROCEDURE_H

#include "procedure/procedure.h"
#include "gateway/command.h"

/* Bytes of an order that words stand for. */
#define COMMAND_PROCEDURE_BYTES MG_FRAME_MAX

/* An order that is put together from words. */
struct command_procedure_draft {
	struct command *command;
	const struct command_args *args;
	const struct command_bus *bus;
	const char *const *words; /* behind BUS and ADDRESS */
	size_t count;
	struct procedure_order *order;
	uint8_t bytes[COMMAND_PROCEDURE_BYTES]; /* what order->data points to */
	size_t size;
};

/* Each fills in what its kind needs. False after the command has failed. */
bool command_procedure_read_address(struct command_procedure_draft *draft);
bool command_procedure_read_identity(struct command_procedure_draft *draft);
bool command_procedure_read_baud(struct command_procedure_draft *draft);
bool command_procedure_read_reset(struct command_procedure_draft *draft);
bool command_procedure_read_clock(struct command_procedure_draft *draft);
bool command_procedure_read_select(struct command_procedure_draft *draft);
bool command_procedure_read_freeze(struct command_procedure_draft *draft);
bool command_procedure_read_send(struct command_procedure_draft *draft);
bool command_procedure_read_nothing(struct command_procedure_draft *draft);

/* Fills in what the configuration knows of the meter, and of order->data with SEND. */
void command_procedure_prepare(
		struct procedure_order *order, const struct command_target *target);
/* The meter that was named, and every device that hears a broadcast at its speed. The
   caller's to free; NULL: out of memory. */
struct procedure_witness *command_procedure_witnesses(
		const struct command_target *target, size_t *count);

/* A whole number within low..high; false, and nothing said, when it is none. */
bool command_procedure_number(const char *text, long low, long high, long *number);
/* Appends bytes of hex digits, in pairs, with : or a blank between them or not. False,
   and nothing said, when these are none, or do not fit. */
bool command_procedure_hex(struct command_procedure_draft *draft, const char *text);

/* Appends the selection of the records of a name ("volume", "energy", "all"), of storage
   `storage`, with the object action `vife` when that is not 0. False, and nothing said,
   when there is no VIF of that name. */
bool command_procedure_record(struct command_procedure_draft *draft, const char *name,
		uint8_t data_field, uint64_t storage, uint8_t vife);

/* Local time less UTC at a moment (s since 1970), s. */
int64_t command_procedure_zone(int64_t moment);
/* "2026-11-22T12:00[:00]", with a blank for the T, too, as s since 1970 of a clock that
   shows it. False when it is no time. */
bool command_procedure_time(const char *text, int64_t *time);

/* The result of a procedure: an object, or text for people. `who` is as the user called
   the meter. */
void command_procedure_show(struct command *command, const char *who,
		enum procedure_kind kind, const struct procedure *procedure);

#endif
