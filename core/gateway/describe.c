/* SPDX-License-Identifier: MIT */
/* Writes the documentation of options from the tables that the values are read with. */
#include "gateway/describe.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/json.h"
#include "gateway/option.h"
#include "gateway/sections.h"

#define TYPE_SIZE 512
#define TITLE_SIZE 64
#define KEY_SIZE (OPTION_NAME_MAX + 8)

/* "tag.*" for tags, else the name. */
static const char *key_text(const struct mg_option *option, char *text)
{
	snprintf(text, KEY_SIZE, "%.*s%s", OPTION_NAME_MAX, option->name,
			option->type == MG_OPTION_TAGS ? ".*" : "");
	return text;
}

/* "duration, 0 to 366d", "even, none or odd": `quote` stands around each choice. */
static const char *type_text(
		const struct mg_option *option, const char *quote, char *text)
{
	char range[OPTION_RANGE_SIZE];
	option_range_text(option, range, sizeof(range));
	if (option->type != MG_OPTION_ENUM) {
		snprintf(text, TYPE_SIZE, "%s%s%s", option_type_name(option->type),
				range[0] == '\0' ? "" : ", ", range);
		return text;
	}
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; option->choices[i] != NULL && used < TYPE_SIZE; i++) {
		const char *separator = i == 0                           ? ""
								: option->choices[i + 1] == NULL ? " or "
																 : ", ";
		used += (size_t)snprintf(text + used, TYPE_SIZE - used, "%s%s%s%s", separator,
				quote, option->choices[i], quote);
	}
	return text;
}

static bool is_required(const struct mg_option *option)
{
	return (option->flags & MG_OPTION_REQUIRED) != 0;
}

static void print_options(FILE *out, const struct mg_options *options)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct mg_option *option = option_at(options, i);
		char key[KEY_SIZE];
		char type[TYPE_SIZE];
		fprintf(out, "  %-18s %s", key_text(option, key), type_text(option, "", type));
		if (is_required(option)) {
			fputs("; required", out);
		} else if (option->fallback != NULL && option->fallback[0] != '\0') {
			fprintf(out, "; default %s", option->fallback);
		}
		fprintf(out, "\n  %-18s %s\n", "", option->help == NULL ? "" : option->help);
	}
}

void describe_plugin_text(FILE *out, const struct plugin *plugin)
{
	const struct mg_plugin *description = plugin->description;
	fprintf(out, "%s %s: %s\n%s\n", description->name, description->version,
			description->summary, plugin->path);
	if (description->transport != NULL) {
		fprintf(out, "\nKeys of [bus NAME] with transport = %s:\n", description->name);
		print_options(out, &description->transport->options);
	}
	if (description->sink != NULL) {
		fprintf(out, "\nKeys of [sink NAME] with plugin = %s:\n", description->name);
		print_options(out, &description->sink->options);
	}
}

static void print_member(FILE *out, const char *name, const char *text)
{
	fprintf(out, ",\"%s\":", name);
	json_print_string(out, text);
}

static void print_option_json(FILE *out, const struct mg_option *option)
{
	char range[OPTION_RANGE_SIZE];
	option_range_text(option, range, sizeof(range));
	fputs("{\"name\":", out);
	json_print_string(out, option->name);
	print_member(out, "type", option_type_name(option->type));
	fprintf(out, ",\"required\":%s", is_required(option) ? "true" : "false");
	print_member(out, "default", option->fallback);
	print_member(out, "range", range[0] == '\0' ? NULL : range);
	fputs(",\"choices\":", out);
	if (option->type == MG_OPTION_ENUM) {
		for (size_t i = 0; option->choices[i] != NULL; i++) {
			fputc(i == 0 ? '[' : ',', out);
			json_print_string(out, option->choices[i]);
		}
		fputc(']', out);
	} else {
		fputs("null", out);
	}
	print_member(out, "help", option->help);
	fputc('}', out);
}

/* null for NULL, which stands for "not offered". */
static void print_options_json(FILE *out, const struct mg_options *options)
{
	if (options == NULL) {
		fputs("null", out);
		return;
	}
	fputs("{\"options\":[", out);
	for (size_t i = 0; i < options->count; i++) {
		if (i > 0) {
			fputc(',', out);
		}
		print_option_json(out, option_at(options, i));
	}
	fputs("]}", out);
}

void describe_plugin_json(FILE *out, const struct plugin *plugin)
{
	const struct mg_plugin *description = plugin->description;
	fputs("{\"name\":", out);
	json_print_string(out, description->name);
	print_member(out, "version", description->version);
	print_member(out, "summary", description->summary);
	print_member(out, "path", plugin->path);
	fputs(",\"transport\":", out);
	print_options_json(out,
			description->transport == NULL ? NULL : &description->transport->options);
	fputs(",\"sink\":", out);
	print_options_json(
			out, description->sink == NULL ? NULL : &description->sink->options);
	fputs("}\n", out);
}

/* Text inside a table of Markdown, where | would end the cell. */
static void print_cell(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '|') {
			fputc('\\', out);
		}
		fputc(*text, out);
	}
}

static void print_row(FILE *out, const struct mg_option *option)
{
	char key[KEY_SIZE];
	char type[TYPE_SIZE];
	fprintf(out, "| `%s` | ", key_text(option, key));
	print_cell(out, type_text(option, "`", type));
	fputs(" | ", out);
	if (is_required(option)) {
		fputs("required", out);
	} else if (option->fallback != NULL && option->fallback[0] != '\0') {
		fputc('`', out);
		print_cell(out, option->fallback);
		fputc('`', out);
	}
	fputs(" | ", out);
	print_cell(out, option->help == NULL ? "" : option->help);
	fputs(" |\n", out);
}

static void print_table(FILE *out, const struct mg_options *options)
{
	if (options->count == 0) {
		fputs("It has no keys of its own.\n", out);
		return;
	}
	fputs("| key | value | default | meaning |\n|---|---|---|---|\n", out);
	for (size_t i = 0; i < options->count; i++) {
		print_row(out, option_at(options, i));
	}
}

/* clang-format off */
static const char introduction[] =
	"<!-- Generated by `metergate plugins --markdown`; change the tables in the sources. -->\n"
	"# Configuration\n"
	"\n"
	"One INI file, `/etc/metergate/metergate.ini` unless `--config` or `METERGATE_CONFIG` names\n"
	"another one, and the files that it includes. `metergate check` finds every error in it without\n"
	"opening a port; `conf/metergate.ini` is a complete example.\n"
	"\n"
	"* A line is `[section]`, `key = value`, a comment, or empty. It does not begin with a blank, and\n"
	"  a value ends where its line ends.\n"
	"* `;` or `#` begins a comment at the start of a line and behind a blank.\n"
	"* A value that holds ` ;` or ` #`, or blanks at its ends, stands in double quotes; inside them,\n"
	"  `\\\"` is a quote and `\\\\` a backslash. A value has at most 4096 bytes, the file is UTF-8.\n"
	"* Names of gateways, buses, devices and sinks: 1 to 32 letters, digits, `.`, `_` and `-`, beginning\n"
	"  with a letter or digit.\n"
	"* A key or section that is there twice, or that nobody knows, is an error.\n"
	"\n"
	"| value | how it is written |\n"
	"|---|---|\n"
	"| text | as it is, or in quotes |\n"
	"| number | digits |\n"
	"| yes or no | `yes` or `no`, also `true` or `false` |\n"
	"| duration | a number and a unit: `500ms`, `10s`, `15m` (also `15min`), `1h`, `2d` |\n"
	"| size | bytes, or with a unit of 1024: `4096`, `64K`, `16M`, `2G` |\n"
	"| words | several, separated by blanks |\n"
	"| secret | the secret itself, `file:PATH` (from the folder of the configuration file on), or `credential:NAME` (systemd). A file that others can read is refused: a secret file must have mode 600, a configuration that holds secrets must not be readable by everybody |\n"
	"| tags | any number of keys that begin with the name and a dot |\n";
/* clang-format on */

static void print_core(FILE *out)
{
	for (int i = 0; i < SECTION_KINDS; i++) {
		const struct section *section = sections_get((enum section_kind)i);
		fprintf(out, "\n## `%s`\n\n%s\n\n", section->header, section->about);
		print_table(out, &section->options);
	}
}

/* The plugins of this project. Others bring their own documentation. */
static const char *const own_plugins[] = { "serial", "tcp", "simulator", "replay", "file",
	"syslog", "zeromq" };

/* A heading, and the summary as a sentence. */
static void print_heading(FILE *out, const char *title, const char *summary)
{
	fprintf(out, "\n## `%s`\n\n%c%s.\n\n", title, toupper((unsigned char)summary[0]),
			summary[0] == '\0' ? "" : summary + 1);
}

static void print_plugin(FILE *out, struct plugins *plugins, const char *name)
{
	char why[PLUGIN_WHY_SIZE];
	char title[TITLE_SIZE];
	const struct plugin *plugin = plugins_find(plugins, name, why, sizeof(why));
	if (plugin == NULL) {
		return;
	}
	const struct mg_plugin *description = plugin->description;
	if (description->transport != NULL) {
		snprintf(title, sizeof(title), "[bus NAME]` with `transport = %s", name);
		print_heading(out, title, description->summary);
		print_table(out, &description->transport->options);
	}
	if (description->sink != NULL) {
		snprintf(title, sizeof(title), "[sink NAME]` with `plugin = %s", name);
		print_heading(out, title, description->summary);
		print_table(out, &description->sink->options);
	}
}

void describe_markdown(FILE *out, struct plugins *plugins)
{
	fputs(introduction, out);
	print_core(out);
	for (size_t i = 0; i < sizeof(own_plugins) / sizeof(own_plugins[0]); i++) {
		print_plugin(out, plugins, own_plugins[i]);
	}
}
