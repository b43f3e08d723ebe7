#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the fuzz targets with clang and runs each of them for some seconds.
set -u

usage='Usage: sh tests/fuzz/run.sh SECONDS [--target NAME]
  SECONDS        for each target
  --target NAME  that one only: application, capture, command, config, control, exchange,
                 explain, frame, ini, literals, roundtrip, scan, simulator, telegram or text
What is found makes it fail, and stays in build-fuzz/found/NAME/. To look at it again:
  build-fuzz/tests/fuzz/fuzz_NAME FILE'

fail_usage() {
	echo "$usage" >&2
	exit 2
}

seconds=${1:-}
case $seconds in
-h | --help)
	echo "$usage"
	exit 0
	;;
'' | *[!0-9]*) fail_usage ;;
esac
targets='application capture command config control exchange explain frame ini literals'
targets="$targets roundtrip scan simulator telegram text"
if [ $# -gt 1 ]; then
	case "$# $2  $targets " in
	"3 --target "*" ${3:-} "*) targets=$3 ;;
	*) fail_usage ;;
	esac
fi

cd "$(dirname "$0")/../.." || exit 1
build='build-fuzz'
memory=1024 # MB
slowest=5   # seconds for one input

# Sanitizers of clang 14 can stumble over widely scattered addresses.
fixed_addresses=
if setarch "$(uname -m)" -R true 2>/dev/null; then
	fixed_addresses="setarch $(uname -m) -R"
fi

build_targets() {
	if [ ! -f "$build/build.ninja" ]; then
		CC=${CC_FUZZ:-clang} meson setup "$build" -Dfuzz=true -Db_sanitize=address,undefined \
			-Db_lundef=false -Doptimization=1 \
			-Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all' || return 1
	fi
	ninja -C "$build" fuzz
}

# Looking for leaks needs ptrace, which some containers forbid.
find_leaks() {
	leaks=1
	# shellcheck disable=SC2086
	if ! $fixed_addresses "$build/tests/fuzz/fuzz_frame" -runs=1 -detect_leaks=1 \
		>/dev/null 2>&1; then
		echo "Leaks cannot be looked for here (no ptrace?): going on without."
		leaks=0
	fi
	ASAN_OPTIONS=detect_leaks=$leaks:strict_string_checks=1
	export ASAN_OPTIONS
}

# run_target NAME: says what it reached; false when it found something.
run_target() {
	log=$build/$1.log
	dictionary=
	seeds=$1
	# Bytes of an input: a little more than the longest line; four telegrams.
	longest=1100
	case $1 in
	ini | config)
		longest=9000
		seeds=ini
		;;
	application) seeds=explain ;;
	esac
	words=$seeds
	if [ "$1" = control ]; then
		words="command"
	fi
	if [ -f "tests/fuzz/$words.dict" ]; then
		dictionary=-dict=tests/fuzz/$words.dict
	fi
	mkdir -p "$build/inputs/$1" "$build/found/$1"
	# shellcheck disable=SC2086
	$fixed_addresses "$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" \
		-rss_limit_mb=$memory -timeout=$slowest -max_len=$longest -detect_leaks=$leaks \
		-print_final_stats=1 -artifact_prefix="$build/found/$1/" $dictionary \
		"$build/inputs/$1" "tests/fuzz/corpus/$seeds" >"$log" 2>&1 </dev/null
	code=$?
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	if [ $code -ne 0 ] || [ "${executions:-0}" -eq 0 ]; then
		echo "$1: FAILED; from $log:"
		grep -aE 'does not hold|ERROR: |runtime error|SUMMARY|Test unit written' "$log" ||
			tail -n 20 "$log"
		return 1
	fi
	echo "$1: $executions executions, $edges edges"
}

mkdir -p "$build" || exit 1
if ! build_targets >"$build/build.log" 2>&1 </dev/null; then
	tail -n 40 "$build/build.log"
	exit 1
fi
find_leaks
found=0
for target in $targets; do
	run_target "$target" || found=1
done
exit $found
