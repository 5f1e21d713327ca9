#!/bin/bash
# Graphs as pictures: every format is what it says, whatever functions are
# called, and a graph that takes too long is given up.
set -euo pipefail

if [[ $# != 2 ]]; then
	echo "usage: tests/e2e/pictures.sh PPROF MISBEHAVE" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
. "$here/profiles.bash"
. "$here/checks.bash"
start "$@"

says() { grep -qF -e "$1" stderr; }
none_runs() { ! readlink /proc/[0-9]*/exe | grep -qxF "$pprof"; }
well_formed() { python3 -c 'import sys, xml.dom.minidom as dom; dom.parse(sys.argv[1])' "$1"; }

# ---- formats ------------------------------------------------------------------

write_profile good.pb.gz 1

# begins FORMAT BYTES: -FORMAT on standard output begins with these.
begins() {
	run "-$1" good.pb.gz
	check "-$1: status 0" test "$status" = 0
	check "-$1: begins as it should" cmp -s <(printf "$2") \
		<(head -c "$(printf "$2" | wc -c)" stdout)
}
begins png '\x89PNG\r\n\x1a\n'
begins pdf '%%PDF-1.'
begins ps '%%!PS-Adobe-'
begins gif 'GIF8'
begins svg '<?xml version="1.0"'
cp stdout good.svg
check 'an SVG is XML' well_formed good.svg
check 'fills its window' grep -qF '<svg width="100%" height="100%"' good.svg
check 'can be moved' grep -qF \
	'<g id="viewport" transform="scale(0.5,0.5) translate(0,0)">' good.svg
check 'shows the function' grep -qF '>main</text>' good.svg

run -svg -output out.svg good.pb.gz
check '-output' cmp -s good.svg out.svg
check 'says so' says 'Generating report in out.svg'

script -qec "'$pprof' -svg good.pb.gz" /dev/null </dev/null >terminal
check 'a picture is not for terminals' cmp -s good.svg profile001.svg
script -qec "'$pprof' -png good.pb.gz" /dev/null </dev/null >terminal
check 'nor is any other' test -s profile001.png

# ---- names --------------------------------------------------------------------

# drawn NAME: an SVG of a profile whose function is called that.
drawn() {
	write_profile named.pb.gz 1 "$1"
	run -svg named.pb.gz
	check "drawn: $1" test "$status" = 0
	cp stdout named.svg
	check "XML: $1" well_formed named.svg
	check "one script, ours: $1" test "$(grep -c '<script' named.svg)" = 1
	check "no links: $1" bash -c "! grep -qE 'href=|<image' named.svg"
}
drawn '<script>alert(1)</script>'
drawn '</text></svg><script>alert(1)</script>'
drawn ']]><script>alert(1)</script>'
drawn 'a"]; evil [URL="javascript:alert(1)", label="'
drawn '<b>bold</b>'
drawn '\N and \G and \"'
drawn '\'
drawn $'two\nlines\r\tand a tab'
drawn $'control \001\033[31m'
drawn $'no UTF-8 \377\376\303'
drawn $'\357\277\277 and \342\200\256 turned'
drawn '&amp; &; &lt; & <'
drawn '--> <!-- ]]> <g id="graph0"'
drawn '%s%n{}|<port>'
drawn ''

# ---- too much ------------------------------------------------------------------

# A picture of this takes Graphviz an hour: everything calls everything.
python3 - >tangle.folded <<'TANGLE'
for i in range(160):
    for j in range(160):
        print(f"f{i};f{(i * 7 + j * 13) % 160};f{j} 1")
TANGLE
PPROF_DOT_TIMEOUT=1 run -svg -nodecount 0 -nodefraction 0 -edgefraction 0 \
	tangle.folded
check 'given up: status 2' test "$status" = 2
check 'says what to do' says \
	'pprof: drawing the graph took more than 1 s: have less in it (-nodecount'
check 'nothing on stdout' test ! -s stdout
check 'no process is left' none_runs

env --default-signal=INT "$pprof" -svg -nodecount 0 -nodefraction 0 \
	-edgefraction 0 tangle.folded >stdout 2>stderr </dev/null &
tool=$!
sleep 1
kill -INT "$tool"
wait "$tool" || true
sleep 0.2
check 'Ctrl-C leaves no process either' none_runs

finish
