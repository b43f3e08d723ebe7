# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154
# The one place that knows names of Debian packages. Sourced; the caller sets packages_log.
# A word "a|b" means: a where this Debian has it, otherwise b.

packages_build='gcc libc6-dev meson ninja-build pkg-config libuv1-dev libzmq3-dev
	libmsgpack-c-dev|libmsgpack-dev libinih-dev nettle-dev'
packages_python='python3 python3-zmq python3-msgpack'
packages_tests="$packages_build $packages_python clang libclang-rt-dev clang-format
	libcmocka-dev gcovr python3-jsonschema"

# True when a package is there and configured.
package_installed() {
	case $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) in
	?i*) return 0 ;;
	*) return 1 ;;
	esac
}

# Prints those of the given words of which no alternative is installed.
packages_missing() {
	for word in "$@"; do
		found=no
		for package in $(echo "$word" | tr '|' ' '); do
			if package_installed "$package"; then
				found=yes
			fi
		done
		if [ $found = no ]; then
			echo "$word"
		fi
	done
}

# Prints for each word the alternative that can be installed here.
packages_choose() {
	for word in "$@"; do
		chosen=
		for package in $(echo "$word" | tr '|' ' '); do
			if [ -z "$chosen" ] && apt-cache show "$package" >/dev/null 2>&1; then
				chosen=$package
			fi
		done
		echo "${chosen:-${word##*|}}"
	done
}

packages_apt() {
	$packages_as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$packages_log" 2>&1
}

# Says how to install by hand, and why it is not done here.
packages_refuse() {
	echo "$1" >&2
	shift
	# shellcheck disable=SC2046
	echo "As root, run this and then try again: apt-get update && apt-get install" \
		"--no-install-recommends" $(packages_choose "$@") >&2
	return 1
}

# Installs what is missing of the given packages; says nothing when nothing is.
packages_install() {
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		echo "This system has no apt-get, so nothing is installed. Needed are (Debian" \
			"names):" "$@" >&2
		return 0
	fi
	# shellcheck disable=SC2046
	set -- $(packages_missing "$@")
	if [ $# -eq 0 ]; then
		return 0
	fi
	packages_as_root=
	if [ "$(id -u)" -ne 0 ]; then
		packages_as_root=sudo
		if ! command -v sudo >/dev/null; then
			packages_refuse "Packages are missing, and there is neither root nor sudo." "$@"
			return 1
		fi
		if ! sudo -n true 2>/dev/null && ! sudo -v; then
			packages_refuse "Packages are missing, and sudo refuses." "$@"
			return 1
		fi
	fi
	echo "Updating the list of packages" >&2
	: >"$packages_log"
	packages_apt update || echo "apt-get update failed" >>"$packages_log"
	# shellcheck disable=SC2046
	set -- $(packages_choose "$@")
	echo "Installing packages:" "$@" >&2
	if ! packages_apt install -y --no-install-recommends "$@"; then
		tail -n 40 "$packages_log" >&2
		packages_refuse \
			"Installing failed; the lines above say why, all of them are in $packages_log." \
			"$@"
		return 1
	fi
}
