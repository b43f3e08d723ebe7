/* SPDX-License-Identifier: MIT */
/* Doors of simulated buses: clients that come, leave and come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "cli/simulate_door.h"

#define DEADLINE_US 5000000

static struct loop *loop;
static struct loop_timer *deadline;
static struct simulate_door *door;
static uint8_t heard[64];
static size_t heard_size, heard_wanted;

static void on_received(void *data, const uint8_t *bytes, size_t size)
{
	(void)data;
	assert_true(heard_size + size <= sizeof(heard));
	memcpy(heard + heard_size, bytes, size);
	heard_size += size;
	if (heard_size >= heard_wanted) {
		loop_stop(loop);
	}
}

static const struct simulate_user user = { on_received, NULL };

static void on_deadline(void *data)
{
	(void)data;
	loop_stop(loop);
}

static int make_loop(void **state)
{
	(void)state;
	loop = loop_create();
	deadline = loop_timer_create(loop, on_deadline, NULL);
	heard_size = heard_wanted = 0;
	return 0;
}

static int end_loop(void **state)
{
	(void)state;
	simulate_door_destroy(door);
	door = NULL;
	loop_timer_destroy(deadline);
	loop_destroy(loop);
	return 0;
}

/* Serves the door for so long, or until `wanted` bytes came (0: the whole time). */
static void serve(size_t wanted, int64_t us)
{
	heard_size = 0;
	heard_wanted = wanted > 0 ? wanted : SIZE_MAX;
	loop_timer_set(deadline, loop_clock() + us);
	loop_run(loop);
}

static void open_tcp(const char *address)
{
	int error;
	door = simulate_door_tcp(loop, address, 0, &user, &error);
	assert_non_null(door);
}

static int connect_to(const struct simulate_door *to)
{
	const char *colon = strrchr(simulate_door_url(to), ':');
	struct sockaddr_in name = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(colon + 1)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	return fd;
}

static size_t read_soon(int fd, void *bytes, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, DEADLINE_US / 1000), 1);
	ssize_t count = read(fd, bytes, size);
	return count > 0 ? (size_t)count : 0;
}

static void tcp_carries_bytes_both_ways(void **state)
{
	char bytes[16];
	(void)state;
	open_tcp("127.0.0.1");
	assert_int_equal(strncmp(simulate_door_url(door), "tcp://127.0.0.1:", 16), 0);
	int client = connect_to(door);
	assert_int_equal(write(client, "ask", 3), 3);
	serve(3, DEADLINE_US);
	assert_int_equal(heard_size, 3);
	assert_memory_equal(heard, "ask", 3);
	simulate_door_send(door, (const uint8_t *)"told", 4);
	assert_int_equal(read_soon(client, bytes, sizeof(bytes)), 4);
	close(client);
}

static void a_client_may_leave_and_come_back(void **state)
{
	(void)state;
	open_tcp("127.0.0.1");
	for (int i = 0; i < 3; i++) {
		int client = connect_to(door);
		assert_int_equal(write(client, "x", 1), 1);
		serve(1, DEADLINE_US);
		assert_int_equal(heard_size, 1);
		close(client); /* and the next is there before the door noticed */
	}
	serve(0, 50000);
	simulate_door_send(door, (const uint8_t *)"nobody", 6);
}

static void a_second_client_is_sent_away(void **state)
{
	char byte;
	(void)state;
	open_tcp("127.0.0.1");
	int first = connect_to(door);
	assert_int_equal(write(first, "1", 1), 1);
	serve(1, DEADLINE_US);
	int second = connect_to(door);
	serve(0, 50000);
	assert_int_equal(read_soon(second, &byte, 1), 0);
	assert_int_equal(write(first, "2", 1), 1);
	serve(1, DEADLINE_US);
	assert_int_equal(heard[0], '2');
	close(first);
	close(second);
}

static void a_reset_connection_is_dropped(void **state)
{
	struct linger reset = { .l_onoff = 1 };
	(void)state;
	open_tcp("127.0.0.1");
	int client = connect_to(door);
	assert_int_equal(write(client, "1", 1), 1);
	serve(1, DEADLINE_US);
	setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(client);
	simulate_door_send(door, (const uint8_t *)"x", 1);
	simulate_door_send(door, (const uint8_t *)"x", 1);
	client = connect_to(door);
	assert_int_equal(write(client, "2", 1), 1);
	serve(1, DEADLINE_US);
	assert_int_equal(heard[0], '2');
	close(client);
}

static void a_port_that_is_taken_is_an_error(void **state)
{
	int error;
	(void)state;
	open_tcp("127.0.0.1");
	uint16_t port = (uint16_t)atoi(strrchr(simulate_door_url(door), ':') + 1);
	assert_null(simulate_door_tcp(loop, "127.0.0.1", port, &user, &error));
	assert_int_equal(error, -EADDRINUSE);
	assert_null(simulate_door_tcp(loop, "no address", 0, &user, &error));
	assert_int_equal(error, -EADDRNOTAVAIL);
	assert_null(simulate_door_tcp(loop, "192.0.2.1", 0, &user, &error));
	assert_int_equal(error, -EADDRNOTAVAIL);
}

static void ipv6_is_written_in_brackets(void **state)
{
	int error;
	(void)state;
	door = simulate_door_tcp(loop, "::1", 0, &user, &error);
	if (door != NULL) {
		assert_int_equal(strncmp(simulate_door_url(door), "tcp://[::1]:", 12), 0);
	} else { /* a machine without IPv6 */
		assert_true(error == -EADDRNOTAVAIL || error == -EAFNOSUPPORT);
	}
}

static char folder[] = "/tmp/test_door_XXXXXX";
static char link_path[64];

static int make_folder(void **state)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(link_path, sizeof(link_path), "%s/mbus", folder);
	return make_loop(state);
}

static int remove_folder(void **state)
{
	end_loop(state);
	unlink(link_path);
	return rmdir(folder);
}

static void open_pty(void)
{
	int error;
	door = simulate_door_pty(loop, link_path, &user, &error);
	assert_non_null(door);
	assert_string_equal(simulate_door_url(door), link_path);
}

static void a_pty_carries_all_bytes(void **state)
{
	static const uint8_t bytes[] = { 0x10, 0x00, 0x03, 0x0D, 0x0A, 0x11, 0x13, 0xFF };
	uint8_t back[sizeof(bytes)];
	(void)state;
	open_pty();
	for (int i = 0; i < 2; i++) { /* the second client finds the same door */
		int client = open(link_path, O_RDWR | O_NOCTTY | O_NONBLOCK);
		assert_true(client >= 0);
		assert_int_equal(write(client, bytes, sizeof(bytes)), sizeof(bytes));
		serve(sizeof(bytes), DEADLINE_US);
		assert_int_equal(heard_size, sizeof(bytes));
		assert_memory_equal(heard, bytes, sizeof(bytes));
		simulate_door_send(door, bytes, sizeof(bytes));
		assert_int_equal(read_soon(client, back, sizeof(back)), sizeof(back));
		assert_memory_equal(back, bytes, sizeof(bytes));
		close(client);
		serve(0, 20000);
	}
}

static void set_line(int client, speed_t speed, tcflag_t flags)
{
	struct termios settings;
	assert_int_equal(tcgetattr(client, &settings), 0);
	settings.c_cflag = (settings.c_cflag & ~(tcflag_t)(PARODD | CSTOPB)) | flags;
	cfsetspeed(&settings, speed);
	assert_int_equal(tcsetattr(client, TCSANOW, &settings), 0);
}

static void a_pty_tells_how_its_client_set_the_line(void **state)
{
	struct simulate_line line;
	(void)state;
	open_pty();
	simulate_door_set_baud(door, 300);
	simulate_door_set_baud(door, 1234); /* there is no such speed */
	assert_true(simulate_door_line(door, &line));
	assert_int_equal(line.baud, 300);
	assert_int_equal(line.parity, 'E');
	assert_int_equal(line.stop_bits, 1);
	int client = open(link_path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	set_line(client, B9600, PARODD | CSTOPB);
	assert_true(simulate_door_line(door, &line));
	assert_int_equal(line.baud, 9600);
	assert_int_equal(line.parity, 'O');
	assert_int_equal(line.stop_bits, 2);
	set_line(client, B115200, 0);
	assert_false(simulate_door_line(door, &line));
	close(client);
	simulate_door_destroy(door);
	open_tcp("127.0.0.1");
	simulate_door_set_baud(door, 300);
	assert_false(simulate_door_line(door, &line));
}

static void the_link_is_removed_at_the_end(void **state)
{
	struct stat about;
	(void)state;
	open_pty();
	assert_int_equal(lstat(link_path, &about), 0);
	simulate_door_destroy(door);
	assert_int_equal(lstat(link_path, &about), -1);
	open_pty();
	unlink(link_path);
	assert_int_equal(symlink("/dev/null", link_path), 0);
	simulate_door_destroy(door); /* somebody else's by now */
	assert_int_equal(lstat(link_path, &about), 0);
	door = NULL;
	simulate_door_destroy(NULL);
}

static void a_link_that_leads_nowhere_is_replaced(void **state)
{
	struct stat about;
	(void)state;
	/* Of a simulation that was killed. */
	assert_int_equal(symlink("/dev/pts/99999", link_path), 0);
	open_pty();
	assert_int_equal(stat(link_path, &about), 0);
}

static void a_bus_that_is_there_is_left_alone(void **state)
{
	struct stat about;
	int error;
	(void)state;
	open_pty();
	assert_null(simulate_door_pty(loop, link_path, &user, &error));
	assert_int_equal(error, -EBUSY);
	assert_int_equal(lstat(link_path, &about), 0);
}

static void nothing_but_links_to_terminals_is_replaced(void **state)
{
	int error;
	(void)state;
	assert_int_equal(symlink("/dev/null", link_path), 0);
	assert_null(simulate_door_pty(loop, link_path, &user, &error));
	assert_int_equal(error, -EEXIST);
	assert_int_equal(unlink(link_path), 0);
	close(open(link_path, O_CREAT | O_WRONLY, 0600));
	assert_null(simulate_door_pty(loop, link_path, &user, &error));
	assert_int_equal(error, -EEXIST);
	assert_null(simulate_door_pty(loop, "/nonexistent/mbus", &user, &error));
	assert_int_equal(error, -ENOENT);
	assert_null(simulate_door_pty(loop, "/tmp/", &user, &error));
	assert_int_equal(error, -EINVAL);
}

static void a_relative_link_is_named_in_full(void **state)
{
	char before[PATH_MAX];
	int error;
	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(folder), 0);
	door = simulate_door_pty(loop, "mbus", &user, &error);
	assert_int_equal(chdir(before), 0);
	assert_non_null(door);
	assert_string_equal(simulate_door_url(door), link_path);
}

static void a_lock_left_behind_is_taken_off(void **state)
{
	int locked = 1;
	(void)state;
	open_pty();
	int client = open(link_path, O_RDWR | O_NOCTTY);
	assert_int_equal(ioctl(client, TIOCEXCL), 0);
	for (int i = 0; i < 50 && locked != 0; i++) {
		serve(0, 100000);
		assert_int_equal(ioctl(client, TIOCGEXCL, &locked), 0);
	}
	assert_int_equal(locked, 0);
	close(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tcp_carries_bytes_both_ways, make_loop, end_loop),
		cmocka_unit_test_setup_teardown(
				a_client_may_leave_and_come_back, make_loop, end_loop),
		cmocka_unit_test_setup_teardown(
				a_second_client_is_sent_away, make_loop, end_loop),
		cmocka_unit_test_setup_teardown(
				a_reset_connection_is_dropped, make_loop, end_loop),
		cmocka_unit_test_setup_teardown(
				a_port_that_is_taken_is_an_error, make_loop, end_loop),
		cmocka_unit_test_setup_teardown(ipv6_is_written_in_brackets, make_loop, end_loop),
		cmocka_unit_test_setup_teardown(
				a_pty_tells_how_its_client_set_the_line, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				a_pty_carries_all_bytes, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				the_link_is_removed_at_the_end, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				a_link_that_leads_nowhere_is_replaced, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				a_bus_that_is_there_is_left_alone, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				nothing_but_links_to_terminals_is_replaced, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				a_relative_link_is_named_in_full, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
				a_lock_left_behind_is_taken_off, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
