/* SPDX-License-Identifier: MIT */
/* The transport "tcp": a level converter that passes the bytes of a bus through TCP. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <metergate/plugin.h>

#define HOST_SIZE 256      /* the longest name of a host and its NUL */
#define KEEPALIVE_PROBES 3 /* unanswered ones end the connection */

struct tcp {
	struct mg_instance instance;
	const char *host;
	int64_t port;
	int64_t keepalive;
	unsigned first; /* address of the host, counted in the order of the resolver, that
					   the next open() tries first */
	bool worked;    /* bytes were written: this address is right */
};

static const struct mg_option options[] = {
	MG_STRING_REQUIRED(struct tcp, host, "host",
			"name or address (IPv4 or IPv6) of the level converter"),
	MG_INT_REQUIRED(struct tcp, port, "port", 1, 65535,
			"TCP port that passes the bytes of the bus through, as they are"),
	MG_DURATION(struct tcp, keepalive, "keepalive", "30s", 0, 86400000,
			"after this silence the converter is probed; 0: never"),
};

static void set_number(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

/* Bytes leave at once, and a peer that vanished is noticed. What a system cannot do of
 * this is no reason to go without the converter. */
static void tune(const struct tcp *self, int fd)
{
	set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (self->keepalive == 0) {
		return;
	}
	int idle = (int)((self->keepalive + 999) / 1000);
	int interval = idle > KEEPALIVE_PROBES ? idle / KEEPALIVE_PROBES : 1;
	set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle < 32767 ? idle : 32767);
	set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval < 32767 ? interval : 32767);
	set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
	set_number(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 2000 * idle);
}

/* 0 when connected, EINPROGRESS while that is under way, otherwise why not. A refusal by
 * this very machine is known at once. */
static int start_connect(int fd, const struct addrinfo *address)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
		return 0;
	}
	error = errno;
	if (error != EINPROGRESS || poll(&ready, 1, 0) <= 0) {
		return error;
	}
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/* 0 and link->fd set, or an errno value. */
static int try_address(
		const struct tcp *self, const struct addrinfo *address, struct mg_link *link)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return errno;
	}
	tune(self, fd);
	int error = start_connect(fd, address);
	if (error != 0 && error != EINPROGRESS) {
		close(fd);
		return error;
	}
	link->fd = fd;
	link->connecting = error == EINPROGRESS;
	return 0;
}

static unsigned count_addresses(const struct addrinfo *list)
{
	unsigned count = 0;
	for (; list != NULL; list = list->ai_next) {
		count++;
	}
	return count;
}

static const struct addrinfo *address_at(const struct addrinfo *list, unsigned index)
{
	while (index-- > 0) {
		list = list->ai_next;
	}
	return list;
}

/* Begins with the address that comes next in turn, since a connect that fails later is
 * not seen here. 0 or the last errno value. */
static int try_all(struct tcp *self, const struct addrinfo *list, struct mg_link *link)
{
	unsigned count = count_addresses(list);
	int error = ENOENT;
	for (unsigned i = 0; i < count; i++) {
		unsigned index = (self->first + i) % count;
		error = try_address(self, address_at(list, index), link);
		if (error == 0) {
			self->first = index;
			return 0;
		}
	}
	return error;
}

/* The host without the brackets that URLs put around IPv6 addresses. */
static const char *bare_host(const char *host, char copy[HOST_SIZE])
{
	size_t length = strlen(host);
	if (length < 3 || length >= HOST_SIZE || host[0] != '[' || host[length - 1] != ']') {
		return host;
	}
	memcpy(copy, host + 1, length - 2);
	copy[length - 2] = '\0';
	return copy;
}

static void explain_name(const struct tcp *self, int error, int system_error)
{
	static const struct {
		int error;
		const char *words;
	} causes[] = {
		{ EAI_NONAME, "the name is not known; check `host`" },
		{ EAI_AGAIN, "the name server does not answer now" },
		{ EAI_FAIL, "the name server refuses to answer" },
		{ EAI_MEMORY, "out of memory" },
	};
	const char *words =
			error == EAI_SYSTEM ? strerror(system_error) : gai_strerror(error);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		words = causes[i].error == error ? causes[i].words : words;
	}
	self->instance.gw->reason(self->instance.host, error == EAI_SYSTEM ? system_error : 0,
			"cannot resolve %s: %s", self->host, words);
}

static void explain_connect(const struct tcp *self, int error)
{
	static const struct {
		int error;
		const char *words;
	} causes[] = {
		{ ECONNREFUSED, "refused; nothing listens at that port, or the converter is "
						"serving somebody else" },
		{ ENETUNREACH, "the network is unreachable; check the cable and the route" },
		{ EHOSTUNREACH, "the host is unreachable; is it switched on?" },
		{ ETIMEDOUT, "no answer; is the host switched on?" },
		{ EACCES, "forbidden by this machine's firewall" },
		{ EPERM, "forbidden by this machine's firewall" },
	};
	const char *words = strerror(error);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		words = causes[i].error == error ? causes[i].words : words;
	}
	self->instance.gw->reason(self->instance.host, error,
			"cannot connect to %s port %lld: %s", self->host, (long long)self->port,
			words);
}

static int tcp_open(void *data, struct mg_link *link)
{
	struct tcp *self = data;
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	char service[8], copy[HOST_SIZE];
	snprintf(service, sizeof(service), "%u", (unsigned)(uint16_t)self->port);
	hints.ai_flags = AI_NUMERICSERV;
	int error = getaddrinfo(bare_host(self->host, copy), service, &hints, &list);
	if (error != 0) {
		explain_name(self, error, errno);
		return MG_RETRY;
	}
	self->worked = false;
	error = try_all(self, list, link);
	freeaddrinfo(list);
	if (error != 0) {
		explain_connect(self, error);
		return MG_RETRY;
	}
	return MG_OK;
}

/* An address over which nothing was ever sent was the wrong one: now for the next. */
static void tcp_close(void *data, int fd)
{
	struct tcp *self = data;
	self->first += self->worked ? 0 : 1;
	close(fd);
}

static long tcp_write(void *data, int fd, const void *buffer, size_t size)
{
	struct tcp *self = data;
	ssize_t sent = send(fd, buffer, size, MSG_NOSIGNAL);
	self->worked = self->worked || sent > 0;
	return (long)sent;
}

static const struct mg_transport transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct tcp),
	.options = MG_OPTIONS(options),
	.open = tcp_open,
	.close = tcp_close,
	.write = tcp_write,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "tcp",
	.version = METERGATE_VERSION,
	.summary = "a level converter at a TCP port that passes bytes through",
	.transport = &transport,
};
