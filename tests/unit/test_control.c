/* SPDX-License-Identifier: MIT */
/* Clients of the control socket: their lines, their limits, and how they leave. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus_bench.h"
#include "gateway/control.h"
#include "gateway/control_socket.h"
#include "gateway/tap.h"

#define TEXT_SIZE 65536

struct door {
	struct bench bench;
	char folder[64], path[128];
	struct tap tap;
	size_t running;
	struct command_world world;
	struct control *control;
	int fd; /* of the client that is looked at */
	char text[TEXT_SIZE];
	size_t size;
	const char *wanted; /* what bench_wait() looks for in `text` */
	bool ended;         /* the other side has closed */
	size_t want_running;
	int quiet; /* looks in a row at which nothing had come */
};

static int set_up(void **state)
{
	struct door *d = calloc(1, sizeof(*d));
	assert_non_null(d);
	strcpy(d->folder, "/tmp/metergate-control-XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	snprintf(d->path, sizeof(d->path), "%s/control.sock", d->folder);
	bench_init(&d->bench);
	d->world = (struct command_world){
		.gateway = "cellar-pi",
		.state_dir = "",
		.loop = d->bench.loop,
		.running = &d->running,
		.tap = &d->tap,
	};
	d->control = control_create(d->bench.loop, NULL, d->path, &d->world);
	assert_non_null(d->control);
	d->fd = -1;
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	struct door *d = *state;
	control_destroy(d->control);
	assert_int_equal(d->running, 0);
	bench_finish(&d->bench);
	if (d->fd >= 0) {
		close(d->fd);
	}
	assert_int_equal(rmdir(d->folder), 0);
	free(d);
	return 0;
}

static int join(struct door *d)
{
	int fd = control_socket_connect(d->path);
	assert_true(fd >= 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Takes what has come for the client. */
static void look(struct door *d)
{
	ssize_t got = recv(d->fd, d->text + d->size, TEXT_SIZE - 1 - d->size, MSG_DONTWAIT);
	d->ended = d->ended || got == 0 || (got < 0 && errno == ECONNRESET);
	d->size += got > 0 ? (size_t)got : 0;
	d->text[d->size] = '\0';
}

static bool has_wanted(void *data)
{
	struct door *d = data;
	look(d);
	return strstr(d->text, d->wanted) != NULL;
}

static bool has_ended(void *data)
{
	struct door *d = data;
	look(d);
	return d->ended;
}

static bool so_many_run(void *data)
{
	const struct door *d = data;
	return d->running == d->want_running;
}

static void wait_for(struct door *d, const char *text)
{
	d->wanted = text;
	if (!bench_wait(&d->bench, has_wanted, d)) {
		fail_msg("\"%s\" did not come, but: %s", text, d->text);
	}
}

static void wait_running(struct door *d, size_t count)
{
	d->want_running = count;
	assert_true(bench_wait(&d->bench, so_many_run, d));
}

static void a_line_is_answered_by_lines(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "status\n");
	wait_for(d, "\"done\"");
	assert_string_equal(
			d->text, "{\"gateway\":\"cellar-pi\"}\n{\"done\":true,\"code\":0}\n");
}

static void commands_follow_each_other(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "status\r\n\nfrobnicate\nstat");
	wait_for(d, "\"error\"");
	say(d->fd, "us --text\n");
	wait_for(d, "gateway cellar-pi");
	wait_for(d, "\"done\":true,\"code\":0}\n{\"error\":\"there is no command "
				"\\\"frobnicate\\\"\",\"code\":2}\n{\"text\"");
	assert_int_equal(control_counters(d->control)->connections, 1);
	assert_int_equal(control_counters(d->control)->commands, 3);
}

/* As `echo status | nc -U` does it. */
static void the_end_of_the_input_is_not_the_end_of_the_answer(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "devices\nstatus");
	shutdown(d->fd, SHUT_WR);
	assert_true(bench_wait(&d->bench, has_ended, d));
	assert_string_equal(d->text,
			"{\"done\":true,\"code\":0,\"devices\":0}\n{\"gateway\":\"cellar-pi\"}\n"
			"{\"done\":true,\"code\":0}\n");
}

/* "set-address cellar 5 70" may have been cut off behind the 7. */
static void a_change_without_its_end_is_not_made(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "status\nset-address cellar 5 7");
	shutdown(d->fd, SHUT_WR);
	assert_true(bench_wait(&d->bench, has_ended, d));
	assert_non_null(
			strstr(d->text, "{\"error\":\"the line has no end, so a part of it may be "
							"missing: nothing was done"));
	assert_int_equal(control_counters(d->control)->commands, 1);
}

static void the_file_is_for_user_and_group(void **state)
{
	struct door *d = *state;
	struct stat status;
	assert_int_equal(stat(d->path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0660);
}

static void a_line_that_is_too_long_is_refused(void **state)
{
	struct door *d = *state;
	char *line = malloc(3 * COMMAND_LINE_MAX);
	assert_non_null(line);
	d->fd = join(d);
	memset(line, 'x', 3 * COMMAND_LINE_MAX);
	strcpy(line + 3 * COMMAND_LINE_MAX - 2, "\n");
	say(d->fd, line);
	say(d->fd, "status\n");
	wait_for(d, "\"done\"");
	assert_string_equal(d->text,
			"{\"error\":\"the line is longer than 8192 bytes\",\"code\":2}\n"
			"{\"gateway\":\"cellar-pi\"}\n{\"done\":true,\"code\":0}\n");
	assert_int_equal(control_counters(d->control)->overlong, 1);
	free(line);
}

static void a_line_with_a_nul_byte_is_refused(void **state)
{
	static const char line[] = "status\0 of something\n";
	struct door *d = *state;
	d->fd = join(d);
	assert_int_equal(send(d->fd, line, sizeof(line) - 1, 0), sizeof(line) - 1);
	say(d->fd, "status\n");
	wait_for(d, "\"done\"");
	assert_string_equal(d->text,
			"{\"error\":\"the line has a NUL byte in it\",\"code\":2}\n"
			"{\"gateway\":\"cellar-pi\"}\n{\"done\":true,\"code\":0}\n");
}

static void the_longest_line_is_read(void **state)
{
	struct door *d = *state;
	char line[COMMAND_LINE_MAX + 2];
	d->fd = join(d);
	memset(line, ' ', COMMAND_LINE_MAX);
	memcpy(line, "status", 6);
	strcpy(line + COMMAND_LINE_MAX, "\n");
	say(d->fd, line);
	wait_for(d, "\"done\"");
	assert_int_equal(control_counters(d->control)->overlong, 0);
}

static void a_client_too_many_is_told_so(void **state)
{
	struct door *d = *state;
	int others[CONTROL_CLIENTS_MAX];
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		others[i] = join(d);
	}
	d->fd = join(d);
	assert_true(bench_wait(&d->bench, has_ended, d));
	assert_string_equal(d->text,
			"{\"error\":\"32 connections are open already; try again when one of them "
			"has ended\",\"code\":10}\n");
	assert_int_equal(control_counters(d->control)->refused, 1);
	assert_int_equal(control_counters(d->control)->connections, 32);
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		close(others[i]);
	}
}

static void hanging_up_cancels(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "monitor\n");
	wait_running(d, 1);
	assert_non_null(d->tap.first);
	close(d->fd);
	d->fd = -1;
	wait_running(d, 0);
	assert_null(d->tap.first);
}

/* The input has ended before, so that no event tells of the end. */
static void hanging_up_behind_the_end_of_the_input_cancels(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "monitor\n");
	shutdown(d->fd, SHUT_WR);
	wait_running(d, 1);
	close(d->fd);
	d->fd = -1;
	wait_running(d, 0);
}

/* The gateway comes to their lines later, as it does when it was stopped meanwhile. */
static void what_those_asked_who_have_left_is_not_done(void **state)
{
	struct door *d = *state;
	int gone = join(d);
	say(gone, "monitor\n");
	close(gone);
	d->fd = join(d);
	say(d->fd, "status\n");
	wait_for(d, "\"done\"");
	assert_int_equal(control_counters(d->control)->connections, 2);
	assert_int_equal(control_counters(d->control)->commands, 1);
}

static void the_word_cancel_ends_a_command(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "cancel\nmonitor\n");
	wait_running(d, 1);
	assert_int_equal(d->size, 0);
	say(d->fd, "cancel\r\nstatus\n");
	wait_for(d, "\"code\":0}");
	assert_string_equal(d->text,
			"{\"progress\":\"stopping\"}\n"
			"{\"done\":true,\"code\":130,\"shown\":0,\"dropped\":0}\n"
			"{\"gateway\":\"cellar-pi\"}\n{\"done\":true,\"code\":0}\n");
}

/* About 300 bytes each as JSON. */
static void publish(struct door *d, int count)
{
	char message[200];
	memset(message, 'm', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	for (int i = 0; i < count; i++) {
		struct reading *event =
				reading_create_event("bus_up", "cellar", "", 1000000, message);
		assert_non_null(event);
		tap_show(&d->tap, event);
		reading_unref(event);
	}
}

/* Takes all that waits, and forgets it. */
static bool is_quiet(void *data)
{
	struct door *d = data;
	d->size = 0;
	look(d);
	d->quiet = d->size == 0 ? d->quiet + 1 : 0;
	return d->quiet == 3;
}

static void a_slow_client_loses_events_and_is_told_how_many(void **state)
{
	struct door *d = *state;
	d->fd = join(d);
	say(d->fd, "monitor\n");
	wait_running(d, 1);
	publish(d, 10000);
	assert_true(bench_wait(&d->bench, is_quiet, d));
	publish(d, 1);
	wait_for(d, "{\"warning\":\"");
	wait_for(d, " of the readings and events left out: not taken fast enough\"");
	say(d->fd, "cancel\n");
	wait_for(d, "\"dropped\":");
	assert_int_equal(control_counters(d->control)->cut_off, 0);
}

/* Some 1 MB, and more than a client may let wait after a few of them. */
static void write_much(void *data, FILE *out, bool text)
{
	(void)data;
	(void)text;
	fputs("\"much\":\"", out);
	for (int i = 0; i < 1000000; i++) {
		fputc('x', out);
	}
	fputc('"', out);
}

static bool is_cut_off(void *data)
{
	const struct door *d = data;
	return control_counters(d->control)->cut_off == 1;
}

static void who_takes_no_answers_at_all_is_cut_off(void **state)
{
	struct door *d = *state;
	int fd = join(d);
	d->world.status = write_much;
	for (int i = 0; i < 10; i++) {
		say(fd, "status\n");
	}
	assert_true(bench_wait(&d->bench, is_cut_off, d));
	close(fd);
	d->world.status = NULL;
	d->fd = join(d);
	say(d->fd, "status\n");
	wait_for(d, "\"done\"");
}

static void a_stop_cancels_answers_and_closes(void **state)
{
	struct door *d = *state;
	struct stat status;
	d->fd = join(d);
	say(d->fd, "monitor\n");
	wait_running(d, 1);
	control_stop(d->control);
	assert_int_equal(stat(d->path, &status), -1);
	assert_int_equal(control_socket_connect(d->path), -ENOENT);
	assert_true(bench_wait(&d->bench, has_ended, d));
	assert_non_null(strstr(d->text, "{\"warning\":\"the gateway stops before"));
	assert_non_null(strstr(d->text, "{\"done\":true,\"code\":130,"));
}

static void commands_have_a_limit_over_all_clients(void **state)
{
	struct door *d = *state;
	d->running = COMMAND_RUNNING_MAX;
	d->fd = join(d);
	say(d->fd, "status\n");
	wait_for(d, "\"error\"");
	assert_non_null(strstr(d->text, "64 commands run already"));
	assert_non_null(strstr(d->text, "\"code\":10"));
	d->running = 0;
}

static void without_a_folder_there_is_none(void **state)
{
	struct door *d = *state;
	char path[160];
	snprintf(path, sizeof(path), "%s/none/at/all.sock", d->folder);
	assert_null(control_create(d->bench.loop, NULL, path, &d->world));
	assert_null(control_create(d->bench.loop, NULL, d->path, &d->world));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_answered_by_lines),
		TEST(commands_follow_each_other),
		TEST(the_end_of_the_input_is_not_the_end_of_the_answer),
		TEST(a_change_without_its_end_is_not_made),
		TEST(the_file_is_for_user_and_group),
		TEST(a_line_that_is_too_long_is_refused),
		TEST(a_line_with_a_nul_byte_is_refused),
		TEST(the_longest_line_is_read),
		TEST(a_client_too_many_is_told_so),
		TEST(hanging_up_cancels),
		TEST(hanging_up_behind_the_end_of_the_input_cancels),
		TEST(what_those_asked_who_have_left_is_not_done),
		TEST(the_word_cancel_ends_a_command),
		TEST(a_slow_client_loses_events_and_is_told_how_many),
		TEST(who_takes_no_answers_at_all_is_cut_off),
		TEST(a_stop_cancels_answers_and_closes),
		TEST(commands_have_a_limit_over_all_clients),
		TEST(without_a_folder_there_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
