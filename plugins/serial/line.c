/* SPDX-License-Identifier: MIT */
/* Speed, parity and stop bits of a terminal, verified after they were set. */
#include "line.h"

#include <errno.h>
#include <linux/serial.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST 143
#define SHAPE (CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS)

static const struct {
	uint32_t baud;
	speed_t speed;
} speeds[] = {
	{ 300, B300 },
	{ 600, B600 },
	{ 1200, B1200 },
	{ 2400, B2400 },
	{ 4800, B4800 },
	{ 9600, B9600 },
	{ 19200, B19200 },
	{ 38400, B38400 },
};

static const struct {
	char parity;
	tcflag_t flags;
} parities[] = { { 'N', 0 }, { 'E', PARENB }, { 'O', PARENB | PARODD } };

bool line_is_pty(int fd)
{
	struct stat about;
	if (fstat(fd, &about) < 0 || !S_ISCHR(about.st_mode)) {
		return false;
	}
	unsigned number = major(about.st_rdev);
	return number >= PTY_MAJOR_FIRST && number <= PTY_MAJOR_LAST;
}

bool line_set_low_latency(int fd, bool on)
{
	struct serial_struct about = { 0 };
	const int flag = ASYNC_LOW_LATENCY;
	if (ioctl(fd, TIOCGSERIAL, &about) < 0 || ((about.flags & flag) != 0) == on) {
		return false;
	}
	about.flags ^= flag;
	return ioctl(fd, TIOCSSERIAL, &about) == 0;
}

static bool set_speed(struct termios *settings, uint32_t baud)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
		if (speeds[i].baud == baud) {
			return cfsetspeed(settings, speeds[i].speed) == 0;
		}
	}
	return false;
}

static bool set_parity(struct termios *settings, char parity)
{
	for (size_t i = 0; i < sizeof(parities) / sizeof(parities[0]); i++) {
		if (parities[i].parity == parity) {
			settings->c_cflag |= parities[i].flags;
			settings->c_iflag |= parity != 'N' ? INPCK : 0u;
			return true;
		}
	}
	return false;
}

static bool refuse(char why[LINE_WHY_SIZE], const char *format, unsigned value)
{
	snprintf(why, LINE_WHY_SIZE, "%u %s", value, format);
	return false;
}

bool line_settings(
		struct termios *settings, const struct mg_line *line, char why[LINE_WHY_SIZE])
{
	cfmakeraw(settings);
	settings->c_iflag |= PARMRK;
	settings->c_iflag &= ~(tcflag_t)(IGNPAR | INPCK | IXOFF | IXANY);
	settings->c_cflag &= ~(tcflag_t)SHAPE;
	settings->c_cflag |= CLOCAL | CREAD;
	settings->c_cc[VMIN] = 1; /* with 0 a read without data would look like a hang-up */
	settings->c_cc[VTIME] = 0;
	if (!set_speed(settings, line->baud)) {
		return refuse(why,
				"baud: 300, 600, 1200, 2400, 4800, 9600, 19200 and 38400 are possible",
				line->baud);
	}
	if (line->data_bits != 7 && line->data_bits != 8) {
		return refuse(why, "data bits: 7 and 8 are possible", line->data_bits);
	}
	if (line->stop_bits != 1 && line->stop_bits != 2) {
		return refuse(why, "stop bits: 1 and 2 are possible", line->stop_bits);
	}
	settings->c_cflag |= line->data_bits == 8 ? CS8 : CS7;
	settings->c_cflag |= line->stop_bits == 2 ? CSTOPB : 0u;
	if (!set_parity(settings, line->parity)) {
		snprintf(why, LINE_WHY_SIZE, "parity %c: E, N and O are possible", line->parity);
		return false;
	}
	return true;
}

/* True when the terminal has what was asked for, as far as `mask` goes. */
static bool same_settings(
		const struct termios *actual, const struct termios *wanted, tcflag_t mask)
{
	return (actual->c_cflag & mask) == (wanted->c_cflag & mask) &&
		   cfgetospeed(actual) == cfgetospeed(wanted);
}

/* Pseudo-terminals have neither parity nor a length of characters: they drop the flags or
 * refuse them. */
static enum line_result set_pty(int fd, struct termios *settings)
{
	struct termios actual;
	bool parity = (settings->c_cflag & PARENB) != 0;
	if (tcsetattr(fd, TCSANOW, settings) == 0 && tcgetattr(fd, &actual) == 0 &&
			same_settings(&actual, settings, PARENB)) {
		return LINE_OK;
	}
	settings->c_cflag &= ~(tcflag_t)(PARENB | PARODD);
	if (tcsetattr(fd, TCSANOW, settings) < 0) {
		return LINE_FAILED;
	}
	return parity ? LINE_NO_PARITY : LINE_OK;
}

enum line_result line_set(int fd, const struct mg_line *line, char why[LINE_WHY_SIZE])
{
	struct termios settings, actual;
	if (tcgetattr(fd, &settings) < 0) {
		return LINE_FAILED;
	}
	if (!line_settings(&settings, line, why)) {
		return LINE_REFUSED;
	}
	if (line_is_pty(fd)) {
		return set_pty(fd, &settings);
	}
	if ((tcsetattr(fd, TCSANOW, &settings) < 0 && errno != EINVAL) ||
			tcgetattr(fd, &actual) < 0) {
		return LINE_FAILED;
	}
	if (!same_settings(&actual, &settings, SHAPE)) {
		snprintf(why, LINE_WHY_SIZE, "the port does not take %u baud %u%c%u", line->baud,
				line->data_bits, line->parity, line->stop_bits);
		return LINE_REFUSED;
	}
	return LINE_OK;
}
