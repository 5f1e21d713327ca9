# Sourced by the tests that profile programs: run one, look at what its profile
# says, count.
# shellcheck shell=bash disable=SC2034,SC2164  # others use it; set -e is on

# start BUILD_DIR: a directory of its own to work in, which is the home; no
# settings of the person's.
start() {
	build=$(realpath "$1")
	pprof=$build/pprof library=$build/libpprof.so
	work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
	export HOME=$work TZ=UTC LC_ALL=C.UTF-8
	unset "${!PPROF_@}" "${!DEBUGINFOD_@}" LD_PRELOAD LD_LIBRARY_PATH
	unset http_proxy all_proxy HTTP_PROXY ALL_PROXY
	cd "$work"
	failures=0 checks=0
	trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
}

# check NAME COMMAND...
check() {
	local name=$1
	shift
	checks=$((checks + 1))
	"$@" && return
	failures=$((failures + 1))
	echo "FAILED: $name" >&2
}
has() { # FILE EXPRESSION
	grep -qE -- "$2" "$1" && return
	sed 's/^/    /' "$1" | tail -30 >&2
	return 1
}
lacks() { ! grep -E -- "$2" "$1" >&2; }

free_port() { # one that was free a moment ago
	local port
	for ((port = 20000 + RANDOM % 10000; ; port++)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}
wait_for() { # COMMAND...: until it succeeds
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "timed out: $*" >&2
	return 1
}

finish() {
	printf '%d checks, %d failed\n' "$checks" "$failures"
	[[ $failures = 0 ]]
}
