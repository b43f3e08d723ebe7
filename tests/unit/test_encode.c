/* SPDX-License-Identifier: MIT */
/* Choosing a format, and serving plugins that ask for bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "route/encode.h"

#include "sample_reading.h"

static void unknown_formats_are_refused(void **state)
{
	(void)state;
	struct mg_reading event = sample_event();
	struct encode_buffer buffer = { 0 };
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, &event, NULL));
	assert_false(encode_reading(&buffer, (enum mg_format)99, &event, NULL));
	assert_null(buffer.data);
	assert_int_equal(buffer.length, 0);
}

static void contents_are_replaced(void **state)
{
	(void)state;
	struct mg_reading event = sample_event();
	struct encode_buffer buffer = { 0 };
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, &event, NULL));
	size_t length = buffer.length;
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, &event, NULL));
	assert_int_equal(buffer.length, length);
	assert_int_equal(buffer.data[length], '\0');
	encode_finish(&buffer);
}

static void too_long_a_reading_is_refused(void **state)
{
	(void)state;
	const size_t size = ENCODE_SIZE_MAX / 2 + 1;
	struct mg_reading event = sample_event();
	struct encode_buffer buffer = { 0 };
	char *message = malloc(size);
	assert_non_null(message);
	memset(message, '\n', size - 1);
	message[size - 1] = '\0';
	event.message = message;
	assert_false(encode_reading(&buffer, MG_FORMAT_JSON, &event, NULL));
	assert_null(buffer.data);
	event.message = "short";
	assert_true(encode_reading(&buffer, MG_FORMAT_JSON, &event, NULL));
	encode_finish(&buffer);
	free(message);
}

static void a_host_keeps_its_buffer(void **state)
{
	(void)state;
	void *kept = NULL;
	size_t length;
	struct mg_reading event = sample_event();
	const char *text = encode_for_host(&kept, MG_FORMAT_TEXT, &event, &length);
	assert_non_null(kept);
	assert_int_equal(length, strlen(text));
	void *first = kept;
	assert_non_null(encode_for_host(&kept, MG_FORMAT_JSON, &event, &length));
	assert_ptr_equal(kept, first);
	assert_null(encode_for_host(&kept, (enum mg_format)99, &event, &length));
	assert_int_equal(length, 0);
	encode_free(kept);
	encode_free(NULL);
}

static void assert_contains(bool raw, bool common, const char *unit)
{
	const struct encode_options options = { raw, common };
	void *kept = NULL;
	size_t length;
	struct mg_record record = sample_record();
	struct mg_reading reading = sample_reading(&record, 1);
	const char *text =
			encode_for_options(&options)(&kept, MG_FORMAT_JSON, &reading, &length);
	assert_non_null(text);
	assert_non_null(strstr(text, unit));
	assert_int_equal(strstr(text, "\"telegrams\":") != NULL, raw);
	encode_free(kept);
}

static void options_choose_the_function(void **state)
{
	(void)state;
	assert_contains(false, false, "\"unit\":\"Wh\"");
	assert_contains(false, true, "\"unit\":\"kWh\"");
	assert_contains(true, false, "\"unit\":\"Wh\"");
	assert_contains(true, true, "\"unit\":\"kWh\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_formats_are_refused),
		cmocka_unit_test(contents_are_replaced),
		cmocka_unit_test(too_long_a_reading_is_refused),
		cmocka_unit_test(a_host_keeps_its_buffer),
		cmocka_unit_test(options_choose_the_function),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
