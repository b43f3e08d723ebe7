/* SPDX-License-Identifier: MIT */
/* The way to a syslog server: a datagram or stream socket, with bounded waits. */
#ifndef SYSLOG_LINK_H
#define SYSLOG_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_SLICE_MS 100 /* how often stop() is asked while something is waited for */
#define LINK_ADDRESSES 8  /* of one host name that are tried */

enum link_kind { LINK_LOCAL, LINK_UDP, LINK_TCP };

struct link {
	int fd; /* -1 while closed */
	enum link_kind kind;
	bool stream;              /* a stream socket, so that messages are framed */
	int64_t timeout_ms;       /* of a connect, and of one message */
	bool (*stop)(void *data); /* give up now? */
	void *data;
};

/*
 * "host:port", "[::1]:port" or "host" into parts; false for what is none. `host` has room
 * for 256 bytes, `port` for 16; the port stays untouched when the text has none.
 */
bool link_split(const char *text, char *host, char *port);

/* Connects a local socket: datagrams, or a stream where the server has one. 0 or -errno:
 * also -ETIMEDOUT, -ECANCELED (stop() said so), -ENAMETOOLONG. */
int link_open_local(struct link *link, const char *path);

/* Connects to a host. Names are resolved meanwhile, which the resolver's own limits
 * bound. 0 or -errno; -EHOSTUNREACH with *problem for a name that cannot be resolved. */
int link_open_host(
		struct link *link, const char *host, const char *port, const char **problem);

/* Whether the server has closed a stream since. */
bool link_broken(struct link *link);

/*
 * Sends one message: a datagram, a frame with octet counting (RFC 6587, 3.4.1) on TCP, or
 * one that ends in NUL on a local stream. 0 or -errno. A stream that took a part of it is
 * closed, so that nothing can follow half a frame.
 */
int link_send(struct link *link, const char *message, size_t size);

/* May be closed already. */
void link_close(struct link *link);

#endif
