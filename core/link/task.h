/* SPDX-License-Identifier: MIT */
/*
 * A piece of work that takes several exchanges: a readout out of turn, a scan, a
 * procedure. Like the exchange it stands on, it knows no clock and no descriptor.
 */
#ifndef LINK_TASK_H
#define LINK_TASK_H

#include <stdbool.h>
#include <stdint.h>

enum task_next {
	TASK_EXCHANGE, /* the next exchange has begun */
	TASK_WAIT,     /* nothing to do before task->wake; the bus is free until then */
	TASK_OVER,     /* the results of the task stand */
};

struct task;

struct task_ops {
	/* Begins the next exchange, if any. Called at the start, at `wake`, and after
	   take(); not while the exchange is busy. */
	enum task_next (*ask)(struct task *task, int64_t now);
	/* The exchange has ended: takes what came of it. The exchange may be somebody else's
	   afterwards, if task->yields. */
	void (*take)(struct task *task, int64_t now);
	/* It is to end before its time: what has to be said to slaves before, so that they
	   can be left alone. TASK_EXCHANGE: that has begun, and when it has ended, or at
	   once with TASK_OVER, stop() follows. Not called when the port is lost or in a
	   hurry. NULL: nothing. */
	enum task_next (*part)(struct task *task, int64_t now);
	/* Ends before its time; the exchange was aborted, or belongs to somebody else. What
	   was found so far stands. */
	void (*stop)(struct task *task, int64_t now);
};

/* First member of each kind of task. */
struct task {
	const struct task_ops *ops;
	/* Between take() and ask(): others may use the bus meanwhile. False while a slave is
	   selected, or in the middle of several telegrams. */
	bool yields;
	int64_t wake; /* µs, with TASK_WAIT */
};

#endif
