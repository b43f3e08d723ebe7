/* SPDX-License-Identifier: MIT */
/* Makes sections [device BUS/NAME] of what a scan has found. */
#ifndef CLI_SCAN_CONFIG_H
#define CLI_SCAN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/scan_line.h"
#include "gateway/config_name.h"

/* A device that is in a configuration already. */
struct scan_config_device {
	char name[CONFIG_NAME_MAX + 1];
	bool has_address;
	struct bus_address address;
};

/* Of one bus. All zero, with its bus, at the beginning. */
struct scan_config {
	const char *bus;
	long baud; /* of the bus; 0: unknown */
	struct scan_config_device *devices;
	size_t count, room;
	size_t written, left_out;
};

/* Takes over names and addresses of the devices of the bus from a file and those it
   includes; one that is not there has none. False when memory is short. */
bool scan_config_load(struct scan_config *config, const char *path);
void scan_config_finish(struct scan_config *config);

/*
 * Writes a section for each meter that is in no configuration yet. Its address is the
 * primary one, unless that is 0 or others have it, too; then its identity. Meters that
 * have neither, and collisions, are left out and counted. False when memory is short.
 */
bool scan_config_write(struct scan_config *config, FILE *out,
		const struct scan_line *found, size_t count);

/* Whether the path leads to the very file that is open as `fd`. */
bool scan_config_is_open(const char *path, int fd);

/* Whether scan_config_append() may write there, as far as can be seen beforehand; nothing
   is made or changed. 0 or -errno. */
int scan_config_writable(const char *path);

/*
 * Puts `text` behind what stands in the file, which is replaced as a whole once the new
 * one is safe on the disk; it is made when there is none. 0 or -errno.
 */
int scan_config_append(const char *path, const char *text, size_t size);

#endif
