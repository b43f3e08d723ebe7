/* SPDX-License-Identifier: MIT */
/* The transport "replay": a bus that answers as one did when it was recorded. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <metergate/plugin.h>

#include "player.h"

#define SPEED_MAX 1000000 /* thousandths */
#define SPEED_DIGITS 3    /* behind the point */

/* A tape that is being played, by a thread of its own behind a socketpair. */
struct deck {
	struct tape tape;
	struct player player;
	pthread_t thread;
};

struct replay {
	struct mg_instance instance;
	const char *file, *speed;
	bool loop;
	struct deck *deck;
};

static const struct mg_option options[] = {
	MG_STRING_REQUIRED(struct replay, file, "file",
			"capture that is played, made by metergate record or by `capture` of a bus"),
	MG_STRING(struct replay, speed, "speed", "1.0",
			"1.0: as fast as it was recorded, 10: ten times as fast, 0: at once"),
	MG_BOOL(struct replay, loop, "loop", "yes",
			"whether a request that comes more often than it was recorded gets its "
			"answers from the beginning again; else there is silence"),
};

/* A number with up to three digits behind its point, in thousandths; -1 for none. */
static int64_t read_speed(const char *text)
{
	int64_t number = 0;
	int digits = -1; /* behind the point */
	size_t i = 0;
	for (; text[i] != '\0' && number <= SPEED_MAX && digits < SPEED_DIGITS; i++) {
		if (text[i] == '.' && digits < 0 && i > 0) {
			digits = 0;
		} else if (text[i] >= '0' && text[i] <= '9') {
			number = number * 10 + (text[i] - '0');
			digits += digits >= 0;
		} else {
			return -1;
		}
	}
	for (int more = digits < 0 ? 0 : digits; more < SPEED_DIGITS; more++) {
		number *= 10;
	}
	return i > 0 && text[i] == '\0' && number <= SPEED_MAX ? number : -1;
}

static void missed(void *data, enum player_miss miss)
{
	static const char *const names[] = {
		[PLAYER_UNKNOWN] = "unknown_requests",
		[PLAYER_EXHAUSTED] = "exhausted_requests",
	};
	struct replay *self = data;
	self->instance.gw->count(self->instance.host, names[miss], 1);
}

static void *serve(void *data)
{
	struct deck *deck = data;
	player_run(&deck->player);
	return NULL;
}

static void close_fd(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

static void destroy_deck(struct deck *deck)
{
	close_fd(deck->player.fd);
	close_fd(deck->player.stop_fd);
	tape_finish(&deck->tape);
	free(deck);
}

static bool load_tape(struct replay *self, struct deck *deck)
{
	char error[TAPE_ERROR_SIZE];
	const struct mg_services *gw = self->instance.gw;
	deck->player.speed = read_speed(self->speed);
	if (deck->player.speed < 0) {
		gw->reason(self->instance.host, EINVAL,
				"speed: \"%s\" is none: 0 to 1000 is possible, with up to three digits "
				"behind the point",
				self->speed);
		return false;
	}
	if (!tape_load(&deck->tape, self->file, error)) {
		gw->reason(self->instance.host, 0, "file: %s: %s", self->file, error);
		return false;
	}
	if (deck->tape.damaged > 0) {
		gw->log(self->instance.host, MG_LOG_WARNING,
				"%s: %zu bytes of it cannot be read, and are left out", self->file,
				deck->tape.damaged);
	}
	return true;
}

/* Signals are for the threads of the gateway. */
static int start_thread(struct deck *deck)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&deck->thread, NULL, serve, deck);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

/* The end for the gateway goes to *fd. */
static bool start(struct replay *self, struct deck *deck, int *fd)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0) {
		self->instance.gw->reason(self->instance.host, errno, "no socketpair");
		return false;
	}
	deck->player.fd = ends[1];
	deck->player.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int error = deck->player.stop_fd < 0 ? errno : start_thread(deck);
	if (error != 0) {
		self->instance.gw->reason(self->instance.host, error, "no thread to play it");
		close(ends[0]);
		return false;
	}
	*fd = ends[0];
	return true;
}

static struct deck *create_deck(struct replay *self)
{
	struct deck *deck = calloc(1, sizeof(*deck));
	if (deck != NULL) {
		deck->player = (struct player){
			.tape = &deck->tape,
			.loop = self->loop,
			.fd = -1,
			.stop_fd = -1,
			.missed = missed,
			.data = self,
		};
	}
	return deck;
}

static int replay_open(void *data, struct mg_link *link)
{
	struct replay *self = data;
	struct deck *deck = create_deck(self);
	if (deck == NULL) {
		self->instance.gw->reason(self->instance.host, ENOMEM, "out of memory");
		return MG_RETRY;
	}
	if (!load_tape(self, deck)) {
		destroy_deck(deck);
		return MG_REJECT;
	}
	if (!start(self, deck, &link->fd)) {
		destroy_deck(deck);
		return MG_RETRY;
	}
	self->deck = deck;
	return MG_OK;
}

static void replay_close(void *data, int fd)
{
	struct replay *self = data;
	eventfd_write(self->deck->player.stop_fd, 1);
	pthread_join(self->deck->thread, NULL);
	destroy_deck(self->deck);
	self->deck = NULL;
	close(fd);
}

static const struct mg_transport transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct replay),
	.options = MG_OPTIONS(options),
	.open = replay_open,
	.close = replay_close,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "replay",
	.version = METERGATE_VERSION,
	.summary = "a bus that answers as one did when it was recorded",
	.transport = &transport,
};
