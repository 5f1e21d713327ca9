# Sourced by the tests of the tool: run it, look at what it did, count.

# start PPROF MISBEHAVE: a directory of its own to work in, also readable for
# somebody who is not root; an empty home; no settings of the person's.
start() {
	work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
	trap stop EXIT
	chmod 755 "$work"
	install -m 755 "$1" "$work/pprof"
	misbehave=$(realpath "$2")
	pprof=$work/pprof
	mkdir "$work/home" "$work/in"
	cd "$work/in"
	export HOME=$work/home LC_ALL=C.UTF-8 TZ=UTC
	unset PPROF_TMPDIR PPROF_BINARY_PATH PPROF_TOOLS
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY
	as=()
	passed=0 failed=0
	servers=()
}

stop() {
	[[ ${#servers[@]} = 0 ]] || kill "${servers[@]}" 2>/dev/null || true
	cd / && rm -rf "$work"
}

# serve PROFILE REQUESTS: sets url and port; the first line of every request is
# written into the file REQUESTS. The server also ends with this shell, whose
# descriptor 9 is the other end of its standard input.
serve() {
	[[ -p hold ]] || mkfifo hold
	"$misbehave" "$1" <hold 9>&- >"$2" &
	servers+=($!)
	exec 9>hold
	port=$(wait_for_port "$2")
	url=http://127.0.0.1:$port
}

# A port that nobody listens on: one that a server had just now.
closed_port() {
	"$misbehave" "$1" </dev/null
}

wait_for_port() {
	local line
	for ((i = 0; i < 100; i++)); do
		if read -r line <"$1" && [[ -n $line ]]; then
			echo "$line"
			return
		fi
		sleep 0.1
	done
	echo "the test server does not start" >&2
	exit 1
}

# run ARGUMENT...: the tool, with what it prints in stdout and stderr, and its
# exit status in status. "as" may hold words to put in front.
run() {
	status=0
	timeout 100 "${as[@]}" "$pprof" "$@" >stdout 2>stderr </dev/null ||
		status=$?
}

# check NAME COMMAND...: says what failed, with what the tool had printed.
check() {
	local name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'FAILED: %s\n' "$name" >&2
	sed 's/^/    stdout: /' stdout >&2
	sed 's/^/    stderr: /' stderr >&2
}

finish() {
	printf '%d checks passed, %d failed\n' "$passed" "$failed"
	[[ $failed = 0 ]]
}
