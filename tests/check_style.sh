#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks what a machine can check of the style: licence line, sentence of purpose, length
# of files and functions, open ends, and the format.
#   check_style.sh [ROOT]        prints FILE:LINE: and what is wrong; exits with 1
#   check_style.sh --self-test   plants a fault of each kind and wants it found
set -u

file_lines=500
test_lines=800 # the test of a source stays one file
function_lines=60
formatter=14 # the version of clang-format that decides; others differ in places
self=$(realpath "$0")

sources() {
	find core include plugins tests docs -name '*.[ch]' | sort
}

scripts() {
	find conf tests docs .ci core plugins include meson.build meson_options.txt \
		\( -name '*.sh' -o -name '*.py' -o -name meson.build -o -name run \
		-o -name meson_options.txt \) -type f 2>/dev/null | sort
}

# Prints what is wrong with the head, the length and the functions of C files.
check_sources() {
	# shellcheck disable=SC2046
	awk -v most="$file_lines" -v most_test="$test_lines" -v longest="$function_lines" '
	function say(line, text) { print FILENAME ":" line ": " text }
	function length_of_last(limit) {
		limit = name ~ /^tests\// ? most_test : most
		if (last > limit) { print name ":" last ": longer than " limit " lines" }
	}
	FNR == 1 {
		length_of_last()
		name = FILENAME
		start = 0
		inside = 0
		if ($0 != "/* SPDX-License-Identifier: MIT */") {
			say(1, "the first line is not the SPDX line")
		}
	}
	FNR == 2 && !/^\/\*/ { say(2, "no comment here that says what the file is for") }
	{ last = FNR }
	/TODO|FIXME/ { say(FNR, "an open end") }
	/[ \t]$/ { say(FNR, "blanks at the end of the line") }
	/^[A-Za-z_]/ && !inside { start = FNR }
	/^\{/ { inside = 1 }
	/^\}/ {
		if (inside && FNR - start + 1 > longest) {
			say(start, "function of " FNR - start + 1 " lines; at most " longest)
		}
		inside = 0
	}
	END { length_of_last() }
	' $(sources) /dev/null
}

check_scripts() {
	for file in $(scripts); do
		case $file in
		*meson*) ;;
		*) head -n 3 "$file" | grep -q '^# SPDX-License-Identifier: MIT$' ||
			echo "$file:1: no SPDX line at the top" ;;
		esac
		grep -nE '(TODO|FIXME)' "$file" | grep -v 'TODO|FIXME' |
			sed "s|^\([0-9]*\):.*|$file:\1: an open end|"
	done
}

formatter_version() {
	clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p'
}

check_format() {
	version=$(formatter_version)
	if [ "$version" != "$formatter" ]; then
		echo "clang-format is ${version:-missing}; the format is judged by $formatter" \
			"alone, so it was not looked at." >&2
		return
	fi
	# shellcheck disable=SC2046
	clang-format --dry-run $(sources) 2>&1 |
		awk -F: '/^[^ ].*:[0-9]+:[0-9]+: / && !seen[$1]++ {
			print $1 ":" $2 ": not as clang-format -i would write it" }'
}

check() {
	problems=$(
		check_sources
		check_scripts
		check_format
	)
	[ -z "$problems" ] || {
		echo "$problems"
		return 1
	}
}

# plant NAME FAULT TEXT: TEXT becomes a file of a small tree; its name must be reported.
plant() {
	printf '%b' "$3" >"$1"
	if (check) 2>&1 | grep -q "^$1:"; then
		echo "found: $2"
	else
		echo "not found: $2"
		missed=1
	fi
	rm "$1"
}

# repeat TEXT TIMES
repeat() {
	yes "$1" | head -n "$2" | tr -d '\n'
}

self_test() {
	temporary=$(mktemp -d) || exit 1
	trap 'rm -r "$temporary"' EXIT
	cp .clang-format "$temporary"
	cd "$temporary" || exit 1
	mkdir -p core include plugins tests docs conf .ci
	touch meson.build meson_options.txt
	head='/* SPDX-License-Identifier: MIT */\n/* Planted. */\n'
	missed=0
	printf '%b' "${head}int one(void);\n" >core/good.h
	printf '#!/bin/sh\n# SPDX-License-Identifier: MIT\n' >tests/good.sh
	if ! (check); then
		echo "a tree without faults is refused"
		missed=1
	fi
	plant core/a.c 'no SPDX line' '/* Planted. */\nint a;\n'
	plant core/a.c 'no purpose' '/* SPDX-License-Identifier: MIT */\nint a;\n'
	plant plugins/a.c 'long file' "$head$(repeat '\n' $file_lines)"
	plant core/a.c 'long function' \
		"${head}void f(void)\n{\n$(repeat '\tg();\n' $((function_lines - 2)))}\n"
	plant core/a.c 'open end' "$head/* TO""DO */\n"
	plant core/a.c 'blanks at the end' "${head}int a; \n"
	plant tests/a.sh 'script without SPDX line' '#!/bin/sh\n'
	if [ "$(formatter_version)" = "$formatter" ]; then
		plant core/a.c 'format' "${head}int  a;\n"
	fi
	[ "$missed" -eq 0 ]
}

case ${1:-} in
--self-test)
	cd "$(dirname "$self")/.." || exit 1
	self_test
	;;
*)
	cd "${1:-$(dirname "$self")/..}" || exit 1
	check
	;;
esac
