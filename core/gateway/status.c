/* SPDX-License-Identifier: MIT */
/* What a gateway says of itself and its sinks, for the command status. */
#include "gateway/status.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/json.h"
#include "gateway/account.h"
#include "gateway/command_device.h"

/* Memory of the process that is in use, in KiB; 0 when the system does not tell. */
static long memory_kib(void)
{
	long whole, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (file == NULL) {
		return 0;
	}
	if (fscanf(file, "%ld %ld", &whole, &resident) != 2) {
		resident = 0;
	}
	fclose(file);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t uptime(const struct status_source *source)
{
	return loop_clock() - source->started;
}

static void write_sink(FILE *out, const struct running_sink *running)
{
	struct sink_account account;
	char state[SINK_STATE_SIZE];
	sink_account(running->sink, &account);
	sink_state_text(running->sink, state, sizeof(state));
	fputs("{\"sink\":", out);
	json_print_string(out, sink_name(running->sink));
	fputs(",\"state\":", out);
	json_print_string(out, state);
	fprintf(out,
			",\"routed\":%" PRIu64 ",\"delivered\":%" PRIu64 ",\"rejected\":%" PRIu64
			",\"dropped\":%" PRIu64 ",\"queued\":%" PRIu64 ",\"batches\":%" PRIu64
			",\"retries\":%" PRIu64 "}",
			account.routed, account.delivered, account.rejected, account.dropped,
			account.queued, account.batches, account.retries);
}

static void write_control(FILE *out, const struct control *control)
{
	const struct control_counters *counters = control_counters(control);
	fprintf(out,
			",\"control\":{\"connections\":%" PRIu64 ",\"commands\":%" PRIu64
			",\"refused\":%" PRIu64 ",\"overlong\":%" PRIu64 ",\"cut_off\":%" PRIu64 "}",
			counters->connections, counters->commands, counters->refused,
			counters->overlong, counters->cut_off);
}

void status_write_json(FILE *out, const struct status_source *source)
{
	fprintf(out,
			"\"version\":\"%s\",\"pid\":%ld,\"run\":%" PRIu64 ",\"uptime_s\":%" PRId64
			",\"messages\":%" PRIu64 ",\"memory_kib\":%ld,\"log_dropped\":%" PRIu64,
			METERGATE_VERSION, (long)getpid(), source->run, uptime(source) / 1000000,
			router_seq(source->router), memory_kib(), log_dropped(source->log));
	if (source->control != NULL) {
		write_control(out, source->control);
	}
	fprintf(out, ",\"buses\":%zu,\"sinks\":[", source->bus_count);
	for (size_t i = 0; i < source->sink_count; i++) {
		fputs(i > 0 ? "," : "", out);
		write_sink(out, &source->sinks[i]);
	}
	fputc(']', out);
}

void status_write_text(FILE *out, const struct status_source *source)
{
	char span[COMMAND_DEVICE_SPAN], line[ACCOUNT_SIZE];
	fprintf(out,
			"  metergate %s, process %ld, up for %s\n  run %" PRIu64 ", %" PRIu64
			" messages, %ld KiB of memory\n",
			METERGATE_VERSION, (long)getpid(), command_device_span(uptime(source), span),
			source->run, router_seq(source->router), memory_kib());
	for (size_t i = 0; i < source->sink_count; i++) {
		account_sink(&source->sinks[i], line, sizeof(line));
		fprintf(out, "%s\n", line);
	}
}
