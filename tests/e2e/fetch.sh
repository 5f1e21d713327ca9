#!/bin/bash
# From a source to a report: what is asked of a server, what is said, what is
# kept, and what an interruption leaves.
set -euo pipefail

if [[ $# != 2 ]]; then
	echo "usage: tests/e2e/fetch.sh PPROF MISBEHAVE" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
. "$here/profiles.bash"
. "$here/checks.bash"
start "$@"

write_profile good.pb.gz 1
serve good.pb.gz requests

says() { grep -qxF -e "$1" stderr; }
prints() { grep -qF -e "$1" stdout; }
asked() { tail -n 1 requests | grep -qxF -e "$1"; }

# ---- over HTTP ----------------------------------------------------------------

run -top "localhost:$port"
check 'host:port is enough' test "$status" = 0
check 'prints the table' prints '         5   100%   100%          5   100%  main'
check 'asks for a CPU profile' asked 'GET /debug/pprof/profile HTTP/1.1'
check 'says from where' says \
	"Fetching profile over HTTP from http://localhost:$port/debug/pprof/profile"
check 'says where it is kept' says \
	"Saved profile in $HOME/pprof/pprof.samples.001.pb.gz"
check 'no more than that' test "$(wc -l <stderr)" = 2

run -raw good.pb.gz
cp stdout raw
run -raw "$HOME/pprof/pprof.samples.001.pb.gz"
check 'the kept copy is the profile' cmp -s raw stdout

run -top "$url/to-profile"
check 'follows a redirection' prints main
check 'keeps the second under another name' says \
	"Saved profile in $HOME/pprof/pprof.samples.002.pb.gz"
check 'leaves no other file behind' test "$(ls -A "$HOME/pprof" | wc -l)" = 2

PPROF_TMPDIR=$work/kept run -top -seconds 3 "$url/profile?b=2&a=1&seconds=9"
check '-seconds goes into the query, which is sorted' asked \
	'GET /profile?a=1&b=2&seconds=3 HTTP/1.1'
check 'asks for patience' says 'Please wait... (3s)'
check 'PPROF_TMPDIR says where' test -f "$work/kept/pprof.samples.001.pb.gz"

write_nameless_profile nameless.pb.gz
good=$url good_port=$port
serve nameless.pb.gz nameless-requests
run -top "$url/debug/pprof/profile"
check 'asks the server for names' prints named_by_the_server
check 'as Go does' grep -qxF 'POST /debug/pprof/symbol HTTP/1.1' \
	nameless-requests
run -top "$url/get/debug/pprof/profile"
check 'also where only queries are answered' prints named_by_the_server
check 'which hold the addresses' \
	grep -qxF 'GET /get/debug/pprof/symbol?0x1234 HTTP/1.1' nameless-requests
run -top -symbolize=none "$url/debug/pprof/profile"
check 'unless told not to' prints '[program]'
url=$good port=$good_port

# ---- several sources ----------------------------------------------------------

run -top good.pb.gz "$url/profile" missing "$url/404"
check 'two of four are enough' test "$status" = 0
check 'they are added up' prints '        10   100%   100%         10   100%  main'
check 'says what failed: a file' says \
	'missing: stat missing: no such file or directory'
check 'says what failed: a URL' says \
	"$url/404: server response: 404 Not Found"
check 'says how many' says 'Fetched 2 source profiles out of 4'

# ---- bases --------------------------------------------------------------------

run -top -base good.pb.gz good.pb.gz good.pb.gz
check '-base is subtracted' prints '         5   100%   100%          5   100%  main'
run -top -base good.pb.gz good.pb.gz
check 'to nothing' prints 'Showing nodes accounting for 0, 0% of 0 total'
run -top -diff_base good.pb.gz good.pb.gz good.pb.gz
check '-diff_base is what 100 % are' prints \
	'         5   100%   100%          5   100%  main'
run -tags -diff_base good.pb.gz good.pb.gz
check 'its samples are told apart' prints 'pprof::base'
run -top -normalize -base good.pb.gz good.pb.gz good.pb.gz
check '-normalize: as much of each' prints \
	'Showing nodes accounting for 0, 0% of 0 total'
run -top -base "$url/profile" good.pb.gz
# What maps nothing in particular is not the same in a file and on a server.
check 'a base from a server' prints 'accounting for 0, 0% of 10 total'
check 'is kept too' grep -q '^Saved profile in ' stderr
run -top -base missing good.pb.gz
check 'no base: status 2' test "$status" = 2
check 'says so' says 'pprof: failed to fetch any base profiles'
run -top -base missing -base good.pb.gz good.pb.gz good.pb.gz
check 'one of two bases is enough' test "$status" = 0
check 'says how many bases' says 'Fetched 1 base profiles out of 2'

# ---- files that are none --------------------------------------------------------

gzip -dc good.pb.gz >bare
status=0
"$pprof" -top /dev/stdin <good.pb.gz >stdout 2>stderr || status=$?
check '/dev/stdin: a file' prints '  main'
cat good.pb.gz | "$pprof" -top /dev/stdin >stdout 2>stderr || status=$?
check '/dev/stdin: a pipe' prints '  main'
"$pprof" -top <(cat bare) >stdout 2>stderr || status=$?
check 'a pipe by its name' prints '  main'
mkfifo fifo
cat good.pb.gz >fifo &
"$pprof" -top fifo >stdout 2>stderr || status=$?
check 'a FIFO' prints '  main'
check 'all of them' test "$status" = 0
run -top -
check '- is the name of a file' says 'pprof: stat -: no such file or directory'

# ---- a great many sources -------------------------------------------------------

for ((i = 0; i < 300; i++)); do many[i]=good.pb.gz; done
(ulimit -n 64 && "$pprof" -top "${many[@]}") >stdout 2>stderr </dev/null
check '300 files, 64 descriptors' prints \
	'      1500   100%   100%       1500   100%  main'
run -top "${many[@]}" missing "${many[@]}" -base missing -base good.pb.gz
check 'those that are missing are told' says 'Fetched 600 source profiles out of 601'
check 'the others count' prints '      2995   100%   100%       2995   100%  main'

# ---- where the report goes ----------------------------------------------------

run -top -output report.txt good.pb.gz
check 'a file, and says so' says 'Generating report in report.txt'
check 'nothing on stdout' test ! -s stdout
check 'the report is in it' grep -q 'main$' report.txt
run -proto -output copy.pb.gz good.pb.gz
run -raw copy.pb.gz
check '-proto writes what it read' cmp -s raw stdout
run -raw good.pb.gz -output raw2
check 'flags behind sources' cmp -s raw raw2

run -raw good.pb.gz # for what check prints when the next fails
(
	sleep 0.5 # then nobody reads any more
	code=0
	"$pprof" -raw good.pb.gz 2>stderr || code=$?
	echo "$code" >code
) | true
check 'a closed pipe ends it' test "$(<code)" = 141
check 'quietly' test ! -s stderr

# ---- terminals ----------------------------------------------------------------

# on_terminal COMMAND: prints what a terminal is sent.
on_terminal() {
	TERM=xterm script -qec "$1" /dev/null </dev/null
}
hostile=$'\033[31mred\xc2\x9b'
write_profile hostile.pb.gz 1 "$hostile"
run -top hostile.pb.gz
check 'bytes to a pipe' prints "$hostile"
on_terminal "'$pprof' -top hostile.pb.gz" >terminal
check 'no escapes to a terminal' grep -qF '\x1b[31mred\u009b' terminal
check 'really none' bash -c "! grep -q \$'\\033' terminal"
on_terminal "'$pprof' -proto good.pb.gz" >terminal
check 'bytes are not for terminals' test -s profile001.pb.gz
check 'and it says where they are' grep -q \
	'Generating report in profile001.pb.gz' terminal
on_terminal "'$pprof' -top -timeout 1 -seconds 5 '$url/silent'" >terminal || true
check 'a line of progress' grep -qF 'Fetching profile 2s/5s [' terminal
run -top -timeout 1 "$url/silent"
check 'but on terminals only' test "$(wc -l <stderr)" = 2

# ---- Ctrl-C -------------------------------------------------------------------

# interrupted WORDS ARGUMENT...: run until the server has had a request for
# WORDS, then one Ctrl-C.
interrupted() {
	local words=$1 before
	before=$(grep -c "$words" requests || true)
	shift
	env --default-signal=INT "$pprof" "$@" >stdout 2>stderr </dev/null &
	local tool=$!
	for ((i = 0; i < 200; i++)); do
		(($(grep -c "$words" requests || true) > before)) && break
		sleep 0.05
	done
	sleep 0.3
	kill -INT "$tool"
	status=0
	wait "$tool" || status=$?
}

interrupted /silent -top "$url/silent"
check 'Ctrl-C: status 2' test "$status" = 2
check 'Ctrl-C: says so' says \
	"pprof: $url/silent: interrupted before the profile came"
interrupted /silent -top good.pb.gz "$url/silent"
check 'Ctrl-C: keeps what was fetched' prints \
	'         5   100%   100%          5   100%  main'
check 'Ctrl-C: says how much' says 'Fetched 1 source profiles out of 2'
interrupted /more -top "$url/more"
check 'Ctrl-C: keeps what had come' prints \
	'         5   100%   100%          5   100%  main'

finish
