/* SPDX-License-Identifier: MIT */
/* The transport "serial": a level converter at a serial port. */
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <metergate/plugin.h>

#include "explain.h"
#include "line.h"
#include "marks.h"

struct serial {
	struct mg_instance instance;
	const char *path;
	bool exclusive, dtr, rts;
	int rs485; /* index in rs485_modes */
	struct marks marks;
	struct termios before; /* what the port was set to when we came */
	bool hastened;         /* bytes are not gathered any more, as they were then */
	bool warned;           /* that a pseudo-terminal has no parity */
};

static const char *const rs485_modes[] = { "off", "rts", "rts-inverted", NULL };

static const uint32_t rs485_flags[] = {
	0,
	SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND,
	SER_RS485_ENABLED | SER_RS485_RTS_AFTER_SEND,
};

static const struct mg_option options[] = {
	MG_STRING_REQUIRED(struct serial, path, "path",
			"device of the serial port; names in /dev/serial/by-id stay the same"),
	MG_BOOL(struct serial, exclusive, "exclusive", "yes",
			"whether other programs are kept from the port"),
	MG_ENUM(struct serial, rs485, "rs485", "off", rs485_modes,
			"who turns the line around: nobody, or the driver with RTS high or low "
			"while it sends"),
	MG_BOOL(struct serial, dtr, "dtr", "yes",
			"level of DTR; some converters take their power from it"),
	MG_BOOL(struct serial, rts, "rts", "no", "level of RTS; unused with rs485"),
};

static const struct explain_roots roots = {
	.proc = "/proc",
	.by_id = "/dev/serial/by-id",
};

/* Errors that no waiting will heal. */
static bool is_final(int error)
{
	return error == ENOTTY || error == EISDIR || error == ENOTDIR || error == ELOOP ||
		   error == ENAMETOOLONG || error == EINVAL;
}

static int refuse(struct serial *self, int error)
{
	char text[EXPLAIN_SIZE];
	explain_error(&roots, self->path, error, text);
	self->instance.gw->reason(self->instance.host, error, "%s %s", self->path, text);
	return is_final(error) ? MG_REJECT : MG_RETRY;
}

static int refuse_rs485(struct serial *self, int error)
{
	self->instance.gw->reason(self->instance.host, error,
			"rs485: the driver of %s cannot turn the line around; set rs485 = off when "
			"the converter does it by itself",
			self->path);
	return MG_REJECT;
}

/* Keeps other programs away, the polite ones by flock(), the others by TIOCEXCL. 0 or an
 * errno value. */
static int lock(const struct serial *self, int fd)
{
	if (!self->exclusive) {
		return 0;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		return errno == EWOULDBLOCK ? EBUSY : errno;
	}
	return ioctl(fd, TIOCEXCL) < 0 ? errno : 0;
}

static void set_modem_line(int fd, int line, bool high)
{
	/* ports without these lines refuse, which does no harm */
	ioctl(fd, high ? TIOCMBIS : TIOCMBIC, &line);
}

/* 0, or the errno value of the driver that cannot do RS-485. */
static int set_modem_lines(const struct serial *self, int fd)
{
	struct serial_rs485 rs485 = { .flags = rs485_flags[self->rs485] };
	set_modem_line(fd, TIOCM_DTR, self->dtr);
	if (self->rs485 == 0) {
		set_modem_line(fd, TIOCM_RTS, self->rts);
		return 0;
	}
	return ioctl(fd, TIOCSRS485, &rs485) < 0 ? errno : 0;
}

static int give_up(int fd, int result)
{
	close(fd);
	return result;
}

static int serial_open(void *data, struct mg_link *link)
{
	struct serial *self = data;
	int fd = open(self->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		return refuse(self, errno);
	}
	if (tcgetattr(fd, &self->before) < 0) {
		return give_up(fd, refuse(self, errno));
	}
	int error = lock(self, fd);
	if (error != 0) {
		return give_up(fd, refuse(self, error));
	}
	error = set_modem_lines(self, fd);
	if (error != 0) {
		return give_up(fd, refuse_rs485(self, error));
	}
	self->hastened = line_set_low_latency(fd, true);
	tcflush(fd, TCIOFLUSH);
	self->marks = (struct marks){ 0 };
	link->fd = fd;
	return MG_OK;
}

/* Without the flush, closing would wait for bytes that a stuck adapter never sends. */
static void serial_close(void *data, int fd)
{
	struct serial *self = data;
	tcflush(fd, TCIOFLUSH);
	tcsetattr(fd, TCSANOW, &self->before);
	if (self->hastened) {
		line_set_low_latency(fd, false);
	}
	if (self->exclusive) {
		ioctl(fd, TIOCNXCL);
		flock(fd, LOCK_UN);
	}
	close(fd);
}

static int serial_set_line(void *data, int fd, const struct mg_line *line)
{
	struct serial *self = data;
	const struct mg_services *gw = self->instance.gw;
	char why[LINE_WHY_SIZE];
	switch (line_set(fd, line, why)) {
	case LINE_NO_PARITY:
		if (!self->warned) {
			gw->log(self->instance.host, MG_LOG_INFO,
					"%s is a pseudo-terminal and has no parity: going on without",
					self->path);
		}
		self->warned = true;
		return MG_OK;
	case LINE_REFUSED:
		gw->reason(self->instance.host, EINVAL, "%s: %s", self->path, why);
		return MG_REJECT;
	case LINE_FAILED:
		return refuse(self, errno);
	default:
		return MG_OK;
	}
}

/* A hung-up port reads as its end or as EIO; the core has better words for the latter. A
 * read that was nothing but half a mark is no end: there is more to come. */
static long serial_read(void *data, int fd, void *buffer, size_t size, uint32_t *rx_flags)
{
	struct serial *self = data;
	ssize_t count = read(fd, buffer, size);
	if (count <= 0) {
		errno = count == 0 ? EIO : errno;
		return -1;
	}
	size_t left = marks_remove(&self->marks, buffer, (size_t)count, rx_flags);
	if (left == 0) {
		errno = EAGAIN;
		return -1;
	}
	return (long)left;
}

/* What the driver still has, or 1 while the last character leaves the chip. */
static int serial_unsent(void *data, int fd)
{
	int count = 0;
	unsigned status = 0;
	(void)data;
	if (ioctl(fd, TIOCOUTQ, &count) < 0) {
		return -1;
	}
	if (count == 0 && ioctl(fd, TIOCSERGETLSR, &status) == 0) {
		count = (status & TIOCSER_TEMT) != 0 ? 0 : 1;
	}
	return count;
}

static const struct mg_transport transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct serial),
	.options = MG_OPTIONS(options),
	.open = serial_open,
	.close = serial_close,
	.set_line = serial_set_line,
	.read = serial_read,
	.unsent = serial_unsent,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "serial",
	.version = METERGATE_VERSION,
	.summary = "a level converter at a serial port",
	.transport = &transport,
};
