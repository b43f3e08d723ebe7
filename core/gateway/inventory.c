/* SPDX-License-Identifier: MIT */
/* The meters that scans have found, in a file. */
#include "gateway/inventory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0640
#define ROOM_FIRST 64
#define DAMAGED_MAX                                                                      \
	((size_t)1024 * 1024) /* bytes that are kept of lines that are not read */

/* What to do about it; there may always be another state_dir. */
static const struct {
	int error;
	const char *step;
} steps[] = {
	{ ENOENT, "create the folder, or " },
	{ EACCES, "let this user read and write there, or " },
	{ EPERM, "let this user read and write there, or " },
	{ ENOSPC, "make room there, or " },
	{ EISDIR, "move that away, or " },
	{ ELOOP, "move that away, or " },
	{ EWOULDBLOCK, "another scan writes it just now: wait for its end, or " },
};

static int say(char *why, int error, const char *path, const char *text)
{
	const char *step = "";
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		step = steps[i].error == error ? steps[i].step : step;
	}
	snprintf(why, INVENTORY_WHY_SIZE,
			"%s: %s: %s; %sset another `state_dir` in [gateway]", path, text,
			strerror(error), step);
	return -error;
}

static bool same_identity(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

static struct inventory_meter *add(struct inventory *inventory)
{
	if (inventory->count == INVENTORY_METERS_MAX) {
		return NULL;
	}
	if (inventory->count == inventory->room) {
		size_t room = inventory->room == 0 ? ROOM_FIRST : inventory->room * 2;
		struct inventory_meter *meters =
				reallocarray(inventory->meters, room, sizeof(*meters));
		if (meters == NULL) {
			return NULL;
		}
		inventory->meters = meters;
		inventory->room = room;
	}
	return &inventory->meters[inventory->count++];
}

/* Keeps a line as it is; false when memory is short or too much is damaged. */
static bool put_aside(struct inventory *inventory, const char *line, size_t size)
{
	if (inventory->damaged_size + size + 1 > DAMAGED_MAX) {
		return false;
	}
	char *damaged = realloc(inventory->damaged, inventory->damaged_size + size + 1);
	if (damaged == NULL) {
		return false;
	}
	memcpy(damaged + inventory->damaged_size, line, size);
	damaged[inventory->damaged_size + size] = '\n';
	inventory->damaged = damaged;
	inventory->damaged_size += size + 1;
	inventory->damaged_count++;
	return true;
}

static bool take_line(
		struct inventory *inventory, const char *line, size_t size, unsigned number)
{
	struct inventory_meter meter;
	const char *why = "its length";
	if (size <= INVENTORY_LINE_MAX && strlen(line) == size &&
			inventory_line_read(line, &meter, &why)) {
		struct inventory_meter *added = add(inventory);
		if (added != NULL) {
			*added = meter;
		}
		return added != NULL;
	}
	if (inventory->warning[0] == '\0') {
		snprintf(inventory->warning, sizeof(inventory->warning),
				"%s:%u: %s is not as this program writes it; the line is kept in %s",
				inventory->path, number, why, INVENTORY_ASIDE);
	}
	return put_aside(inventory, line, size);
}

static int read_lines(struct inventory *inventory, FILE *file)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	unsigned number = 0;
	bool good = true;
	errno = 0;
	while (good && (length = getline(&line, &room, file)) > 0) {
		size_t size = (size_t)length - (line[length - 1] == '\n');
		line[size] = '\0';
		good = size == 0 || take_line(inventory, line, size, ++number);
	}
	free(line);
	if (!good) {
		return ENOMEM;
	}
	return ferror(file) ? (errno != 0 ? errno : EIO) : 0;
}

int inventory_load(
		struct inventory *inventory, const char *state_dir, char why[INVENTORY_WHY_SIZE])
{
	*inventory = (struct inventory){ .path = NULL };
	if (asprintf(&inventory->path, "%s/%s", state_dir, INVENTORY_FILE) < 0) {
		inventory->path = NULL;
		return say(why, ENOMEM, state_dir, "the inventory cannot be read");
	}
	int fd = open(inventory->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		return errno == ENOENT
					   ? 0
					   : say(why, errno, inventory->path, "the inventory cannot be read");
	}
	FILE *file = fdopen(fd, "r");
	if (file == NULL) {
		close(fd);
		return say(why, ENOMEM, inventory->path, "the inventory cannot be read");
	}
	int error = read_lines(inventory, file);
	fclose(file);
	return error == 0 ? 0
					  : say(why, error, inventory->path, "the inventory cannot be read");
}

void inventory_finish(struct inventory *inventory)
{
	free(inventory->path);
	free(inventory->meters);
	free(inventory->damaged);
	*inventory = (struct inventory){ .path = NULL };
}

size_t inventory_known(const struct inventory *inventory, const char *bus,
		struct mg_identity *identities, size_t room)
{
	size_t count = 0;
	for (size_t i = 0; i < inventory->count; i++) {
		if (strcmp(inventory->meters[i].bus, bus) != 0) {
			continue;
		}
		if (count < room) {
			identities[count] = inventory->meters[i].identity;
		}
		count++;
	}
	return count;
}

/* The one it is, that has not been answered for yet; with its address, or with any. */
static struct inventory_meter *find(struct inventory *inventory, const char *bus,
		const struct scan_found *found, bool any_address)
{
	for (size_t i = 0; i < inventory->count; i++) {
		struct inventory_meter *meter = &inventory->meters[i];
		bool same = found->has_identity
							? same_identity(&meter->identity, &found->identity)
							: !any_address && found->address >= 0;
		if (same && !meter->answered && strcmp(meter->bus, bus) == 0 &&
				(any_address || meter->address == found->address)) {
			return meter;
		}
	}
	return NULL;
}

static void update(
		struct inventory_meter *meter, const struct scan_found *found, const char *time)
{
	meter->answered = true;
	snprintf(meter->last_seen, sizeof(meter->last_seen), "%s", time);
	if (found->has_identity) {
		meter->address = found->address >= 0 ? found->address : meter->address;
		meter->baud = found->baud;
		meter->secondary = found->secondary;
	}
}

static void note_old(struct inventory *inventory, const char *bus,
		const struct scan_found *found, bool *noted, const char *time, bool any_address)
{
	struct inventory_meter *meter;
	/* Who does not say who it is may be any of those that have the address. */
	while ((!*noted || !found->has_identity) &&
			(meter = find(inventory, bus, found, any_address)) != NULL) {
		update(meter, found, time);
		*noted = true;
	}
}

static int note_new(struct inventory *inventory, const char *bus,
		const struct scan_found *found, const char *time)
{
	if (!found->has_identity || found->state != SCAN_CONFIRMED) {
		return 0;
	}
	struct inventory_meter *meter = add(inventory);
	if (meter == NULL) {
		return -ENOSPC;
	}
	*meter = (struct inventory_meter){ .identity = found->identity, .address = -1 };
	snprintf(meter->bus, sizeof(meter->bus), "%s", bus);
	snprintf(meter->first_seen, sizeof(meter->first_seen), "%s", time);
	update(meter, found, time);
	return 0;
}

static void write_time(int64_t now, char text[INVENTORY_TIME_SIZE])
{
	time_t seconds = (time_t)now;
	struct tm parts;
	if (gmtime_r(&seconds, &parts) == NULL ||
			strftime(text, INVENTORY_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
		snprintf(text, INVENTORY_TIME_SIZE, "1970-01-01T00:00:00Z");
	}
}

int inventory_note(struct inventory *inventory, const char *bus,
		const struct scan_found *found, size_t count, int64_t now)
{
	char time[INVENTORY_TIME_SIZE];
	bool *noted = calloc(count + 1, sizeof(*noted));
	int result = 0;
	if (noted == NULL) {
		return -ENOMEM;
	}
	write_time(now, time);
	for (int any_address = 0; any_address <= 1; any_address++) {
		for (size_t i = 0; i < count; i++) {
			note_old(inventory, bus, &found[i], &noted[i], time, any_address);
		}
	}
	for (size_t i = 0; i < count && result == 0; i++) {
		result = noted[i] ? 0 : note_new(inventory, bus, &found[i], time);
	}
	free(noted);
	return result;
}

/* 0 or errno. */
static int flush(FILE *file)
{
	errno = 0;
	bool failed = ferror(file) || fflush(file) != 0 || fsync(fileno(file)) != 0;
	return !failed ? 0 : (errno != 0 ? errno : EIO);
}

static int save_damaged(const struct inventory *inventory, int folder)
{
	if (inventory->damaged_size == 0) {
		return 0;
	}
	int fd = openat(folder, INVENTORY_ASIDE,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, MODE);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "a");
	if (file == NULL) {
		return errno;
	}
	fwrite(inventory->damaged, 1, inventory->damaged_size, file);
	int error = flush(file);
	return fclose(file) != 0 && error == 0 ? errno : error;
}

static void write_lines(const struct inventory *inventory, FILE *file)
{
	char line[INVENTORY_LINE_MAX + 1];
	for (size_t i = 0; i < inventory->count; i++) {
		if (inventory_line_write(&inventory->meters[i], line, sizeof(line))) {
			fprintf(file, "%s\n", line);
		}
	}
}

static int save_lines(const struct inventory *inventory, int folder)
{
	static const char name[] = INVENTORY_FILE ".new";
	unlinkat(folder, name, 0);
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if (file == NULL) {
		return errno;
	}
	write_lines(inventory, file);
	int error = flush(file);
	if (error == 0 && fchmod(fileno(file), MODE) != 0) {
		error = errno;
	}
	error = fclose(file) != 0 && error == 0 ? errno : error;
	if (error == 0 && renameat(folder, name, folder, INVENTORY_FILE) != 0) {
		error = errno;
	}
	if (error != 0) {
		unlinkat(folder, name, 0);
	}
	return error != 0 || fsync(folder) == 0 ? error : errno;
}

int inventory_save(struct inventory *inventory, char why[INVENTORY_WHY_SIZE])
{
	char path[PATH_MAX];
	int length = (int)(strlen(inventory->path) - strlen("/" INVENTORY_FILE));
	snprintf(path, sizeof(path), "%.*s", length, inventory->path);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		return say(why, errno, path, "the inventory cannot be written");
	}
	/* Held by a scan of another process for as long as it writes. */
	int error = flock(folder, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
	error = error != 0 ? error : save_damaged(inventory, folder);
	error = error != 0 ? error : save_lines(inventory, folder);
	close(folder);
	if (error != 0) {
		return say(why, error, inventory->path, "the inventory cannot be written");
	}
	free(inventory->damaged);
	inventory->damaged = NULL;
	inventory->damaged_size = inventory->damaged_count = 0;
	return 0;
}
