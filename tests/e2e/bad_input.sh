#!/bin/bash
# Whatever a source turns out to be, the tool says in one line on stderr what
# is wrong with it, prints nothing else, and ends with status 2.
set -euo pipefail

if [[ $# != 2 ]]; then
	echo "usage: tests/e2e/bad_input.sh PPROF MISBEHAVE" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
. "$here/profiles.bash"
. "$here/checks.bash"
start "$@"

write_profile good.pb.gz 1
write_profile out-of-range.pb.gz 9
serve good.pb.gz requests
closed_port=$(closed_port good.pb.gz)

# refused WORDS ARGUMENT...: the run ends as it should, and its line has these
# words. What the tool says of its progress does not count.
refused() {
	local words=$1
	shift
	run "$@"
	check "status 2: $*" test "$status" = 2
	check "nothing on stdout: $*" test ! -s stdout
	grep -v -e '^Fetching profile over HTTP from ' \
		-e '^Generating report in ' stderr >lines || true
	check "one line: $*" test "$(wc -l <lines)" = 1
	check "says \"$words\": $*" grep -qF -e "$words" lines
	check "begins with pprof: $*" grep -q '^pprof: ' lines
	check "no control characters: $*" bash -c "! LC_ALL=C grep -q \$'[\\x01-\\x08\\x0b-\\x1f\\x7f]' lines"
}

# ---- files ------------------------------------------------------------------

refused 'stat missing.pb.gz: no such file or directory' -top missing.pb.gz
refused 'read .: is a directory' -top .

: >empty
refused 'empty: parsing profile: empty input file' -top empty

head -c 5000 "$here/misbehave.c" >text
refused 'text: parsing profile: unrecognized profile format' -top text

head -c 100000 /dev/urandom >garbage
refused 'garbage: ' -top garbage

printf '<!DOCTYPE html>\n<title>x</title>' >page.html
refused 'HTML' -top page.html

size=$(wc -c <good.pb.gz)
for ((cut = 1; cut < size; cut += 7)); do
	head -c "$cut" good.pb.gz >truncated.pb.gz
	refused 'truncated.pb.gz: ' -top truncated.pb.gz
done

# Cut where the gzip is whole again: the profile inside is what ends early.
gzip -dc good.pb.gz | head -c 40 | gzip >cut-inside.pb.gz
refused 'cut-inside.pb.gz: ' -top cut-inside.pb.gz

refused 'out-of-range.pb.gz: malformed profile' -top out-of-range.pb.gz

printf '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' >varint
refused 'varint: ' -top varint

printf 'PERFILE2hhhhhhhh' >perf.data
refused 'perf script' -top perf.data

# A name that the terminal would obey.
name=$'missing\033[31m'
refused 'missing\x1b[31m' -top "$name"

# 16 GiB of zeros in 16 MB, where a process may have 2 GiB; without the limit
# (address sanitizer cannot live under it) a sixteenth.
head -c 67108864 /dev/zero | gzip -1 >zeros
members=256
(ulimit -v 2097152 && "$pprof" -version) >/dev/null 2>&1 || members=16
for ((i = 0; i < members; i++)); do cat zeros; done >bomb.pb.gz
rm zeros
if [[ $members = 256 ]]; then ulimit -S -v 2097152; fi
refused 'bomb.pb.gz: ' -top bomb.pb.gz
if [[ $members = 256 ]]; then ulimit -S -v unlimited; fi
rm bomb.pb.gz

# Nobody may be refused as root: then the tool runs as somebody else.
cp good.pb.gz closed.pb.gz
chmod 0 closed.pb.gz
if [[ $EUID = 0 ]]; then
	as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
refused 'open closed.pb.gz: permission denied' -top closed.pb.gz
as=()

# ---- servers ----------------------------------------------------------------

refused 'server response: 404 Not Found' -top "$url/404"
refused '500 Internal Server Error - profiling is in use' -top "$url/500"
refused 'HTML' -top "$url/page"
refused 'empty input file' -top "$url/nothing"
refused 'http fetch: ' -top "$url/half"
refused "$url/half-unseen: decompressing profile" -top "$url/half-unseen"
refused 'http fetch: ' -top "$url/hang-up"
refused 'http fetch: ' -top "$url/nonsense"
refused 'http fetch: ' -top "$url/around"
refused 'http fetch: ' -top "$url/to-file"
refused 'http fetch: no answer within 6 s' -top -timeout 1 "$url/silent"
refused 'http fetch: connect: connection refused' -top "http://127.0.0.1:$closed_port/"
refused 'http fetch: ' -top http://no-such-host.invalid/
refused 'http fetch: ' -top "ftp://127.0.0.1:$port/"
refused '-tls_cert must also be specified' -tls_key x "$url/profile"
check 'nothing was kept' test ! -e "$HOME/pprof"

# ---- command lines ----------------------------------------------------------

refused 'flag provided but not defined: -foo' -foo good.pb.gz
refused 'is not in this version' -http :0 good.pb.gz
refused 'invalid value "x" for flag -nodecount: parse error' -nodecount x good.pb.gz
refused 'must set at most one output format' -top -raw good.pb.gz
refused 'sample_index "x" must be one of: [samples]' -top -sample_index x good.pb.gz
refused 'error parsing regexp' -top -focus '(' good.pb.gz
refused 'open no/such/directory/x: no such file or directory' \
	-top -output no/such/directory/x good.pb.gz

# ---- several sources: one line each, as the reference prints them ------------

run -top missing "$url/404" text
check 'status 2: several' test "$status" = 2
check 'says which: file' grep -qF 'missing: stat missing: no such' stderr
check 'says which: URL' grep -qF "$url/404: server response: 404" stderr
check 'says that none is left' \
	grep -q '^pprof: failed to fetch any source profiles$' stderr

finish
