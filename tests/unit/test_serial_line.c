/* SPDX-License-Identifier: MIT */
/* Settings of a serial line, as figures and on a pseudo-terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <cmocka.h>

#include "line.h"

/* The driver of an adapter, of which no machine that tests needs to have one. */
static struct {
	int flags;
	int error_get, error_set; /* what it refuses with; 0: it does not */
	unsigned sets;
} driver;

static int answer_with(int error)
{
	errno = error;
	return error == 0 ? 0 : -1;
}

/* In place of that of the C library. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list rest;
	va_start(rest, request);
	struct serial_struct *about = va_arg(rest, struct serial_struct *);
	va_end(rest);
	assert_true(fd >= 0);
	if (request == TIOCGSERIAL) {
		about->flags = driver.flags;
		about->custom_divisor = 7;
		return answer_with(driver.error_get);
	}
	assert_int_equal(request, TIOCSSERIAL);
	assert_int_equal(about->custom_divisor, 7); /* nothing else is changed */
	driver.flags = driver.error_set == 0 ? about->flags : driver.flags;
	driver.sets++;
	return answer_with(driver.error_set);
}

static const struct mg_line mbus = { .size = sizeof(struct mg_line),
	.baud = 2400,
	.data_bits = 8,
	.parity = 'E',
	.stop_bits = 1 };

static int open_pty(int *master)
{
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*master >= 0);
	assert_int_equal(grantpt(*master) | unlockpt(*master), 0);
	int slave = open(ptsname(*master), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(slave >= 0);
	return slave;
}

static void mbus_is_raw_with_even_parity(void **state)
{
	struct termios settings = { .c_iflag = IXON | ICRNL | IGNPAR, .c_cflag = CRTSCTS };
	char why[LINE_WHY_SIZE];
	(void)state;
	assert_true(line_settings(&settings, &mbus, why));
	assert_int_equal(settings.c_cflag & CSIZE, CS8);
	assert_true(
			(settings.c_cflag & (PARENB | CLOCAL | CREAD)) == (PARENB | CLOCAL | CREAD));
	assert_false(settings.c_cflag & (PARODD | CSTOPB | CRTSCTS));
	assert_true((settings.c_iflag & (PARMRK | INPCK)) == (PARMRK | INPCK));
	assert_false(settings.c_iflag & (IXON | ICRNL | IGNPAR | ISTRIP));
	assert_int_equal(settings.c_lflag & (ICANON | ECHO | ISIG), 0);
	assert_int_equal(settings.c_cc[VMIN], 1);
	assert_int_equal(cfgetospeed(&settings), B2400);
}

static void every_speed_of_the_standard(void **state)
{
	static const uint32_t bauds[] = { 300, 600, 1200, 2400, 4800, 9600, 19200, 38400 };
	static const speed_t speeds[] = { B300, B600, B1200, B2400, B4800, B9600, B19200,
		B38400 };
	char why[LINE_WHY_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		struct termios settings = { 0 };
		struct mg_line line = mbus;
		line.baud = bauds[i];
		assert_true(line_settings(&settings, &line, why));
		assert_int_equal(cfgetospeed(&settings), speeds[i]);
		assert_int_equal(cfgetispeed(&settings), speeds[i]);
	}
}

static void other_shapes(void **state)
{
	struct termios settings = { 0 };
	struct mg_line line = mbus;
	char why[LINE_WHY_SIZE];
	(void)state;
	line.parity = 'O';
	line.stop_bits = 2;
	line.data_bits = 7;
	assert_true(line_settings(&settings, &line, why));
	assert_int_equal(settings.c_cflag & (CSIZE | PARENB | PARODD | CSTOPB),
			CS7 | PARENB | PARODD | CSTOPB);
	line.parity = 'N';
	assert_true(line_settings(&settings, &line, why));
	assert_false(settings.c_cflag & PARENB);
	assert_false(settings.c_iflag & INPCK);
}

static void what_no_line_has_is_named(void **state)
{
	struct termios settings = { 0 };
	struct mg_line line = mbus;
	char why[LINE_WHY_SIZE];
	(void)state;
	line.baud = 2401;
	assert_false(line_settings(&settings, &line, why));
	assert_non_null(strstr(why, "2401 baud: 300, 600"));
	line = mbus;
	line.data_bits = 5;
	assert_false(line_settings(&settings, &line, why));
	assert_non_null(strstr(why, "5 data bits"));
	line = mbus;
	line.stop_bits = 3;
	assert_false(line_settings(&settings, &line, why));
	assert_non_null(strstr(why, "3 stop bits"));
	line = mbus;
	line.parity = 'M';
	assert_false(line_settings(&settings, &line, why));
	assert_non_null(strstr(why, "parity M"));
}

static void a_pty_does_without_parity(void **state)
{
	struct mg_line line = mbus;
	struct termios actual;
	char why[LINE_WHY_SIZE];
	int master, slave = open_pty(&master);
	(void)state;
	assert_true(line_is_pty(slave));
	enum line_result result = line_set(slave, &line, why);
	assert_true(result == LINE_NO_PARITY || result == LINE_OK);
	assert_int_equal(tcgetattr(slave, &actual), 0);
	assert_int_equal(cfgetospeed(&actual), B2400);
	assert_false(actual.c_lflag & ICANON);
	line.parity = 'N';
	assert_int_equal(line_set(slave, &line, why), LINE_OK);
	line.baud = 1;
	assert_int_equal(line_set(slave, &line, why), LINE_REFUSED);
	close(slave);
	close(master);
}

static void an_adapter_is_told_not_to_gather_bytes(void **state)
{
	(void)state;
	driver.flags = ASYNC_SPD_CUST;
	assert_true(line_set_low_latency(0, true));
	assert_int_equal(driver.flags, ASYNC_SPD_CUST | ASYNC_LOW_LATENCY);
	assert_false(line_set_low_latency(0, true)); /* it is so already */
	assert_int_equal(driver.sets, 1);
	assert_true(line_set_low_latency(0, false));
	assert_int_equal(driver.flags, ASYNC_SPD_CUST);
}

static void who_cannot_do_so_is_left_alone(void **state)
{
	static const int errors[] = { ENOTTY, EINVAL, EPERM };
	(void)state;
	driver.flags = 0;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		driver.error_get = errors[i];
		driver.sets = 0;
		assert_false(line_set_low_latency(0, true));
		assert_int_equal(driver.sets, 0);
		driver.error_get = 0;
		driver.error_set = errors[i];
		assert_false(line_set_low_latency(0, true));
		driver.error_set = 0;
	}
	assert_int_equal(driver.flags, 0);
}

static void what_is_no_terminal_fails(void **state)
{
	char why[LINE_WHY_SIZE];
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)state;
	assert_false(line_is_pty(fd));
	assert_int_equal(line_set(fd, &mbus, why), LINE_FAILED);
	assert_int_equal(errno, ENOTTY);
	close(fd);
	assert_false(line_is_pty(fd));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mbus_is_raw_with_even_parity),
		cmocka_unit_test(every_speed_of_the_standard),
		cmocka_unit_test(other_shapes),
		cmocka_unit_test(what_no_line_has_is_named),
		cmocka_unit_test(a_pty_does_without_parity),
		cmocka_unit_test(an_adapter_is_told_not_to_gather_bytes),
		cmocka_unit_test(who_cannot_do_so_is_left_alone),
		cmocka_unit_test(what_is_no_terminal_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
