#!/bin/bash
# libpprof in programs that nobody here wrote, and what both tools make of it:
# redis-server under load over HTTP, whole runs into files, the examples.
#
# usage: tests/e2e/preload.sh BUILD_DIR GO_PPROF
set -euo pipefail

if [[ $# != 2 ]]; then
	echo 'usage: tests/e2e/preload.sh BUILD_DIR GO_PPROF' >&2
	exit 2
fi
oracle=$(realpath "$2")
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/programs.bash"
start "$1"

# The two tools' tables; the line with the time has newer words in ours.
same_table() { # FILE ARGUMENT...
	local file=$1
	shift
	"$pprof" "$@" "$file" 2>/dev/null | grep -v '^Time: ' >ours
	"$oracle" "$@" "$file" 2>/dev/null | grep -v '^Time: ' >theirs
	test -s ours && diff ours theirs >&2
}

# CPU milliseconds that a profile accounts for.
cpu_ms() {
	"$pprof" -raw "$1" | awk '
		/^Samples:/ { samples = 1; next } /^Locations/ { samples = 0 }
		samples && /^ *[0-9]+ +[0-9]+: / { sum += $2 }
		END { printf "%d\n", sum / 1e6 }'
}

# ---- redis-server -------------------------------------------------------------

redis_port=$(free_port)
http_port=$(free_port)
PPROF_HTTP=localhost:$http_port PPROF_CPUPROFILE=$work/redis.pb.gz \
	PPROF_CPUPROFILERATE=1000 \
	LD_PRELOAD=$library redis-server --port "$redis_port" --save '' \
	>redis.log 2>redis.err &
redis=$!
wait_for redis-cli -p "$redis_port" ping
redis-benchmark -p "$redis_port" -q -n 100000000 -c 20 -t set,get,lpush \
	>/dev/null 2>&1 &
load=$!

# Where the machine has other things to do redis gets little of it: fetch again
# until there is half a second of its time in a profile.
fetch_enough() {
	local tries
	for ((tries = 0; tries < 10; tries++)); do
		"$pprof" -top "$url/profile?seconds=3" >top 2>messages || return
		saved=$(sed -n 's/^Saved profile in //p' messages)
		[[ $(cpu_ms "$saved") -lt 500 ]] || return 0
	done
	cat top >&2
	return 1
}
url=http://127.0.0.1:$http_port/debug/pprof saved=
check 'pprof fetches and prints' fetch_enough
check 'it names the functions of redis' has top ' processCommand|readQueryFromClient'
check 'and those of libc' has top ' (__)?(GI_+)?(libc_)?(write|read|epoll_wait)$'
check 'it says what it fetched' has messages '^Fetching profile over HTTP from http'
check 'both tools print the same table' same_table "$saved" -top
check 'also by cumulative time' same_table "$saved" -top -cum -nodecount=20
check 'go tool pprof fetches it too' \
	eval '"$oracle" -top "$url/profile?seconds=2" >theirs 2>/dev/null &&
		has theirs processCommand'
"$pprof" -raw "$saved" >raw
check 'next to no stack is truncated' eval \
	'"$pprof" -top "$saved" >top 2>/dev/null && ! grep "\[truncated" top'
check 'the flame graph is drawn' \
	eval '"$pprof" -flamegraph -output flame.svg "$saved" 2>/dev/null &&
		grep -q processCommand flame.svg'

# A second program at the same port: it says so, and runs on.
PPROF_HTTP=localhost:$http_port LD_PRELOAD=$library \
	sh -c 'echo it runs' >second.out 2>second.err
check 'a port in use is told' \
	has second.err "^libpprof: PPROF_HTTP: cannot listen on .*$http_port: address already in use$"
check 'in one line' test "$(wc -l <second.err)" = 1
check 'and the program runs on' has second.out '^it runs$'

kill "$load"
kill -TERM "$redis"
wait "$redis" || true
check 'redis says nothing that it would not have said' test ! -s redis.err
check 'the whole run is in the file' has <("$pprof" -top redis.pb.gz 2>/dev/null) processCommand
check 'both tools agree on that as well' same_table redis.pb.gz -top

# ---- whole runs into files ------------------------------------------------------

used_ms() { # of the kernel's count, user and system, of a run of burn
	awk '{ sum += $2 } END { printf "%d\n", sum / 1e6 }' "$1"
}
near() { # PROFILE_MS KERNEL_MS: within 5 %, or three periods of 10 ms
	local off=$(($1 > $2 ? $1 - $2 : $2 - $1))
	((off * 20 <= $2 || off <= 30)) ||
		{ echo "    profile $1 ms, kernel $2 ms" >&2; return 1; }
}
for hz in 100 1000; do
	PPROF_CPUPROFILE=burn.pb.gz PPROF_CPUPROFILERATE=$hz LD_PRELOAD=$library \
		"$build/bench/burn" 3 1 >kernel
	check "at $hz Hz the profile's time is the kernel's" \
		near "$(cpu_ms burn.pb.gz)" "$(used_ms kernel)"
	check "at $hz Hz the period is told" \
		has <("$pprof" -raw burn.pb.gz) "^Period: $((1000000000 / hz))$"
done

# A child writes beside its parent's profile, not over it.
PPROF_CPUPROFILE=family.pb.gz LD_PRELOAD=$library \
	sh -c "$build/bench/burn 1 0.2; true" >/dev/null
check 'the parent has its own file' "$pprof" -raw family.pb.gz >/dev/null
check 'the child another' eval 'ls family.pb.gz_[0-9]* >/dev/null'

# It has functions of its own to ask for variables and to set them.
PPROF_CPUPROFILE=shell.pb.gz PPROF_SYMBOLIZE=lines LD_PRELOAD=$library \
	bash -c 'for ((i = 0; i < 100000; i++)); do :; done'
check 'a shell is told all that its environment says' \
	test "$(cpu_ms shell.pb.gz)" -gt 20

PPROF_CPUPROFILE=exit.pb.gz LD_PRELOAD=$library perl -e \
	'use POSIX; my $i; $i++ for 1 .. 3e6; POSIX::_exit(7)' && status=0 || status=$?
check '_exit keeps its status' test "$status" = 7
check 'and the profile is written' test "$(cpu_ms exit.pb.gz)" -gt 20

PPROF_CPUPROFILE=/nowhere/cpu.pb.gz LD_PRELOAD=$library \
	sh -c 'echo it runs' >out 2>err
check 'a file that cannot be opened is told' \
	has err '^libpprof: /nowhere/cpu.pb.gz: no such file or directory$'
check 'and the program runs on' has out '^it runs$'
PPROF_CPUPROFILE=rate.pb.gz PPROF_CPUPROFILERATE=many LD_PRELOAD=$library \
	/bin/true 2>err
check 'a bad rate is told' has err '^libpprof: PPROF_CPUPROFILERATE: '

LD_PRELOAD=$library sh -c 'ls /proc/self/task | wc -l; ls /proc/self/fd | wc -l' >out
LD_PRELOAD='' sh -c 'ls /proc/self/task | wc -l; ls /proc/self/fd | wc -l' >plain
check 'loading alone starts and opens nothing' cmp -s out plain

# ---- the examples ---------------------------------------------------------------

"$build/examples/cpuprofile" -cpuprofile flag.pb.gz 500 >out
check 'the flag pattern works' has out '^the trace is '
check 'and names the function' has <("$pprof" -top flag.pb.gz 2>/dev/null) ' (multiply|trace_of_square|main)$'
check 'in both tools alike' same_table flag.pb.gz -top
"$build/examples/cpuprofile" -cpuprofile /nowhere/x >out 2>err && status=0 || status=$?
check 'a file that cannot be opened ends it' test "$status" = 1

finish
