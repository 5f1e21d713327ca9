#!/bin/bash
# Names and lines at the desk: a program of our own, built with -g, profiled and
# then moved away, replaced, stripped; and redis-server, whose names come from
# its file or from itself.
#
# usage: tests/e2e/symbolize.sh BUILD_DIR MISBEHAVE
set -euo pipefail

if [[ $# != 2 ]]; then
	echo 'usage: tests/e2e/symbolize.sh BUILD_DIR MISBEHAVE' >&2
	exit 2
fi
build=$(realpath "$1")
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/checks.bash"
start "$build/pprof" "$2"
unset "${!PPROF_@}" "${!DEBUGINFOD_@}" LD_PRELOAD LD_LIBRARY_PATH

has() { grep -qE -- "$1" stdout; }
lacks() { ! has "$1"; }
says() { grep -qE -- "$1" stderr; }
is_quiet() { [[ ! -s stderr ]]; }
build_id() { readelf -n "$1" | awk '/Build ID:/ { print $3 }'; }

# Without libpprof-symbolize.so beside it: profiles have names and no lines.
cp "$build/libpprof.so" "$work/"
library=$work/libpprof.so

# ---- a program of our own --------------------------------------------------------

cat >busy.c <<'END'
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static inline uint64_t mix(uint64_t x)
{
	return x * 6364136223846793005u + 1442695040888963407u;
}

__attribute__((noinline)) uint64_t work(uint64_t n)
{
	uint64_t sum = NUMBER;
	for (uint64_t i = 0; i < n; i++)
		sum = mix(sum) ^ i;
	return sum;
}

int main(void)
{
	uint64_t sum = 0;
	while (clock() < CLOCKS_PER_SEC / 2)
		sum += work(1000000);
	printf("%d\n", (int)sum);
	return 0;
}
END
mkdir bin debug
gcc -O2 -g -DNUMBER=1 -o bin/busy busy.c
gcc -O2 -g -DNUMBER=2 -o other busy.c
id=$(build_id bin/busy)
PPROF_CPUPROFILE=$PWD/named.pb.gz LD_PRELOAD=$library bin/busy >/dev/null
mv bin/busy whole

# Where the file is not.
run -symbolize=none -top named.pb.gz
check 'the profile has names' has ' work$'
cp stdout plain
run -top named.pb.gz
check 'without the file names stay as they are' cmp -s stdout plain
check 'and nothing is missed' is_quiet
run -lines -top named.pb.gz
check 'lines are missed where they are asked for' \
	says 'busy \(open .*/bin/busy: no such file or directory\): no source lines'

# Where it is.
cp whole bin/busy
run -lines -top named.pb.gz
check 'names get their lines' has ' work .*/busy\.c:1[0-9]'
check 'and inlined calls' has ' mix .*/busy\.c:7 \(inline\)$'
check 'without a word' is_quiet
run -symbolize=fastlocal -top named.pb.gz
check 'fastlocal leaves names as they are' cmp -s stdout plain
run -symbolize=fastlocal -disasm '^work$' named.pb.gz
check 'and nobody misses the lines it was not to find' is_quiet
run -list '^work$' named.pb.gz
check 'the source is listed' has 'sum = mix\(sum\) \^ i;'

# Another build of it.
cp other bin/busy
run -top named.pb.gz
check 'another build says nothing' cmp -s stdout plain
run -symbolize=local:force -top named.pb.gz
check 'the two build ids are told' \
	says "^Local symbolization failed for busy \\(build ID $id\\): build ID mismatch: .*/bin/busy has $(build_id other)\$"

# Stripped, with the debug file beside it, told by a link.
objcopy --only-keep-debug whole bin/busy.debug
(cd bin && strip -o busy ../whole &&
	objcopy --add-gnu-debuglink=busy.debug busy)
run -lines -top named.pb.gz
check 'a debug link is followed' has ' mix .*/busy\.c:7 \(inline\)$'
rm bin/busy

# The debug file alone, in a directory of build ids.
mkdir -p "debug/.build-id/${id:0:2}"
mv bin/busy.debug "debug/.build-id/${id:0:2}/${id:2}.debug"
export PPROF_BINARY_PATH=$PWD/debug
run -lines -top named.pb.gz
check 'a debug file is found by its build id' has ' mix .*/busy\.c:7 \(inline\)$'
rm -r debug/.build-id

# The whole file, likewise.
mkdir "debug/$id"
cp whole "debug/$id/a-name"
run -lines -top named.pb.gz
check 'a program is found by its build id' has ' mix .*/busy\.c:7 \(inline\)$'
unset PPROF_BINARY_PATH
run -lines -top whole named.pb.gz
check 'and where the person says' has ' mix .*/busy\.c:7 \(inline\)$'
run -lines -top other named.pb.gz
check 'but not another build' lacks busy.c

# ---- debuginfod -------------------------------------------------------------------

mkdir served
mv whole served/
[[ -p hold ]] || mkfifo hold
free=$((20000 + RANDOM % 10000))
debuginfod -d :memory: -F served -p $free >server.log 2>&1 &
servers+=($!)
for ((i = 0; i < 100; i++)); do
	curl -sf "http://127.0.0.1:$free/buildid/$id/executable" >fetched && break
	sleep 0.1
done
check 'the server serves' cmp -s fetched served/whole
export DEBUGINFOD_URLS=http://127.0.0.1:$free/
run -top named.pb.gz
check 'no server is asked for lines that nobody wants to see' cmp -s stdout plain
run -lines -top named.pb.gz
check 'a program is fetched' has ' mix .*/busy\.c:7 \(inline\)$'
check 'its name stays' has '^File: busy$'
check 'into a cache' test -s "$HOME/.cache/debuginfod_client/$id/executable"
port=$(closed_port named.pb.gz)
export DEBUGINFOD_URLS=http://127.0.0.1:$port/
rm -r "$HOME/.cache"
run -lines -top named.pb.gz
check 'a server that does not answer is told' \
	says '^debuginfod: connection refused; going on without\.$'
check 'once' test "$(grep -c ^debuginfod stderr)" = 1
check 'and costs nothing else' test "$status" = 0
unset DEBUGINFOD_URLS

# ---- redis-server -------------------------------------------------------------------

redis_port=$((30000 + RANDOM % 10000))
http_port=$((redis_port + 10000))
cp "$build/libpprof-http.so" "$work/"
cp "$(command -v redis-server)" bin/redis
PPROF_HTTP=localhost:$http_port LD_PRELOAD=$library \
	bin/redis --port "$redis_port" --save '' >redis.log 2>redis.err &
servers+=($!)
for ((i = 0; i < 100; i++)); do
	redis-cli -p "$redis_port" ping >/dev/null 2>&1 && break
	sleep 0.1
done
redis-benchmark -p "$redis_port" -q -n 100000000 -c 20 -t set,get,lpush \
	>/dev/null 2>&1 &
servers+=($!)
url=http://127.0.0.1:$http_port/debug/pprof/profile
export PPROF_TMPDIR=$work/home

curl -sf "$url?seconds=1&symbolize=0" >nameless.pb.gz
run -symbolize=none -top nameless.pb.gz
check 'a profile without names' lacks aeMain
run -top nameless.pb.gz
check 'is named from the file' has ' aeMain'
mv bin/redis whole
run -top nameless.pb.gz
check 'without the file it is not' lacks aeMain
check 'and the person hears why' \
	says '^Local symbolization failed for redis \(build ID .*\): open .*/bin/redis: no such file'
check 'and what to do' says '^Try setting PPROF_BINARY_PATH'
run -top "$url?seconds=1&symbolize=0"
check 'the program itself is asked then' has ' aeMain'
run -symbolize=local -top "$url?seconds=1&symbolize=0"
check 'unless only files shall be' lacks aeMain
run -top "$url?seconds=1"
check 'with the file absent a profile has names' has ' aeMain'

finish
