/* SPDX-License-Identifier: MIT */
/* Non-blocking sockets and poll(2), so that every wait has an end. */
#include "link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define HOST_SIZE 256
#define PORT_SIZE 16

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool copy(char *to, size_t size, const char *from, size_t length)
{
	if (length >= size) {
		return false;
	}
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

bool link_split(const char *text, char *host, char *port)
{
	const char *end = NULL, *colon = NULL;
	if (*text == '[') {
		text++;
		end = strchr(text, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':')) {
			return false;
		}
		colon = end[1] == ':' ? end + 1 : NULL;
	} else {
		colon = strchr(text, ':');
		end = colon != NULL ? colon : text + strlen(text);
		if (colon != NULL && strchr(colon + 1, ':') != NULL) {
			return false;
		}
	}
	if (end == text || (colon != NULL && colon[1] == '\0')) {
		return false;
	}
	return copy(host, HOST_SIZE, text, (size_t)(end - text)) &&
		   (colon == NULL || copy(port, PORT_SIZE, colon + 1, strlen(colon + 1)));
}

/* 0 when the socket is writable before `end`. */
static int wait_writable(struct link *link, int64_t end)
{
	for (;;) {
		struct pollfd entry = { .fd = link->fd, .events = POLLOUT };
		int ready = poll(&entry, 1, LINK_SLICE_MS);
		if (ready > 0) {
			return 0;
		}
		if (ready < 0 && errno != EINTR) {
			return -errno;
		}
		if (link->stop(link->data)) {
			return -ECANCELED;
		}
		if (now_ms() >= end) {
			return -ETIMEDOUT;
		}
	}
}

static int finish_connect(struct link *link)
{
	int error = wait_writable(link, now_ms() + link->timeout_ms);
	if (error != 0) {
		return error;
	}
	int problem = 0;
	socklen_t size = sizeof(problem);
	getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &problem, &size);
	return -problem;
}

/* A local server whose queue is full answers EAGAIN; then the next try may do. */
static int connect_socket(
		struct link *link, int type, const struct sockaddr *address, socklen_t size)
{
	link->fd = socket(address->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (link->fd < 0) {
		return -errno;
	}
	link->stream = type == SOCK_STREAM;
	int error = connect(link->fd, address, size) == 0 ? 0 : -errno;
	if (error == -EINPROGRESS) {
		error = finish_connect(link);
	}
	if (error != 0) {
		link_close(link);
	}
	return error;
}

int link_open_local(struct link *link, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (!copy(address.sun_path, sizeof(address.sun_path), path, strlen(path))) {
		return -ENAMETOOLONG;
	}
	const struct sockaddr *generic = (const struct sockaddr *)(const void *)&address;
	int error = connect_socket(link, SOCK_DGRAM, generic, sizeof(address));
	if (error == -EPROTOTYPE) {
		error = connect_socket(link, SOCK_STREAM, generic, sizeof(address));
	}
	return error;
}

/* A server that is gone without a word is noticed after a while. */
static void watch_peer(const struct link *link)
{
	const int on = 1;
	const unsigned unacknowledged_ms = 30000;
	setsockopt(link->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(link->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
			sizeof(unacknowledged_ms));
}

static int connect_first(struct link *link, const struct addrinfo *list)
{
	int error = -EHOSTUNREACH;
	for (int tries = 0; list != NULL && tries < LINK_ADDRESSES; tries++) {
		error = connect_socket(link, list->ai_socktype, list->ai_addr, list->ai_addrlen);
		if (error == 0 || error == -ECANCELED) {
			break;
		}
		list = list->ai_next;
	}
	if (error == 0 && link->kind == LINK_TCP) {
		watch_peer(link);
	}
	return error;
}

int link_open_host(
		struct link *link, const char *host, const char *port, const char **problem)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = link->kind == LINK_TCP ? SOCK_STREAM : SOCK_DGRAM,
	};
	struct addrinfo *list = NULL;
	int code = getaddrinfo(host, port, &hints, &list);
	*problem = NULL;
	if (code != 0) {
		*problem = gai_strerror(code);
		return -EHOSTUNREACH;
	}
	int error = connect_first(link, list);
	freeaddrinfo(list);
	return error;
}

/* Servers say nothing; what they say all the same is read and thrown away. */
bool link_broken(struct link *link)
{
	char nothing[512];
	if (!link->stream) {
		return false;
	}
	ssize_t count = recv(link->fd, nothing, sizeof(nothing), MSG_DONTWAIT);
	return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

/* Takes `count` bytes from the front. */
static void advance(struct iovec parts[3], size_t count)
{
	for (size_t i = 0; i < 3; i++) {
		size_t here = count < parts[i].iov_len ? count : parts[i].iov_len;
		parts[i].iov_base = (char *)parts[i].iov_base + here;
		parts[i].iov_len -= here;
		count -= here;
	}
}

static int send_parts(struct link *link, struct iovec parts[3], size_t size, size_t *sent)
{
	int64_t end = now_ms() + link->timeout_ms;
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 3 };
	*sent = 0;
	while (*sent < size) {
		ssize_t count = sendmsg(link->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (count >= 0) {
			*sent += (size_t)count;
			advance(parts, (size_t)count);
			continue;
		}
		if (errno != EAGAIN && errno != EINTR) {
			return -errno;
		}
		int error = wait_writable(link, end);
		if (error != 0) {
			return error;
		}
	}
	return 0;
}

int link_send(struct link *link, const char *message, size_t size)
{
	char count[24], nul[] = "";
	bool counted = link->kind == LINK_TCP, closed = link->stream && !counted;
	int length = counted ? snprintf(count, sizeof(count), "%zu ", size) : 0;
	struct iovec parts[3] = {
		{ count, (size_t)length },
		{ (char *)(uintptr_t)message, size },
		{ nul, closed ? 1 : 0 },
	};
	size_t sent = 0;
	int error = send_parts(link, parts, (size_t)length + size + (closed ? 1 : 0), &sent);
	bool whole = sent == 0 && (error == -ETIMEDOUT || error == -ECANCELED);
	if (error != 0 && error != -EMSGSIZE && !whole) {
		link_close(link);
	}
	return error;
}

void link_close(struct link *link)
{
	if (link->fd >= 0) {
		close(link->fd);
	}
	link->fd = -1;
}
