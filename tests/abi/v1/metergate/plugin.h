/* SPDX-License-Identifier: MIT */
/*
 * The plugin interface of metergate. A plugin is a shared object in the plugin folder
 * that exports one constant:
 *
 *     const struct mg_plugin metergate_plugin = { MG_PLUGIN_HEADER, .name = "x", ... };
 *
 * It needs this header and the C library, nothing else, and links against nothing of
 * ours. Threads come first: every operation below says on which thread it runs and
 * whether it may block.
 *
 *   loop thread    one for the whole gateway; whoever blocks it stops every bus
 *   opener thread  one for each bus that is being opened or closed; may block
 *   sink thread    one for each sink; all its operations run there, one at a time
 *
 * Rules that keep a compiled plugin working: structures only grow at their end, and every
 * table begins with its size; nothing changes its owner across the boundary; no foreign
 * type is used. What a later version added is there when the `size` of its table covers
 * it.
 *
 * C11 or later, or C++11 or later.
 */
#ifndef METERGATE_PLUGIN_H
#define METERGATE_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/reading.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes only when an old plugin cannot work any more. */
#define MG_ABI 1u

/* What operations answer. Before the last two, say why with services->reason(). Any other
   number counts as MG_RETRY. */
enum mg_result {
	MG_OK,
	MG_RETRY,  /* not now: the core asks again later */
	MG_REJECT, /* never: the configuration (open) or this reading (write) is at fault */
};

enum mg_log_level {
	MG_LOG_ERROR,
	MG_LOG_WARNING,
	MG_LOG_INFO,
	MG_LOG_DEBUG,
};

enum mg_format {
	MG_FORMAT_JSON,       /* one object without a line end */
	MG_FORMAT_MSGPACK,    /* one map with the same keys */
	MG_FORMAT_TEXT,       /* one line for people */
	MG_FORMAT_CSV,        /* one line for each record, each with its line end; RFC 4180 */
	MG_FORMAT_CSV_HEADER, /* the line that names the columns, for any reading */
};

struct mg_host; /* the core's side of an instance; opaque */

/*
 * What the core does for an instance. All functions may be called on any thread of the
 * plugin while the instance lives, unless they say otherwise. `host` is the instance's
 * own.
 */
struct mg_services {
	uint32_t size;

	/* Writes one line to the gateway's log, which names the instance by itself. */
	void (*log)(struct mg_host *host, enum mg_log_level level, const char *format, ...)
#if defined(__GNUC__)
			__attribute__((format(printf, 3, 4)))
#endif
			;

	/*
	 * Why the running operation answers MG_RETRY or MG_REJECT, in words for the user:
	 * the cause and, where there is one, the remedy. `error` is an errno value, or 0.
	 * On the thread of the operation only.
	 */
	void (*reason)(struct mg_host *host, int error, const char *format, ...)
#if defined(__GNUC__)
			__attribute__((format(printf, 3, 4)))
#endif
			;

	/*
	 * Encodes a reading. The bytes belong to the core and stay until the next call for
	 * this instance; text formats end in a NUL that `length` does not count. NULL when
	 * memory is short. On the sink thread only.
	 */
	const void *(*encode)(struct mg_host *host, enum mg_format format,
			const struct mg_reading *reading, size_t *length);

	/* Adds to a counter that the gateway shows under this instance, such as "reconnects".
	   Sixteen names at most, of which the first 31 bytes count. */
	void (*count)(struct mg_host *host, const char *name, uint64_t amount);

	/* A state in words, such as "short circuit"; NULL or "" when all is well again. */
	void (*report)(struct mg_host *host, const char *state);

	/* How long the core waits after the MG_RETRY that the running operation answers. */
	void (*retry_after)(struct mg_host *host, int milliseconds);

	/* What made the core wait after MG_RETRY is over: ask again at once. */
	void (*retry_now)(struct mg_host *host);

	/* True once the gateway stops or gives this instance up: long work should end. */
	bool (*cancelled)(struct mg_host *host);

	/* Names of the gateway and of this instance; the folder that keeps state, or "". */
	const char *(*gateway_name)(struct mg_host *host);
	const char *(*instance_name)(struct mg_host *host);
	const char *(*state_dir)(struct mg_host *host);
};

/* First member of every instance. The core fills it in before the first operation. */
struct mg_instance {
	struct mg_host *host;
	const struct mg_services *gw;
};

/*
 * Options. The core reads the configuration, checks each value against the table, and
 * fills the members of the instance before open(). Strings and lists belong to the core
 * and live as long as the instance.
 */
struct mg_list {
	const char *const *items;
	size_t count;
};

struct mg_tags {
	const struct mg_tag *items;
	size_t count;
};

enum mg_option_type {
	MG_OPTION_STRING = 1, /* const char *; NULL when neither given nor defaulted */
	MG_OPTION_INT,        /* int64_t within minimum..maximum */
	MG_OPTION_BOOL,       /* bool: yes or no */
	MG_OPTION_DURATION,   /* int64_t in ms within minimum..maximum: 500ms, 10s, 15m, 2d */
	MG_OPTION_BYTES,      /* int64_t within minimum..maximum: 4096, 64K, 16M, 2G */
	MG_OPTION_ENUM,       /* int: index in `choices` */
	MG_OPTION_LIST,       /* struct mg_list: words separated by blanks */
	MG_OPTION_SECRET,     /* const char *; inline, file:PATH or credential:NAME */
	MG_OPTION_TAGS,       /* struct mg_tags: every key "NAME.something" */
};

enum mg_option_flags {
	MG_OPTION_REQUIRED = 1 << 0,
};

struct mg_option {
	const char *name;
	uint32_t type;        /* enum mg_option_type */
	uint32_t flags;       /* enum mg_option_flags */
	size_t offset;        /* of the member in the instance */
	const char *fallback; /* default, written as in the configuration; NULL for none */
	int64_t minimum;
	int64_t maximum;
	const char *const *choices; /* ends in NULL; for MG_OPTION_ENUM */
	const char *help;           /* one line: what it is, and its unit */
};

struct mg_options {
	uint32_t option_size; /* sizeof(struct mg_option) that the plugin was built with */
	uint32_t count;
	const struct mg_option *list;
};

/* The offset of a member, refused by the compiler when the member has another type. */
#ifdef __cplusplus
#define MG_MEMBER(owner, member, expected)                                               \
	(offsetof(owner, member) + 0 * sizeof(static_cast<expected owner::*>(&owner::member)))
#else
#define MG_MEMBER(owner, member, expected)                                               \
	(offsetof(owner, member) + _Generic(((owner *)0)->member, expected : 0u))
#endif

/* One row of a table: `owner` is the instance structure, `help` says what it is. */
/* clang-format off */
#define MG_ROW(kind, mandatory, place, text, low, high, words, key, about) \
	{ (key), (kind), (mandatory), (place), (text), (low), (high), (words), (about) }
#define MG_STRING(owner, member, key, text, about) \
	MG_ROW(MG_OPTION_STRING, 0, MG_MEMBER(owner, member, const char *), text, 0, 0, NULL, key, about)
#define MG_STRING_REQUIRED(owner, member, key, about) \
	MG_ROW(MG_OPTION_STRING, MG_OPTION_REQUIRED, MG_MEMBER(owner, member, const char *), NULL, 0, 0, NULL, key, about)
#define MG_INT(owner, member, key, text, low, high, about) \
	MG_ROW(MG_OPTION_INT, 0, MG_MEMBER(owner, member, int64_t), text, low, high, NULL, key, about)
#define MG_INT_REQUIRED(owner, member, key, low, high, about) \
	MG_ROW(MG_OPTION_INT, MG_OPTION_REQUIRED, MG_MEMBER(owner, member, int64_t), NULL, low, high, NULL, key, about)
#define MG_BOOL(owner, member, key, text, about) \
	MG_ROW(MG_OPTION_BOOL, 0, MG_MEMBER(owner, member, bool), text, 0, 0, NULL, key, about)
#define MG_DURATION(owner, member, key, text, low, high, about) \
	MG_ROW(MG_OPTION_DURATION, 0, MG_MEMBER(owner, member, int64_t), text, low, high, NULL, key, about)
#define MG_SIZE(owner, member, key, text, low, high, about) \
	MG_ROW(MG_OPTION_BYTES, 0, MG_MEMBER(owner, member, int64_t), text, low, high, NULL, key, about)
#define MG_ENUM(owner, member, key, text, words, about) \
	MG_ROW(MG_OPTION_ENUM, 0, MG_MEMBER(owner, member, int), text, 0, 0, words, key, about)
#define MG_LIST(owner, member, key, text, about) \
	MG_ROW(MG_OPTION_LIST, 0, MG_MEMBER(owner, member, struct mg_list), text, 0, 0, NULL, key, about)
#define MG_SECRET(owner, member, key, about) \
	MG_ROW(MG_OPTION_SECRET, 0, MG_MEMBER(owner, member, const char *), NULL, 0, 0, NULL, key, about)
#define MG_TAGS(owner, member, key, about) \
	MG_ROW(MG_OPTION_TAGS, 0, MG_MEMBER(owner, member, struct mg_tags), NULL, 0, 0, NULL, key, about)
#define MG_OPTIONS(array) \
	{ sizeof(struct mg_option), sizeof(array) / sizeof((array)[0]), (array) }
/* clang-format on */

/* How characters are sent on a bus. M-Bus: 8 data bits, even parity, one stop bit. */
struct mg_line {
	uint32_t size;
	uint32_t baud;     /* 300 ... 38400 */
	uint8_t data_bits; /* 8 */
	char parity;       /* 'E', 'N' or 'O' */
	uint8_t stop_bits; /* 1 or 2 */
	uint8_t reserved;
};

/* What open() hands back. The core sets `size` and fd = -1. */
struct mg_link {
	uint32_t size;
	/* Pollable and non-blocking; the core watches it, close() closes it. */
	int fd;
	/* A connect() is still under way; the core waits until fd is writable. */
	bool connecting;
};

enum mg_rx_flags {
	MG_RX_PARITY = 1 << 0, /* a character came with a parity or framing error */
	MG_RX_BREAK = 1 << 1,  /* the line was at space for longer than a character */
	MG_RX_LOST = 1 << 2,   /* bytes were lost before they could be read */
};

/*
 * A transport carries bytes to a bus and back through a pollable descriptor. One without
 * a descriptor makes a socketpair and pumps it from a thread of its own. open and close
 * are mandatory.
 */
struct mg_transport {
	uint32_t size;
	uint32_t instance_size; /* of the plugin's structure that begins with mg_instance */
	struct mg_options options;

	/* Opener thread; may block (names to resolve, a terminal to open), at best no longer
	   than `open_timeout`. Sets link->fd. MG_RETRY: try again later; MG_REJECT: the
	   configuration is wrong. With either nothing stays open: close() is not called. */
	int (*open)(void *self, struct mg_link *link);

	/* Opener thread; may block. Called once for every open() that answered MG_OK. */
	void (*close)(void *self, int fd);

	/* Loop thread; must not block. Optional. After open(), and whenever the speed of the
	   line has to change; nothing is on the wire then. After anything but MG_OK the core
	   closes the port and opens it again later. */
	int (*set_line)(void *self, int fd, const struct mg_line *line);

	/* Loop thread; must not block. Optional: without it the core calls read(2). Answers
	   the number of bytes, at most `size`, 0 at the end (a hang-up), or -1 with errno;
	   EAGAIN when nothing is there. Takes away what makes fd readable, for otherwise it
	   is called again at once. `rx_flags` is 0 on entry and takes enum mg_rx_flags. */
	long (*read)(void *self, int fd, void *buffer, size_t size, uint32_t *rx_flags);

	/* Loop thread; must not block. Optional: without it the core calls write(2). Answers
	   how many bytes it took, or -1 with errno; EAGAIN when it takes none before fd is
	   writable again. */
	long (*write)(void *self, int fd, const void *buffer, size_t size);

	/* Loop thread; must not block. Optional. Bytes written that are not yet on the wire,
	   or -1 when that cannot be known. */
	int (*unsent)(void *self, int fd);

	/* Loop thread; must not block. Optional. Bus power of the level converter: switched
	   on after open() and set_line(), off before close(). Answers MG_OK when that was
	   done; the bus is used in any case. */
	int (*power)(void *self, int fd, int on);
};

/* A sink is where readings and events leave. open, write and close are mandatory. */
struct mg_sink {
	uint32_t size;
	uint32_t instance_size; /* of the plugin's structure that begins with mg_instance */
	struct mg_options options;

	/* Sink thread; may block. MG_RETRY: the core asks again, later and later. MG_REJECT:
	   the configuration is wrong; the sink stays off and what is routed to it is dropped.
	 */
	int (*open)(void *self);

	/*
	 * Sink thread; may block. Sets *taken (0 on entry) to the number of readings that are
	 * done with, from the front. The batch is borrowed for the call.
	 *
	 * MG_OK: all were taken, whatever *taken says. MG_RETRY: what was not taken comes
	 * again, in order, perhaps with newer ones behind. MG_REJECT: batch[*taken] can never
	 * be taken; what is behind it comes again.
	 */
	int (*write)(void *self, const struct mg_reading *const *batch, size_t count,
			size_t *taken);

	/* Sink thread. Optional: for sinks that serve sockets of their own, or have work at
	   intervals. Called while the sink is open and nothing is to be written: nothing is
	   queued, or the core waits after write() answered MG_RETRY. Returns when wake_fd is
	   readable (do not read from it) or after max_ms. What it answers changes nothing but
	   that it is not called again at once unless that is MG_OK. */
	int (*idle)(void *self, int wake_fd, int max_ms);

	/* Sink thread. Optional. Files were rotated or secrets replaced: open them again.
	   After anything but MG_OK the core calls close(), and goes on as after open(). */
	int (*reopen)(void *self);

	/* Sink thread. Called once for every open() that answered MG_OK. */
	void (*close)(void *self);

	/* Any thread, while any other operation but close() runs. Optional. Makes it return
	   soon when it blocks. It may come before the first line of the first open() has run,
	   so it touches only what is right in a zeroed instance, such as an atomic flag. */
	void (*interrupt)(void *self);
};

struct mg_plugin {
	uint32_t abi;     /* MG_ABI */
	uint32_t size;    /* sizeof(struct mg_plugin) */
	const char *name; /* that of its file without ".so" */
	const char *version;
	const char *summary;                  /* one line */
	const struct mg_transport *transport; /* NULL when it offers none */
	const struct mg_sink *sink;           /* NULL when it offers none */
};

#define MG_PLUGIN_HEADER .abi = MG_ABI, .size = (uint32_t)sizeof(struct mg_plugin)

#if defined(__GNUC__)
#define MG_EXPORT __attribute__((visibility("default")))
#else
#define MG_EXPORT
#endif

/* What every plugin exports. */
extern MG_EXPORT const struct mg_plugin metergate_plugin;

#ifdef __cplusplus
}
#endif

#endif
