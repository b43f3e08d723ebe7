/* SPDX-License-Identifier: MIT */
/* Bytes through the descriptor of an open port. */
#include "bus/port_io.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 512
#define READS_MAX 4 /* chunks of one wake-up: other buses want the loop too */

static long read_chunk(struct port *port, uint8_t *bytes, size_t size, uint32_t *rx_flags)
{
	*rx_flags = 0;
	if (port->transport->read != NULL) {
		errno = 0;
		return port->transport->read(port->instance, port->fd, bytes, size, rx_flags);
	}
	return read(port->fd, bytes, size);
}

static void lose(struct port *port, long result)
{
	int error = errno;
	port->counters->hangups++;
	if (result == 0) {
		port_lost(port, 0, "the other side closed the connection");
	} else if (error == 0 || result > 0) {
		port_lost(port, 0,
				"the transport plugin broke its contract: read() or write() failed "
				"without an errno, or moved more bytes than it was given");
	} else if (error == EIO || error == ENXIO || error == ENODEV) {
		port_lost(port, error, "the port hung up; was the adapter unplugged?");
	} else {
		port_lost(port, error, strerror(error));
	}
}

/* Negative: nothing there, or the port is lost. */
static long fetch(struct port *port, uint8_t *bytes, size_t size, uint32_t *rx_flags)
{
	long count = read_chunk(port, bytes, size, rx_flags);
	if (count > 0 && (size_t)count <= size) {
		port->counters->bytes_received += (uint64_t)count;
		return count;
	}
	if (count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
		lose(port, count);
	}
	return -1;
}

void port_io_read(struct port *port)
{
	uint8_t bytes[CHUNK];
	uint32_t rx_flags;
	for (int i = 0; i < READS_MAX && port->state == PORT_OPEN; i++) {
		long count = fetch(port, bytes, sizeof(bytes), &rx_flags);
		if (count < 0) {
			return;
		}
		/* Something lives there: the next failure is a new one. */
		port->pause = port->settings->reconnect_min;
		port->user.received(port->user.data, bytes, (size_t)count, rx_flags);
		if ((size_t)count < sizeof(bytes)) {
			return;
		}
	}
}

void port_io_flush(struct port *port)
{
	uint8_t bytes[CHUNK];
	uint32_t rx_flags;
	for (size_t flushed = 0; flushed < PORT_FLUSH_MAX;) {
		long count = fetch(port, bytes, sizeof(bytes), &rx_flags);
		if (count < 0) {
			return;
		}
		flushed += (size_t)count;
		port->counters->discarded_bytes += (uint64_t)count;
	}
}

static long write_some(struct port *port, const uint8_t *bytes, size_t size)
{
	if (port->transport->write != NULL) {
		errno = 0;
		return port->transport->write(port->instance, port->fd, bytes, size);
	}
	/* No signal when the other side is gone. */
	long count = send(port->fd, bytes, size, MSG_NOSIGNAL);
	return count < 0 && errno == ENOTSOCK ? write(port->fd, bytes, size) : count;
}

/* True when the transport has taken all. */
static bool push(struct port *port)
{
	while (port->out_done < port->out_size) {
		size_t left = port->out_size - port->out_done;
		long count = write_some(port, port->out + port->out_done, left);
		if (count < 0 && errno == EINTR) {
			continue;
		}
		if ((count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) ||
				(count > 0 && (size_t)count > left)) {
			lose(port, count);
			return false;
		}
		if (count <= 0) {
			port_io_watch(port);
			return false;
		}
		port->out_done += (size_t)count;
		port->counters->bytes_sent += (uint64_t)count;
	}
	return true;
}

bool port_io_send(struct port *port, const uint8_t *bytes, size_t size)
{
	if (port->state != PORT_OPEN || size > sizeof(port->out)) {
		return false;
	}
	memcpy(port->out, bytes, size);
	port->out_size = size;
	port->out_done = 0;
	return push(port);
}

void port_io_drop(struct port *port)
{
	if (port->state == PORT_OPEN && port->out_done < port->out_size) {
		port->out_done = port->out_size;
		port_io_watch(port);
	}
}

void port_io_write(struct port *port)
{
	if (port->out_done < port->out_size && push(port) && port_io_watch(port)) {
		port->user.sent(port->user.data);
	}
}

size_t port_io_unsent(const struct port *port)
{
	if (port->state != PORT_OPEN || port->transport->unsent == NULL) {
		return 0;
	}
	int count = port->transport->unsent(port->instance, port->fd);
	size_t unsent = count > 0 ? (size_t)count : 0;
	/* More than one request cannot be waiting, whatever the plugin says. */
	return unsent < sizeof(port->out) ? unsent : sizeof(port->out);
}

bool port_io_watch(struct port *port)
{
	int events = port->listening ? LOOP_READABLE : 0;
	if (port->out_done < port->out_size) {
		events |= LOOP_WRITABLE;
	}
	int error = loop_io_watch(port->io, events);
	if (error != 0) {
		port_lost(port, -error, "the descriptor of the transport cannot be watched");
	}
	return error == 0;
}

void port_io_look(struct port *port)
{
	if ((!port->listening || port->mark > 1) && port->state == PORT_OPEN) {
		port_io_read(port);
	}
}

static bool set_mark(const struct port *port, size_t bytes)
{
	int mark = (int)bytes;
	return setsockopt(port->fd, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof(mark)) == 0;
}

void port_io_find_mark(struct port *port)
{
	int protocol = 0;
	socklen_t size = sizeof(protocol);
	bool tcp = getsockopt(port->fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
			   protocol == IPPROTO_TCP;
	/* A plugin with a read() of its own may pass on other bytes than the socket has. */
	port->mark = tcp && port->transport->read == NULL && set_mark(port, 1) ? 1 : 0;
}

bool port_io_await(struct port *port, size_t bytes)
{
	bool counts = port->mark > 0 && port->state == PORT_OPEN;
	if (counts && port->mark != bytes && set_mark(port, bytes)) {
		port->mark = bytes;
	}
	return counts;
}

void port_io_listen(struct port *port, bool listen)
{
	if (port->listening != listen && port->state == PORT_OPEN) {
		port->listening = listen;
		port_io_watch(port);
	}
}
