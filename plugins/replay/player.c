/* SPDX-License-Identifier: MIT */
/* Plays the answers of a tape to whoever asks at the other end of a socket. */
#include "player.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define SECOND 1000000
#define THOUSAND 1000
#define NEVER INT64_MAX

static int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / THOUSAND;
}

static const struct tape_piece *next_piece(const struct player *player)
{
	const struct tape_exchange *exchange = player->exchange;
	return exchange != NULL && player->piece < exchange->piece_count
				   ? &player->tape->pieces[exchange->first_piece + player->piece]
				   : NULL;
}

static int64_t due(const struct player *player)
{
	const struct tape_piece *piece = next_piece(player);
	if (piece == NULL) {
		return NEVER;
	}
	int64_t after = player->speed > 0 ? piece->after * THOUSAND / player->speed : 0;
	return player->asked + after;
}

/* What the other end does not fetch is lost, as on a wire. */
static void play(struct player *player, int64_t now)
{
	while (due(player) <= now) {
		const struct tape_piece *piece = next_piece(player);
		(void)!send(player->fd, piece->bytes.data, piece->bytes.size,
				MSG_NOSIGNAL | MSG_DONTWAIT);
		player->piece++;
	}
}

/* Whoever asks again does not wait for the rest of the last answer. */
static void take_request(struct player *player, size_t length, int64_t now)
{
	bool known;
	player->exchange =
			tape_play(player->tape, player->bytes, length, player->loop, &known);
	player->piece = 0;
	player->asked = now;
	if (player->exchange == NULL) {
		player->missed(player->data, known ? PLAYER_EXHAUSTED : PLAYER_UNKNOWN);
	}
}

static void take_frames(struct player *player, int64_t now)
{
	while (player->size > 0) {
		struct mg_frame frame;
		size_t length = 0;
		enum mg_fault fault =
				mg_frame_parse(player->bytes, player->size, &frame, &length);
		if (fault == MG_FAULT_INCOMPLETE) {
			return;
		}
		if (fault == MG_FAULT_NONE) {
			take_request(player, length, now);
		} else {
			length = 1;
		}
		player->size -= length;
		memmove(player->bytes, player->bytes + length, player->size);
	}
}

/* False when the other end has gone. */
static bool hear(struct player *player)
{
	ssize_t count = recv(player->fd, player->bytes + player->size,
			sizeof(player->bytes) - player->size, MSG_DONTWAIT);
	if (count <= 0) {
		return count < 0 && (errno == EAGAIN || errno == EINTR);
	}
	player->heard = clock_us();
	player->size += (size_t)count;
	take_frames(player, player->heard);
	return true;
}

static int64_t wake(const struct player *player)
{
	int64_t idle = player->size > 0 ? player->heard + PLAYER_IDLE : NEVER;
	return due(player) < idle ? due(player) : idle;
}

/* Waits for bytes, the time, or the end; false for the end. */
static bool await(const struct player *player, bool *readable)
{
	struct pollfd list[] = {
		{ .fd = player->stop_fd, .events = POLLIN },
		{ .fd = player->fd, .events = POLLIN },
	};
	int64_t until = wake(player), left = until == NEVER ? 0 : until - clock_us();
	left = left > 0 ? left : 0;
	const struct timespec timeout = {
		.tv_sec = left / SECOND,
		.tv_nsec = left % SECOND * THOUSAND,
	};
	int count = ppoll(list, 2, until == NEVER ? NULL : &timeout, NULL);
	*readable = count > 0 && list[1].revents != 0;
	return count <= 0 || list[0].revents == 0;
}

void player_run(struct player *player)
{
	bool readable;
	while (await(player, &readable)) {
		if (readable && !hear(player)) {
			return;
		}
		int64_t now = clock_us();
		if (player->size > 0 && now >= player->heard + PLAYER_IDLE) {
			player->size = 0;
		}
		play(player, now);
	}
}
