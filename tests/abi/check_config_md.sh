#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares docs/config.md with what the option tables say now.
#   check_config_md.sh METERGATE FILE
set -u

written=$(mktemp) || exit 1
trap 'rm -f "$written"' EXIT
"$1" plugins --markdown >"$written" || exit 1
if ! diff -u "$2" "$written"; then
	echo "$2 is old; write it anew: metergate plugins --markdown >docs/config.md" >&2
	exit 1
fi
