/* SPDX-License-Identifier: MIT */
/* Who does a command: the gateway that serves the port, or the command line itself. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/forward.h"
#include "cli/forward_pattern.h"
#include "gateway/control_socket.h"
#include "gateway_bench.h"

/* A command line, and a gateway at the other end of a socket. */
struct bench {
	struct cli cli;
	struct cli_verb verb;
	struct cli_args args;
	char *out, *err;
	size_t out_size, err_size;
	int ends[2];
	struct forward_gateway gateway; /* at the other end */
	char asked[512];
	const char *answer;
	char folder[64], path[128];
	struct control_socket made;
	struct owner_folders folders;
	int claim;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->cli.out = open_memstream(&b->out, &b->out_size);
	b->cli.err = open_memstream(&b->err, &b->err_size);
	b->cli.json = true;
	b->verb = (struct cli_verb){ .name = "read", .usage = "TARGET [ADDRESS...]" };
	b->args.verb = &b->verb;
	b->made.fd = b->claim = -1;
	b->answer = "{\"id\":1}\n{\"done\":true,\"code\":0}\n";
	strcpy(b->folder, "/tmp/metergate-forward-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/control.sock", b->folder);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b->ends), 0);
	b->gateway.fd = b->ends[0];
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	owner_release(b->claim);
	control_socket_finish(&b->made, b->path);
	assert_int_equal(rmdir(b->folder), 0);
	fclose(b->cli.out);
	fclose(b->cli.err);
	free(b->out);
	free(b->err);
	close(b->ends[1]);
	free(b);
	return 0;
}

static void give(struct bench *b, const char *name, const char *value)
{
	b->args.given[b->args.given_count].name = name;
	b->args.given[b->args.given_count++].value = value;
}

/* The line that would be run, from words and the flags. */
static const char *sent(struct bench *b, const struct forward *forward,
		const char *const *words, size_t count)
{
	assert_int_equal(
			send(b->ends[1], b->answer, strlen(b->answer), 0), strlen(b->answer));
	assert_int_equal(
			forward_send(&b->cli, &b->args, forward, &b->gateway, words, count), 0);
	ssize_t got = recv(b->ends[1], b->asked, sizeof(b->asked) - 1, MSG_DONTWAIT);
	b->asked[got > 0 ? got : 0] = '\0';
	fflush(b->cli.out);
	return b->asked;
}

static void the_line_is_made_of_verb_words_and_flags(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	const char *const words[] = { "cellar", "5", "two words", "" };
	give(b, "fast", "");
	give(b, "mask", "1F \"x\"");
	assert_string_equal(sent(b, &forward, words, 4),
			"read cellar 5 \"two words\" \"\" --fast \"--mask=1F \\\"x\\\"\"\n");
	assert_string_equal(b->out, "{\"id\":1}\n");
}

static void flags_of_the_command_line_stay_here(void **state)
{
	static const char *const own[] = { "config", "key", "verbose", "direct", "json",
		"table", "help" };
	struct bench *b = *state;
	const struct forward forward = { .text = true };
	const char *const words[] = { "cellar" };
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		give(b, own[i], "x");
	}
	assert_string_equal(sent(b, &forward, words, 1), "read cellar --text\n");
}

static void control_characters_are_refused(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	const char *const words[] = { "cellar\nset-address cellar 1 2" };
	assert_int_equal(
			forward_send(&b->cli, &b->args, &forward, &b->gateway, words, 1), CLI_USAGE);
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, "control characters"));
	assert_int_equal(recv(b->ends[1], b->asked, 1, MSG_DONTWAIT), 0);
}

static void codes_and_results_are_the_gateways(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	const char *const words[] = { "cellar" };
	const char *answer = "{\"id\":1}\n{\"warning\":\"5: no answer\"}\n"
						 "{\"done\":true,\"code\":7}\n{\"id\":2}\n";
	assert_int_equal(send(b->ends[1], answer, strlen(answer), 0), strlen(answer));
	assert_int_equal(forward_send(&b->cli, &b->args, &forward, &b->gateway, words, 1), 7);
	fflush(b->cli.out);
	fflush(b->cli.err);
	assert_string_equal(b->out, "{\"id\":1}\n");
	assert_string_equal(b->err, "metergate read: 5: no answer\n");
}

static void a_gateway_that_goes_away_is_a_failure(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	const char *const words[] = { "cellar" };
	shutdown(b->ends[1], SHUT_WR);
	assert_int_equal(
			forward_send(&b->cli, &b->args, &forward, &b->gateway, words, 1), CLI_OTHER);
	fflush(b->cli.err);
	assert_string_equal(b->err,
			"metergate read: the gateway ended before it had answered (see its log, and "
			"start it again)\n");
}

static void a_scan_whose_gateway_goes_away_begins_again(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	const char *const words[] = { "cellar" };
	b->verb.name = "scan";
	shutdown(b->ends[1], SHUT_WR);
	assert_int_equal(
			forward_send(&b->cli, &b->args, &forward, &b->gateway, words, 1), CLI_OTHER);
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, "start it again); what it found so far stands, but "
								   "there is no token to go on with: begin the scan"));
}

static void a_change_whose_gateway_goes_away_may_have_been_made(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	const char *const words[] = { "cellar", "3", "30" };
	b->verb.name = "set-address";
	shutdown(b->ends[1], SHUT_WR);
	assert_int_equal(
			forward_send(&b->cli, &b->args, &forward, &b->gateway, words, 3), CLI_OTHER);
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, "it is unknown whether the meter was changed; ping or "
								   "read it at 3 and at 30 before you ask again"));
}

static void a_gateway_that_keeps_silent_is_named(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { .patience = 20000 };
	char wanted[256];
	b->verb.name = "status";
	strcpy(b->gateway.name, "cellar-pi");
	assert_int_equal(
			forward_send(&b->cli, &b->args, &forward, &b->gateway, NULL, 0), CLI_OTHER);
	fflush(b->cli.err);
	snprintf(wanted, sizeof(wanted),
			"metergate status: process %ld of gateway \"cellar-pi\" does not answer; it "
			"hangs or is stopped: see its log, end it with kill -9 %ld, and start it "
			"again\n",
			(long)getpid(), (long)getpid());
	assert_string_equal(b->err, wanted);
}

static void patterns_are_told_from_ports(void **state)
{
	(void)state;
	static const char *const patterns[] = { "cellar/*", "*/heat-*", "cellar/heat-1",
		"cellar/5", "c?/m1" };
	static const char *const others[] = { "cellar", "/dev/ttyUSB0", "./tty/1", "../tty",
		"tcp://host:1", "tty/link?baud=2400", "simulator://?meters=5" };
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		assert_true(forward_pattern_is(patterns[i]));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(forward_pattern_is(others[i]));
	}
}

/* A gateway "cellar-pi" that holds the port, with this control socket. */
static struct target hold(struct bench *b, const char *port, const char *control)
{
	struct owner_holder nobody;
	owner_folders_init(&b->folders, "");
	b->claim = owner_claim(&b->folders, port, "cellar-pi", "east", control, &nobody);
	assert_true(b->claim >= 0);
	return (struct target){ .bus = bench_bus("west", port) };
}

static char *own_port(char port[64], const char *name)
{
	snprintf(port, 64, "forward-test-%ld-%s", (long)getpid(), name);
	return port;
}

static void whoever_holds_the_port_is_asked(void **state)
{
	struct bench *b = *state;
	char port[64], why[256];
	struct forward_gateway found;
	assert_int_equal(control_socket_init(&b->made, b->path, why, sizeof(why)), 0);
	struct target target = hold(b, own_port(port, "held"), b->path);
	give(b, "verbose", "");
	assert_int_equal(forward_find(&b->cli, &b->args, &target, &found), CLI_OK);
	assert_true(found.fd >= 0);
	assert_string_equal(found.name, "cellar-pi");
	assert_string_equal(found.bus, "east");
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, "gateway \"cellar-pi\" is asked"));
	close(found.fd);
	target_finish(&target);
}

static void a_free_port_is_nobodys(void **state)
{
	struct bench *b = *state;
	char port[64];
	struct forward_gateway found;
	struct target target = { .bus = bench_bus("west", own_port(port, "free")) };
	assert_int_equal(forward_find(&b->cli, &b->args, &target, &found), CLI_OK);
	assert_int_equal(found.fd, -1);
	target_finish(&target);
}

static void without_a_usable_socket_the_port_is_busy(void **state)
{
	struct bench *b = *state;
	char port[64];
	struct forward_gateway found;
	struct target target = hold(b, own_port(port, "none"), "");
	assert_int_equal(forward_find(&b->cli, &b->args, &target, &found), CLI_BUSY);
	assert_int_equal(found.fd, -1);
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, "is served by gateway \"cellar-pi\" as bus \"east\""));
	assert_non_null(strstr(b->err, "it has no control socket"));
	owner_release(b->claim);
	target_finish(&target);

	target = hold(b, own_port(port, "gone"), b->path);
	assert_int_equal(forward_find(&b->cli, &b->args, &target, &found), CLI_BUSY);
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, "/control.sock cannot be used: No such file"));
	target_finish(&target);
}

static void an_address_is_wanted(void **state)
{
	struct bench *b = *state;
	assert_int_equal(forward_run(&b->cli, &b->args), CLI_USAGE);
	fflush(b->cli.err);
	assert_string_equal(b->err,
			"metergate read: want TARGET [ADDRESS...]; see metergate read --help\n");
}

static char *write_config(struct bench *b, const char *control)
{
	char *path = NULL;
	assert_true(asprintf(&path, "%s/gateway.ini", b->folder) > 0);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "[gateway]\nname = x\ncontrol = %s\n", control);
	fclose(file);
	return path;
}

static void without_a_gateway_it_is_said_how_to_start_one(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	char *config = write_config(b, b->path);
	give(b, "config", config);
	assert_int_equal(forward_to_gateway(&b->cli, &b->args, &forward), CLI_OTHER);
	fflush(b->cli.err);
	assert_non_null(strstr(b->err, b->path));
	assert_non_null(strstr(b->err, "start one with `metergate run`"));
	unlink(config);
	assert_int_equal(forward_to_gateway(&b->cli, &b->args, &forward), CLI_CONFIG);
	free(config);
}

static void *serve_one(void *data)
{
	struct bench *b = data;
	int fd = -1;
	struct pollfd knock = { .fd = b->made.fd, .events = POLLIN };
	if (poll(&knock, 1, 20000) == 1) {
		fd = accept(b->made.fd, NULL, NULL);
	}
	ssize_t got = 1;
	size_t size = 0;
	while (got > 0 && memchr(b->asked, '\n', size) == NULL) {
		got = recv(fd, b->asked + size, sizeof(b->asked) - 1 - size, 0);
		size += got > 0 ? (size_t)got : 0;
	}
	b->asked[size] = '\0';
	got = send(fd, b->answer, strlen(b->answer), MSG_NOSIGNAL);
	close(fd);
	return got > 0 ? data : NULL;
}

static void the_gateway_of_the_configuration_is_asked(void **state)
{
	struct bench *b = *state;
	const struct forward forward = { 0 };
	char why[256], *operands[] = { "cellar" }, *config = write_config(b, b->path);
	pthread_t gateway;
	void *worked;
	assert_int_equal(control_socket_init(&b->made, b->path, why, sizeof(why)), 0);
	assert_int_equal(pthread_create(&gateway, NULL, serve_one, b), 0);
	b->verb.name = "devices";
	b->args.operands = operands;
	b->args.operand_count = 1;
	give(b, "config", config);
	assert_int_equal(forward_to_gateway(&b->cli, &b->args, &forward), 0);
	assert_int_equal(pthread_join(gateway, &worked), 0);
	assert_non_null(worked);
	assert_string_equal(b->asked, "devices cellar\n");
	fflush(b->cli.out);
	assert_string_equal(b->out, "{\"id\":1}\n");
	unlink(config);
	free(config);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_line_is_made_of_verb_words_and_flags),
		TEST(flags_of_the_command_line_stay_here),
		TEST(control_characters_are_refused),
		TEST(codes_and_results_are_the_gateways),
		TEST(a_gateway_that_goes_away_is_a_failure),
		TEST(a_scan_whose_gateway_goes_away_begins_again),
		TEST(a_change_whose_gateway_goes_away_may_have_been_made),
		TEST(a_gateway_that_keeps_silent_is_named),
		TEST(patterns_are_told_from_ports),
		TEST(whoever_holds_the_port_is_asked),
		TEST(a_free_port_is_nobodys),
		TEST(without_a_usable_socket_the_port_is_busy),
		TEST(an_address_is_wanted),
		TEST(without_a_gateway_it_is_said_how_to_start_one),
		TEST(the_gateway_of_the_configuration_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
