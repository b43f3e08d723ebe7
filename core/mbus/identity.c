/* SPDX-License-Identifier: MIT */
/* Secondary addresses: as text, as bytes on the wire, and as masks. */
#include <metergate/mbus.h>

#include <string.h>

#include "mbus/bytes.h"
#include "mbus/hex.h"

enum {
	WILD_BYTE = 0xFF,
	WILD_MANUFACTURER = 0xFFFF,
	ID_DIGITS = 8,
	LIBMBUS_DIGITS = 16,
};

static bool is_letter(unsigned part)
{
	return part >= 1 && part <= 26;
}

const char *mg_manufacturer_text(uint16_t code, char text[5])
{
	unsigned parts[3] = { code >> 10 & 31, code >> 5 & 31, code & 31 };
	bool letters = is_letter(parts[0]) && is_letter(parts[1]) && is_letter(parts[2]);
	/* Bit 15 is no part of the letters, so it must not vanish from the text. */
	if (!letters || (code & 0x8000) != 0) {
		text[hex_put(text, code, 4)] = '\0';
		return text;
	}
	for (size_t i = 0; i < 3; i++) {
		text[i] = (char)('A' + parts[i] - 1);
	}
	text[3] = '\0';
	return text;
}

bool mg_manufacturer_parse(const char *text, uint16_t *code)
{
	unsigned packed = 0;
	for (size_t i = 0; i < 3; i++) {
		if (text[i] < 'A' || text[i] > 'Z') {
			return false;
		}
		packed = packed << 5 | (unsigned)(text[i] - 'A' + 1);
	}
	if (text[3] != '\0') {
		return false;
	}
	*code = (uint16_t)packed;
	return true;
}

/* How many parts, beginning with the id, are needed to say what is not wild. */
static unsigned parts_given(const struct mg_identity *identity)
{
	if (identity->medium != WILD_BYTE) {
		return 4;
	}
	if (identity->version != WILD_BYTE) {
		return 3;
	}
	return identity->manufacturer != WILD_MANUFACTURER ? 2 : 1;
}

const char *mg_identity_text(
		const struct mg_identity *identity, char text[MG_IDENTITY_SIZE])
{
	unsigned parts = parts_given(identity);
	size_t length = hex_put(text, identity->id, ID_DIGITS);
	if (parts > 1) {
		text[length++] = '.';
		mg_manufacturer_text(identity->manufacturer, text + length);
		length += strlen(text + length);
	}
	if (parts > 2) {
		text[length++] = '.';
		length += hex_put(text + length, identity->version, 2);
	}
	if (parts > 3) {
		text[length++] = '.';
		length += hex_put(text + length, identity->medium, 2);
	}
	text[length] = '\0';
	return text;
}

/* A text that is being read; `at` stops at the character that does not fit. */
struct scanner {
	const char *text;
	size_t at;
};

static bool scan_hex(struct scanner *scanner, size_t digits, uint32_t *number)
{
	*number = 0;
	for (size_t i = 0; i < digits; i++) {
		int digit = hex_digit(scanner->text[scanner->at]);
		if (digit < 0) {
			return false;
		}
		*number = *number << 4 | (uint32_t)digit;
		scanner->at++;
	}
	return true;
}

static bool scan_dot(struct scanner *scanner)
{
	if (scanner->text[scanner->at] != '.') {
		return false;
	}
	scanner->at++;
	return true;
}

/* Three letters, or four hex digits: what stands behind the third character decides. */
static bool scan_manufacturer(struct scanner *scanner, uint16_t *code)
{
	const char *text = scanner->text + scanner->at;
	char letters[4] = { 0 };
	uint32_t number;
	size_t count = strcspn(text, ".");
	if (count != 3) {
		if (!scan_hex(scanner, 4, &number)) {
			return false;
		}
		*code = (uint16_t)number;
		return true;
	}
	for (size_t i = 0; i < 3; i++) {
		letters[i] = text[i];
		if (text[i] < 'A' || text[i] > 'Z') {
			scanner->at += i;
			return false;
		}
	}
	scanner->at += 3;
	return mg_manufacturer_parse(letters, code);
}

static bool scan_byte(struct scanner *scanner, uint8_t *byte)
{
	uint32_t number;
	if (!scan_hex(scanner, 2, &number)) {
		return false;
	}
	*byte = (uint8_t)number;
	return true;
}

static bool at_end(const struct scanner *scanner)
{
	return scanner->text[scanner->at] == '\0';
}

static bool scan_dotted(struct scanner *scanner, struct mg_identity *identity)
{
	if (!scan_hex(scanner, ID_DIGITS, &identity->id)) {
		return false;
	}
	if (at_end(scanner)) {
		return true;
	}
	if (!scan_dot(scanner) || !scan_manufacturer(scanner, &identity->manufacturer)) {
		return false;
	}
	if (at_end(scanner)) {
		return true;
	}
	if (!scan_dot(scanner) || !scan_byte(scanner, &identity->version)) {
		return false;
	}
	if (at_end(scanner)) {
		return true;
	}
	return scan_dot(scanner) && scan_byte(scanner, &identity->medium) && at_end(scanner);
}

static bool scan_libmbus(struct scanner *scanner, struct mg_identity *identity)
{
	uint8_t low, high;
	if (!scan_hex(scanner, ID_DIGITS, &identity->id) || !scan_byte(scanner, &low) ||
			!scan_byte(scanner, &high) || !scan_byte(scanner, &identity->version) ||
			!scan_byte(scanner, &identity->medium)) {
		return false;
	}
	identity->manufacturer = (uint16_t)(high << 8 | low);
	return at_end(scanner);
}

bool mg_identity_parse(const char *text, struct mg_identity *identity, size_t *wrong)
{
	struct scanner scanner = { .text = text };
	struct mg_identity found = {
		.manufacturer = WILD_MANUFACTURER, .version = WILD_BYTE, .medium = WILD_BYTE
	};
	bool dotted = strlen(text) != LIBMBUS_DIGITS || strchr(text, '.') != NULL;
	if (dotted ? scan_dotted(&scanner, &found) : scan_libmbus(&scanner, &found)) {
		*identity = found;
		return true;
	}
	*wrong = scanner.at;
	return false;
}

/* The bits of an id that its mask asks for: nibble F asks for none. */
static uint32_t asked_digits(uint32_t id)
{
	uint32_t asked = 0;
	for (unsigned shift = 0; shift < 32; shift += 4) {
		if ((id >> shift & 15) != 15) {
			asked |= (uint32_t)15 << shift;
		}
	}
	return asked;
}

static bool byte_fits(unsigned mask, unsigned byte)
{
	return (mask & 0xFF) == WILD_BYTE || (mask & 0xFF) == (byte & 0xFF);
}

bool mg_identity_match(const struct mg_identity *mask, const struct mg_identity *identity)
{
	return ((mask->id ^ identity->id) & asked_digits(mask->id)) == 0 &&
		   byte_fits(mask->manufacturer, identity->manufacturer) &&
		   byte_fits(mask->manufacturer >> 8, identity->manufacturer >> 8) &&
		   byte_fits(mask->version, identity->version) &&
		   byte_fits(mask->medium, identity->medium);
}

void mg_identity_put(const struct mg_identity *identity, uint8_t bytes[8])
{
	for (size_t i = 0; i < 4; i++) {
		bytes[i] = (uint8_t)(identity->id >> (8 * i));
	}
	bytes[4] = (uint8_t)identity->manufacturer;
	bytes[5] = (uint8_t)(identity->manufacturer >> 8);
	bytes[6] = identity->version;
	bytes[7] = identity->medium;
}

void mg_identity_get(const uint8_t bytes[8], struct mg_identity *identity)
{
	identity->id = (uint32_t)bytes_number(bytes, 4, false);
	identity->manufacturer = (uint16_t)bytes_number(bytes + 4, 2, false);
	identity->version = bytes[6];
	identity->medium = bytes[7];
}
