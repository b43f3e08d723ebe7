/* SPDX-License-Identifier: MIT */
/* A folder with files of a configuration, for tests. */
#ifndef CONFIG_BENCH_H
#define CONFIG_BENCH_H

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/config.h"

struct config_bench {
	char folder[64];
	char path[PATH_MAX]; /* of the main file */
	struct config_errors errors;
	struct config *config;
	char *printed; /* the errors, with the folder left out */
};

static inline struct config_bench *config_bench_create(void)
{
	struct config_bench *bench = calloc(1, sizeof(*bench));
	assert_non_null(bench);
	strcpy(bench->folder, "/tmp/metergate-config-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->path, sizeof(bench->path), "%s/main.ini", bench->folder);
	config_errors_init(&bench->errors);
	return bench;
}

static inline int config_bench_remove(
		const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
	(void)status;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void config_bench_destroy(struct config_bench *bench)
{
	config_destroy(bench->config);
	config_errors_finish(&bench->errors);
	nftw(bench->folder, config_bench_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(bench->printed);
	free(bench);
}

static inline void config_bench_write(
		struct config_bench *bench, const char *name, const char *text)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	fclose(file);
	assert_int_equal(chmod(path, 0600), 0);
}

static inline void config_bench_print(struct config_bench *bench)
{
	size_t size;
	free(bench->printed);
	FILE *out = open_memstream(&bench->printed, &size);
	assert_non_null(out);
	config_errors_print(&bench->errors, out);
	fclose(out);
	size_t folder = strlen(bench->folder) + 1;
	char *found;
	while ((found = strstr(bench->printed, bench->folder)) != NULL) {
		memmove(found, found + folder, strlen(found + folder) + 1);
	}
}

/* Writes and loads the main file, and prints the errors. */
static inline void config_bench_load(struct config_bench *bench, const char *text)
{
	config_bench_write(bench, "main.ini", text);
	bench->config = config_load(bench->path, &bench->errors);
	config_bench_print(bench);
}

#endif
