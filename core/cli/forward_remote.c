/* SPDX-License-Identifier: MIT */
/* Has a gateway run a command, and says how that ended when it did not answer whole. */
#include "cli/forward_remote.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "cli/remote.h"
#include "gateway/command.h"
#include "gateway/command_words.h"

#define WHO_SIZE (OWNER_NAME_SIZE + 64)
#define WHAT_SIZE 256

struct asking {
	struct answer *answer;
	const char *gateway; /* as people call it */
	long process;        /* 0 when it is not known, as from another container */
	bool cancelled;      /* a signal came */
};

static bool take_line(void *data, const char *line, size_t size)
{
	const struct asking *asking = data;
	struct answer *answer = asking->answer;
	answer_line(answer, line, size);
	return !answer->over && answer->cli->lost == 0;
}

static void take_cancelled(void *data)
{
	struct asking *asking = data;
	asking->cancelled = true;
	answer_wipe(asking->answer);
	cli_fail(asking->answer->cli, asking->answer->args, CLI_OK,
			"asked %s to stop this; press Ctrl-C again to leave now", asking->gateway);
}

/* Of the process that listens, whoever of it answers. */
static long process_of(int fd)
{
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof(peer);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? (long)peer.pid
																	  : 0;
}

/* What is unknown, or lost, when the end of the answer is missing; "" when that is
   nothing, because what was shown stands by itself. */
static void what_stands(const char *line, char text[WHAT_SIZE])
{
	char copy[COMMAND_LINE_MAX], why[COMMAND_WORDS_WHY];
	const char *verb = "";
	struct command_args args;
	snprintf(copy, sizeof(copy), "%s", line);
	bool split = command_words_split(copy, &verb, &args, why, sizeof(why));
	if (split && strcmp(verb, "set-address") == 0 && args.count == 3) {
		snprintf(text, WHAT_SIZE,
				"it is unknown whether the meter was changed; ping or read it at %.64s "
				"and at %.64s before you ask again",
				args.words[1], args.words[2]);
	} else if (command_changes(line)) {
		snprintf(text, WHAT_SIZE,
				"it is unknown whether the meter was changed; ping or read it before you "
				"ask again");
	} else if (split && strcmp(verb, "scan") == 0) {
		snprintf(text, WHAT_SIZE,
				"what it found so far stands, but there is no token to go on with: begin "
				"the scan again");
	} else {
		text[0] = '\0';
	}
}

static int say_silent(const struct asking *asking, const char *line)
{
	const struct answer *answer = asking->answer;
	char process[32] = "it", who[WHO_SIZE + 48], what[WHAT_SIZE] = "";
	if (asking->cancelled) {
		what_stands(line, what);
	}
	snprintf(who, sizeof(who), "%s", asking->gateway);
	if (asking->process > 0) {
		snprintf(process, sizeof(process), "%ld", asking->process);
		snprintf(who, sizeof(who), "process %s of %s", process, asking->gateway);
	}
	return cli_fail(answer->cli, answer->args,
			asking->cancelled ? CLI_INTERRUPTED : CLI_OTHER,
			"%s does not answer; it hangs or is stopped: see its log, end it with kill "
			"-9 %s, and start it again%s%s",
			who, process, what[0] != '\0' ? ". Here, " : "", what);
}

static int say_left(const struct asking *asking, const char *line)
{
	const struct answer *answer = asking->answer;
	char what[WHAT_SIZE];
	what_stands(line, what);
	if (command_changes(line)) {
		cli_fail(answer->cli, answer->args, CLI_INTERRUPTED,
				"left before %s had answered: %s", asking->gateway, what);
	}
	return CLI_INTERRUPTED;
}

static int say_lost(const struct asking *asking, int error, const char *line)
{
	const struct answer *answer = asking->answer;
	char what[WHAT_SIZE];
	what_stands(line, what);
	const char *between = what[0] != '\0' ? "; " : "";
	if (error == EPIPE || error == ECONNRESET) {
		return cli_fail(answer->cli, answer->args, CLI_OTHER,
				"%s ended before it had answered (see its log, and start it again)%s%s",
				asking->gateway, between, what);
	}
	return cli_fail(answer->cli, answer->args, CLI_OTHER,
			"the answer of %s could not be read to its end: %s%s%s", asking->gateway,
			strerror(error), between, what);
}

static int end_code(const struct asking *asking, const struct forward *forward,
		int failed, const char *line)
{
	const struct answer *answer = asking->answer;
	bool wanted = forward->endless && asking->cancelled;
	switch (failed) {
	case 0:
		return wanted && answer->code == CLI_INTERRUPTED ? CLI_OK : answer->code;
	case -EINTR:
		return say_left(asking, line);
	case -ETIMEDOUT:
		return say_silent(asking, line);
	default:
		return say_lost(asking, -failed, line);
	}
}

int forward_remote_run(struct answer *answer, const struct forward *forward,
		const struct forward_gateway *gateway, const char *line)
{
	char who[WHO_SIZE] = "the gateway";
	struct asking asking = {
		.answer = answer,
		.gateway = who,
		.process = process_of(gateway->fd),
	};
	const struct remote_user user = {
		.data = &asking,
		.line = take_line,
		.cancelled = take_cancelled,
		.patience = forward->patience,
	};
	if (gateway->name[0] != '\0') {
		snprintf(who, sizeof(who), "gateway \"%s\"", gateway->name);
	}
	int failed = remote_run(gateway->fd, line, &user);
	answer_wipe(answer);
	return end_code(&asking, forward, failed, line);
}
