/* SPDX-License-Identifier: MIT */
/*
 * The M-Bus codec: link frames, telegrams and data records of EN 13757-2 and -3, from
 * bytes to exact values and back. Link libmetergate-mbus.a (metergate-mbus.pc).
 *
 * Every function is pure: no allocation, no global, no clock, no lock; any thread may
 * call any of them. Structures borrow the bytes they were parsed from: keep those bytes.
 * Nothing is read beyond the size given, whatever the bytes say.
 *
 *     struct mg_frame frame;
 *     struct mg_telegram telegram;
 *     struct mg_data_record record;
 *     size_t length;
 *     if (mg_frame_parse(bytes, size, &frame, &length) == MG_FAULT_NONE &&
 *             mg_telegram_parse(&frame, &telegram) == MG_FAULT_NONE) {
 *         struct mg_record_cursor cursor = mg_telegram_records(&telegram);
 *         while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
 *             ...
 *         }
 *     }
 */
#ifndef METERGATE_MBUS_H
#define METERGATE_MBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/reading.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why bytes were refused: mg_fault_text() in words, mg_fault_name() in one word. */
enum mg_fault {
	MG_FAULT_NONE,
	MG_FAULT_END,        /* no further record; not an error */
	MG_FAULT_INCOMPLETE, /* right so far, but bytes are missing */
	/* link layer (EN 13757-2): the frame must be thrown away */
	MG_FAULT_START,          /* neither E5h, 10h nor 68h */
	MG_FAULT_LENGTH_DIFFERS, /* the two L fields differ */
	MG_FAULT_LENGTH_SHORT,   /* L below 3 */
	MG_FAULT_SECOND_START,   /* fourth byte is not 68h */
	MG_FAULT_STOP,           /* last byte is not 16h */
	MG_FAULT_CHECKSUM,
	MG_FAULT_SURPLUS, /* bytes behind the frame */
	/* telegram (EN 13757-3): nothing of it can be used */
	MG_FAULT_NOT_A_RESPONSE, /* ACK or short frame: carries no data */
	MG_FAULT_CI_UNSUPPORTED,
	MG_FAULT_HEADER_SHORT,   /* the data end inside the header */
	MG_FAULT_FIXED_LENGTH,   /* CI 73h or 77h without exactly 16 bytes */
	MG_FAULT_FRAGMENT,       /* a part of a message: CI 90h with more than one fragment */
	MG_FAULT_FORMAT_UNKNOWN, /* compact frame, and its format was not seen yet */
	MG_FAULT_FORMAT_CRC,     /* compact or format frame that does not fit its signature */
	MG_FAULT_ENCRYPTED,      /* encrypted, and no key is known */
	MG_FAULT_KEY_WRONG,      /* decryption failed: another key, or a damaged telegram */
	MG_FAULT_PLAIN,          /* plain text, although a key is set for this meter */
	MG_FAULT_IDENTITY_NEEDED,      /* decryption needs an identity, which nothing gives */
	MG_FAULT_SECURITY_UNSUPPORTED, /* a way of encryption that nobody can undo here */
	/* record: those before it stand */
	MG_FAULT_PREMATURE_END, /* the telegram ends inside a record */
	MG_FAULT_DIF_RESERVED,
	MG_FAULT_DIFE_LIMIT, /* an eleventh DIFE */
	MG_FAULT_VIFE_LIMIT, /* an eleventh byte after the VIF */
	MG_FAULT_LVAR_RESERVED,
};

/* "checksum wrong", "an eleventh DIFE", ... Never NULL. */
const char *mg_fault_text(enum mg_fault fault);
/* "checksum", "dife-limit", ... stable, for programs. Never NULL. */
const char *mg_fault_name(enum mg_fault fault);

/* Frames. */

#define MG_FRAME_MAX 261 /* bytes of the longest frame: L = 255 */

/* C field. The frame count bit of requests that carry one is MG_C_FCB. */
enum mg_c_field {
	MG_C_SND_NKE = 0x40,
	MG_C_SND_UD = 0x53,
	MG_C_SND_UD2 = 0x43,
	MG_C_REQ_UD1 = 0x5A,
	MG_C_REQ_UD2 = 0x5B,
	MG_C_RSP_UD = 0x08,
	MG_C_FCB = 0x20,
	MG_C_PRM = 0x40, /* set: from the master */
	MG_C_ACD = 0x20, /* in answers: class 1 data waits */
	MG_C_DFC = 0x10, /* in answers: takes no further SND_UD now */
};

enum mg_a_field {
	MG_A_PRIMARY_LAST = 250,
	MG_A_SELECTED = 253,        /* the slaves selected by secondary address */
	MG_A_BROADCAST_REPLY = 254, /* every slave answers */
	MG_A_BROADCAST = 255,       /* no slave answers */
};

enum mg_frame_type {
	MG_FRAME_ACK = 1, /* E5h */
	MG_FRAME_NACK,    /* A2h */
	MG_FRAME_SHORT,   /* 10h C A CS 16h */
	MG_FRAME_LONG,    /* 68h L L 68h C A CI data CS 16h; without data: a control frame */
};

struct mg_frame {
	enum mg_frame_type type;
	uint8_t c, a, ci;     /* 0 where the type has none */
	struct mg_bytes data; /* what follows CI: at most 252 bytes, borrowed */
};

/*
 * Looks at the start of `bytes`. NONE: a whole valid frame, *length bytes of it.
 * INCOMPLETE: *length is the number of bytes needed before it is worth asking again.
 * Anything else: no frame begins here, *length is the offset of the byte that shows it.
 * What follows the frame is not looked at. (EN 13757-2; physical rules 1 to 5)
 */
enum mg_fault mg_frame_parse(
		const uint8_t *bytes, size_t size, struct mg_frame *frame, size_t *length);

/* Writes the frame with length fields and checksum. Returns its length, or 0 when it does
   not fit into `size` or carries more than 252 bytes. */
size_t mg_frame_build(const struct mg_frame *frame, uint8_t *bytes, size_t size);

/* Addresses. */

/*
 * Identity of a meter, its secondary address. In a mask, nibble F of `id` and byte FF of
 * the others mean any (EN 13757-3; each byte of the manufacturer for itself).
 */
struct mg_identity {
	uint32_t id;           /* eight BCD digits: 12345678 is 0x12345678 */
	uint16_t manufacturer; /* packed letters, see mg_manufacturer_text() */
	uint8_t version;
	uint8_t medium;
};

/* Room for what mg_identity_text() writes, with its NUL. */
#define MG_IDENTITY_SIZE 20

/* "12345678.KAM.16.04": version and medium as two hex digits; parts that are wild at the
   end are left out. A manufacturer that is not three letters is written as four hex
   digits. */
const char *mg_identity_text(
		const struct mg_identity *identity, char text[MG_IDENTITY_SIZE]);

/*
 * Reads that form, with any parts left out at the end ("12345678", "1234FFFF.KAM"), or
 * the sixteen digits of libmbus ("1234567824400107", manufacturer low byte first). False
 * when it is neither; then *wrong is the offset of the first character that does not fit.
 */
bool mg_identity_parse(const char *text, struct mg_identity *identity, size_t *wrong);

/* True when `identity` fits the mask. */
bool mg_identity_match(
		const struct mg_identity *mask, const struct mg_identity *identity);

/* The eight bytes as they stand in a long header and in a selection (CI 52h). */
void mg_identity_put(const struct mg_identity *identity, uint8_t bytes[8]);
void mg_identity_get(const uint8_t bytes[8], struct mg_identity *identity);

/* Three letters, or four hex digits where the code is none; `text` has room for 5. */
const char *mg_manufacturer_text(uint16_t code, char text[5]);
/* Packs three letters A-Z; false when they are not. */
bool mg_manufacturer_parse(const char *text, uint16_t *code);

/* The company behind the code, "Kamstrup A/S"; NULL when it is not in our list. Bit 15 of
   the code, which marks addresses that are not unique, does not matter. */
const char *mg_manufacturer_name(uint16_t code);

/* "heat", "water", "cold-water", ...; "any" for the wildcard, "reserved" for the rest.
   Never NULL. */
const char *mg_medium_text(uint8_t medium);

/* Telegrams. */

enum mg_header {
	MG_HEADER_NONE,  /* CI 78h and others */
	MG_HEADER_SHORT, /* CI 7Ah: access, status, configuration */
	MG_HEADER_LONG,  /* CI 72h: identity too */
	MG_HEADER_FIXED, /* CI 73h: id, access, status, 4-bit medium */
};

/* What `records` of a telegram holds. */
enum mg_content {
	MG_CONTENT_NONE,         /* nothing */
	MG_CONTENT_RECORDS,      /* data records */
	MG_CONTENT_FIXED,        /* two unit bytes and two counters */
	MG_CONTENT_COMPACT,      /* the data of records, without DIBs and VIBs */
	MG_CONTENT_FORMAT,       /* DIBs and VIBs of records, without data */
	MG_CONTENT_MANUFACTURER, /* bytes that only the manufacturer knows (CI A0h-B7h) */
};

enum mg_telegram_flags {
	MG_TELEGRAM_MODE2 = 1 << 0,     /* multi-byte fields are sent high byte first */
	MG_TELEGRAM_ENCRYPTED = 1 << 1, /* the configuration field announces encryption */
	MG_TELEGRAM_REQUEST = 1 << 2,   /* from a master: C bit 6 is set */
};

/* What CI 90h puts in front of the application (EN 13757-7, authentication and
   fragmentation layer). `size` is 0 where there is none. */
struct mg_afl {
	size_t size;         /* of the whole layer, behind its CI */
	uint8_t mcl;         /* message control: how the MAC was made; 0 when not sent */
	bool has_counter;    /* `counter` was sent */
	uint32_t counter;    /* message counter MCR */
	struct mg_bytes key; /* key information: 0 or 2 bytes, borrowed */
	struct mg_bytes mac; /* as long as MCL says, borrowed; empty when not sent */
	struct mg_bytes size_field; /* message length: 0 or 2 bytes, borrowed */
};

struct mg_telegram {
	uint8_t c, a, ci;            /* CI of the application: behind CI 90h the next one */
	uint8_t header;              /* enum mg_header */
	uint8_t content;             /* enum mg_content */
	uint8_t security_mode;       /* of the encryption that is announced, otherwise 0 */
	uint32_t flags;              /* enum mg_telegram_flags */
	struct mg_identity identity; /* of a fixed header: id and medium only, the rest FF */
	uint8_t access;
	uint8_t status;
	uint16_t signature; /* configuration field */
	int app_error;      /* code of CI 70h (0 when it carries none), otherwise -1 */
	int alarm;          /* byte of CI 71h, otherwise -1 */
	struct mg_afl afl;
	uint16_t format_signature; /* COMPACT and FORMAT: which format it is */
	uint16_t format_crc;       /* COMPACT: of the records once they are whole */
	struct mg_bytes body;      /* all that follows `ci`, header included; borrowed */
	struct mg_bytes records;   /* the record area, borrowed */
	size_t offset;             /* of the record area in the frame */
};

/*
 * Reads the header of a long frame. NONE: the record area is in place. ENCRYPTED: the
 * header is right and `records` holds the cipher text, extension bytes included; see
 * mg_telegram_decrypted(). FORMAT_UNKNOWN, and FIXED_LENGTH with `content` COMPACT: see
 * mg_compact_expand(). Otherwise `records` is empty and `header` says whether one was
 * read; an identity that the telegram does not give is all wildcards.
 */
enum mg_fault mg_telegram_parse(
		const struct mg_frame *frame, struct mg_telegram *telegram);

/*
 * Puts plain text in the place of the cipher text of an encrypted telegram; the caller
 * keeps `plain` as long as the telegram. The answer is that of mg_telegram_parse() for
 * the same content unencrypted. `records` must still be the cipher text with its
 * extension bytes, and `plain` what was behind those, check bytes 2F 2F included, so that
 * offsets of records stay those in the frame. Only for telegrams that are marked with
 * MG_TELEGRAM_ENCRYPTED, which is cleared.
 */
enum mg_fault mg_telegram_decrypted(
		struct mg_telegram *telegram, const struct mg_bytes *plain);

/* What a CI code stands for, such as "response, long header". Never NULL. */
const char *mg_ci_text(uint8_t ci);

/* Compact frames (EN 13757-3, annex F): meters may send only the data of their records
   when the receiver knows the rest from a telegram before. */

#define MG_FORMAT_MAX 252 /* bytes of the longest format */

/* CRC of EN 13757 (polynomial 3D65h) over `bytes`, as formats and compact frames use it.
 */
uint16_t mg_crc(const uint8_t *bytes, size_t size);

/*
 * Copies the DIBs and VIBs of the records of a telegram, or those of a format frame, to
 * `format`, one behind the other; mg_crc() of them is their signature. Returns how many
 * bytes; 0 when there is no record, when one cannot be read, or when a format frame does
 * not have the signature that it claims.
 */
size_t mg_format_of(const struct mg_telegram *telegram, uint8_t format[MG_FORMAT_MAX]);

/*
 * Makes a compact telegram whole: puts its data behind the DIBs and VIBs of `format` into
 * `bytes`, which the caller keeps as long as the telegram, and checks the CRC. NONE: its
 * records can be read now, at offsets that count from where the data began. FORMAT_CRC:
 * the telegram is as it was.
 */
enum mg_fault mg_compact_expand(struct mg_telegram *telegram,
		const struct mg_bytes *format, uint8_t *bytes, size_t size);

/* Names of the bits of a status byte, "power-low" and so on, in `names` (room for 8).
   Returns how many. The fixed structure uses bits 0 and 1 otherwise; `header` tells. */
size_t mg_status_names(uint8_t status, enum mg_header header, const char *names[8]);

/* What application error code CI 70h means, such as "application busy". Never NULL. */
const char *mg_app_error_text(int code);

/* As mg_medium_text(), for the 4-bit codes of a fixed header, too. Never NULL. */
const char *mg_telegram_medium_text(const struct mg_telegram *telegram);

/* Records. */

#define MG_MODIFIERS_MAX 10

#define MG_DATE_NONE (-1)  /* a part that the type of the date lacks */
#define MG_DATE_EVERY (-2) /* "every year", "every day": of dates that recur */

/* A date or time as the meter sent it. Type I leaves parts of the day open; they are
   MG_DATE_NONE, too. */
struct mg_date {
	int16_t year; /* 1900 ... 2299; 100 ... 126, which are no years, as sent */
	int8_t month, day, hour, minute, second;
};

struct mg_value {
	uint8_t type;       /* enum mg_type; MG_TYPE_NONE when quality is not GOOD */
	uint8_t quality;    /* enum mg_quality */
	const char *reason; /* why quality is not GOOD, otherwise NULL; static */
	int64_t mantissa;   /* NUMBER: value = mantissa × 10^exponent in `unit` */
	int32_t exponent;   /* NUMBER and WIDE; of a compact profile that of its elements */
	bool negative;      /* WIDE; and of infinity, which is not good */
	/* WIDE: magnitude, low half first. Of BCD that is not good: its digits, four bits
	   each. With MG_DATA_IDENTITY: the code of a manufacturer; of an address
	   id + manufacturer × 2^32 + version × 2^48 + medium × 2^56. Of a compact profile
	   the factor of its elements: 60 where they are minutes. */
	uint64_t wide[2];
	struct mg_date date; /* DATE, DATETIME, TIME; and of dates that are not good */
};

enum mg_data_record_flags {
	MG_DATA_VENDOR = 1 << 0, /* as enum mg_record_flags */
	MG_DATA_SUMMER = 1 << 1,
	MG_DATA_AMBIGUOUS = 1 << 2,
	MG_DATA_MANUFACTURER = 1 << 3, /* the block behind DIF 0Fh or 1Fh; no VIB */
	MG_DATA_MORE = 1 << 4,         /* DIF 1Fh: more records in the next telegram */
	MG_DATA_MODE2 = 1 << 5,        /* sent high byte first, text from its start */
	/* TEXT that stands for a code: an identity (8 bytes of data) or the letters of a
	   manufacturer (2 bytes). The bytes of an identity are those of a long header: in
	   mode 2 id and manufacturer are sent high byte first, each for itself. */
	MG_DATA_IDENTITY = 1 << 6,
};

struct mg_data_record {
	uint8_t function;           /* enum mg_function */
	uint8_t data_field;         /* DIF bits 3-0 */
	uint16_t subunit;           /* 10 bits */
	uint32_t tariff;            /* 20 bits */
	uint64_t storage;           /* 41 bits */
	uint32_t flags;             /* enum mg_data_record_flags */
	const char *quantity;       /* static; the names of docs/readings.md */
	const char *unit;           /* static; NULL for a plain-text unit: see plain_unit */
	const char *coding;         /* static: "int32", "bcd8", "lvar-text", ... */
	struct mg_bytes plain_unit; /* Latin-1, in the order on the wire */
	/* Static names, in the order on the wire; set up to modifier_count only. */
	const char *modifiers[MG_MODIFIERS_MAX];
	size_t modifier_count;
	struct mg_value value;
	struct mg_bytes dib, vib, data; /* as sent, borrowed; data without the LVAR byte */
	size_t offset;                  /* of the DIF in the frame */
};

struct mg_record_cursor {
	const struct mg_telegram *telegram;
	size_t position; /* in telegram->records */
	uint32_t index;  /* records given so far */
	bool more;       /* DIF 1Fh was seen: the meter has more telegrams */
	size_t offset;   /* in the frame: of the byte at fault after an error */
};

/*
 * Begins with the first record. An encrypted telegram has none, see
 * mg_telegram_decrypted(). The telegram must outlive the cursor.
 */
struct mg_record_cursor mg_telegram_records(const struct mg_telegram *telegram);

/*
 * The next record; idle fillers 2Fh are no records. NONE: *record is filled in. END:
 * there is none, which stays so. Anything else: the rest of the telegram cannot be read,
 * cursor->offset says where; END follows.
 */
enum mg_fault mg_record_next(
		struct mg_record_cursor *cursor, struct mg_data_record *record);

/* Room for any text that a record's value or unit can become, with its NUL. */
#define MG_TEXT_SIZE 520

/* The value as UTF-8 text: a plain decimal, an ISO date, text, or upper-case hex for
   bytes; "" when there is none. Returns its length, 0 when `size` is too small. */
size_t mg_value_text(const struct mg_data_record *record, char *text, size_t size);

/*
 * What the meter sent in place of a value, as UTF-8 text; "" where nothing can be said,
 * and for good values. Returns its length. It is one of
 *  - the digits of BCD that are no number, highest first: "EEEEEEEE";
 *  - a date that recurs, is not complete or cannot be, in the form of good dates with *
 *    for "every" and ? for what is not specified: "*-*-15", "2026-13-01T24:00",
 *    "*-*-*T*:30", "?-?-31T12:00:00", "*:00:00" for a time alone;
 *  - "NaN", "Infinity", "-Infinity".
 */
size_t mg_shown_text(const struct mg_data_record *record, char *text, size_t size);

/* The unit as UTF-8 text, also when the meter sent it as plain text. */
size_t mg_unit_text(const struct mg_data_record *record, char *text, size_t size);

/* Room for a name. */
#define MG_NAME_SIZE 160

/*
 * A stable name from what the record is: "energy", "energy_tariff_1",
 * "volume_storage_1_max". Letters, digits and _ only. Two records of a telegram can have
 * the same name; whoever needs unique ones appends _2, _3 in their order.
 */
size_t mg_record_name(const struct mg_data_record *record, char *text, size_t size);

/* Building. */

/* Grows from the front of a buffer that the caller lends; `failed` once something did not
   fit, and then nothing more is added. */
struct mg_builder {
	uint8_t *bytes;
	size_t size;
	size_t length;
	bool failed;
};

/* Appends the bytes of a header for CI 72h (long) or 7Ah (short); high bytes first with
   MG_TELEGRAM_MODE2, as CI 76h has them. */
void mg_build_header(struct mg_builder *builder, const struct mg_telegram *telegram);
/* Appends DIF and DIFEs. */
void mg_build_dib(struct mg_builder *builder, uint8_t data_field,
		enum mg_function function, uint64_t storage, uint32_t tariff, uint16_t subunit);
/* Appends bytes as they are: VIF, VIFEs, data. */
void mg_build_bytes(struct mg_builder *builder, const void *bytes, size_t size);
/* Appends `value` as data of an integer (1-4, 6, 7) or BCD (9-C, E) data field, low byte
   first; fails when it does not fit. */
void mg_build_integer(struct mg_builder *builder, uint8_t data_field, int64_t value);
/* Appends a date as type G (2 bytes), J (3), F (4) or I (6), low byte first; parts that
   the type lacks do not matter. A date of nothing but MG_DATE_NONE is marked invalid. */
void mg_build_date(struct mg_builder *builder, size_t size, const struct mg_date *date);

/*
 * Appends a whole record that decodes to the given one again, from what was decoded:
 * function, data field, storage, tariff, subunit, flags, quantity, unit or plain unit,
 * coding, modifiers and value. Of `data` only the size is looked at, and the bytes where
 * they are the value: text, bytes, manufacturer data. `dib`, `vib` and `offset` do not
 * matter. Where several ways of sending mean the same, which one is taken is open. Fails
 * for what no record can be. Names of quantities, units and codings are compared as text.
 */
void mg_build_record(struct mg_builder *builder, const struct mg_data_record *record);

/* Appends all that follows CI 73h (with MG_TELEGRAM_MODE2 77h): header, units and the two
   counters. Fails for what the fixed structure cannot say. */
void mg_build_fixed(struct mg_builder *builder, const struct mg_telegram *telegram,
		const struct mg_data_record counters[2]);

/* Explaining. */

#define MG_NOTE_SIZE 200

/* A run of bytes of a telegram and what it is. */
struct mg_note {
	size_t offset, size;        /* in the bytes that are explained; size may be 0 */
	const char *part;           /* static: "start", "L", "CI", "DIF", "VIFE", "data" */
	char meaning[MG_NOTE_SIZE]; /* UTF-8: "storage 1, maximum", "energy in Wh × 10^3" */
};

/* Takes one note; valid for the length of the call. */
typedef void (*mg_note_fn)(void *context, const struct mg_note *note);

/*
 * Explains every byte of a frame, in their order and without a gap; bytes that cannot be
 * read get a note that says why. Cipher text is one note. Meanings hold no control
 * characters. The parts are:
 *   link layer   start L C A CI checksum stop ACK NACK
 *   headers      id manufacturer version medium access status config
 *   security     AFL extension encrypted plain tag
 *   other CI     subcode error alarm length signature CRC
 *   records      DIF DIFE VIF VIFE unit LVAR data filler; fixed structure: unit counter
 *   none of all  surplus (behind the frame), rest (not read), missing (of size 0)
 */
void mg_explain(const uint8_t *bytes, size_t size, mg_note_fn take, void *context);

/* Explains the record area of a telegram alone: after decryption or mg_compact_expand().
   Offsets count from the start of the record area. */
void mg_explain_records(
		const struct mg_telegram *telegram, mg_note_fn take, void *context);

#ifdef __cplusplus
}
#endif

#endif
