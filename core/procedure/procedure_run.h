/* SPDX-License-Identifier: MIT */
/*
 * Runs the stages of a procedure one after the other: each plans what is sent, and judges
 * what came. For the files procedure_*.c only.
 */
#ifndef PROCEDURE_PROCEDURE_RUN_H
#define PROCEDURE_PROCEDURE_RUN_H

#include "procedure/procedure.h"

#define PROCEDURE_CI_DATA 0x51
#define PROCEDURE_CI_RESET 0x50

enum procedure_act {
	PROCEDURE_ACT_NOTHING, /* the stage is left out */
	PROCEDURE_ACT_READ,    /* a readout: its telegrams are in a view */
	PROCEDURE_ACT_COMMAND, /* one request, with SND_NKE or a selection before it */
	PROCEDURE_ACT_PAUSE,
};

/* Readouts that are kept to be compared. */
enum procedure_view_kind {
	PROCEDURE_VIEW_BEFORE,
	PROCEDURE_VIEW_AFTER,
	PROCEDURE_VIEW_OTHER,
	PROCEDURE_VIEW_COUNT,
};

struct procedure_view {
	struct readout readout;
	struct readout_memory memory;
	bool done;         /* it went to its end */
	int64_t begun, at; /* µs, when it began, and its last telegram was there */
	bool repeated;     /* its last request was sent more than once */
	bool prepared;     /* the init sequence went before it */
	/* Who answered in place of the address that was asked. */
	bool strayed;
	uint8_t stray_address;
	struct mg_identity stray;
};

struct procedure_plan {
	enum procedure_act act;
	char purpose[64];
	struct bus_address address;
	uint32_t baud;
	int64_t window;
	bool any_address;
	/* READ */
	const struct bus_init *init; /* NULL: nothing */
	bool bare_first; /* without it, since it might undo what is looked for; with it when
						that gives nothing */
	bool alone;      /* nobody else may answer */
	enum procedure_view_kind view;
	size_t telegrams; /* at most */
	struct telegrams_secret secret;
	/* COMMAND: `c` and, for a long frame, `ci` and data; or bytes as they stand. */
	enum mg_frame_type type;
	uint8_t c, ci;
	uint8_t data[MG_FRAME_MAX];
	size_t size;
	/* Called when the command is sent, behind SND_NKE or the selection: the data may have
	   grown old. NULL: they have not. */
	void (*refresh)(struct procedure *procedure);
	bool raw;
	bool bare;      /* nothing is sent before it */
	bool broadcast; /* to 255, not to the meter */
	unsigned expects;
	unsigned tries; /* 0: those of the bus */
	int64_t listen;
	/* PAUSE */
	int64_t pause;
	bool blind; /* also when the acknowledgement of the selection came damaged */
};

struct procedure_stage {
	/* Fills in procedure->plan, which is all zero: left so, the stage is left out. May
	   end the procedure. In a dry run no stage is judged, and each is planned. */
	void (*plan)(struct procedure *procedure);
	/* What came is in procedure->answer, or in the view. May end the procedure. NULL:
	   whatever came, the next stage decides. */
	void (*judge)(struct procedure *procedure);
};

struct procedure_recipe {
	const char *name;
	/* Ends the procedure when the order makes no sense; may be NULL. */
	void (*check)(struct procedure *procedure);
	const struct procedure_stage *stages;
	size_t count;
	/* What nobody knows when it is cut off behind a command, and how to find out: behind
	   "it is unknown ". NULL for one that changes nothing. */
	void (*unknown)(const struct procedure *procedure, char *text, size_t size);
};

enum procedure_phase {
	PROCEDURE_PHASE_PLAN,
	PROCEDURE_PHASE_READ,
	PROCEDURE_PHASE_LEAD, /* SND_NKE or the selection before a command */
	PROCEDURE_PHASE_MAIN,
	PROCEDURE_PHASE_PAUSE,
};

struct procedure {
	struct task task; /* first */
	struct exchange *exchange;
	struct procedure_order order;
	uint8_t data[MG_FRAME_MAX]; /* what order.data points to */
	unsigned tries;
	int64_t wall, begun; /* µs: since 1970, and the same moment as the task counts */
	int64_t now;         /* of the call that is under way */

	const struct procedure_recipe *recipe;
	size_t stage;
	enum procedure_phase phase;
	bool exchanging;
	struct procedure_plan plan;
	struct procedure_view views[PROCEDURE_VIEW_COUNT];
	const struct procedure_view *shown; /* the last readout that went to its end */

	/* What came of the last command, and of the last one that was to change something. */
	enum exchange_outcome answer;
	char trouble[EXCHANGE_TEXT_SIZE];
	bool acknowledged;
	bool repeated; /* it was sent more than once */
	bool touched;  /* something was sent that may have changed a meter */
	uint8_t frame[MG_FRAME_MAX];
	struct mg_bytes answered; /* the answer to the last command, in `frame` */

	struct procedure_step steps[PROCEDURE_STEPS_MAX];
	size_t step_count;
	bool step_open; /* the last one has no outcome yet */
	enum procedure_verdict verdict;
	char text[PROCEDURE_TEXT_SIZE];

	/* Of single kinds. */
	unsigned rounds;     /* so often stages were gone through again */
	char said[200];      /* SET_BAUD: how the meter took the command */
	int old_address;     /* SET_ADDRESS: primary one; -1: none is known */
	bool clock_told;     /* SET_CLOCK: the meter told its time before */
	bool clock_seconds;  /* and with seconds, when it was read last */
	bool clock_seen;     /* both offsets stand */
	int64_t told_before; /* what it told then, s since 1970 */
	struct procedure_offset off_before, off_after;
	bool marked;                   /* RESET: one record was selected before */
	bool doubted;                  /* RESET: the second telegram came, once */
	bool restores;                 /* RESET: the selection stands, and has to go */
	struct procedure_looks *looks; /* FREEZE: what meters counted before; freed with it */
	size_t looked;                 /* FREEZE: the meter that is looked at */
};

/* Ends it, with the sentence for people. */
__attribute__((format(printf, 3, 4))) void procedure_run_end(struct procedure *procedure,
		enum procedure_verdict verdict, const char *format, ...);

/* For stages: what they plan. `purpose` is a printf format. */
__attribute__((format(printf, 5, 6))) void procedure_run_read(struct procedure *procedure,
		const struct bus_address *address, enum procedure_view_kind view,
		size_t telegrams, const char *purpose, ...);
/* SND_UD to the meter; `data` is copied. */
__attribute__((format(printf, 5, 6))) void procedure_run_command(
		struct procedure *procedure, uint8_t ci, const uint8_t *data, size_t size,
		const char *purpose, ...);
/* A short frame to the meter. */
__attribute__((format(printf, 4, 5))) void procedure_run_short(
		struct procedure *procedure, uint8_t c, unsigned expects, const char *purpose,
		...);

/*
 * For judge(): goes back by so many stages, the one that is judged being the first. False
 * when that was done `most` times already: then it is time for a verdict.
 */
bool procedure_run_again(struct procedure *procedure, size_t stages, unsigned most);

/* The view of a kind. */
struct procedure_view *procedure_run_view(
		struct procedure *procedure, enum procedure_view_kind kind);
/* The speed at which the meter is asked when nothing else is said. */
uint32_t procedure_run_baud(const struct procedure *procedure);
/* "acknowledged" or "not acknowledged (no answer ...)": of the last command. */
const char *procedure_run_heard(const struct procedure *procedure, char text[200]);
/* "but" or "and": between that and trouble that follows. */
const char *procedure_run_but(const struct procedure *procedure);

struct task *procedure_run_task(struct procedure *procedure);

#endif
