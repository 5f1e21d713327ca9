#!/bin/bash
# The README's shell examples, run as they stand: only the port, the build
# directory and what stands for "your program" are other ones.
#
# usage: tests/e2e/readme.sh BUILD_DIR SOURCE_DIR
set -euo pipefail

if [[ $# != 2 ]]; then
	echo 'usage: tests/e2e/readme.sh BUILD_DIR SOURCE_DIR' >&2
	exit 2
fi
build=$(realpath "$1") source=$(realpath "$2")
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
export HOME=$work
unset "${!PPROF_@}" LD_PRELOAD http_proxy all_proxy HTTP_PROXY ALL_PROXY
cd "$work"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# What the examples run.
ln -s "$build" build
mkdir bin
export PATH=$work/bin:$PATH
port=$((20000 + RANDOM % 10000))
printf '#!/bin/sh\nexec %s/bench/burn 2 0.3\n' "$build" >bin/your-program
printf '#!/bin/sh\nexec %s --port %d --save ""\n' \
	"$(PATH=${PATH#*:} command -v redis-server)" $((port + 1)) >bin/redis-server
chmod +x bin/*

# The indented lines before the first one in C.
sed -n '/^## Thirty seconds/,/^## /{ s/^    //p }' "$source/README.md" |
	sed -e '/^#include/,$d' -e '/^\.\/quickstart$/d' \
		-e "s/localhost:6060/localhost:$port/g" >commands
grep -q redis-server commands || fail 'the README has no redis-server'
[[ $(wc -l <commands) -ge 4 ]] || fail 'the README has hardly any examples'
cat commands

# The load, and time for the server to stand, are what the README leaves out.
{
	echo 'set -euo pipefail'
	while IFS= read -r line; do
		echo "$line"
		[[ $line != *'&' ]] ||
			echo "sleep 1; redis-benchmark -p $((port + 1)) -q -n 100000000 -t get >/dev/null 2>&1 & load=\$!; server=\$(jobs -p %1)"
	done <commands
	echo 'kill $load $server; wait'
} >script
bash script >out 2>err || { cat out err >&2; fail 'an example ended with an error'; }
grep -q ' processCommand$' out || { cat out >&2; fail 'no function of redis is named'; }
grep -q '<svg' flame.svg || fail 'no flame graph was drawn'

# Every file that the README leads to is there.
grep -o '](\([^)#]*\))' "$source/README.md" | tr -d ']()' |
	while IFS= read -r file; do
		[[ -e $source/$file ]] || fail "the README leads to $file"
	done
"$source/quickstart" --help | grep -q wrk || fail 'quickstart --help'
"$source/check" --help | grep -q 'N passed, N failed' || fail 'check --help'
echo 'every example runs'
