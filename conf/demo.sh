#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what the build needs, builds metergate, and runs it on simulated meters; with
# arguments it reads one real meter instead.
set -eu

usage='Usage: sh conf/demo.sh                      run the gateway on simulated meters
       sh conf/demo.sh PORT ADDRESS [BAUD]  read the meter ADDRESS on PORT (2400 baud)
  such as: sh conf/demo.sh /dev/ttyUSB0 5'

case ${1:-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
esac
if [ $# -eq 1 ] || [ $# -gt 3 ]; then
	echo "$usage" >&2
	exit 2
fi

# A relative PORT is meant from here.
case ${1:-} in
/* | *://*) ;;
*/*)
	port=$PWD/$1
	shift
	set -- "$port" "$@"
	;;
esac
cd "$(dirname "$0")/.."
. conf/packages.sh

build='build-demo'
packages_log=$build/packages.log
metergate=$build/core/metergate
mkdir -p "$build/state"

say() {
	echo "$*" >&2
}

# step TEXT LOG COMMAND...: runs quietly; shows the log and ends when it fails.
step() {
	text=$1 log=$2
	shift 2
	say "$text"
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		say "$text: failed. The lines above say why; all of them are in $log." \
			"After a change of the compiler or of the folder: rm -r $build, and again."
		exit 1
	fi
}

compile() {
	if [ ! -f "$build/build.ninja" ]; then
		step "Configuring in $build" "$build/setup.log" \
			meson setup "$build" -Dtests=false -Dwerror=false
	fi
	step "Building" "$build/compile.log" ninja -C "$build"
}

# Ctrl-C reaches the gateway from the terminal, and once more from here when only this script
# was signalled: two that come together are one for it.
run_demo() {
	say ""
	say "Simulated meters, read every few seconds; Ctrl-C ends. The same readings leave at"
	say "tcp://127.0.0.1:5556 for ZeroMQ subscribers. In another terminal:"
	say "  /usr/bin/python3 docs/examples/subscribe.py"
	say ""
	"$metergate" run conf/demo.ini &
	gateway=$!
	trap 'kill -INT "$gateway" 2>/dev/null || true' INT
	trap 'kill -TERM "$gateway" 2>/dev/null || true' TERM HUP
	# A signal interrupts `wait`: the code counts only once the gateway is gone.
	code=0
	wait "$gateway" || code=$?
	while kill -0 "$gateway" 2>/dev/null; do
		code=0
		wait "$gateway" || code=$?
	done
	say ""
	if [ "$code" -ne 0 ]; then
		say "The gateway ended with exit code $code; the lines above say why."
	fi
	say "A real meter, here primary address 5 on the adapter at /dev/ttyUSB0, is read with:"
	say "  sh conf/demo.sh /dev/ttyUSB0 5"
	exit "$code"
}

# read_meter PORT ADDRESS [BAUD]
read_meter() {
	case $1 in
	*\?*) target=$1 ;;
	*) target="$1?baud=${3:-2400}" ;;
	esac
	exec "$metergate" read "$target" "$2"
}

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2086
	packages_install $packages_build $packages_python
else
	# shellcheck disable=SC2086
	packages_install $packages_build
fi
compile
METERGATE_PLUGIN_PATH=$build/plugins
export METERGATE_PLUGIN_PATH
if [ $# -eq 0 ]; then
	run_demo
else
	read_meter "$@"
fi
