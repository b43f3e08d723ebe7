/* SPDX-License-Identifier: MIT */
/* Decodes one telegram in hex: a program that uses the codec and nothing else of ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

static size_t read_hex(const char *text, uint8_t *bytes, size_t size)
{
	size_t count = 0;
	char pair[3] = "";
	for (; text[0] != '\0' && text[1] != '\0' && count < size; text += 2) {
		memcpy(pair, text, 2);
		bytes[count++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return count;
}

static void print_record(const struct mg_data_record *record)
{
	char name[MG_NAME_SIZE];
	char value[MG_TEXT_SIZE];
	char unit[MG_TEXT_SIZE];
	mg_record_name(record, name, sizeof(name));
	mg_value_text(record, value, sizeof(value));
	mg_unit_text(record, unit, sizeof(unit));
	printf("%s %s %s\n", name, value, unit);
}

int main(int argc, char **argv)
{
	uint8_t bytes[MG_FRAME_MAX];
	struct mg_frame frame;
	struct mg_telegram telegram;
	struct mg_data_record record;
	size_t length;
	size_t size = argc > 1 ? read_hex(argv[1], bytes, sizeof(bytes)) : 0;
	enum mg_fault fault = mg_frame_parse(bytes, size, &frame, &length);
	if (fault == MG_FAULT_NONE) {
		fault = mg_telegram_parse(&frame, &telegram);
	}
	if (fault != MG_FAULT_NONE) {
		printf("%s\n", mg_fault_name(fault));
		return 1;
	}
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		print_record(&record);
	}
	return 0;
}
