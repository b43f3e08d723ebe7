/* SPDX-License-Identifier: MIT */
/* One connection to the control socket: bytes in pieces, slow readers, hang-ups; whole
   lines of JSON out, and nothing left behind. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "check_json.h"
#include "fake_world.h"
#include "gateway/control_client.h"

#define ANSWER_MAX ((size_t)1024 * 1024)
#define TURNS_MAX 200000
#define REPEATS_MAX 1200

enum {
	STEP_SEND,
	STEP_SEND_MANY, /* the same again and again */
	STEP_READ,
	STEP_TURN,
	STEP_HALF_CLOSE,
	STEP_CLOSE,
	STEP_STOP, /* the gateway stops */
	STEP_LOOK,
	STEPS,
};

struct door {
	struct fuzz_input input;
	struct fake_world fake;
	struct control_hub hub;
	struct control_counters counters;
	struct control_client *client;
	int far; /* ours; -1: closed */
	int near;
	bool woken;
	char answer[ANSWER_MAX]; /* what came, from the begin of a line */
	size_t size;
};

static void wake(void *data)
{
	struct door *door = data;
	door->woken = true;
}

static void check_answer(struct door *door)
{
	struct check_facts facts;
	char *line = door->answer, *end;
	while ((end = memchr(line, '\n', door->size - (size_t)(line - door->answer))) !=
			NULL) {
		*end = '\0';
		FUZZ_REQUIRE(strlen(line) == (size_t)(end - line));
		FUZZ_REQUIRE(fuzz_is_text(line, strlen(line), 0x20));
		FUZZ_REQUIRE(check_json(line, strlen(line), &facts));
		line = end + 1;
	}
	door->size -= (size_t)(line - door->answer);
	memmove(door->answer, line, door->size);
	FUZZ_REQUIRE(door->size < ANSWER_MAX);
}

static bool read_some(struct door *door)
{
	if (door->far < 0) {
		return false;
	}
	ssize_t got = recv(door->far, door->answer + door->size, ANSWER_MAX - door->size, 0);
	if (got > 0) {
		door->size += (size_t)got;
		check_answer(door);
	}
	return got > 0;
}

static bool turn(struct door *door)
{
	if (door->client != NULL && door->woken) {
		door->woken = false;
		if (!control_client_work(door->client)) {
			control_client_destroy(door->client);
			door->client = NULL;
		}
		return true;
	}
	return fake_world_turn(&door->fake);
}

/* The loop tells what a poll would show. */
static bool poll_near(struct door *door)
{
	char byte;
	if (door->client == NULL) {
		return false;
	}
	ssize_t there = recv(door->near, &byte, 1, MSG_PEEK);
	bool readable = there >= 0 || (errno != EAGAIN && errno != EINTR);
	return (readable && fake_world_happens(door->near, LOOP_READABLE)) ||
		   fake_world_happens(door->near, LOOP_WRITABLE);
}

static void settle(struct door *door)
{
	for (unsigned turns = 0; turn(door); turns++) {
		FUZZ_REQUIRE(turns < TURNS_MAX);
	}
}

static void send_bytes(struct door *door, unsigned times)
{
	size_t size, wanted = fuzz_byte(&door->input);
	const uint8_t *bytes = fuzz_take(&door->input, wanted, &size);
	for (unsigned i = 0; i < times && size > 0 && door->far >= 0; i++) {
		if (send(door->far, bytes, size, MSG_NOSIGNAL) < 0) {
			return;
		}
		poll_near(door);
		if (i % 16 == 0) {
			settle(door);
		}
	}
}

static void hang_up(struct door *door)
{
	if (door->far >= 0) {
		close(door->far);
		door->far = -1;
	}
}

static void step(struct door *door)
{
	uint8_t what = fuzz_byte(&door->input);
	switch (what % STEPS) {
	case STEP_SEND:
		send_bytes(door, 1);
		break;
	case STEP_SEND_MANY:
		send_bytes(door, 1 + fuzz_byte(&door->input) * REPEATS_MAX / 255);
		break;
	case STEP_READ:
		read_some(door);
		break;
	case STEP_TURN:
		turn(door);
		break;
	case STEP_HALF_CLOSE:
		if (door->far >= 0) {
			shutdown(door->far, SHUT_WR);
		}
		break;
	case STEP_CLOSE:
		hang_up(door);
		break;
	case STEP_STOP:
		if (door->client != NULL) {
			control_client_stop(door->client);
		}
		break;
	default:
		if (door->client != NULL && control_client_is_deaf(door->client)) {
			control_client_look(door->client);
		}
	}
	poll_near(door);
}

/* After the other side hung up, or the gateway has stopped, it goes by itself. */
static void end(struct door *door, bool reads)
{
	while (reads && (read_some(door) || poll_near(door))) {
		settle(door);
		if (door->client == NULL) {
			break;
		}
	}
	settle(door);
	hang_up(door);
	poll_near(door);
	settle(door);
	if (door->client != NULL) {
		FUZZ_REQUIRE(control_client_is_deaf(door->client));
		control_client_look(door->client);
		settle(door);
	}
	FUZZ_REQUIRE(door->client == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int ends[2];
	struct door *door = calloc(1, sizeof(*door));
	FUZZ_REQUIRE(door != NULL);
	FUZZ_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
						 ends) == 0);
	door->input = (struct fuzz_input){ data, size };
	fake_world_init(&door->fake, &door->input);
	door->hub = (struct control_hub){ .world = &door->fake.world,
		.counters = &door->counters,
		.wake = wake,
		.data = door };
	door->near = ends[0];
	door->far = ends[1];
	door->client = control_client_create(&door->hub, door->near);
	FUZZ_REQUIRE(door->client != NULL);
	bool reads = fuzz_byte(&door->input) & 1;
	while (door->input.left > 0 && door->client != NULL) {
		step(door);
	}
	end(door, reads);
	fake_world_finish(&door->fake);
	free(door);
	return 0;
}
