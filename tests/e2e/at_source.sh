#!/bin/bash
# What a profile says of its addresses when it leaves the program: names without
# the binary at hand, lines and inlined calls where there is debug information,
# neither where they are not wanted; within a ceiling on memory, and without
# allocating in the program's heap.
#
# usage: tests/e2e/at_source.sh BUILD_DIR HOST GO_PPROF
#   HOST  the program of at_source_host.c, compiled with -g
set -euo pipefail

if [[ $# != 3 ]]; then
	echo 'usage: tests/e2e/at_source.sh BUILD_DIR HOST GO_PPROF' >&2
	exit 2
fi
host=$(realpath "$2")
# shellcheck disable=SC2034  # it is used in what "eval" gets
oracle=$(realpath "$3")
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/programs.bash"
start "$1"

# serve PROGRAM LIBRARY [VARIABLE=VALUE...]: it works, and answers at $url.
serve() {
	local program=$1 preload=$2
	shift 2
	port=$(free_port) url=http://127.0.0.1:$port/debug/pprof
	env PPROF_HTTP="localhost:$port" LD_PRELOAD="$preload" "$@" \
		"$program" serve 2>err &
	served=$!
	wait_for curl -sf "$url/cmdline"
}
stop() {
	kill "$served"
	wait "$served" 2>/dev/null || true
}
fetch() { curl -sf -m 30 -o "$1" "$url/profile?seconds=1$2"; }

# What is in a profile, without looking at any binary.
raw() { "$pprof" -symbolize=none -raw "$1" 2>/dev/null >"$1.raw"; }
comments() { "$pprof" -symbolize=none -comments "$1" 2>/dev/null >"$1.comments"; }

# ---- how much is asked for -----------------------------------------------------

serve "$host" "$library"
for detail in 0 names lines; do
	fetch "$detail.pb.gz" "&symbolize=$detail"
	raw "$detail.pb.gz"
done
fetch default.pb.gz ''
raw default.pb.gz
comments default.pb.gz

check 'symbolize=0: addresses alone' lacks 0.pb.gz.raw ' (turn|work_ms|mix)'
check 'and no flags' lacks 0.pb.gz.raw '\[FN\]'
check 'symbolize=names: functions' has names.pb.gz.raw ': 0x[0-9a-f]+ M=1 turn :0:0 s=0'
check 'without lines' lacks names.pb.gz.raw 'at_source_host'
check 'the flags say so' has names.pb.gz.raw "^1: .*/$(basename "$host") .*\[FN\]\$"
check 'symbolize=lines: lines' has lines.pb.gz.raw \
	'M=1 mix .*at_source_host\.c:[0-9]+:[0-9]+ s=[0-9]+'
check 'the flags say so' has lines.pb.gz.raw \
	"^1: .*/$(basename "$host") .*\[FN\]\[FL\]\[LN\]\[IN\]\$"
check 'they are the default' has default.pb.gz.raw 'M=1 mix .*at_source_host\.c:[0-9]+'
check 'of which no words are made' test ! -s default.pb.gz.comments
check 'another word is refused' test \
	"$(curl -s -o refused -w '%{http_code}' "$url/profile?seconds=1&symbolize=all")" = 400
check 'with those there are' has refused \
	'^invalid value for "symbolize" - must be 0, names or lines$'
check 'go tool pprof lists the source from it' eval \
	'"$oracle" -symbolize=none -list "^turn\$" lines.pb.gz >list 2>/dev/null &&
		has list "sink \+= mix_twice"'

# same_frames RAW: of each location in the program, what addr2line says.
same_frames() {
	python3 - "$1" "$host" <<-'END'
		import re, subprocess, sys
		raw, program = open(sys.argv[1]).read(), sys.argv[2]
		start, offset = [int(x, 16) for x in re.search(
		    r'^1: 0x(\w+)/0x\w+/0x(\w+) ', raw, re.M).groups()]
		frames, inside = {}, None
		for line in raw.split('\nLocations\n')[1].split('\nMappings')[0].split('\n'):
		    head = re.match(r' *\d+: 0x(\w+) (M=(\d+) )?', line)
		    if head:
		        inside = int(head[1], 16) if head[3] == '1' else None
		        line = line[head.end():]
		    frame = re.match(r' *(\S+) (\S+):(\d+):\d+ s=\d+', line)
		    if frame and inside:
		        frames.setdefault(inside - start + offset, []).append(
		            (frame[1], frame[2].split('/')[-1] + ':' + frame[3]))
		out = subprocess.run(
		    ['addr2line', '-a', '-i', '-f', '-e', program] + [hex(a) for a in frames],
		    capture_output=True, text=True, check=True).stdout.split('\n')
		told, at = {}, None
		for line, place in zip(out, out[1:] + ['']):
		    if line.startswith('0x'):
		        at, odd = int(line, 16), True
		        told[at] = []
		    else:
		        if odd and line:
		            told[at].append((line, place.split('/')[-1].split(' ')[0]))
		        odd = not odd
		differing = [a for a in frames if frames[a] != told[a]]
		for a in differing[:5]:
		    print(hex(a), frames[a], told[a], file=sys.stderr)
		deepest = max(map(len, frames.values()))
		sys.exit(1 if differing or len(frames) < 5 or deepest < 3 else 0)
	END
}
check 'lines and inlined calls are those of addr2line' same_frames lines.pb.gz.raw
stop

# same_at_desk PROFILE: the binaries, at hand, say what the program said.
same_at_desk() {
	"$pprof" -symbolize=none -lines -traces "$1" 2>/dev/null >told
	"$pprof" -symbolize=local:force -lines -traces "$1" 2>/dev/null >found
	test "$(wc -l <told)" -gt 20 && diff told found >&2
}
check 'at the desk the same addresses have the same names and lines' \
	same_at_desk lines.pb.gz

# ---- where the binary is not what it was ------------------------------------------

cp "$host" program
serve "$work/program" "$library"
mv program elsewhere
cp /bin/true program
fetch replaced.pb.gz ''
raw replaced.pb.gz
check 'a program that was replaced is still itself' \
	has replaced.pb.gz.raw 'M=1 mix .*at_source_host\.c:[0-9]+'
rm program elsewhere
fetch deleted.pb.gz '&symbolize=names'
raw deleted.pb.gz
check 'one that was deleted, too' has deleted.pb.gz.raw 'M=1 turn '
check 'without it, the names of a profile of addresses are asked for' eval \
	'"$pprof" -top "$url/profile?seconds=1&symbolize=0" 2>/dev/null >top &&
		has top " turn\$"'
check 'as go tool pprof does' eval \
	'"$oracle" -top "$url/profile?seconds=1&symbolize=0" 2>/dev/null >top &&
		has top " turn\$"'
stop

objcopy --only-keep-debug "$host" stripped.debug
objcopy --strip-all --add-gnu-debuglink=stripped.debug "$host" stripped
serve "$work/stripped" "$library"
fetch stripped.pb.gz ''
raw stripped.pb.gz
check 'lines of a stripped program come from its debug file' \
	has stripped.pb.gz.raw 'M=1 mix .*at_source_host\.c:[0-9]+'
stop

# ---- the environment --------------------------------------------------------------

serve "$host" "$library" PPROF_SYMBOLIZE=names
fetch names.pb.gz ''
raw names.pb.gz
check 'PPROF_SYMBOLIZE says what is the default' lacks names.pb.gz.raw at_source_host.c
stop

PPROF_SYMBOLIZE=0 "$host" profiles 1 file.pb.gz >out
raw file.pb.gz
check 'also of what goes to a file' lacks file.pb.gz.raw ' turn '

serve "$host" "$library" PPROF_SYMBOLIZE_MEMORY=300k
fetch small.pb.gz ''
raw small.pb.gz
comments small.pb.gz
check 'what does not fit has names' has small.pb.gz.raw 'M=[0-9]+ [^ ]+ :0:0 s=0'
check 'and the profile says why no more' has small.pb.gz.comments \
	'^libc\.so\.6: no source lines: its debug information does not fit PPROF_SYMBOLIZE_MEMORY$'
stop

for wrong in PPROF_SYMBOLIZE=all PPROF_SYMBOLIZE_MEMORY=much; do
	env "$wrong" LD_PRELOAD="$library" /bin/true 2>err
	check "$wrong is told" has err "^libpprof: ${wrong%=*}: "
	check 'in one line' test "$(wc -l <err)" = 1
done

# ---- without libpprof-symbolize.so ---------------------------------------------------

mkdir alone
cp "$library" "$build/libpprof-http.so" alone/
serve "$host" "$work/alone/libpprof.so"
fetch alone.pb.gz ''
raw alone.pb.gz
comments alone.pb.gz
check 'there are names' has alone.pb.gz.raw 'M=1 turn :0:0'
check 'and no words' test ! -s alone.pb.gz.comments
fetch asked.pb.gz '&symbolize=lines'
comments asked.pb.gz
check 'who asked for lines is told in the profile' has asked.pb.gz.comments \
	"^No source lines: libpprof-symbolize.so was not found in $work/alone: it belongs beside libpprof.so\$"
check 'the program says nothing' test ! -s err
stop
PPROF_SYMBOLIZE=lines LD_PRELOAD=$work/alone/libpprof.so sh -c '/bin/true; true' 2>err
check 'who asked by the environment is told on stderr' has err \
	'^libpprof: PPROF_SYMBOLIZE: libpprof-symbolize.so was not found in '
check 'once' test "$(wc -l <err)" = 1

# ---- what it costs the program ---------------------------------------------------------

# The object that reads lines is loaded in the beginning where they are asked
# for by name; the loader does allocate.
PPROF_SYMBOLIZE=0 "$host" profiles 5 bare.pb.gz >bare
PPROF_SYMBOLIZE=lines "$host" profiles 50 lines.pb.gz >counted
raw lines.pb.gz
check 'its own profiles have lines' has lines.pb.gz.raw 'M=1 mix .*at_source_host\.c:[0-9]+'
check 'names and lines allocate nothing in its heap' eval \
	'test "$(cut -d " " -f 1 counted | sort -u)" = \
		"$(cut -d " " -f 1 bare | sort -u)"'
check '50 profiles take no more memory than a few' awk '
	NR == 5 { few = $2 } END { exit NR != 50 || $2 > few + 1024 }' counted

check 'it calls no library that the program may have another of' lacks \
	<(readelf -d "$build/libpprof-symbolize.so") 'NEEDED.*\[lib(deflate|zstd|lzma)'

# ---- a program that nobody here wrote --------------------------------------------------

cp "$(command -v redis-server)" redis
redis_port=$(free_port) port=$(free_port) url=http://127.0.0.1:$port/debug/pprof
PPROF_HTTP=localhost:$port LD_PRELOAD=$library ./redis --port "$redis_port" \
	--save '' >redis.log 2>redis.err &
served=$!
wait_for redis-cli -p "$redis_port" ping
mv redis elsewhere
redis-benchmark -p "$redis_port" -q -n 100000000 -c 20 -t set,get >/dev/null 2>&1 &
load=$!
fetch redis.pb.gz ''
check 'redis: names without the binary' has \
	<("$pprof" -symbolize=none -top redis.pb.gz 2>/dev/null) ' aeMain$'
kill "$load"
stop
mv elsewhere redis
check 'and with it the same, and the lines of what has any' same_at_desk redis.pb.gz
check 'which libc has' has told ' (\.\./)?sysdeps/.*:[0-9]+( \(inline\))?$'

finish
