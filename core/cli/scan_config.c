/* SPDX-License-Identifier: MIT */
/* Sections [device] of what a scan has found. */
#include "cli/scan_config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/config.h"

#define MODE_NEW 0640
#define ROOM_FIRST 32
#define COPY_SIZE 65536

static struct scan_config_device *add(struct scan_config *config)
{
	if (config->count == config->room) {
		size_t room = config->room == 0 ? ROOM_FIRST : config->room * 2;
		struct scan_config_device *devices =
				reallocarray(config->devices, room, sizeof(*devices));
		if (devices == NULL) {
			return NULL;
		}
		config->devices = devices;
		config->room = room;
	}
	config->devices[config->count] = (struct scan_config_device){ .has_address = false };
	return &config->devices[config->count++];
}

static bool add_section(struct scan_config *config, const struct config_section *section)
{
	const struct config_value *address = config_value(section, "address");
	struct scan_config_device *device = add(config);
	size_t wrong;
	if (device == NULL) {
		return false;
	}
	snprintf(device->name, sizeof(device->name), "%s", section->device);
	device->has_address = address != NULL &&
						  bus_address_parse(address->value, &device->address, &wrong);
	return true;
}

static void take_baud(struct scan_config *config, const struct config_section *section)
{
	const struct config_value *baud = config_value(section, "baud");
	if (baud != NULL && strcmp(section->name, config->bus) == 0) {
		config->baud = strtol(baud->value, NULL, 10);
	}
}

bool scan_config_load(struct scan_config *config, const char *path)
{
	struct config_errors errors;
	config_errors_init(&errors);
	struct config *file = config_load(path, &errors);
	bool good = true;
	for (size_t i = 0; file != NULL && i < file->count && good; i++) {
		const struct config_section *section = &file->sections[i];
		if (strcmp(section->kind, "bus") == 0) {
			take_baud(config, section);
		} else if (strcmp(section->kind, "device") == 0 &&
				   strcmp(section->bus, config->bus) == 0) {
			good = add_section(config, section);
		}
	}
	config_destroy(file);
	config_errors_finish(&errors);
	return good;
}

void scan_config_finish(struct scan_config *config)
{
	free(config->devices);
	config->devices = NULL;
	config->count = config->room = 0;
}

/* Also of another spelling: names are the same to people then. */
static bool is_taken(const struct scan_config *config, const char *name)
{
	for (size_t i = 0; i < config->count; i++) {
		if (strcasecmp(config->devices[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* "heat-12345678", "heat-12345678-2" ... */
static void make_name(const struct scan_config *config, const struct scan_line *found,
		char name[CONFIG_NAME_MAX + 1])
{
	char text[SCAN_LINE_TEXT + 16], base[CONFIG_NAME_MAX + 1];
	if (found->has_identity) {
		snprintf(text, sizeof(text), "%.18s-%08X", found->medium, found->identity.id);
	} else {
		snprintf(text, sizeof(text), "meter-%d", found->address);
	}
	config_name_make(text, base);
	memcpy(name, base, sizeof(base));
	for (unsigned number = 2; is_taken(config, name); number++) {
		snprintf(name, CONFIG_NAME_MAX + 1, "%.26s-%u", base, number);
	}
}

/* Where it was heard, or else was the last time; -1: nowhere. New meters all have 0. */
static int address_of(const struct scan_line *found)
{
	int last = found->last_address > 0 ? found->last_address : -1;
	return found->address >= 0 ? found->address : last;
}

static bool shares_address(
		const struct scan_line *found, const struct scan_line *all, size_t count)
{
	int at = address_of(found);
	for (size_t i = 0; at >= 0 && i < count; i++) {
		if (&all[i] != found && address_of(&all[i]) == at) {
			return true;
		}
	}
	return false;
}

/* A primary address is that of nobody when several share it. */
static bool is_configured(const struct scan_config *config, const struct scan_line *found,
		const struct scan_line *all, size_t count)
{
	int at = address_of(found);
	bool own = !shares_address(found, all, count);
	for (size_t i = 0; i < config->count; i++) {
		const struct bus_address *address = &config->devices[i].address;
		if (!config->devices[i].has_address) {
			continue;
		}
		if (address->secondary
						? found->has_identity &&
								  mg_identity_match(&address->identity, &found->identity)
						: own && at == address->primary) {
			return true;
		}
	}
	return own && found->device[0] != '\0';
}

/* False when there is no way to name it on the wire. */
static bool choose_address(const struct scan_line *found, const struct scan_line *all,
		size_t count, struct bus_address *address)
{
	bool own = found->address > 0 && found->address <= MG_A_PRIMARY_LAST &&
			   !shares_address(found, all, count);
	*address = (struct bus_address){
		.secondary = !own,
		.primary = own ? (uint8_t)found->address : 0,
		.identity = found->identity,
	};
	return strcmp(found->state, "collision") != 0 && (own || found->has_identity);
}

/* What is written behind a semicolon must not end the line. */
static void put_comment(FILE *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		fputc((unsigned char)*c < 0x20 || *c == 0x7F ? ' ' : *c, out);
	}
}

static void put_section(const struct scan_config *config, FILE *out,
		const struct scan_line *found, const struct scan_config_device *device)
{
	char text[MG_IDENTITY_SIZE];
	fprintf(out, "\n[device %s/%s]\n", config->bus, device->name);
	if (found->has_identity) {
		fputs("; ", out);
		put_comment(out, found->maker);
		fprintf(out, "%s%s, %s\n", found->maker[0] != '\0' ? ", " : "", found->secondary,
				found->medium);
	}
	if (found->note[0] != '\0') {
		fputs("; ", out);
		put_comment(out, found->note);
		fputc('\n', out);
	}
	fprintf(out, "address = %s\n", bus_address_text(&device->address, text));
	if (config->baud != 0 && found->baud != 0 && found->baud != config->baud) {
		fprintf(out, "baud = %ld\n", found->baud);
	}
}

bool scan_config_write(struct scan_config *config, FILE *out,
		const struct scan_line *found, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bus_address address;
		char name[CONFIG_NAME_MAX + 1];
		if (is_configured(config, &found[i], found, count)) {
			continue;
		}
		if (!choose_address(&found[i], found, count, &address)) {
			config->left_out++;
			continue;
		}
		make_name(config, &found[i], name);
		struct scan_config_device *device = add(config);
		if (device == NULL) {
			return false;
		}
		memcpy(device->name, name, sizeof(name));
		device->address = address;
		device->has_address = true;
		put_section(config, out, &found[i], device);
		config->written++;
	}
	return true;
}

/* 0 or -errno; *mode is that of the file. The last line gets its end. */
static int copy_old(const char *path, int to, mode_t *mode)
{
	static const char line_end = '\n';
	char bytes[COPY_SIZE], last = '\n';
	struct stat status;
	ssize_t size;
	int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	int error = fstat(from, &status) == 0 ? 0 : errno;
	*mode = error == 0 ? status.st_mode & 07777 : *mode;
	while (error == 0 && (size = read(from, bytes, sizeof(bytes))) != 0) {
		errno = size < 0 ? errno : EIO;
		error = size < 0 || write(to, bytes, (size_t)size) != size ? errno : 0;
		last = size > 0 ? bytes[size - 1] : last;
	}
	if (error == 0 && last != '\n' && write(to, &line_end, 1) != 1) {
		error = errno;
	}
	close(from);
	return -error;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t count = write(fd, text, size);
		if (count <= 0) {
			return count < 0 ? -errno : -EIO;
		}
		text += count;
		size -= (size_t)count;
	}
	return 0;
}

/* A link stays one: what it leads to is replaced. */
static void follow(const char *path, char real[PATH_MAX])
{
	if (realpath(path, real) == NULL) {
		snprintf(real, PATH_MAX, "%s", path);
	}
}

bool scan_config_is_open(const char *path, int fd)
{
	struct stat named, open;
	return fd >= 0 && stat(path, &named) == 0 && fstat(fd, &open) == 0 &&
		   named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

/* The file is replaced, so it has to be readable, and its folder to be writable. */
int scan_config_writable(const char *path)
{
	char real[PATH_MAX];
	struct stat status;
	follow(path, real);
	if (stat(real, &status) == 0) {
		if (!S_ISREG(status.st_mode)) {
			return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
		}
		if (faccessat(AT_FDCWD, real, R_OK, AT_EACCESS) != 0) {
			return -errno;
		}
	} else if (errno != ENOENT) {
		return -errno;
	}
	return faccessat(AT_FDCWD, dirname(real), W_OK | X_OK, AT_EACCESS) == 0 ? 0 : -errno;
}

int scan_config_append(const char *path, const char *text, size_t size)
{
	char real[PATH_MAX], fresh[PATH_MAX + 16];
	mode_t mode = MODE_NEW;
	follow(path, real);
	snprintf(fresh, sizeof(fresh), "%s.XXXXXX", real);
	int fd = mkostemp(fresh, O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	int error = copy_old(real, fd, &mode);
	error = error != 0 ? error : write_all(fd, text, size);
	if (error == 0 && (fchmod(fd, mode) != 0 || fsync(fd) != 0)) {
		error = -errno;
	}
	if (close(fd) != 0 && error == 0) {
		error = -errno;
	}
	if (error == 0 && rename(fresh, real) != 0) {
		error = -errno;
	}
	if (error != 0) {
		unlink(fresh);
	}
	return error;
}
