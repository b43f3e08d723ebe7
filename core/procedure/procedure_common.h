/* SPDX-License-Identifier: MIT */
/* Stages with which procedures begin. */
#ifndef PROCEDURE_PROCEDURE_COMMON_H
#define PROCEDURE_PROCEDURE_COMMON_H

#include "procedure/procedure_run.h"

#define PROCEDURE_TELEGRAMS_MAX 64

/* SND_NKE to a primary address, and the whole window for an answer: two meters there
   would be told the same, and only one be heard afterwards. */
#define PROCEDURE_ALONE                                                                  \
	{                                                                                    \
		procedure_common_plan_alone, procedure_common_judge_alone                        \
	}
/* 254 stands for the only meter of a bus: from then on it is asked by its own address. */
#define PROCEDURE_RESOLVE                                                                \
	{                                                                                    \
		procedure_common_plan_resolve, procedure_common_judge_resolve                    \
	}
/* Who it is, or all that it sends, before anything is changed. */
#define PROCEDURE_IDENTIFY                                                               \
	{                                                                                    \
		procedure_common_plan_identify, procedure_common_judge_before                    \
	}
#define PROCEDURE_READ_BEFORE                                                            \
	{                                                                                    \
		procedure_common_plan_before, procedure_common_judge_before                      \
	}

void procedure_common_plan_alone(struct procedure *procedure);
void procedure_common_judge_alone(struct procedure *procedure);
void procedure_common_plan_resolve(struct procedure *procedure);
void procedure_common_judge_resolve(struct procedure *procedure);
void procedure_common_plan_identify(struct procedure *procedure);
void procedure_common_plan_before(struct procedure *procedure);
void procedure_common_judge_before(struct procedure *procedure);

/* With order.by_name: puts the VIBs that the meter was seen to use into order.data. */
void procedure_common_adapt(struct procedure *procedure);

/* "", or "." behind a sentence that has no mark at its end. */
const char *procedure_common_stop(const char *sentence);
/* The verdict on a meter that could not be read before anything was changed; `advice`: ""
   or a sentence more, with a blank before it. */
void procedure_common_end_unread(struct procedure *procedure,
		const struct procedure_view *view, const char *advice);
/* The verdict on a meter that does not answer any more after a command. `action` says
   what was done: "the reset". */
void procedure_common_end_lost(struct procedure *procedure,
		const struct procedure_view *view, const char *action);

#endif
