/* SPDX-License-Identifier: MIT */
/* The kinds of sections and the keys that the core itself reads in each of them. */
#ifndef GATEWAY_SECTIONS_H
#define GATEWAY_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/plugin.h>

enum section_kind {
	SECTION_GATEWAY,
	SECTION_BUS,
	SECTION_DEVICE,
	SECTION_SINK,
	SECTION_KINDS,
};

/* One kind of section. */
struct section {
	const char *kind;   /* "bus" */
	const char *header; /* "[bus NAME]" */
	const char *about;  /* what it is, in one or two sentences */
	struct mg_options options;
	size_t size; /* of the structure below that the options fill */
};

const struct section *sections_get(enum section_kind kind);
/* NULL for a word that is no kind. */
const struct section *sections_find(const char *kind);

struct section_gateway {
	const char *name; /* NULL: the host name */
	struct mg_list include;
	const char *plugin_dir;
	const char *state_dir;
	const char *control;
	int64_t stop_timeout; /* ms */
	int log_level;        /* enum mg_log_level */
};

struct section_bus {
	const char *transport;
	int baud;      /* index in the choices; sections_baud() */
	int parity;    /* index in the choices; sections_parity() */
	int stop_bits; /* 0: one, 1: two */
	const char *latency;
	int64_t tries, tries_bad, telegrams;
	int64_t interval, open_timeout, connect_timeout; /* ms, as those below */
	int64_t reconnect_min, reconnect_max, silent_max;
	const char *capture; /* NULL: none */
};

struct section_device {
	const char *address;
	const char *label;
	int64_t interval; /* ms; untouched when not given */
	const char *expect;
	const char *key;  /* not yet read as hex digits; NULL: none */
	int baud;         /* index in the choices; sections_device_baud() */
	int64_t response; /* ms */
	const char *init; /* words of bus_init.h; NULL: none */
	int64_t max_reads_per_day;
	bool any_address;
	struct mg_tags tags;
};

struct section_sink {
	const char *plugin;
	const char *match;
	const char *types;
	int64_t queue, queue_bytes, batch;
	int overflow;
	bool raw;
	int units;
};

/* What the choices of [bus] stand for: bit/s, and the letters of struct mg_line. */
uint32_t sections_baud(int choice);
uint32_t sections_device_baud(int choice); /* 0: that of the bus */
char sections_parity(int choice);

#endif
