/* SPDX-License-Identifier: MIT */
/* What lines are appended to: a regular file, standard output, a pipe or a device. */
#ifndef FILE_OUTPUT_H
#define FILE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Longest torn last line that is cut off; a longer one is not of our making. */
#define OUTPUT_TORN_LARGEST (16u << 20)

struct output {
	int fd;        /* -1 while closed */
	bool regular;  /* a file that can be cut and synchronised; not so standard output */
	bool standard; /* standard output */
	off_t size;    /* regular files: after the last whole line */
	bool ragged;   /* regular files: there are bytes behind `size` still to be cut off */
	off_t cut;     /* bytes of a torn last line that output_open() cut off */
};

/*
 * Opens `path` for appending, and makes it with `mode`, whatever the umask, when it is
 * not there; "-" is standard output. A regular file is locked against other writers, and
 * a torn last line is cut off. `first` is the character that a line must begin with to be
 * cut off, or 0 for any. -EWOULDBLOCK  somebody else has locked it -ENXIO        a pipe
 * that nobody reads -EISDIR       a folder -EMEDIUMTYPE  its end is not that of a file of
 * lines and whatever open(2) says. 0, else `output` is closed.
 */
int output_open(struct output *output, const char *path, mode_t mode, char first);
void output_close(struct output *output);

/* Regular files. Whether it was deleted under its name; also learns its present size. */
bool output_gone(struct output *output);

/* Regular files. Appends; *written says how much, also on errors. 0 or -errno. */
int output_append(struct output *output, const char *data, size_t size, size_t *written);

/* Regular files. Cuts off what is behind `size`. What fails is tried again by the next
 * output_append(), which writes nothing before. */
int output_cut(struct output *output, off_t size);

/* Regular files. 0 or -errno; nothing to do for others. */
int output_sync(struct output *output);

/* path.1 becomes path.2 and so on up to path.`keep`, whose former content goes; `path`
 * becomes path.1. 0 or -errno; then `path` has not moved. */
int output_rotate(const char *path, unsigned keep);

/* Makes the names in the folder of `path` durable. 0 or -errno. */
int output_sync_folder(const char *path);

/* Length of the folder in `path`, 0 when it names none. */
size_t output_folder(const char *path);

#endif
