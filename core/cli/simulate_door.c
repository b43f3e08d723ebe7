/* SPDX-License-Identifier: MIT */
/* Carries bytes between one client and a simulated bus. */
#include "cli/simulate_door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define CHUNK 1024
#define TERMINALS "/dev/pts/"
#define RELEASE_US 1000000 /* how often a lock that was left behind is taken off */

struct simulate_door {
	struct loop *loop;
	struct simulate_user user;
	int listen_fd; /* TCP */
	struct loop_io *listen_io;
	int client_fd; /* the connection, or the master of the pseudo-terminal */
	struct loop_io *client_io;
	int slave_fd; /* kept open, so that a client that leaves is no hang-up */
	struct loop_timer *release_timer;
	char link[PATH_MAX]; /* "" for TCP */
	char pty[64];        /* what the link leads to */
	char url[SIMULATE_URL_SIZE];
};

static const struct {
	speed_t speed;
	uint32_t baud;
} speeds[] = {
	{ B300, 300 },
	{ B600, 600 },
	{ B1200, 1200 },
	{ B2400, 2400 },
	{ B4800, 4800 },
	{ B9600, 9600 },
	{ B19200, 19200 },
	{ B38400, 38400 },
};

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

static struct simulate_door *door_create(
		struct loop *loop, const struct simulate_user *user)
{
	struct simulate_door *door = calloc(1, sizeof(*door));
	if (door != NULL) {
		door->loop = loop;
		door->user = *user;
		door->listen_fd = door->client_fd = door->slave_fd = -1;
	}
	return door;
}

static void drop_client(struct simulate_door *door)
{
	loop_io_destroy(door->client_io);
	door->client_io = NULL;
	close_fd(&door->client_fd);
}

static void remove_link(const struct simulate_door *door)
{
	char target[sizeof(door->pty) + 1];
	ssize_t length = readlink(door->link, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	if (door->link[0] != '\0' && strcmp(target, door->pty) == 0) {
		unlink(door->link);
	}
}

void simulate_door_destroy(struct simulate_door *door)
{
	if (door == NULL) {
		return;
	}
	remove_link(door);
	drop_client(door);
	loop_io_destroy(door->listen_io);
	loop_timer_destroy(door->release_timer);
	close_fd(&door->listen_fd);
	close_fd(&door->slave_fd);
	free(door);
}

const char *simulate_door_url(const struct simulate_door *door)
{
	return door->url;
}

static void on_client(void *data, int events)
{
	struct simulate_door *door = data;
	uint8_t bytes[CHUNK];
	(void)events;
	ssize_t count = read(door->client_fd, bytes, sizeof(bytes));
	if (count > 0) {
		door->user.received(door->user.data, bytes, (size_t)count);
	} else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
		drop_client(door);
	}
}

static int watch_client(struct simulate_door *door)
{
	door->client_io = loop_io_create(door->loop, door->client_fd, on_client, door);
	if (door->client_io == NULL) {
		return -ENOMEM;
	}
	return loop_io_watch(door->client_io, LOOP_READABLE);
}

void simulate_door_send(struct simulate_door *door, const uint8_t *bytes, size_t size)
{
	if (door->client_fd < 0) {
		return;
	}
	ssize_t sent = door->listen_fd >= 0 ? send(door->client_fd, bytes, size,
												  MSG_NOSIGNAL | MSG_DONTWAIT)
										: write(door->client_fd, bytes, size);
	if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		drop_client(door);
	}
}

/* True when the client has left and the loop did not come to say so yet. */
static bool client_left(const struct simulate_door *door)
{
	char byte;
	ssize_t count = recv(door->client_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return count == 0 || (count < 0 && errno != EAGAIN);
}

static void on_connect(void *data, int events)
{
	struct simulate_door *door = data;
	int on = 1;
	(void)events;
	int fd = accept4(door->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		return;
	}
	if (door->client_fd >= 0 && !client_left(door)) {
		close(fd);
		return;
	}
	drop_client(door);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	door->client_fd = fd;
	if (watch_client(door) < 0) {
		drop_client(door);
	}
}

static int listen_at(struct simulate_door *door, const struct addrinfo *address)
{
	int on = 1;
	door->listen_fd =
			socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (door->listen_fd < 0) {
		return -errno;
	}
	setsockopt(door->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(door->listen_fd, address->ai_addr, address->ai_addrlen) < 0 ||
			listen(door->listen_fd, 4) < 0) {
		return -errno;
	}
	return 0;
}

static int name_tcp(struct simulate_door *door)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	char host[64], port[8];
	if (getsockname(door->listen_fd, (struct sockaddr *)&address, &size) < 0) {
		return -errno;
	}
	if (getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port,
				sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		return -EADDRNOTAVAIL;
	}
	bool brackets = address.ss_family == AF_INET6;
	snprintf(door->url, sizeof(door->url), "tcp://%s%s%s:%s", brackets ? "[" : "", host,
			brackets ? "]" : "", port);
	return 0;
}

static int open_tcp(struct simulate_door *door, const char *address, uint16_t port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *list;
	char service[8];
	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(address, service, &hints, &list) != 0) {
		return -EADDRNOTAVAIL;
	}
	int error = listen_at(door, list);
	freeaddrinfo(list);
	if (error == 0) {
		error = name_tcp(door);
	}
	if (error != 0) {
		return error;
	}
	door->listen_io = loop_io_create(door->loop, door->listen_fd, on_connect, door);
	if (door->listen_io == NULL) {
		return -ENOMEM;
	}
	return loop_io_watch(door->listen_io, LOOP_READABLE);
}

struct simulate_door *simulate_door_tcp(struct loop *loop, const char *address,
		uint16_t port, const struct simulate_user *user, int *error)
{
	struct simulate_door *door = door_create(loop, user);
	*error = door != NULL ? open_tcp(door, address, port) : -ENOMEM;
	if (*error != 0) {
		simulate_door_destroy(door);
		return NULL;
	}
	return door;
}

/* A client that was killed leaves TIOCEXCL behind: on real hardware its last close takes
 * it off, here the slave stays open. */
static void on_release(void *data)
{
	struct simulate_door *door = data;
	ioctl(door->slave_fd, TIOCNXCL);
	loop_timer_set(door->release_timer, loop_clock() + RELEASE_US);
}

static int open_terminal(struct simulate_door *door)
{
	struct termios settings;
	door->client_fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (door->client_fd < 0 || grantpt(door->client_fd) < 0 ||
			unlockpt(door->client_fd) < 0 ||
			ptsname_r(door->client_fd, door->pty, sizeof(door->pty)) != 0) {
		return -errno;
	}
	door->slave_fd = open(door->pty, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (door->slave_fd < 0 || tcgetattr(door->slave_fd, &settings) < 0) {
		return -errno;
	}
	cfmakeraw(&settings);
	return tcsetattr(door->slave_fd, TCSANOW, &settings) < 0 ? -errno : 0;
}

/* The link with its whole path, since whoever reads it may be elsewhere. */
static int name_pty(struct simulate_door *door, const char *link)
{
	char folder[PATH_MAX], absolute[PATH_MAX];
	const char *slash = strrchr(link, '/');
	const char *name = slash != NULL ? slash + 1 : link;
	snprintf(folder, sizeof(folder), "%.*s", slash != NULL ? (int)(slash - link) : 1,
			slash != NULL ? link : ".");
	if (realpath(folder[0] != '\0' ? folder : "/", absolute) == NULL) {
		return -errno;
	}
	snprintf(door->url, sizeof(door->url), "%s/%s",
			strcmp(absolute, "/") == 0 ? "" : absolute, name);
	return name[0] != '\0' && strlen(door->url) < sizeof(door->link) ? 0 : -EINVAL;
}
/* A link is left over from a simulation that was killed when its pseudo-terminal is gone,
   or is ours by now. Nothing else is removed. */
static int make_room(const struct simulate_door *door)
{
	char target[sizeof(door->pty) + 1];
	struct stat about;
	if (lstat(door->url, &about) < 0) {
		return 0;
	}
	ssize_t length = readlink(door->url, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	if (strncmp(target, TERMINALS, strlen(TERMINALS)) != 0) {
		return -EEXIST;
	}
	if (strcmp(target, door->pty) != 0 && stat(target, &about) == 0) {
		return -EBUSY;
	}
	return unlink(door->url) < 0 ? -errno : 0;
}

static int make_link(struct simulate_door *door)
{
	int error = make_room(door);
	if (error != 0) {
		return error;
	}
	if (symlink(door->pty, door->url) < 0) {
		return -errno;
	}
	memcpy(door->link, door->url, strlen(door->url) + 1);
	return 0;
}

static int open_pty(struct simulate_door *door, const char *link)
{
	int error = open_terminal(door);
	if (error == 0) {
		error = name_pty(door, link);
	}
	if (error == 0) {
		error = make_link(door);
	}
	if (error != 0) {
		return error;
	}
	door->release_timer = loop_timer_create(door->loop, on_release, door);
	if (door->release_timer == NULL) {
		return -ENOMEM;
	}
	on_release(door);
	return watch_client(door);
}

struct simulate_door *simulate_door_pty(
		struct loop *loop, const char *link, const struct simulate_user *user, int *error)
{
	struct simulate_door *door = door_create(loop, user);
	*error = door != NULL ? open_pty(door, link) : -ENOMEM;
	if (*error != 0) {
		simulate_door_destroy(door);
		return NULL;
	}
	return door;
}

void simulate_door_set_baud(struct simulate_door *door, uint32_t baud)
{
	struct termios settings;
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
		if (speeds[i].baud == baud && door->slave_fd >= 0 &&
				tcgetattr(door->slave_fd, &settings) == 0) {
			cfsetspeed(&settings, speeds[i].speed);
			tcsetattr(door->slave_fd, TCSANOW, &settings);
		}
	}
}

bool simulate_door_line(const struct simulate_door *door, struct simulate_line *line)
{
	struct termios settings;
	if (door->slave_fd < 0 || tcgetattr(door->slave_fd, &settings) < 0) {
		return false;
	}
	line->parity = (settings.c_cflag & PARODD) != 0 ? 'O' : 'E';
	line->stop_bits = (settings.c_cflag & CSTOPB) != 0 ? 2 : 1;
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
		if (speeds[i].speed == cfgetospeed(&settings)) {
			line->baud = speeds[i].baud;
			return true;
		}
	}
	return false;
}
