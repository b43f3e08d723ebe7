/* SPDX-License-Identifier: MIT */
/* Checks the names behind the three letters of a manufacturer. */
#include "mbus_bench.h"

static const struct row {
	char letters[4];
	const char *name;
} rows[] = {
#include "mbus/manufacturer_names.inc"
};

static const char *name_of(const char *letters)
{
	uint16_t code = 0;
	assert_true(mg_manufacturer_parse(letters, &code));
	return mg_manufacturer_name(code);
}

static void well_known_companies_are_named(void **state)
{
	static const struct row known[] = {
		{ "AAA", "Aventies GmbH" },
		{ "ABB", "ABB AB" },
		{ "ACW", "Itron (Actaris)" },
		{ "AMT", "Integra Metering AG (Aquametro)" },
		{ "APA", "Apator SA" },
		{ "AXI", "Axioma Metering UAB" },
		{ "BMT", "BMETERS S.r.l." },
		{ "DFS", "Danfoss A/S" },
		{ "DME", "Diehl Metering GmbH" },
		{ "EFE", "Engelmann Sensor GmbH" },
		{ "ELS", "Elster GmbH" },
		{ "ELV", "Elvaco AB" },
		{ "EMH", "EMH metering GmbH & Co. KG" },
		{ "FIN", "Finder GmbH" },
		{ "HYD", "Diehl Metering GmbH (Hydrometer)" },
		{ "ISK", "Iskraemeco" },
		{ "IST", "ista" },
		{ "ITW", "ITRON (Water)" },
		{ "JAN", "Janitza electronics GmbH" },
		{ "KAM", "Kamstrup A/S" },
		{ "LSE", "Landis & Staefa Electronic" },
		{ "LUG", "Landis+Gyr GmbH" },
		{ "NZR", "Nordwestdeutsche Zählerrevision Ing. Aug. Knemeyer GmbH & Co. KG" },
		{ "PAD", "PadMess GmbH" },
		{ "QDS", "Qundis GmbH" },
		{ "REL", "Relay GmbH" },
		{ "SEN", "Sensus Metering Systems" },
		{ "SIE", "Siemens AG" },
		{ "SON", "Sontex SA" },
		{ "SPX", "Sensus Metering Systems" },
		{ "SVM", "AB Svensk Värmemätning" },
		{ "TCH", "Techem Service AG & Co. KG" },
		{ "WEP", "Weptech elektronik GmbH" },
		{ "ZRI", "ZENNER International GmbH & Co. KG" },
		{ "ZZZ", "Michael Rac GmbH" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(known); i++) {
		assert_non_null(name_of(known[i].letters));
		assert_string_equal(name_of(known[i].letters), known[i].name);
	}
}

static void a_code_as_it_is_sent_is_enough(void **state)
{
	(void)state;
	assert_string_equal(mg_manufacturer_name(0x2C2D), "Kamstrup A/S");
	assert_string_equal(mg_manufacturer_name(0x4024), "PadMess GmbH");
}

static void an_address_that_is_not_unique_has_the_same_company(void **state)
{
	(void)state;
	assert_string_equal(mg_manufacturer_name(0xAC2D), "Kamstrup A/S");
}

static void codes_of_nobody_have_no_name(void **state)
{
	(void)state;
	assert_null(mg_manufacturer_name(0x0000)); /* not set */
	assert_null(mg_manufacturer_name(0xFFFF)); /* the wildcard */
	assert_null(mg_manufacturer_name(0x0420)); /* before AAA */
	assert_null(mg_manufacturer_name(0x6B5B)); /* behind ZZZ */
	assert_null(mg_manufacturer_name(0x7FFF));
	assert_null(name_of("XQX"));
}

static void rows_are_sorted_and_all_of_them_are_found(void **state)
{
	(void)state;
	assert_true(BENCH_COUNT(rows) > 1000);
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_true(i == 0 || strcmp(rows[i - 1].letters, rows[i].letters) < 0);
		assert_string_equal(name_of(rows[i].letters), rows[i].name);
	}
}

static void every_other_code_is_unknown(void **state)
{
	size_t named = 0;
	(void)state;
	for (unsigned code = 0; code <= 0x7FFF; code++) {
		named += mg_manufacturer_name((uint16_t)code) != NULL;
	}
	assert_int_equal(named, BENCH_COUNT(rows));
}

static void names_are_tidy(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		const char *name = rows[i].name;
		size_t length = strlen(name);
		assert_true(length > 1 && length < 80);
		assert_true(name[0] != ' ' && name[length - 1] != ' ');
		assert_null(strstr(name, "  "));
		assert_null(strpbrk(name, "\t\r\n\"\\;"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_known_companies_are_named),
		cmocka_unit_test(a_code_as_it_is_sent_is_enough),
		cmocka_unit_test(an_address_that_is_not_unique_has_the_same_company),
		cmocka_unit_test(codes_of_nobody_have_no_name),
		cmocka_unit_test(rows_are_sorted_and_all_of_them_are_found),
		cmocka_unit_test(every_other_code_is_unknown),
		cmocka_unit_test(names_are_tidy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
