/* SPDX-License-Identifier: MIT */
/*
 * What a sink receives: one readout of a meter, decoded, or one event.
 *
 * A reading is immutable and belongs to the gateway. A sink borrows it for the length of
 * one write() call; nothing in it may be kept, changed or freed. Every pointer in it is
 * valid for that long, every string is UTF-8 and ends in NUL. Any thread may read it.
 *
 * Later versions append members; `size` and `record_size` say how large the structures
 * are that this gateway made, so step through records with mg_reading_record() only.
 */
#ifndef METERGATE_READING_H
#define METERGATE_READING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the keys that JSON and msgpack carry; see docs/readings.md. */
#define MG_READING_SCHEMA 1

struct mg_bytes {
	const uint8_t *data;
	size_t size;
};

struct mg_tag {
	const char *key;
	const char *value;
};

/* DIF bits 5-4 (EN 13757-3, 6.3). NONE: manufacturer data, which has no function. */
enum mg_function {
	MG_FUNCTION_INSTANTANEOUS,
	MG_FUNCTION_MAXIMUM,
	MG_FUNCTION_MINIMUM,
	MG_FUNCTION_ERROR,
	MG_FUNCTION_NONE,
};

/* Which member of a record holds its value. */
enum mg_type {
	MG_TYPE_NONE,     /* the record carries no value, or none that may be used */
	MG_TYPE_NUMBER,   /* mantissa × 10^exponent, exactly */
	MG_TYPE_WIDE,     /* a number beyond int64: all its digits in `text`, "-1234.5" */
	MG_TYPE_TEXT,     /* `text` */
	MG_TYPE_DATE,     /* `text`: 2026-11-22 */
	MG_TYPE_DATETIME, /* `text`: 2026-11-22T05:59 or 2026-11-22T05:59:30, meter's local
						 time */
	MG_TYPE_TIME,     /* `text`: 05:59:30 */
	MG_TYPE_BYTES,    /* `data`, in the order on the wire */
};

/* Whether the value may be used. All but GOOD come with MG_TYPE_NONE and a reason. */
enum mg_quality {
	MG_QUALITY_GOOD,
	MG_QUALITY_INVALID, /* the meter marked it invalid, or the bytes have no meaning */
	MG_QUALITY_ERROR,   /* the meter reported a record error, or the record is broken */
};

enum mg_record_flags {
	MG_RECORD_VENDOR = 1 << 0,    /* manufacturer specific: VIF 7Fh/FFh, DIF 0Fh/1Fh */
	MG_RECORD_SUMMER = 1 << 1,    /* date type F or I in summer time */
	MG_RECORD_AMBIGUOUS = 1 << 2, /* the standard leaves the meaning of the value open */
};

/* One data record of a telegram: DIB, VIB and value. */
struct mg_record {
	const char *name;     /* stable and unique in this reading: "energy_tariff_1" */
	const char *quantity; /* "energy", "volume", ...; docs/readings.md lists them */
	const char *unit;     /* base unit: "Wh", "m3", "°C", ...; "" for none */
	const char *reason;   /* why quality is not GOOD; NULL when it is */
	/* See enum mg_type; NULL for the other types. Of a value that is not good: what the
	   meter sent instead, where that can be said, such as "EEEEEEEE" or "*-*-15". */
	const char *text;
	const char *coding; /* "int32", "bcd8", "real32", "lvar-text", "date-G", ... */
	const char *const
			*modifiers; /* names of combinable VIFEs, in their order on the wire */
	uint32_t modifier_count;
	uint32_t flags;   /* enum mg_record_flags */
	uint8_t function; /* enum mg_function */
	uint8_t type;     /* enum mg_type */
	uint8_t quality;  /* enum mg_quality */
	uint8_t reserved;
	int32_t exponent;
	int64_t mantissa;
	uint64_t storage;
	uint32_t tariff;
	uint32_t subunit;
	struct mg_bytes dib;  /* DIF and DIFEs as sent */
	struct mg_bytes vib;  /* VIF, VIFEs and plain text as sent */
	struct mg_bytes data; /* the data bytes as sent */
};

/* What the answer said of its sender. Absent parts are marked in `has`. */
enum mg_meter_has {
	MG_METER_ID = 1 << 0,
	MG_METER_MANUFACTURER = 1 << 1, /* with it: version */
	MG_METER_MEDIUM = 1 << 2,
	MG_METER_STATUS = 1 << 3, /* with it: access */
	MG_METER_SIGNATURE = 1 << 4,
	MG_METER_ADDRESS = 1 << 5,  /* with it: ci */
	MG_METER_SECURITY = 1 << 6, /* the telegram was encrypted */
};

/* Stands inside mg_reading, so it cannot grow once it was released: what later versions
   know of a meter goes to the end of mg_reading. */
struct mg_meter {
	const char *id; /* eight digits, "12345678"; hex digits where the meter has them */
	const char *manufacturer;        /* three letters, "KAM", or four hex digits */
	const char *medium;              /* "heat", "water", ... */
	const char *const *status_flags; /* "power-low", "permanent-error", ... */
	uint32_t status_flag_count;
	uint32_t has; /* enum mg_meter_has */
	uint8_t version;
	uint8_t medium_code;
	uint8_t address; /* A field of the answer */
	uint8_t ci;
	uint8_t access;
	uint8_t status;
	uint16_t signature; /* configuration field */
	/* The company behind `manufacturer`, or NULL when we do not know it. */
	const char *manufacturer_name;
	uint8_t security_mode; /* 5, 7 or 10 */
};

enum mg_reading_flags {
	MG_READING_UNSYNCED = 1 << 0, /* the clock of the gateway is not synchronised */
	MG_READING_MORE = 1 << 1,     /* DIF 1Fh: the meter has more, which was not read */
	MG_READING_PARTIAL = 1 << 2, /* `error` says what is missing; the records are right */
	MG_READING_MODE2 = 1 << 3,   /* multi-byte fields came high byte first */
};

struct mg_reading {
	uint32_t size;        /* of this structure as the gateway made it */
	uint32_t record_size; /* distance between two records */
	const char *type;     /* "reading", or the event: "bus_down", "device_silent", ... */
	const char *gateway;
	const char *bus;    /* "" for events of the gateway itself */
	const char *device; /* "" for events of a bus or of the gateway */
	const char *label;  /* from the configuration, or "" */
	const struct mg_tag *tags;
	uint64_t run;        /* start of this process in µs since 1970, never used twice */
	uint64_t seq;        /* counts every message of the run, from 1 */
	uint64_t device_seq; /* counts the readings of this device in the run; 0 for events */
	int64_t time;        /* µs since 1970, UTC: when the last telegram was complete */
	uint32_t tag_count;
	uint32_t flags; /* enum mg_reading_flags */
	struct mg_meter meter;
	const struct mg_record *records;
	uint32_t record_count;
	uint32_t telegram_count;
	const struct mg_bytes *telegrams; /* the telegrams as they came, start to stop byte */
	const char *error;                /* NULL, or what could not be decoded */
	uint64_t error_offset; /* byte of the telegram at which `error` was found */
	const char *message;   /* events: what happened, one sentence; NULL for readings */
	int32_t app_error;     /* code of CI 70h, -1 when there was none */
	int32_t alarm;         /* byte of CI 71h, -1 when there was none */
};

/* The record at `index`, or NULL beyond the last one. */
static inline const struct mg_record *mg_reading_record(
		const struct mg_reading *reading, uint32_t index)
{
	if (index >= reading->record_count) {
		return NULL;
	}
	const char *first = (const char *)(const void *)reading->records;
	return (const struct mg_record *)(const void *)(first +
													(size_t)index * reading->record_size);
}

/* Room for what mg_decimal_text() writes: at most 128 places, and the NUL. */
#define MG_DECIMAL_SIZE 160

/*
 * Writes mantissa × 10^exponent as a plain decimal ("-0.00125", "12345000000"), never in
 * exponential form. Exponents beyond ±128 give "". Returns the length, or 0 when `size`
 * is too small; the text always ends in NUL when `size` > 0.
 */
static inline size_t mg_decimal_text(
		char *text, size_t size, int64_t mantissa, int32_t exponent)
{
	char digits[24];
	size_t count = 0, length = 0;
	uint64_t rest = mantissa < 0 ? 0u - (uint64_t)mantissa : (uint64_t)mantissa;
	if (size > 0) {
		text[0] = '\0';
	}
	if (exponent > 128 || exponent < -128) {
		return 0;
	}
	do {
		digits[count++] = (char)('0' + (int)(rest % 10));
		rest /= 10;
	} while (rest > 0);
	size_t zeros_behind = exponent > 0 && mantissa != 0 ? (size_t)exponent : 0;
	size_t places = exponent < 0 ? (size_t)-exponent : 0;
	size_t zeros_before = places >= count ? places - count + 1 : 0;
	size_t need = (mantissa < 0) + zeros_before + count + zeros_behind + (places > 0);
	if (need + 1 > size) {
		return 0;
	}
	if (mantissa < 0) {
		text[length++] = '-';
	}
	for (size_t left = zeros_before + count; left > 0; left--) {
		if (places > 0 && left == places) {
			text[length++] = '.';
		}
		text[length++] = left > count ? '0' : digits[left - 1];
	}
	while (zeros_behind-- > 0) {
		text[length++] = '0';
	}
	text[length] = '\0';
	return length;
}

#ifdef __cplusplus
}
#endif

#endif
