/* SPDX-License-Identifier: MIT */
/* Collects what passes on a bus in a ring, which a thread of its own writes to a file. */
#include "capture/capture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/loop.h"
#include "capture/capture_file.h"

#define SECOND 1000000
#define NANOSECONDS_PER_MS 1000000L
/* What came is collected for so long, so that a busy bus does not wake the disk for each
   of its bytes. */
#define LINGER_MS 250
#define DRAIN_MS 1000
#define HURRY (CAPTURE_RING / 2)

struct capture {
	char *path, *bus;
	struct mg_line line;
	int64_t last;    /* loop_clock() of the last entry */
	bool holes;      /* entries did not fit: none is taken before the file says so */
	uint64_t unsaid; /* bytes of the bus in them */

	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool ending, done;
	/* What waits; the thread takes all of it at once. */
	uint8_t ring[CAPTURE_RING];
	struct capture_batch waiting;
	/* A new run begins behind so much of it. */
	bool reopens;
	struct capture_batch before;
	uint8_t head[CAPTURE_FORMAT_HEAD_MAX];
	size_t head_size;

	/* The thread's own. */
	struct capture_file file;
	uint8_t out[CAPTURE_RING + CAPTURE_FILE_LOST_ROOM];

	atomic_uint_least64_t lost;
	atomic_int error;
	bool abandoned; /* by capture_destroy(): the thread frees */
};

static int64_t wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static void release(struct capture *capture)
{
	capture_file_finish(&capture->file);
	pthread_cond_destroy(&capture->changed);
	pthread_mutex_destroy(&capture->lock);
	free(capture->path);
	free(capture->bus);
	free(capture);
}

/* What the thread has taken out of the ring. */
struct work {
	struct capture_batch before, behind; /* of the new run, if one begins */
	bool reopens, ends;
	uint8_t head[CAPTURE_FORMAT_HEAD_MAX];
	size_t head_size;
};

/* With the lock held: what did not fit follows what did. */
static void say_holes(struct capture *capture)
{
	if (capture->holes) {
		size_t size = capture_file_lost(
				capture->unsaid, 0, capture->out + capture->waiting.size);
		capture->waiting.size += size;
		capture->holes = false;
		capture->unsaid = 0;
	}
}

/* With the lock held. */
static void take_work(struct capture *capture, struct work *work)
{
	memcpy(capture->out, capture->ring, capture->waiting.size);
	say_holes(capture);
	work->reopens = capture->reopens;
	work->ends = capture->ending;
	work->before = work->reopens ? capture->before : capture->waiting;
	work->behind = (struct capture_batch){
		.size = capture->waiting.size - work->before.size,
		.payload = capture->waiting.payload - work->before.payload,
		.span = capture->waiting.span - work->before.span,
	};
	memcpy(work->head, capture->head, capture->head_size);
	work->head_size = capture->head_size;
	capture->waiting = (struct capture_batch){ .size = 0 };
	capture->reopens = false;
}

static void write_batch(
		struct capture *capture, const uint8_t *bytes, const struct capture_batch *batch)
{
	if (!capture_file_write(&capture->file, bytes, batch)) {
		atomic_fetch_add(&capture->lost, batch->payload);
	}
}

static void do_work(struct capture *capture, const struct work *work)
{
	write_batch(capture, capture->out, &work->before);
	if (work->reopens) {
		capture_file_reopen(&capture->file, work->head, work->head_size);
	}
	write_batch(capture, capture->out + work->before.size, &work->behind);
	atomic_store(&capture->error, capture->file.error);
}

static void time_from_now(struct timespec *until, long ms)
{
	clock_gettime(CLOCK_MONOTONIC, until);
	until->tv_nsec += ms % 1000 * NANOSECONDS_PER_MS;
	until->tv_sec += ms / 1000 + until->tv_nsec / (1000 * NANOSECONDS_PER_MS);
	until->tv_nsec %= 1000 * NANOSECONDS_PER_MS;
}

static bool is_urgent(const struct capture *capture)
{
	return capture->ending || capture->reopens || capture->waiting.size >= HURRY;
}

/* With the lock held: until there is something, and then until it is worth it. */
static void await_work(struct capture *capture)
{
	struct timespec until;
	int waited = 0;
	while (capture->waiting.size == 0 && !is_urgent(capture)) {
		pthread_cond_wait(&capture->changed, &capture->lock);
	}
	time_from_now(&until, LINGER_MS);
	while (!is_urgent(capture) && waited != ETIMEDOUT) {
		waited = pthread_cond_timedwait(&capture->changed, &capture->lock, &until);
	}
}

static void *serve(void *data)
{
	struct capture *capture = data;
	struct work work = { .ends = false };
	while (!work.ends) {
		pthread_mutex_lock(&capture->lock);
		await_work(capture);
		take_work(capture, &work);
		pthread_mutex_unlock(&capture->lock);
		do_work(capture, &work);
	}
	pthread_mutex_lock(&capture->lock);
	capture->done = true;
	pthread_cond_broadcast(&capture->changed);
	bool abandoned = capture->abandoned;
	pthread_mutex_unlock(&capture->lock);
	if (abandoned) {
		release(capture);
	}
	return NULL;
}

static size_t make_head(const struct capture *capture, uint8_t *bytes)
{
	const struct capture_format_head head = { wall_clock(), capture->line, capture->bus };
	return capture_format_head(&head, bytes);
}

/* Signals belong to the loop thread. */
static int start_thread(struct capture *capture)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&capture->thread, NULL, serve, capture);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -failed;
}

/* 0, or -errno. */
static int start(struct capture *capture)
{
	uint8_t head[CAPTURE_FORMAT_HEAD_MAX];
	if (capture->path == NULL || capture->bus == NULL) {
		return -ENOMEM;
	}
	capture->last = loop_clock();
	int error = capture_file_init(
			&capture->file, capture->path, head, make_head(capture, head));
	return error != 0 ? error : start_thread(capture);
}

static void init_lock(struct capture *capture)
{
	pthread_condattr_t clock;
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_mutex_init(&capture->lock, NULL);
	pthread_cond_init(&capture->changed, &clock);
	pthread_condattr_destroy(&clock);
}

struct capture *capture_create(
		const char *path, const char *bus, const struct mg_line *line, int *error)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	*error = -ENOMEM;
	if (capture == NULL) {
		return NULL;
	}
	init_lock(capture);
	capture->file.fd = -1;
	capture->line = *line;
	capture->path = strdup(path);
	capture->bus = strdup(bus);
	*error = start(capture);
	if (*error != 0) {
		release(capture);
		return NULL;
	}
	return capture;
}

/* False when time ran out: from then on the capture belongs to its thread. */
static bool wait_until_written(struct capture *capture)
{
	struct timespec until;
	int waited = 0;
	time_from_now(&until, DRAIN_MS);
	pthread_mutex_lock(&capture->lock);
	capture->ending = true;
	pthread_cond_broadcast(&capture->changed);
	while (!capture->done && waited != ETIMEDOUT) {
		waited = pthread_cond_timedwait(&capture->changed, &capture->lock, &until);
	}
	bool done = capture->done;
	capture->abandoned = !done;
	if (!done) {
		pthread_detach(capture->thread);
	}
	pthread_mutex_unlock(&capture->lock);
	return done;
}

void capture_destroy(struct capture *capture)
{
	if (capture == NULL || !wait_until_written(capture)) {
		return;
	}
	pthread_join(capture->thread, NULL);
	release(capture);
}

/* With the lock held. False when it does not fit, or comes behind what did not. */
static bool put(struct capture *capture, const struct capture_format_entry *entry,
		uint64_t payload)
{
	size_t room = CAPTURE_RING - capture->waiting.size;
	if (capture->holes || capture_format_room(entry->size) > room) {
		return false;
	}
	size_t size = capture_format_entry(entry, capture->ring + capture->waiting.size);
	capture_batch_add(
			&capture->waiting, &(struct capture_batch){ size, payload, entry->delta });
	return true;
}

/* With the lock held. */
static void add(struct capture *capture, struct capture_format_entry *entry,
		uint64_t payload, int64_t now)
{
	now = now > capture->last ? now : capture->last;
	entry->delta = now - capture->last;
	if (put(capture, entry, payload)) {
		capture->last = now;
	} else {
		capture->holes = true;
		capture->unsaid += payload;
		atomic_fetch_add(&capture->lost, payload);
	}
}

/* As many entries as the content needs, at least one. `payload`: it is of the bus. */
static void add_all(struct capture *capture, struct capture_format_entry entry,
		bool payload, int64_t now)
{
	size_t left = entry.size;
	pthread_mutex_lock(&capture->lock);
	bool idle = capture->waiting.size == 0, urgent = is_urgent(capture);
	do {
		entry.size =
				left < CAPTURE_FORMAT_CONTENT_MAX ? left : CAPTURE_FORMAT_CONTENT_MAX;
		add(capture, &entry, payload ? entry.size : 0, now);
		entry.content = left > entry.size ? entry.content + entry.size : NULL;
		left -= entry.size;
	} while (left > 0);
	if (idle || (is_urgent(capture) && !urgent)) {
		pthread_cond_signal(&capture->changed);
	}
	pthread_mutex_unlock(&capture->lock);
}

void capture_note(struct capture *capture, enum capture_direction direction,
		const uint8_t *bytes, size_t size, uint32_t rx_flags, int64_t now)
{
	static const enum capture_format_kind kinds[] = {
		[CAPTURE_SENT] = CAPTURE_FORMAT_SENT,
		[CAPTURE_RECEIVED] = CAPTURE_FORMAT_RECEIVED,
		[CAPTURE_LINE] = CAPTURE_FORMAT_LINE,
		[CAPTURE_OPENED] = CAPTURE_FORMAT_OPENED,
		[CAPTURE_CLOSED] = CAPTURE_FORMAT_CLOSED,
	};
	const struct capture_format_entry entry = {
		.kind = kinds[direction],
		.rx_flags = rx_flags,
		.content = bytes,
		.size = size,
	};
	if (capture != NULL) {
		add_all(capture, entry, true, now);
	}
}

void capture_line(struct capture *capture, const struct mg_line *line, int64_t now)
{
	uint8_t content[CAPTURE_FORMAT_LINE_SIZE];
	const struct capture_format_entry entry = {
		.kind = CAPTURE_FORMAT_LINE,
		.content = content,
		.size = sizeof(content),
	};
	if (capture == NULL) {
		return;
	}
	capture_format_line(line, content);
	capture->line = *line;
	add_all(capture, entry, false, now);
}

void capture_reopen(struct capture *capture)
{
	if (capture == NULL) {
		return;
	}
	pthread_mutex_lock(&capture->lock);
	/* One that is still waiting comes after this call as well. */
	if (!capture->reopens) {
		capture->reopens = true;
		capture->before = capture->waiting;
		capture->head_size = make_head(capture, capture->head);
		capture->last = loop_clock();
		pthread_cond_signal(&capture->changed);
	}
	pthread_mutex_unlock(&capture->lock);
}

uint64_t capture_lost(const struct capture *capture)
{
	return capture != NULL ? atomic_load(&capture->lost) : 0;
}

int capture_error(const struct capture *capture)
{
	return capture != NULL ? atomic_load(&capture->error) : 0;
}
