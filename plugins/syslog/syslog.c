/* SPDX-License-Identifier: MIT */
/*
 * Sink "syslog": readings as RFC 5424 messages over the local socket, UDP or TCP, or the
 * way of the C library.
 *
 * syslog has no acknowledgement: OK means that the kernel has taken the message. What a
 * TCP connection that breaks had in flight is lost; receivers see that as a gap in
 * sequenceId.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <metergate/plugin.h>

#include "link.h"
#include "message.h"

#define LIMIT_DEFAULT 8192
#define LIMIT_UDP 2048 /* what receivers should take (RFC 5426, 3.2) */

enum transport { TRANSPORT_LOCAL, TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_LIBC };
enum body_format { BODY_TEXT, BODY_JSON };

struct sender {
	struct mg_instance instance;
	int transport, facility, severity, event_severity, format;
	const char *address, *app_name, *hostname;
	int64_t limit, timeout_ms;
	struct message_style style;
	struct link link;
	uint32_t sequence; /* of the next message */
	char own_hostname[256], host[256], port[16];
	atomic_bool interrupted;
	struct message message;
};

static const char *const transport_words[] = { "local", "udp", "tcp", "libc", NULL };
static const char *const format_words[] = { "text", "json", NULL };

/* The index is the code of RFC 5424, 6.2.1. */
static const char *const severity_words[] = { "emerg", "alert", "crit", "err", "warning",
	"notice", "info", "debug", NULL };
static const char *const facility_words[] = { "kern", "user", "mail", "daemon", "auth",
	"syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert",
	"clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
	"local7", NULL };

/* clang-format off */
static const struct mg_option option_rows[] = {
	MG_ENUM(struct sender, transport, "transport", "local", transport_words,
		"local: RFC 5424 to the socket of this machine; udp, tcp: to a server; "
		"libc: by syslog(3), which suits journald"),
	MG_STRING(struct sender, address, "address", NULL,
		"HOST:PORT for udp (port 514) and tcp (port 601); path for local (/dev/log)"),
	MG_ENUM(struct sender, facility, "facility", "daemon", facility_words,
		"facility of all messages"),
	MG_ENUM(struct sender, severity, "severity", "info", severity_words,
		"severity of readings"),
	MG_ENUM(struct sender, event_severity, "event_severity", "notice", severity_words,
		"severity of events"),
	MG_STRING(struct sender, app_name, "app_name", "metergate",
		"APP-NAME, at most 48 characters; not with libc"),
	MG_STRING(struct sender, hostname, "hostname", NULL,
		"HOSTNAME (default: that of this machine); not with libc"),
	MG_ENUM(struct sender, format, "format", "text", format_words,
		"what the message says behind its structured data"),
	MG_SIZE(struct sender, limit, "max_size", NULL, MESSAGE_SMALLEST, MESSAGE_LARGEST,
		"bytes of one message; longer ones are cut (default 8192, with udp 2048)"),
	MG_DURATION(struct sender, timeout_ms, "timeout", "5s", 100, 600000,
		"for how long connecting may take, and one message"),
};
/* clang-format on */

struct hint {
	int error;
	int result;
	const char *text;
};

static const struct hint hints[] = {
	{ ENOENT, MG_RETRY, "there is no such socket; start a syslog server there" },
	{ ECONNREFUSED, MG_RETRY, "no syslog server listens there; start it" },
	{ EACCES, MG_RETRY, "this user may not write there" },
	{ ETIMEDOUT, MG_RETRY, "the server does not answer or takes nothing" },
	{ ECANCELED, MG_RETRY, "the server had taken nothing yet" },
	{ EPIPE, MG_RETRY, "the server closed the connection" },
	{ ECONNRESET, MG_RETRY, "the server closed the connection" },
	{ ENAMETOOLONG, MG_REJECT, "a socket's path may have at most 107 bytes" },
	{ EMSGSIZE, MG_REJECT, "the message is too long for one datagram; lower max_size" },
};

static const char *target(const struct sender *s)
{
	bool local = s->transport == TRANSPORT_LOCAL;
	return s->address != NULL ? s->address : local ? "/dev/log" : "";
}

/* Says why and answers the result that fits. `problem` may be NULL. */
static int explain(struct sender *s, int error, const char *problem)
{
	int result = MG_RETRY;
	const char *text = problem != NULL ? problem : strerror(-error);
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (problem == NULL && hints[i].error == -error) {
			text = hints[i].text;
			result = hints[i].result;
		}
	}
	s->instance.gw->reason(s->instance.host, -error, "%s %s: %s",
			transport_words[s->transport], target(s), text);
	return result;
}

static bool stop_waiting(void *data)
{
	struct sender *s = data;
	return atomic_exchange(&s->interrupted, false) ||
		   s->instance.gw->cancelled(s->instance.host);
}

static int connect_link(struct sender *s)
{
	const char *problem = NULL;
	if (s->transport == TRANSPORT_LIBC) {
		return MG_OK;
	}
	int error = s->transport == TRANSPORT_LOCAL
						? link_open_local(&s->link, target(s))
						: link_open_host(&s->link, s->host, s->port, &problem);
	return error == 0 ? MG_OK : explain(s, error, problem);
}

static bool read_address(struct sender *s)
{
	bool host = s->transport == TRANSPORT_UDP || s->transport == TRANSPORT_TCP;
	if (s->transport == TRANSPORT_LIBC && s->address != NULL) {
		s->instance.gw->reason(s->instance.host, 0,
				"address has no effect with transport = libc; leave it out");
		return false;
	}
	if (!host) {
		return true;
	}
	snprintf(s->port, sizeof(s->port), "%s",
			s->transport == TRANSPORT_UDP ? "514" : "601");
	if (s->address == NULL || !link_split(s->address, s->host, s->port)) {
		s->instance.gw->reason(s->instance.host, 0,
				"address: %s; write HOST:PORT, or [IPv6]:PORT",
				s->address == NULL ? "missing" : "not understood");
		return false;
	}
	return true;
}

static void make_style(struct sender *s)
{
	size_t limit = s->transport == TRANSPORT_UDP ? LIMIT_UDP : LIMIT_DEFAULT;
	if (s->hostname == NULL &&
			gethostname(s->own_hostname, sizeof(s->own_hostname) - 1) != 0) {
		s->own_hostname[0] = '\0';
	}
	s->style = (struct message_style){
		.facility = s->facility,
		.hostname = s->hostname != NULL ? s->hostname : s->own_hostname,
		.app_name = s->app_name,
		.process = (long)getpid(),
		.limit = s->limit > 0 ? (size_t)s->limit : limit,
	};
}

static int sender_open(void *self)
{
	struct sender *s = self;
	s->link = (struct link){
		.fd = -1,
		.kind = s->transport == TRANSPORT_UDP   ? LINK_UDP
				: s->transport == TRANSPORT_TCP ? LINK_TCP
												: LINK_LOCAL,
		.timeout_ms = s->timeout_ms,
		.stop = stop_waiting,
		.data = s,
	};
	if (!read_address(s)) {
		return MG_REJECT;
	}
	make_style(s);
	s->sequence = s->sequence == 0 ? 1 : s->sequence;
	return connect_link(s);
}

static void sender_close(void *self)
{
	struct sender *s = self;
	link_close(&s->link);
}

static int sender_reopen(void *self)
{
	struct sender *s = self;
	link_close(&s->link);
	return connect_link(s);
}

static void sender_interrupt(void *self)
{
	struct sender *s = self;
	atomic_store(&s->interrupted, true);
}

/* The server may have closed the connection since the last message. */
static int ensure_link(struct sender *s)
{
	if (s->transport == TRANSPORT_LIBC) {
		return MG_OK;
	}
	if (s->link.fd >= 0 && link_broken(&s->link)) {
		link_close(&s->link);
	}
	if (s->link.fd >= 0) {
		return MG_OK;
	}
	int result = connect_link(s);
	s->instance.gw->count(s->instance.host, "reconnects", result == MG_OK);
	return result;
}

/* The ident, and everything else that openlog(3) sets, belongs to the whole process. */
static int send_by_libc(struct sender *s, int severity, const char *body, size_t length)
{
	message_write_plain(&s->message, s->style.limit, body, length);
	syslog(s->facility << 3 | severity, "%s", s->message.bytes);
	return MG_OK;
}

static int send_by_link(struct sender *s, int severity, const struct mg_reading *reading,
		const char *body, size_t length)
{
	message_write(&s->message, &s->style, severity, s->sequence, reading, body, length);
	int error = link_send(&s->link, s->message.bytes, s->message.size);
	if (error != 0) {
		s->instance.gw->count(s->instance.host, "send_errors", 1);
		return explain(s, error, NULL);
	}
	s->sequence = message_next(s->sequence);
	return MG_OK;
}

static int send_reading(struct sender *s, const struct mg_reading *reading)
{
	size_t length = 0;
	bool event = strcmp(reading->type, "reading") != 0;
	int severity = event ? s->event_severity : s->severity;
	const char *body = s->instance.gw->encode(s->instance.host,
			s->format == BODY_JSON ? MG_FORMAT_JSON : MG_FORMAT_TEXT, reading, &length);
	if (body == NULL) {
		s->instance.gw->reason(s->instance.host, ENOMEM, "memory is short");
		return MG_RETRY;
	}
	int result = s->transport == TRANSPORT_LIBC
						 ? send_by_libc(s, severity, body, length)
						 : send_by_link(s, severity, reading, body, length);
	if (result == MG_OK) {
		s->instance.gw->count(s->instance.host, "bytes", s->message.size);
		s->instance.gw->count(s->instance.host, "truncated", s->message.cut);
	}
	return result;
}

static int sender_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct sender *s = self;
	int result = ensure_link(s);
	while (result == MG_OK && *taken < count) {
		result = send_reading(s, batch[*taken]);
		*taken += result == MG_OK;
	}
	return result;
}

static const struct mg_sink sink = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct sender),
	.options = MG_OPTIONS(option_rows),
	.open = sender_open,
	.write = sender_write,
	.reopen = sender_reopen,
	.close = sender_close,
	.interrupt = sender_interrupt,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "syslog",
	.version = METERGATE_VERSION,
	.summary = "sends readings to syslog: RFC 5424 locally, over UDP or TCP, or by "
			   "syslog(3)",
	.sink = &sink,
};
