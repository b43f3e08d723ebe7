#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what the tests need, builds metergate in several ways, and runs the tests.
set -u

usage='Usage: sh tests/run.sh [--quick | --coverage]
  (nothing)   every build: gcc with ASan and UBSan, clang, TSan, hardened release,
              and a little fuzzing
  --quick     gcc with ASan and UBSan only
  --coverage  the share of lines of core and plugins that all tests together reach;
              under 90 % is a failure, and of the codec under 100 % (branches: 95 %)'

mode=all
case ${1:-} in
'') ;;
--quick) mode=quick ;;
--coverage) mode=coverage ;;
-h | --help)
	echo "$usage"
	exit 0
	;;
*)
	echo "$usage" >&2
	exit 2
	;;
esac

cd "$(dirname "$0")/.." || exit 1
. conf/packages.sh

coverage_least=90
fuzz_seconds=10 # for each target
builds='build-test'
packages_log=$builds/packages.log
passed=0 failed=0
mkdir -p "$builds" || exit 1
trap 'echo; echo "interrupted"; exit 130' INT TERM

say() {
	echo "$*"
}

# Counts a failure that no test stands for, and shows what its log says of it.
stage_failed() {
	failed=$((failed + 1))
	say "$1: FAILED; from $2:"
	if ! grep -A 20 '^FAILED: ' "$2"; then
		tail -n 40 "$2"
	fi
}

# Shows what failed in tests: the cases, what sanitizers said, and the names of the tests.
show_failures() {
	grep -hE -A 4 '^(not ok|FAIL:|ERROR:) |Sanitizer: |runtime error: |Error: ' \
		"$builds/$1/meson-logs/testlog.txt" | head -n 200
	grep -E '^ *[0-9]+/[0-9]+ .* (FAIL|ERROR|TIMEOUT|INTERRUPT|SKIP|UNEXPECTEDPASS) ' "$2"
}

# build_dir NAME COMPILER OPTION...: configures once and builds in $builds/NAME.
build_dir() {
	name=$1 compiler=$2
	shift 2
	log=$builds/$name.build.log
	if [ ! -f "$builds/$name/build.ninja" ]; then
		CC=$compiler meson setup "$builds/$name" "$@" >"$log" 2>&1 </dev/null || return 1
	fi
	ninja -C "$builds/$name" >"$log" 2>&1 </dev/null
}

# Counts the tests of a result in the log of the last meson test.
results() {
	grep -c "\"result\": \"$2\"" "$builds/$1/meson-logs/testlog.json"
}

# test_dir NAME ARGUMENT...: runs tests of $builds/NAME, counts them, names what failed.
test_dir() {
	name=$1
	shift
	log=$builds/$name.test.log
	rm -f "$builds/$name/meson-logs/testlog.json"
	# A slow machine is no failure: limits are there to end what hangs.
	# shellcheck disable=SC2086
	$fixed_addresses meson test -C "$builds/$name" --no-rebuild --timeout-multiplier 4 "$@" \
		>"$log" 2>&1 </dev/null
	code=$?
	if [ ! -f "$builds/$name/meson-logs/testlog.json" ]; then
		stage_failed "$name" "$log"
		return
	fi
	good=$(($(results "$name" OK) + $(results "$name" EXPECTEDFAIL)))
	bad=$(($(results "$name" '[A-Z]*') - good))
	# Neither a run without any test nor one that meson calls bad may look good.
	if [ $bad -eq 0 ] && { [ $code -ne 0 ] || [ $good -eq 0 ]; }; then
		bad=1
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	if [ $bad -gt 0 ]; then
		show_failures "$name" "$log"
		say "$name: $bad failed; all of it in $builds/$name/meson-logs/testlog.txt"
	fi
}

# stage TITLE COMMAND...: one line for each, with what it took.
stage() {
	title=$1
	shift
	began=$(date +%s)
	before=$passed before_failed=$failed
	"$@"
	say "$title: $((passed - before)) passed, $((failed - before_failed)) failed" \
		"($(($(date +%s) - began)) s)"
}

# build_and_test NAME COMPILER "BUILD OPTIONS" TEST ARGUMENTS...
build_and_test() {
	build_name=$1 build_compiler=$2 build_options=$3
	shift 3
	# shellcheck disable=SC2086
	if build_dir "$build_name" "$build_compiler" $build_options; then
		test_dir "$build_name" "$@"
	else
		stage_failed "$build_name" "$builds/$build_name.build.log"
	fi
}

# Sanitizers of gcc 12 and clang 14 can stumble over widely scattered addresses.
find_fixed_addresses() {
	fixed_addresses=
	if setarch "$(uname -m)" -R true 2>/dev/null; then
		fixed_addresses="setarch $(uname -m) -R"
	fi
}

# Looking for leaks needs ptrace, which some containers forbid.
find_leaks() {
	leaks=1
	echo 'int main(void) { return 0; }' >"$builds/leaks.c"
	if ! gcc -fsanitize=address "$builds/leaks.c" -o "$builds/leaks" 2>/dev/null ||
		! ASAN_OPTIONS=detect_leaks=1 $fixed_addresses "$builds/leaks" >/dev/null 2>&1; then
		say "Leaks cannot be looked for here (no ptrace?): going on without."
		leaks=0
	fi
}

sanitizer_options() {
	ASAN_OPTIONS=detect_leaks=$leaks:halt_on_error=1:exitcode=86
	ASAN_OPTIONS=$ASAN_OPTIONS:strict_string_checks=1:detect_stack_use_after_return=1
	UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:exitcode=86
	LSAN_OPTIONS=exitcode=86
	TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:exitcode=86
	# A thread that hangs in a plugin is given up on purpose.
	TSAN_OPTIONS=$TSAN_OPTIONS:report_thread_leaks=0:suppressions=$PWD/tests/tsan.supp
	export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS
}

# share NAME LINES BRANCHES FOLDER...: the shares that all tests reached there; fewer per
# cent of lines or branches than given are a failure.
share() {
	name=$1 lines=$2 branches=$3
	shift 3
	filters=
	for folder in "$@"; do
		filters="$filters --filter $folder/"
	done
	# shellcheck disable=SC2086
	if gcovr --root . --object-directory "$builds/coverage" $filters \
		--exclude-unreachable-branches --txt "$builds/$name.txt" --print-summary \
		--fail-under-line "$lines" --fail-under-branch "$branches" \
		>"$builds/$name.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		say "$name: under $lines % of lines or $branches % of branches, or gcovr failed:"
		cat "$builds/$name.txt"
		tail -n 20 "$builds/$name.log"
	fi
	say "$*: $(grep -E '^(lines|branches):' "$builds/$name.log" | tr '\n' ' ')" \
		"[files: $builds/$name.txt]"
}

# What all tests of one build reach of core and plugins, and of the codec alone.
coverage() {
	failed_before_tests=$failed
	find "$builds/coverage" -name '*.gcda' -delete 2>/dev/null
	build_and_test coverage gcc \
		'-Db_coverage=true -Dwerror=false -Doptimization=0 -Dc_args=-fprofile-update=atomic' \
		--no-suite style --no-suite build --timeout-multiplier 2
	if [ "$failed" -gt "$failed_before_tests" ]; then
		return
	fi
	share coverage $coverage_least 0 core plugins
	share coverage-codec 100 95 core/mbus
}

# Each fuzz target for some seconds; what is found stays in build-fuzz/found.
fuzz() {
	if sh tests/fuzz/run.sh $fuzz_seconds >"$builds/fuzz.log" 2>&1; then
		passed=$((passed + $(grep -c ' executions, ' "$builds/fuzz.log")))
	else
		failed=$((failed + 1))
		say "fuzz: FAILED; from $builds/fuzz.log:"
		tail -n 40 "$builds/fuzz.log"
	fi
}

all_stages() {
	stage "gcc, ASan, UBSan" build_and_test gcc gcc \
		'-Db_sanitize=address,undefined -Doptimization=1' --timeout-multiplier 2
	if [ $mode = quick ]; then
		return
	fi
	# clang leaves the sanitizer's symbols open in plugins, so -z defs is gcc's to check.
	stage "clang, ASan, UBSan" build_and_test clang clang \
		'-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1' \
		--suite unit --timeout-multiplier 2
	stage "gcc, TSan" build_and_test tsan gcc \
		'-Db_sanitize=thread -Doptimization=1' \
		--suite unit --suite system --timeout-multiplier 4
	stage "gcc, hardened release" build_and_test release gcc \
		'-Dbuildtype=release' --suite unit --suite build --suite demo
	stage "clang, fuzzing" fuzz
}

# shellcheck disable=SC2086
packages_install $packages_tests || exit 1
find_fixed_addresses
find_leaks
sanitizer_options
if [ $mode = coverage ]; then
	stage "coverage" coverage
else
	all_stages
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
