/* SPDX-License-Identifier: MIT */
/* Writes the inputs that fuzzing begins with: DIRECTORY/TARGET/NAME, all of our making.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <metergate/mbus.h>

#include "simulator/telegrams.h"

#define PATH_SIZE 4096
#define INPUT_MAX 4096
#define NOW 1795327200

static bool save(const char *folder, const char *target, const char *name,
		const void *bytes, size_t size)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/%s", folder, target);
	if (mkdir(path, 0777) != 0 && errno != EEXIST) {
		perror(path);
		return false;
	}
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	FILE *file = fopen(path, "w");
	if (file == NULL) {
		perror(path);
		return false;
	}
	bool good = fwrite(bytes, 1, size, file) == size;
	return fclose(file) == 0 && good;
}

/* One input. */
struct seed {
	const char *name;
	const char *bytes;
	size_t size;
};

#define BYTES(name, text)                                                                \
	{                                                                                    \
		name, text, sizeof(text) - 1                                                     \
	}
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static bool save_rows(
		const char *folder, const char *target, const struct seed *rows, size_t count)
{
	bool good = true;
	for (size_t i = 0; i < count; i++) {
		good &= save(folder, target, rows[i].name, rows[i].bytes, rows[i].size);
	}
	return good;
}

/* What a meter answers well, and turns of a loop. */
#define TURNS "\3\3\3\3\3\3"
#define ANSWERS "\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0"

/* clang-format off */
/* Step, flags, size of the request (FFh: the answer itself), request, what comes in. */
static const struct seed frames[] = {
	BYTES("ack", "\0\0\0\xE5"),
	BYTES("nack", "\0\0\0\xA2"),
	BYTES("short", "\1\0\0\x10\x5B\x01\x5C\x16"),
	BYTES("control", "\2\0\0\x68\x03\x03\x68\x53\x01\x51\xA5\x16"),
	BYTES("echo", "\3\0\x05\x10\x5B\x01\x5C\x16\x10\x5B\x01\x5C\x16\xE5"),
	BYTES("noise", "\1\0\x05\x10\x40\x01\x41\x16\x00\xFF\x10\x40\x01\x41\x16\xFF\xE5"),
	BYTES("too-much-noise", "\1\0\0\x00\xFF\xFF\x00\x00\xE5"),
	BYTES("twice", "\4\0\0\xE5\xE5"),
	BYTES("self", "\5\0\xFF\x68\x05\x05\x68\x08\x01\x78\x01\x13\x95\x16"),
	BYTES("checksum", "\1\0\0\x68\x04\x04\x68\x08\x02\x78\x2F\xB0\x16"),
	BYTES("lengths", "\1\0\0\x68\x04\x05\x68\x08\x02\x78\x2F\xB1\x16"),
	BYTES("parity", "\1\1\0\xE5"),
	BYTES("break", "\1\2\0"),
};

/* 0 and a capture (docs/capture.md), or 1 and its entries: tag, size, time, shift of it,
   content. */
static const struct seed captures[] = {
	BYTES("asked",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x04\x00\x00\xF8"
		"\x2E\x01\xE8\x07\x05\x10\x40\x01\x41\x16\x9F\x00\x02\xE0\xD4\x03\x01\xE5\x51\xE5"
		"\x01\xA0\x9C\x01\x05\x10\x5B\x01\x5C\x16\xE3\xFD\x02\xF0\x93\x09\x0C\x68\x06\x06"
		"\x68\x08\x01\x78\x01\x13\x7B\x10\x16\x0D\xB4\x05\x64\x00\xA9\xAB"),
	BYTES("built-asked",
		"\x01\x01\x05\x0A\x0A\x10\x40\x01\x41\x16\x02\x01\x3C\x0A\xE5\x01\x05\x14\x0A\x10"
		"\x5B\x01\x5C\x16\x02\x0C\x96\x0A\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16"),
	BYTES("built-late",
		"\x01\x01\x05\x01\x0A\x10\x5B\x01\x5C\x16\x02\x0C\xC8\x27\x68\x06\x06\x68\x08\x01"
		"\x78\x01\x13\x7B\x10\x16\x06\x08\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x03\x07"
		"\x00\x00\x80\x25\x00\x00\x08\x45\x01"),
	BYTES("built-listened",
		"\x01\x02\x0B\x01\x0A\x10\x40\x01\x41\x16\xE5\x10\x5B\x01\x5C\x16\x12\x0C\x5A\x0A"
		"\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16\x02\x0C\x5A\x0A\x68\x06\x06\x68"
		"\x08\x01\x78\x01\x13\x7B\x10\x16"),
	BYTES("cut",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x04\x00\x00\xF8"
		"\x2E\x01\xE8\x07\x05\x10\x40\x01\x41\x16\x9F\x00\x02\xE0\xD4\x03\x01\xE5\x51\xE5"
		"\x01\xA0\x9C\x01\x05\x10\x5B\x01\x5C\x16\xE3\xFD\x02\xF0\x93\x09\x0C\x68\x06\x06"
		"\x68\x08\x01\x78\x01\x13\x7B"),
	BYTES("damaged",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x04\x00\x00\xF8"
		"\x2E\x01\xE8\x07\x05\x10\x40\x01\x41\x16\x9F\x00\x02\xE0\xD4\x03\x01\xE5\x51\xE5"
		"\x01\x99\x9C\x01\x05\x10\x5B\x01\x5C\x16\xE3\xFD\x02\xF0\x93\x09\x0C\x68\x06\x06"
		"\x68\x08\x01\x78\x01\x13\x7B\x10\x16\x0D\xB4\x05\x64\x00\xA9\xAB\x89\x4D\x47\x43"
		"\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00\x60\x09\x00\x00\x08"
		"\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x04\x00\x00\xF8\x2E\x01\xE8\x07\x05"
		"\x10\x40\x01\x41\x16\x9F\x00\x02\xE0\xD4\x03\x01\xE5\x51\xE5\x01\xA0\x9C\x01\x05"
		"\x10\x5B\x01\x5C\x16\xE3\xFD\x02\xF0\x93\x09\x0C\x68\x06\x06\x68\x08\x01\x78\x01"
		"\x13\x7B\x10\x16\x0D\xB4\x05\x64\x00\xA9\xAB"),
	BYTES("echo",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x01\xE8\x07\x05"
		"\x10\x5B\x01\x5C\x16\x9F\x00\x02\xB0\xEA\x01\x03\x10\x5B\x01\xCA\xF1\x02\xA0\x9C"
		"\x01\x0E\x5C\x16\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16\xB7\x69"),
	BYTES("flags",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x22\x09\x04\x00"
		"\x00\x00\x00\x66\x51\x12\x80\xB5\x18\x0C\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B"
		"\x10\x16\x08\x0B\x42\x09\x0C\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16\x4F"
		"\x58"),
	BYTES("head",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59"),
	BYTES("line",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x03\x00\x07\x80"
		"\x25\x00\x00\x08\x45\x01\xA7\x80\x01\x09\x05\x10\x5B\x01\x5C\x16\x42\x8C\x02\x09"
		"\x0C\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16\x74\x54"),
	BYTES("listened",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x02\xE8\x07\x05"
		"\x10\x40\x01\x41\x16\x8A\x8C\x02\xE0\xD4\x03\x06\xE5\x10\x5B\x01\x5C\x16\xF4\xCF"
		"\x02\x90\xBF\x05\x05\x68\x06\x06\x68\x08\xDB\xD5\x02\xB0\xEA\x01\x07\x01\x78\x01"
		"\x13\x7B\x10\x16\x6F\x48"),
	BYTES("lost",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x01\xE8\x07\x05"
		"\x10\x5B\x01\x5C\x16\x9F\x00\x02\x90\xBF\x05\x04\x68\x06\x06\x68\x85\xA6\x06\x01"
		"\x08\x08\x00\x00\x00\x00\x00\x00\x00\xF7\x47\x02\x09\x0C\x68\x06\x06\x68\x08\x01"
		"\x78\x01\x13\x7B\x10\x16\x74\x54"),
	BYTES("text",
		"\x00\x36\x38\x30\x36\x30\x36\x36\x38\x30\x38\x30\x31"),
	BYTES("two-runs",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x01\xE8\x07\x05"
		"\x10\x40\x01\x41\x16\x9F\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10"
		"\xAF\x35\xF5\x4B\x06\x00\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72"
		"\x4F\x59\x02\x05\x0C\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16\xE6\xED"),
	BYTES("unknown-kind",
		"\x00\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"
		"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59\x09\x03\x03\x78"
		"\x79\x7A\xF5\x35\x02\x09\x0C\x68\x06\x06\x68\x08\x01\x78\x01\x13\x7B\x10\x16\x74"
		"\x54"),
};

/* Records as they stand behind CI 78h. */
static const struct seed records[] = {
	BYTES("int8", "\x01\x13\x7B"),
	BYTES("int16-negative", "\x02\x59\xFE\xFF"),
	BYTES("int24", "\x03\x2B\x01\x02\x03"),
	BYTES("int32", "\x04\x06\x39\x30\x00\x00"),
	BYTES("real32", "\x05\x2B\x00\x00\x48\x41"),
	BYTES("real32-nan", "\x05\x2B\x00\x00\xC0\x7F"),
	BYTES("real32-small", "\x05\x3E\x01\x00\x00\x00"),
	BYTES("int48", "\x06\x07\xFF\xFF\xFF\xFF\xFF\x7F"),
	BYTES("int64", "\x07\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"),
	BYTES("int64-factor", "\x07\x84\x7D\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"),
	BYTES("bcd", "\x09\x13\x42\x0A\x5A\x15\x02\x0B\x3B\x01\x02\x03\x0C\x06\x78\x56\x34\x12"),
	BYTES("bcd-negative", "\x0A\x5A\x15\xF2\x0C\x06\xEE\xEE\xEE\xEE"),
	BYTES("bcd12", "\x0E\x84\x10\x12\x34\x56\x78\x90\x12"),
	BYTES("none", "\x00\x13\x08\x06"),
	BYTES("text", "\x0D\x78\x05""4321A\x0D\xFD\x11\x03\xE4\xF6\xFC"),
	BYTES("lvar", "\x0D\x06\xC4\x78\x56\x34\x12\x0D\x06\xD2\x34\x12\x0D\x13\xE3\x01\x02\x03"),
	BYTES("lvar-wide", "\x0D\x06\xC9\x99\x99\x99\x99\x99\x99\x99\x99\x99"),
	BYTES("lvar-binary", "\x0D\xFD\x67\xEA\1\2\3\4\5\6\7\x08\x09\x0A"),
	BYTES("lvar-reserved", "\x0D\x06\xFA\x01"),
	BYTES("plain-unit", "\x04\x7C\x03""laS\x0A\x00\x00\x00"),
	BYTES("plain-unit-extended", "\x02\xFC\x03""%HR\x74\x0A\x00"),
	BYTES("dates", "\x02\x6C\x5F\x2C\x04\x6D\x3B\x05\x56\x2B\x42\x6C\xFF\xFF"),
	BYTES("date-i-j", "\x06\x6D\x1E\x3B\x05\x56\x2B\x00\x03\x6D\x1E\x3B\x05"),
	BYTES("date-summer", "\x04\x6D\x00\x80\x41\x28"),
	BYTES("storage", "\xC4\x01\x13\x01\x00\x00\x00\x84\x10\x06\x01\x00\x00\x00"),
	BYTES("functions", "\x14\x2B\x01\x00\x00\x00\x24\x2B\x02\x00\x00\x00\x34\x2B\x03\x00\x00\x00"),
	BYTES("difes", "\x84\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x0F\x06\x01\x00\x00\x00"),
	BYTES("difes-eleven", "\x84\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x8F\x0F\x06\x01\x00\x00\x00"),
	BYTES("vifes", "\x02\xFD\xC9\xFC\x01\x0A\x00\x04\x86\x3B\x01\x00\x00\x00"),
	BYTES("vifes-eleven", "\x02\x86\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00\x01\x00"),
	BYTES("vif-fd", "\x02\xFD\x17\x00\x00\x01\xFD\x08\x2A\x02\xFD\x3A\x05\x00\x04\xFD\x10\1\2\3\4"),
	BYTES("vif-fb", "\x02\xFB\x01\x0A\x00\x02\xFB\x1A\x39\x01\x02\xFB\x74\x0A\x00"),
	BYTES("vif-fc-ff", "\x02\xFF\x21\x0A\x00\x02\x7F\x0A\x00\x01\xFF\x01\x02"),
	BYTES("record-error", "\x04\x86\x15\xFF\xFF\xFF\xFF\x01\x93\x18\x00"),
	BYTES("manufacturer", "\x2F\x01\x13\x01\x0F\x01\x02\x03"),
	BYTES("more", "\x01\x13\x01\x01\x13\x02\x1F"),
	BYTES("fillers", "\x2F\x2F\x01\x13\x01\x2F\x2F"),
	BYTES("reserved-dif", "\x01\x13\x01\x3F\x01"),
	BYTES("names", "\x01\x13\x01\x01\x13\x02\x01\x13\x03\x41\x13\x01\x41\x13\x02"),
	BYTES("profile", "\x8D\x01\x93\x13\x03\x11\x01\x05\x0D\x93\x1E\x02\x01\x02"),
};

/* Flags, then size, C, A, CI, data of each telegram. */
static const struct seed telegrams[] = {
	BYTES("fixed", "\3\x13\x08\x05\x73\x78\x56\x34\x12\x0A\x00\xE9\x7E\x01\x00\x00\x00\x35\x01\x00\x00"),
	BYTES("fixed-mode2", "\0\x13\x08\x05\x77\x12\x34\x56\x78\x0A\x01\xE9\x7E\x00\x00\x00\x01\x00\x00\x01\x35"),
	BYTES("mode2", "\1\x17\x08\x01\x76\x12\x34\x56\x78\x2D\x2C\x01\x04\x01\x00\x00\x00\x04\x06\x00\x00\x30\x39"),
	BYTES("app-error", "\0\x04\x08\x01\x70\x08"),
	BYTES("app-error-bare", "\0\x03\x08\x01\x70"),
	BYTES("alarm", "\0\x04\x08\x01\x71\x04"),
	BYTES("encrypted", "\1\x17\x08\x01\x7A\x01\x00\x10\x05\1\2\3\4\5\6\7\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10"),
	BYTES("short-header", "\2\x0A\x08\x01\x7A\x01\x04\x00\x00\x01\x13\x7B"),
	BYTES("header-cut", "\0\x08\x08\x01\x72\x78\x56\x34\x12\x2D"),
	BYTES("selection", "\0\x0B\x53\xFD\x52\x78\x56\x34\x12\xFF\xFF\xFF\xFF"),
	BYTES("baud", "\0\x03\x53\x01\xBB"),
	BYTES("two", "\x0B\x07\x08\x01\x78\x01\x13\x01\x1F\x06\x08\x01\x78\x01\x13\x02"),
	BYTES("raw-ack", "\4\x01\xE5"),
	BYTES("raw-short", "\4\x05\x10\x5B\x01\x5C\x16"),
	BYTES("raw-surplus", "\4\x0B\x68\x04\x04\x68\x08\x02\x78\x2F\xB1\x16\x00"),
};

/* Which reader, then the text. */
static const struct seed texts[] = {
	BYTES("identity", "\0" "12345678.KAM.16.04"),
	BYTES("identity-mask", "\0" "12FFFFFF.KAM"),
	BYTES("identity-hex", "\0" "12345678.2C2D"),
	BYTES("identity-libmbus", "\0" "1234567824400107"),
	BYTES("manufacturer", "\1KAM"),
	BYTES("address", "\2" "254"),
	BYTES("address-secondary", "\2" "12345678.KAM.FF.04"),
	BYTES("name", "\3Zähler 1 (links)"),
	BYTES("suggest", "\4reconect_min"),
	BYTES("option-number", "\5" "-10"),
	BYTES("option-low", "\5" "-11"),
	BYTES("option-high", "\5" "1000"),
	BYTES("option-higher", "\5" "1001"),
	BYTES("option-longer", "\5" "86400001ms"),
	BYTES("option-larger", "\5" "1073741825"),
	BYTES("option-overflow", "\5" "9223372036854775807d"),
	BYTES("address-high", "\2" "251"),
	BYTES("address-higher", "\2" "256"),
	BYTES("option-duration", "\5" "15m"),
	BYTES("option-size", "\5" "64K"),
	BYTES("option-word", "\5green"),
	BYTES("option-list", "\5one two  three"),
	BYTES("option-bool", "\5yes"),
	BYTES("tag", "\6floor=2"),
	BYTES("target-serial", "\7/dev/ttyUSB0?baud=2400&latency=50ms"),
	BYTES("target-tcp", "\7tcp://[::1]:10001?baud=300"),
	BYTES("target-percent", "\7tcp://a%20b:1?tries=3"),
	BYTES("target-simulator", "\7simulator://?meters=5"),
};

static const struct seed inis[] = {
	BYTES("whole", "[gateway]\nname = cellar-pi\nstate_dir = /var/lib/metergate\n\n"
		"[bus cellar]\ntransport = serial\npath = /dev/ttyUSB0\nbaud = 2400\n"
		"[device cellar/heat-1]\naddress = 5 ; left\nlabel = Flat 3 left\ntag.area = north\n"
		"[sink log]\nplugin = file\npath = -\nmatch = cellar/*\n"),
	BYTES("quotes", "[sink a]\nplugin = \"a \\\"b\\\" \\\\ ;\" # c\n"),
	BYTES("comments", "; c\n# c\n\n[gateway] ; c\nname = a#b;c\ncontrol = ;\nstop_timeout=10s\n"),
	BYTES("crlf", "[gateway]\r\nname = x\r\nlog_level = debug\r\n"),
	BYTES("bom", "\xEF\xBB\xBF[gateway]\n"),
	BYTES("utf8", "[device a/b]\nlabel = Z\xC3\xA4hler \xE2\x82\xAC \xF0\x9F\x8C\xA1\n"),
	BYTES("not-utf8", "[gateway]\nname = Z\xE4hler\n"),
	BYTES("nul", "[gateway]\nname = a\0b\n"),
	BYTES("indented", "[gateway]\n name = a\n\tb\n"),
	BYTES("no-section", "name = a\n"),
	BYTES("no-bracket", "[gateway\nname = a\n[]\nx = 1\n[ bus  x ]\n"),
	BYTES("no-equals", "[gateway]\nname\n= a\n"),
	BYTES("twice", "[bus a]\ntransport = tcp\ntransport = tcp\n[bus a]\n[device a/x]\n[device b/x]\n"),
	BYTES("unknown", "[bus cellar]\ntransprt = serial\nbaud = 2401\nretries = -1\n[buss x]\n"),
	BYTES("addresses", "[bus a]\ntransport=tcp\n[device a/1]\naddress=12345678.KAM\nexpect=1\n"
		"[device a/2]\naddress=251\ninterval=1x\n[device a/3]\n"),
	BYTES("no-end", "[gateway]\nname = a"),
	BYTES("unclosed", "[gateway]\nname = \"a\ncontrol = \"b\" c\n"),
};

/* The meters, then requests: 0 C A, or 2 + 2 × data, C, A, CI, data, or 1 + 2 × bytes. */
static const struct seed requests[] = {
	BYTES("nke", "\0\0\x40\x01\0\x7B\x01\0\x5B\x01\0\x7B\x01"),
	BYTES("many", "\x0F\0\x40\xFE\0\x7B\xFE"),
	BYTES("broadcast", "\1\0\x40\xFF\0\x5B\xFF"),
	BYTES("select-all", "\1\x12\x53\xFD\x52\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\x7B\xFD\0\x40\xFD"),
	BYTES("select", "\0\x12\x53\xFD\x52\x00\x00\x00\x00\x2D\x4D\x10\x04\0\x7B\xFD"),
	BYTES("reset", "\x04\0\x7B\x01\0\x5B\x01\x02\x53\x01\x50\0\x7B\x01\0\x5B\x01"),
	BYTES("class1", "\0\0\x7A\x01\0\x5A\x01"),
	BYTES("damaged", "\0\0\x40\x01\x0B\x10\x7B\x01\x7D\x16\0\x7B\x01"),
	BYTES("ack", "\0\x03\xE5\0\x7B\x01"),
	BYTES("from-slave", "\0\0\x08\x01\x02\x08\x01\x72"),
};

/* C, CI and what follows, or any bytes. */
static const struct seed explained[] = {
	BYTES("long-header", "\x08\x72\x78\x56\x34\x12\x2D\x2C\x16\x04\x55\x14\0\0\x01\x13\x07"),
	BYTES("mode2", "\x08\x76\x12\x34\x56\x78\x2C\x2D\x16\x04\x55\x00\0\0\x02\x13\x01\x02"),
	BYTES("fixed", "\x08\x73\x78\x56\x34\x12\x0A\x00\xE9\x7E\1\0\0\0\x35\1\0\0"),
	BYTES("mode5", "\x08\x7A\0\0\x10\x05\0\1\2\3\4\5\6\7\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x2F"),
	BYTES("mode7", "\x08\x7A\0\0\x10\x27\x40\1\2\3\4\x09\0\1\2\3\4\5\6\7\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F"),
	BYTES("mode10", "\x08\x7A\0\0\xFF\x2A\x10\1\1\2\3\4\x05\x06\1\2\3\4\5\6\7\x08"),
	BYTES("afl", "\x08\x90\x0F\x00\x2C\x25\1\0\0\0\1\2\3\4\5\6\7\x08\x78\x01\x13\x07"),
	BYTES("compact", "\x08\x79\x31\x3B\x42\xA6\xD2\x04"),
	BYTES("format", "\x08\x69\x08\x31\x3B\x02\x02\x02\x15\x02\x2A"),
	BYTES("selection", "\x53\x52\x78\x56\x34\x12\xFF\xFF\xFF\xFF\x0C\x78\1\2\3\4"),
	BYTES("readout", "\x53\x51\x7F\x13"),
	BYTES("reset", "\x53\x50\x10"),
	BYTES("alarm", "\x08\x71\x05"),
	BYTES("app-error", "\x08\x70\xF0\x01\x13\x07"),
	BYTES("whole", "\x68\x06\x06\x68\x08\x05\x78\x01\x13\x07\xA0\x16\x00"),
	BYTES("short", "\x10\x7B\xFD\x78\x16"),
};

static const struct seed literals[] = {
	BYTES("comment", "# nothing\n\n"),
	BYTES("lower", "68040468 0802 78 2f b1 16 # a meter\n"),
	BYTES("two", "68040468080178 2F B0 16 + 68 04 04 68 08 01 78 2F B0 16\n"),
	BYTES("surplus", "68040468 0802782FB116 00\n"),
	BYTES("odd", "6804046808 0\n"),
	BYTES("request", "1040014116\n"),
};

/* How the user behaves, when, and a line; then how its jobs end. */
static const struct seed commands[] = {
	BYTES("read", "\0\1read cellar\n\1\2\1\1\1\1"),
	BYTES("read-glob", "\0\1read cellar/* --text\n\1\2\1\1\1\1"),
	BYTES("quoted", "\0\1ping \"cellar/m1\" cellar/m2\n\1\2\1\1\1\1"),
	BYTES("info", "\0\1info cellar 1 --fresh\n\1\2\1\1\1\1"),
	BYTES("info-text", "\0\1info cellar m1 --text\n\1\2\1\1\1\1"),
	BYTES("scan-primary", "\0\1scan cellar primary --identify --addresses=0-9\n\1\2\1\1\1\1"),
	BYTES("scan-secondary", "\0\1scan cellar secondary --mask=1234FFFF --fast --text\n\1\2\1\1\1\1"),
	BYTES("set-address", "\0\1set-address cellar 5 7\n\1\2\1\1\1\1"),
	BYTES("dry-run", "\0\1set-address cellar 12345678.KAM.16.04 7 --dry-run\n\1\2\1\1\1\1"),
	BYTES("set-id", "\0\1set-id cellar 1 12345678\n\1\2\1\1\1\1"),
	BYTES("set-baud-all", "\0\1set-baud cellar --all 9600\n\1\2\1\1\1\1"),
	BYTES("set-baud", "\0\1set-baud cellar 1 9600 --text\n\1\2\1\1\1\1"),
	BYTES("reset", "\0\1reset cellar 1 --sub-code=10\n\1\2\1\1\1\1"),
	BYTES("set-clock", "\0\1set-clock cellar 1 --type=I --utc\n\1\2\1\1\1\1"),
	BYTES("select", "\0\1select cellar 1 volume datetime\n\1\2\1\1\1\1"),
	BYTES("select-default", "\0\1select cellar 1 default\n\1\2\1\1\1\1"),
	BYTES("freeze-ci", "\0\1freeze cellar 1 --ci=5C --broadcast\n\1\2\1\1\1\1"),
	BYTES("freeze", "\0\1freeze cellar 1 volume --storage=1\n\1\2\1\1\1\1"),
	BYTES("send", "\0\1send cellar 10 5B 01 5C 16\n\1\2\1\1\1\1"),
	BYTES("send-ud", "\0\1send cellar ud 1 51 08 13\n\1\2\1\1\1\1"),
	BYTES("send-nke", "\0\1send cellar nke 5\n\1\2\1\1\1\1"),
	BYTES("alarm", "\0\1alarm cellar 1\n\1\2\1\1\1\1"),
	BYTES("devices", "\0\1devices --text\n\1\2\1\1\1\1"),
	BYTES("status", "\0\1status --text\n\1\2\1\1\1\1"),
	BYTES("monitor", "\0\1monitor cellar/m1 --count=3\n\1\2\1\1\1\1"),
	BYTES("given-up", "\21\2scan cellar\n\1\1\1\1"),
	BYTES("cancelled", "\11\2read */*\n\1\1\1\1"),
};

/* Whether answers are read, then steps: 0 sends, 1 sends often, 2 reads, 3 lets the loop
   turn, 4 closes for writing, 5 hangs up, 6 stops the gateway. */
static const struct seed doors[] = {
	BYTES("read", "\1\0\x0Cread cellar\n" TURNS "\2"),
	BYTES("monitor", "\1\0\x08monitor\n" TURNS "\2\0\x07" "cancel\n" TURNS "\2"),
	BYTES("halves", "\1\0\x03rea" TURNS "\0\x0B" "d cellar 1\n" TURNS "\2\4"),
	BYTES("end", "\1\0\x06status\4" TURNS "\2"),
	BYTES("long", "\1\1\x60\x20xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\0\x08\nstatus\n" TURNS),
	BYTES("many", "\0\1\xFF\x0Estatus\nstatus\n" TURNS),
	BYTES("hang-up", "\0\0\x0Cscan cellar\n" TURNS "\5" TURNS "\7"),
	BYTES("stop", "\1\0\x14scan cellar\ndevices\n" TURNS "\6" TURNS "\2"),
	BYTES("nul", "\1\0\x12read cellar 1\0 2\r\n" TURNS "\2"),
};

/* Settings, devices, jobs, then of each request: held, kind of the answer, delay. */
static const struct seed exchanges[] = {
	BYTES("devices", "\1\x3F\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0\0\1\5\0"),
	BYTES("more", "\1\1\0\0\1\5\0\0\1\5\4\0\1\5\5\0\1\5\1"),
	BYTES("echo", "\1\1\0\0\x81\5\0\0\x81\5\0"),
	BYTES("silent", "\x29\x21\0"),
	BYTES("cut", "\1\1\0\0\1\5\0\0\4\5\0\6\x10\0\4\5\0\6\xFF"),
	BYTES("noise", "\x89\1\0\0\3\5\4\x00\xFF\x12\x34\0\x43\5\2\x68\x68\1"),
	BYTES("held", "\1\1\0\xFF\1\5\0\xF3\1\5\0\0\6\5\xFF"),
	BYTES("cancelled", "\1\0\3\1\4\7\0\x39\5\1\0\x38\5\2\0\x38\5\0"),
	BYTES("procedure-0", "\1\0\1\2\0\1\0" ANSWERS),
	BYTES("procedure-1", "\1\0\1\2\0\1\1" ANSWERS),
	BYTES("procedure-2", "\1\0\1\2\0\1\2" ANSWERS),
	BYTES("procedure-3", "\1\0\1\2\0\1\3" ANSWERS),
	BYTES("procedure-4", "\1\0\1\2\0\1\4" ANSWERS),
	BYTES("procedure-5", "\1\0\1\2\0\1\5" ANSWERS),
	BYTES("procedure-6", "\1\0\1\2\0\1\6" ANSWERS),
	BYTES("procedure-7", "\1\0\1\2\0\1\7" ANSWERS),
	BYTES("procedure-8", "\1\0\1\2\0\1\10" ANSWERS),
};

/* Line, order, baud rates, then of each request: kind of the answer, what it says. */
static const struct seed scans[] = {
	BYTES("primary", "\0\0\0\1\5\0\0\1\5"),
	BYTES("identify", "\0\x08\0\1\5\3\1\5\0\1\5\3\2\5"),
	BYTES("secondary", "\0\1\0\1\5\3\0\5\1\5\3\0\5"),
	BYTES("collisions", "\0\x11\0\1\5\6\0\x09\xFF\5\1\5\6\1\x09\xFF\5\5\2\xE5\xE5\5"),
	BYTES("known", "\0\xC1\0\1\5\1\5\1\5\3\0\5"),
	BYTES("stopped", "\x10\1\0\4\1\5\3\0\5\5\2\xE5\xE5\5"),
	BYTES("token-primary", "\x0C\0\0\x0D" "0,0,0,0,0,1-3,-,-"),
	BYTES("token-secondary", "\x0C\1\0\x0D" "00a10000."),
};
/* clang-format on */

/* Lines as long as they may be, and longer by one byte. */
static const struct {
	const char *name, *before, *after;
	size_t length; /* of the x between them */
} long_lines[] = {
	{ "value-longest", "[sink a]\npath=", "\n", 4096 },
	{ "value-too-long", "[sink a]\npath=", "\n", 4097 },
	{ "quoted-longest", "[sink a]\npath=\"", "\"\n", 4096 },
	{ "quoted-too-long", "[sink a]\npath=\"", "\"\n", 4097 },
	{ "key-longest", "[sink a]\n", "=1\n", 128 },
	{ "key-too-long", "[sink a]\n", "=1\n", 129 },
	{ "section-longest", "[", "]\n", 128 },
	{ "section-too-long", "[", "]\nx=1\n", 129 },
	{ "line-longest", "[gateway]\n;", "\nname=a\n", 8191 },
	{ "line-too-long", "[gateway]\n;", "\nname=a\n", 8192 },
};

static bool save_long_lines(const char *folder)
{
	bool good = true;
	for (size_t i = 0; i < COUNT(long_lines); i++) {
		char input[2 * INPUT_MAX + 64];
		size_t before = strlen(long_lines[i].before), length = long_lines[i].length;
		memcpy(input, long_lines[i].before, before);
		memset(input + before, 'x', length);
		strcpy(input + before + length, long_lines[i].after);
		good &= save(folder, "ini", long_lines[i].name, input, strlen(input));
	}
	return good;
}

static size_t write_hex(char *text, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	}
	return 2 * size;
}

/* The longest frame, and one more byte. */
static bool save_long_frame(const char *folder)
{
	uint8_t data[252], bytes[MG_FRAME_MAX + 4] = { 1 };
	char hex[2 * MG_FRAME_MAX + 3];
	memset(data, 0x2F, sizeof(data));
	struct mg_frame frame = {
		.type = MG_FRAME_LONG, .c = 8, .a = 1, .ci = 0x78, .data = { data, sizeof(data) }
	};
	size_t size = mg_frame_build(&frame, bytes + 3, MG_FRAME_MAX);
	size_t digits = write_hex(hex, bytes + 3, size);
	memcpy(hex + digits, "00", 2);
	bytes[size + 3] = 0;
	/* Echo, noise and answer in one piece: FFh means that the request is the first. */
	uint8_t echoed[3 + 2 * MG_FRAME_MAX + 4] = { 0, 0, 0xFF };
	memcpy(echoed + 3, bytes + 3, size);
	memset(echoed + 3 + size, 0xFF, 4);
	memcpy(echoed + 3 + size + 4, bytes + 3, size);
	return save(folder, "frame", "longest-echoed", echoed, sizeof(echoed)) &&
		   save(folder, "frame", "longest", bytes, size + 3) &&
		   save(folder, "frame", "too-long", bytes, size + 4) &&
		   save(folder, "literals", "longest", hex, digits) &&
		   save(folder, "literals", "too-long", hex, digits + 2);
}

/* Each record alone behind C, A and CI 78h. */
static bool save_records(const char *folder)
{
	bool good = true;
	for (size_t i = 0; i < COUNT(records); i++) {
		uint8_t input[INPUT_MAX] = { 0, (uint8_t)(records[i].size + 3), 0x08, 0x01,
			0x78 };
		memcpy(input + 5, records[i].bytes, records[i].size);
		good &= save(folder, "telegram", records[i].name, input, records[i].size + 5);
		/* C, CI, data. */
		input[3] = 0x08;
		good &= save(folder, "explain", records[i].name, input + 3, records[i].size + 2);
	}
	return good;
}

/* One readout of a made-up meter; returns how many telegrams. */
static size_t build_readout(unsigned kind, struct telegram *answers)
{
	struct telegram_source source = {
		.kind = kind,
		.seed = kind,
		.address = (uint8_t)(kind + 1),
		.identity = { .id = 0x12345600 + kind, .manufacturer = 0x626D, .version = 16 },
		.count = kind == 0 ? TELEGRAM_LONG_READOUT : 1,
	};
	source.identity.medium = telegram_medium(kind);
	for (size_t i = 0; i < source.count; i++) {
		struct telegram_moment moment = { .time = NOW, .ticks = 1000, .index = i };
		telegram_build(&source, &moment, &answers[i]);
	}
	return source.count;
}

/* The same readout for the telegrams and as a line of hex for the literals. */
static bool save_readout(const char *folder, unsigned kind)
{
	static struct telegram answers[TELEGRAM_LONG_READOUT];
	uint8_t input[INPUT_MAX] = { (uint8_t)kind & 3 };
	char name[32], line[2 * INPUT_MAX];
	size_t size = 1, length = 0, count = build_readout(kind, answers);
	for (size_t i = 0; i < count; i++) {
		size_t counted = answers[i].length - 6;
		input[size++] = (uint8_t)counted;
		memcpy(input + size, answers[i].bytes + 4, counted);
		size += counted;
		line[length++] = i > 0 ? '+' : ' ';
		length += write_hex(line + length, answers[i].bytes, answers[i].length);
	}
	snprintf(name, sizeof(name), "meter-%u", kind);
	return save(folder, "telegram", name, input, size) &&
		   save(folder, "literals", name, line, length);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "Usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	const char *folder = argv[1];
	bool good = save_rows(folder, "frame", frames, COUNT(frames)) &&
				save_rows(folder, "capture", captures, COUNT(captures)) &&
				save_rows(folder, "command", commands, COUNT(commands)) &&
				save_rows(folder, "control", doors, COUNT(doors)) &&
				save_rows(folder, "exchange", exchanges, COUNT(exchanges)) &&
				save_rows(folder, "scan", scans, COUNT(scans)) &&
				save_rows(folder, "telegram", telegrams, COUNT(telegrams)) &&
				save_rows(folder, "text", texts, COUNT(texts)) &&
				save_rows(folder, "ini", inis, COUNT(inis)) &&
				save_rows(folder, "simulator", requests, COUNT(requests)) &&
				save_rows(folder, "literals", literals, COUNT(literals)) &&
				save_rows(folder, "explain", explained, COUNT(explained)) &&
				save_records(folder) && save_long_lines(folder) &&
				save_long_frame(folder);
	for (unsigned kind = 0; good && kind < TELEGRAM_KINDS; kind++) {
		good = save_readout(folder, kind);
	}
	return good ? 0 : 1;
}
