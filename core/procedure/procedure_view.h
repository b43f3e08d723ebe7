/* SPDX-License-Identifier: MIT */
/* What a procedure has to know of a readout to compare it with another one. */
#ifndef PROCEDURE_PROCEDURE_VIEW_H
#define PROCEDURE_PROCEDURE_VIEW_H

#include "procedure/procedure_run.h"

#define PROCEDURE_WHO_SIZE 64

/* Somebody answered so that it can be understood; nobody answered at all. A readout that
   was not made is neither. */
bool procedure_view_answered(const struct procedure_view *view);
bool procedure_view_silent(const struct procedure_view *view);
/* The same, and not even SND_NKE or the selection was acknowledged: nobody is there. */
bool procedure_view_nobody(const struct procedure_view *view);

/* "12345678.KAM.16.04", or words when it does not say who it is. */
const char *procedure_view_who(
		const struct procedure_view *view, char text[PROCEDURE_WHO_SIZE]);
/* The A field of its first telegram; -1 when nothing came. */
int procedure_view_address(const struct procedure_view *view);
/* Both answered, and are the same meter as far as they say who they are; meters that do
   not say it are the same when their first telegrams have the same records. */
bool procedure_view_same_meter(
		const struct procedure_view *a, const struct procedure_view *b);
/* Both answered with the same records in their first telegram, whoever they say they
   are. */
bool procedure_view_same_kind(
		const struct procedure_view *a, const struct procedure_view *b);
/* Notes who answered in place of the address that was asked, when the readout has ended
   so just now. */
void procedure_view_stray(struct procedure_view *view);
/* In `b` the meter of `a` answered, but with another address than the one asked. */
bool procedure_view_strayed(
		const struct procedure_view *a, const struct procedure_view *b);
/* Both answered, with the same records in the same order, whatever the values. */
bool procedure_view_same_records(
		const struct procedure_view *a, const struct procedure_view *b);
/* The same for the records of one telegram: a number that stands for them. */
uint64_t procedure_view_print(
		const struct procedure *procedure, const struct mg_bytes *frame);

/* Calls `take` for each record of all its telegrams, decrypted where need be. A record is
   valid in the call only. Returns how many there were. */
size_t procedure_view_each(const struct procedure_view *view,
		void (*take)(void *data, const struct mg_data_record *record), void *data);
/* How many records there are. */
size_t procedure_view_count(const struct procedure_view *view);

/* What the meter says of its own trouble, "; the meter reports: application busy", or "".
   For the end of a sentence. */
const char *procedure_view_complaint(
		const struct procedure_view *view, char text[PROCEDURE_WHO_SIZE * 2]);

#endif
