/* SPDX-License-Identifier: MIT */
/* Threads on which transports open and close, because both may block. */
#include "bus/opener.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/duration.h"

#define MILLISECOND 1000
#define STACK_SIZE (512 * 1024) /* name resolution wants some */
#define THREAD_NAME_SIZE 16

enum task_kind { TASK_OPEN, TASK_CLOSE };

/* What threads need after the opener is gone; the last user frees it. */
struct shared {
	pthread_mutex_t lock;
	struct loop_wake *wake;       /* NULL once the opener is gone */
	struct opener_task *returned; /* threads that came back, not yet collected */
	unsigned users;
};

struct opener_task {
	struct opener *opener; /* loop thread only */
	struct shared *shared;
	struct opener_task *next;     /* in waiting, running or stuck; loop thread only */
	struct opener_task *returned; /* in shared->returned */
	enum task_kind kind;
	struct mg_host *host;
	const struct mg_transport *transport;
	void *instance;
	int fd;
	int64_t timeout;
	struct loop_timer *timer;
	void (*done)(void *data, const struct opener_outcome *outcome); /* NULL: forgotten */
	void *data;
	bool unwanted; /* under shared->lock: close what it opens */
	struct opener_outcome outcome;
};

struct opener {
	struct loop *loop;
	struct shared *shared;
	struct opener_task *waiting, *running, *stuck;
	unsigned running_count, stuck_count;
};

static void shared_release(struct shared *shared)
{
	pthread_mutex_lock(&shared->lock);
	bool last = --shared->users == 0;
	pthread_mutex_unlock(&shared->lock);
	if (last) {
		pthread_mutex_destroy(&shared->lock);
		free(shared);
	}
}

static struct shared *shared_create(void)
{
	struct shared *shared = calloc(1, sizeof(*shared));
	if (shared == NULL) {
		return NULL;
	}
	pthread_mutex_init(&shared->lock, NULL);
	shared->users = 1;
	return shared;
}

static void call_plugin(struct opener_task *task)
{
	struct opener_outcome *outcome = &task->outcome;
	host_clear_reason(task->host);
	if (task->kind == TASK_CLOSE) {
		task->transport->close(task->instance, task->fd);
		outcome->result = MG_OK;
	} else {
		outcome->link = (struct mg_link){ .size = sizeof(outcome->link), .fd = -1 };
		outcome->result = task->transport->open(task->instance, &outcome->link);
	}
	host_take_reason(task->host, &outcome->reason);
	if (outcome->result != MG_OK || task->kind == TASK_CLOSE) {
		outcome->link.fd = -1;
	}
}

static void close_unwanted(struct opener_task *task)
{
	if (task->outcome.link.fd >= 0) {
		task->transport->close(task->instance, task->outcome.link.fd);
		task->outcome.link.fd = -1;
	}
}

/* Hands the task to the loop. False when there is no loop any more. */
static bool hand_back(struct opener_task *task)
{
	struct shared *shared = task->shared;
	pthread_mutex_lock(&shared->lock);
	bool alive = shared->wake != NULL;
	if (alive) {
		task->returned = shared->returned;
		shared->returned = task;
		loop_wake_send(shared->wake);
	}
	pthread_mutex_unlock(&shared->lock);
	return alive;
}

static bool is_unwanted(struct opener_task *task)
{
	pthread_mutex_lock(&task->shared->lock);
	bool unwanted = task->unwanted || task->shared->wake == NULL;
	pthread_mutex_unlock(&task->shared->lock);
	return unwanted;
}

static void *run(void *data)
{
	struct opener_task *task = data;
	struct shared *shared = task->shared;
	char name[THREAD_NAME_SIZE];
	snprintf(name, sizeof(name), "open %.10s", host_name(task->host));
	pthread_setname_np(pthread_self(), name);
	call_plugin(task);
	if (is_unwanted(task)) {
		close_unwanted(task);
	}
	if (!hand_back(task)) {
		close_unwanted(task);
		free(task);
	}
	shared_release(shared);
	return NULL;
}

static void start_waiting(struct opener *opener);

static void list_push(struct opener_task **list, struct opener_task *task)
{
	while (*list != NULL) {
		list = &(*list)->next;
	}
	task->next = NULL;
	*list = task;
}

static bool list_remove(struct opener_task **list, struct opener_task *task)
{
	for (; *list != NULL; list = &(*list)->next) {
		if (*list == task) {
			*list = task->next;
			return true;
		}
	}
	return false;
}

static void task_free(struct opener_task *task)
{
	loop_timer_destroy(task->timer);
	free(task);
}

static void tell(struct opener_task *task, const struct opener_outcome *outcome)
{
	void (*done)(void *, const struct opener_outcome *) = task->done;
	task->done = NULL;
	if (done != NULL) {
		done(task->data, outcome);
	}
}

static void mark_unwanted(struct opener_task *task)
{
	pthread_mutex_lock(&task->shared->lock);
	task->unwanted = true;
	pthread_mutex_unlock(&task->shared->lock);
}

/* The thread counts as stuck: whoever waits for it is told, and another may work. */
static void give_up(void *data)
{
	struct opener_task *task = data;
	struct opener *opener = task->opener;
	struct opener_outcome outcome = { .result = MG_RETRY, .link = { .fd = -1 } };
	char wait[DURATION_SIZE];
	outcome.reason = (struct host_reason){ .error = ETIMEDOUT, .retry_ms = -1 };
	snprintf(outcome.reason.text, sizeof(outcome.reason.text),
			"%s() of the transport has not returned for %s",
			task->kind == TASK_OPEN ? "open" : "close",
			duration_text(task->timeout * MILLISECOND, wait));
	log_write(host_log(task->host), MG_LOG_ERROR, host_title(task->host), "hangs: %s",
			outcome.reason.text);
	mark_unwanted(task);
	list_remove(&opener->running, task);
	list_push(&opener->stuck, task);
	opener->running_count--;
	opener->stuck_count++;
	start_waiting(opener);
	tell(task, &outcome);
}

static int spawn(struct opener_task *task)
{
	pthread_t thread;
	pthread_attr_t attributes;
	sigset_t all, old;
	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int error = pthread_create(&thread, &attributes, run, task);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

/* A thread that cannot be made has come back at once. */
static void refuse(struct opener_task *task, int error)
{
	task->outcome.result = MG_RETRY;
	task->outcome.link.fd = -1;
	task->outcome.reason = (struct host_reason){ .error = error, .retry_ms = -1 };
	snprintf(task->outcome.reason.text, sizeof(task->outcome.reason.text),
			"no thread to open it: %s", strerror(error));
	hand_back(task);
	shared_release(task->shared);
}

static void start(struct opener *opener, struct opener_task *task)
{
	list_push(&opener->running, task);
	opener->running_count++;
	pthread_mutex_lock(&opener->shared->lock);
	opener->shared->users++;
	pthread_mutex_unlock(&opener->shared->lock);
	loop_timer_set(task->timer, loop_clock() + task->timeout * MILLISECOND);
	int error = spawn(task);
	if (error != 0) {
		refuse(task, error);
	}
}

static void start_waiting(struct opener *opener)
{
	while (opener->waiting != NULL && opener->running_count < OPENER_THREADS) {
		struct opener_task *task = opener->waiting;
		opener->waiting = task->next;
		start(opener, task);
	}
}

static struct opener_task *submit(struct opener *opener, const struct opener_task *plan)
{
	if (plan->kind == TASK_OPEN && opener->stuck_count >= OPENER_STUCK_MAX) {
		return NULL;
	}
	struct opener_task *task = malloc(sizeof(*task));
	if (task == NULL) {
		return NULL;
	}
	*task = *plan;
	task->opener = opener;
	task->shared = opener->shared;
	task->outcome.link.fd = -1;
	task->timer = loop_timer_create(opener->loop, give_up, task);
	if (task->timer == NULL) {
		free(task);
		return NULL;
	}
	list_push(&opener->waiting, task);
	start_waiting(opener);
	return task;
}

/* Opened after all, but nobody wants it: that close may block too. */
static void close_late(struct opener *opener, struct opener_task *task)
{
	if (task->outcome.link.fd >= 0) {
		opener_close(opener, task->host, task->transport, task->instance,
				task->outcome.link.fd, task->timeout, NULL, NULL);
	}
}

static void collect_one(struct opener *opener, struct opener_task *task)
{
	loop_timer_clear(task->timer);
	if (list_remove(&opener->stuck, task)) {
		opener->stuck_count--;
	} else {
		list_remove(&opener->running, task);
		opener->running_count--;
	}
	if (task->done == NULL) {
		close_late(opener, task);
	}
	tell(task, &task->outcome);
	task_free(task);
}

static struct opener_task *take_returned(struct opener *opener)
{
	pthread_mutex_lock(&opener->shared->lock);
	struct opener_task *task = opener->shared->returned;
	if (task != NULL) {
		opener->shared->returned = task->returned;
	}
	pthread_mutex_unlock(&opener->shared->lock);
	return task;
}

static void collect(void *data)
{
	struct opener *opener = data;
	struct opener_task *task;
	while ((task = take_returned(opener)) != NULL) {
		collect_one(opener, task);
	}
	start_waiting(opener);
}

struct opener *opener_create(struct loop *loop)
{
	struct opener *opener = calloc(1, sizeof(*opener));
	if (opener == NULL) {
		return NULL;
	}
	opener->loop = loop;
	opener->shared = shared_create();
	if (opener->shared != NULL) {
		opener->shared->wake = loop_wake_create(loop, collect, opener);
	}
	if (opener->shared == NULL || opener->shared->wake == NULL) {
		opener_destroy(opener);
		return NULL;
	}
	return opener;
}

/* From here on threads that come back close and free what is theirs. */
static void let_go(struct opener *opener)
{
	struct opener_task *task;
	struct loop_wake *wake = opener->shared->wake;
	pthread_mutex_lock(&opener->shared->lock);
	opener->shared->wake = NULL;
	pthread_mutex_unlock(&opener->shared->lock);
	loop_wake_destroy(wake);
	while ((task = take_returned(opener)) != NULL) {
		if (!list_remove(&opener->running, task)) {
			list_remove(&opener->stuck, task);
		}
		close_unwanted(task);
		task_free(task);
	}
}

static void drop_timers(struct opener_task *task)
{
	for (; task != NULL; task = task->next) {
		loop_timer_destroy(task->timer);
		task->timer = NULL;
	}
}

void opener_destroy(struct opener *opener)
{
	if (opener == NULL) {
		return;
	}
	if (opener->shared != NULL) {
		drop_timers(opener->running);
		drop_timers(opener->stuck);
		if (opener->shared->wake != NULL) {
			let_go(opener);
		}
		shared_release(opener->shared);
	}
	while (opener->waiting != NULL) {
		struct opener_task *task = opener->waiting;
		opener->waiting = task->next;
		task_free(task);
	}
	free(opener);
}

struct opener_task *opener_open(struct opener *opener, struct mg_host *host,
		const struct mg_transport *transport, void *instance, int64_t timeout,
		void (*done)(void *data, const struct opener_outcome *outcome), void *data)
{
	const struct opener_task plan = { .kind = TASK_OPEN,
		.host = host,
		.transport = transport,
		.instance = instance,
		.fd = -1,
		.timeout = timeout,
		.done = done,
		.data = data };
	return submit(opener, &plan);
}

struct opener_task *opener_close(struct opener *opener, struct mg_host *host,
		const struct mg_transport *transport, void *instance, int fd, int64_t timeout,
		void (*done)(void *data, const struct opener_outcome *outcome), void *data)
{
	const struct opener_task plan = { .kind = TASK_CLOSE,
		.host = host,
		.transport = transport,
		.instance = instance,
		.fd = fd,
		.timeout = timeout,
		.done = done,
		.data = data };
	return submit(opener, &plan);
}

void opener_forget(struct opener_task *task)
{
	struct opener *opener = task->opener;
	task->done = NULL;
	if (task->kind == TASK_OPEN && list_remove(&opener->waiting, task)) {
		task_free(task);
		return;
	}
	mark_unwanted(task);
}

unsigned opener_stuck(const struct opener *opener)
{
	return opener->stuck_count;
}

static bool list_has(const struct opener_task *task, const void *instance)
{
	for (; task != NULL; task = task->next) {
		if (task->instance == instance) {
			return true;
		}
	}
	return false;
}

bool opener_inside(const struct opener *opener, const void *instance)
{
	return list_has(opener->waiting, instance) || list_has(opener->running, instance) ||
		   list_has(opener->stuck, instance);
}
