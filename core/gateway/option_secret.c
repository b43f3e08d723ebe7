/* SPDX-License-Identifier: MIT */
/* Fetches secrets from where the configuration says they are kept. */
#include "gateway/option_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char file_prefix[] = "file:";
static const char credential_prefix[] = "credential:";

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool option_secret_inline(const char *value)
{
	return !has_prefix(value, file_prefix) && !has_prefix(value, credential_prefix);
}

static bool join(char *path, const char *folder, const char *name)
{
	int length = name[0] == '/' || folder == NULL
						 ? snprintf(path, PATH_MAX, "%s", name)
						 : snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return length < PATH_MAX;
}

/* Whether the file is one, and is seen by nobody whom it does not concern. */
static bool guarded(int fd, const char *path, bool credential, char *why, size_t size)
{
	struct stat status;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		snprintf(why, size, "%s is no regular file", path);
		return false;
	}
	if (!credential && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		snprintf(why, size,
				"%s holds a secret, but others than its owner may use it (mode %04o); "
				"run: chmod 600 %s",
				path, status.st_mode & 07777u, path);
		return false;
	}
	return true;
}

/* All of a small file as one string. */
static bool read_all(
		int fd, const char *path, char *secret, size_t room, char *why, size_t size)
{
	size_t length = 0;
	ssize_t count;
	while ((count = read(fd, secret + length, room - length)) > 0 && length < room) {
		length += (size_t)count;
	}
	if (count < 0) {
		snprintf(why, size, "%s cannot be read: %s", path, strerror(errno));
		return false;
	}
	if (length >= room) {
		snprintf(why, size, "%s has more than %zu bytes, too many for a secret", path,
				room - 1);
		return false;
	}
	while (length > 0 && (secret[length - 1] == '\n' || secret[length - 1] == '\r')) {
		length--;
	}
	secret[length] = '\0';
	if (length == 0 || memchr(secret, '\0', length) != NULL) {
		snprintf(why, size, "%s is %s", path, length == 0 ? "empty" : "no text: a NUL");
		return false;
	}
	return true;
}

static bool read_file(const char *path, bool credential, char *secret, size_t room,
		char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		snprintf(why, size, "%s cannot be opened: %s", path, strerror(errno));
		return false;
	}
	bool fine = guarded(fd, path, credential, why, size) &&
				read_all(fd, path, secret, room, why, size);
	close(fd);
	return fine;
}

static bool credential_path(char *path, const char *name, char *why, size_t size)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	if (folder == NULL || folder[0] == '\0') {
		snprintf(why, size,
				"credential:%s needs a service manager that sets CREDENTIALS_DIRECTORY: "
				"LoadCredential=%s:PATH in the unit of systemd",
				name, name);
		return false;
	}
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
		snprintf(why, size, "credential: wants a name without /");
		return false;
	}
	if (!join(path, folder, name)) {
		snprintf(why, size, "the path of the credential is too long");
		return false;
	}
	return true;
}

bool option_secret_read(const char *value, const char *folder, char *secret,
		size_t secret_size, char *why, size_t size)
{
	char path[PATH_MAX];
	bool credential = has_prefix(value, credential_prefix);
	if (credential) {
		const char *name = value + strlen(credential_prefix);
		if (!credential_path(path, name, why, size)) {
			return false;
		}
	} else if (value[strlen(file_prefix)] == '\0') {
		snprintf(why, size, "file: wants a path, as in file:/etc/metergate/password");
		return false;
	} else if (!join(path, folder, value + strlen(file_prefix))) {
		snprintf(why, size, "the path is too long");
		return false;
	}
	return read_file(path, credential, secret, secret_size, why, size);
}
