#!/bin/bash
# The endpoints over real sockets, as clients meet them: the contract of
# net/http/pprof, and what a listener in somebody else's program must survive.
#
# usage: tests/e2e/http_contract.sh HTTP_HOST LIBPPROF
#   HTTP_HOST  the program of http_host.c
#   LIBPPROF   the libpprof.so that it is linked with; the listener is beside it
set -uo pipefail

if [[ $# != 2 ]]; then
	echo 'usage: tests/e2e/http_contract.sh HTTP_HOST LIBPPROF' >&2
	exit 2
fi
program=$1 library=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
unset http_proxy all_proxy HTTP_PROXY ALL_PROXY
failures=0 checks=0

# ---- the program under test -------------------------------------------------

coproc host { exec "$program" 2>"$work/stderr"; }
pid=$host_PID
exec {to}>&"${host[1]}" {from}<&"${host[0]}" # subshells lack the originals
exec {host[1]}>&- {host[0]}<&-
trap '' PIPE # ours; the program has the default
trap 'kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT

# Say a word to the program, and print what it answers.
tell() {
	local answer=
	echo "$1" >&"$to"
	read -r -t 20 answer <&"$from"
	echo "$answer"
}

# ---- checking ---------------------------------------------------------------

# check NAME GOT PATTERN: GOT matches the shell pattern.
check() {
	checks=$((checks + 1))
	# shellcheck disable=SC2053
	[[ $2 == $3 ]] && return
	failures=$((failures + 1))
	printf 'FAILED: %s\n  got:    %s\n  wanted: %s\n' "$1" "$2" "$3"
}

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# The status of an answer, 000 if there was none; more words are curl's.
status() { curl -s -o /dev/null -m 20 -w '%{http_code}' "$@"; }

# A header of an answer, or nothing.
header() {
	local name=$1
	shift
	curl -s -m 20 -o /dev/null -D - "$@" | tr -d '\r' |
		sed -n "s/^$name: //Ip"
}

body() { curl -s -m 20 "$@"; }

# Send bytes (printf's format) to the listener, print the answer. The client
# keeps its side open: the listener sees no end.
raw() {
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/$port" || return
	# shellcheck disable=SC2059
	printf "$1" >&"$fd" 2>/dev/null
	timeout "${2:-1}" cat <&"$fd" 2>/dev/null | tr -d '\r\0'
	exec {fd}>&-
}

alive() { check "alive after $1" "$(status "$url/cmdline")" 200; }

# ---- starting ---------------------------------------------------------------

answer=$(tell 'start :0')
check 'start on loopback' "$answer" '0 127.0.0.1:+([0-9])'
address=${answer#0 } port=${answer##*:}
url=http://$address/debug/pprof
check 'the address is told' "$(tell address)" "$address"
check 'one listener at a time' "$(tell 'start :0')" \
	"-114 ${address}already listening on $address"

# A client that drips, from now to the end: see the last section.
drip_start=$(now_ms)
(
	exec 3<>"/dev/tcp/127.0.0.1/$port"
	printf 'GET /debug/pprof/cmdline HTTP/1.1\r\nHost: localhost\r\nX: ' >&3
	for ((i = 0; i < 60; i++)); do
		printf x >&3 || break
		if read -r -t 1 -N 1 _ <&3 || (($? < 128)); then
			now_ms >"$work/dripped"
			break
		fi
	done
) 2>/dev/null &
dripper=$!

# ---- the contract -----------------------------------------------------------

text='text/plain; charset=utf-8'
while IFS='|' read -r method path code type extra want; do
	[ -n "$method" ] || continue
	name="$method $path"
	flags=(-X "$method")
	[ "$method" = HEAD ] && flags=(-I)
	check "$name: status" "$(status "${flags[@]}" "http://$address$path")" \
		"$code"
	check "$name: type" \
		"$(header content-type "${flags[@]}" "http://$address$path")" "$type"
	check "$name: nosniff" \
		"$(header x-content-type-options "${flags[@]}" \
			"http://$address$path")" nosniff
	if [ -n "$extra" ]; then
		check "$name: $extra" \
			"$(header "${extra%%:*}" "${flags[@]}" \
				"http://$address$path")" "${extra#*: }"
	fi
	if [ -n "$want" ]; then
		check "$name: body" \
			"$(body "${flags[@]}" "http://$address$path")" "$want"
	fi
done <<END
GET|/debug/pprof/|200|text/html; charset=utf-8||*<title>/debug/pprof/</title>*
HEAD|/debug/pprof/|200|text/html; charset=utf-8||
GET|/debug/pprof|301|text/html; charset=utf-8|location: /debug/pprof/|
GET|/debug/pprof?a=1|301|text/html; charset=utf-8|location: /debug/pprof/[?]a=1|
GET|/|302|text/html; charset=utf-8|location: /debug/pprof/|
GET|/favicon.ico|404|$text||404 page not found
GET|/debug/pprof/nothing|404|$text|x-go-pprof: 1|Unknown profile
GET|/debug/pprof/%6eothing|404|$text|x-go-pprof: 1|Unknown profile
GET|/debug/pprof/symbol|200|$text||num_symbols: 1
GET|/debug/pprof/a/symbol?0x1|200|$text||num_symbols: 1
HEAD|/debug/pprof/symbol|200|$text|content-length: 15|
GET|/debug/pprof/%63mdline|200|$text||
HEAD|/debug/pprof/profile|200|application/octet-stream|content-disposition: attachment; filename="profile"|
GET|/debug/pprof/profile?seconds=3601|400|$text|x-go-pprof: 1|*at most 3600
POST|/debug/pprof/profile|405|$text|allow: GET, HEAD|Method Not Allowed
PUT|/debug/pprof/symbol|405|$text|allow: GET, HEAD, POST|Method Not Allowed
OPTIONS|/debug/pprof/|405|$text|allow: GET, HEAD|Method Not Allowed
BREW|/debug/pprof/|405|$text|allow: GET, HEAD|Method Not Allowed
END

check 'cmdline' "$(body "$url/cmdline" | tr '\0' ' ')" "$program"
check 'symbol by POST' "$(status -d 0x1+0x2 "$url/symbol")" 200
offset=0x$(nm "$program" | sed -n 's/ T spin_for_the_profile//p')
base=0x$(sed -n "s|-.* 00000000 .*/${program##*/}\$||p" "/proc/$pid/maps" |
	head -1)
spin=$(printf '0x%x' $((base + offset)))
check 'symbol names a function of the program' \
	"$(body -d "$spin" "$url/symbol" | tail -1)" "$spin spin_for_the_profile"
check 'symbol by GET' "$(body "$url/symbol?$spin" | tail -1)" \
	"$spin spin_for_the_profile"

start=$(now_ms)
body -o "$work/profile" "$url/profile?seconds=1"
took=$(($(now_ms) - start))
check 'a profile takes its second' "$((took >= 1000 && took < 4000))" 1
check 'a profile is gzip' "$(gzip -t "$work/profile" && echo good)" good
check 'a profile has names' \
	"$(gzip -dc "$work/profile" | grep -ac spin_for_the_profile)" '[1-9]*'

check 'keep-alive' \
	"$(curl -s -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}' \
		"$url/cmdline" "$url/" "$url/nothing")" 100
get_nothing='GET /debug/pprof/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n'
get_symbol='GET /debug/pprof/symbol HTTP/1.1\r\nHost: localhost\r\n\r\n'
check 'pipelined requests' "$(raw "$get_nothing$get_symbol")" \
	'HTTP/1.1 404*Unknown profile*HTTP/1.1 200*num_symbols: 1'
check 'HTTP/1.0, no Host' "$(raw 'GET /debug/pprof/symbol HTTP/1.0\r\n\r\n')" \
	'HTTP/1.? 200*num_symbols: 1'
check 'the URL in full' "$(raw "${get_symbol/ / http://localhost}")" \
	'HTTP/1.1 200*num_symbols: 1'
check 'a chunked POST' \
	"$(body -H 'Transfer-Encoding: chunked' -d "$spin" "$url/symbol" |
		tail -1)" \
	"$spin spin_for_the_profile"
yes "$spin" 2>/dev/null | head -100000 | tr '\n' '+' >"$work/addresses"
check 'a POST of 1.5 MB (Expect: 100-continue)' \
	"$(body --data-binary "@$work/addresses" "$url/symbol" | wc -l)" 100001
if curl -s -g -o /dev/null "http://[::1]:$port/debug/pprof/cmdline"; then
	check '::1 as well' \
		"$(status -g "http://[::1]:$port/debug/pprof/cmdline")" 200
fi

# ---- who is answered --------------------------------------------------------

check 'another Host' "$(status -H 'Host: evil.com' "$url/cmdline")" 403
check 'another Host, in words' "$(body -H 'Host: evil.com' "$url/cmdline")" \
	'Refused: *Host*'
check 'another Host in the URL' \
	"$(raw "${get_symbol/ / http://evil.com}")" 'HTTP/1.1 403*'
check 'Host localhost' "$(status -H "Host: localhost:$port" "$url/cmdline")" 200
check 'POST of another origin' \
	"$(status -H 'Origin: http://evil.com' -d 0x1 "$url/symbol")" 403
check 'POST of our own' \
	"$(status -H "Origin: http://$address" -d 0x1 "$url/symbol")" 200
check 'an image on another page' \
	"$(status -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: no-cors' \
		"$url/profile?seconds=1")" 403

# ---- at the same time -------------------------------------------------------

body -o "$work/first" -w '%{http_code}' "$url/profile?seconds=2" \
	>"$work/first.status" &
first=$!
sleep 0.3
busy='Could not enable CPU profiling: cpu profiling already in use'
check 'a second profile: status' "$(status "$url/profile?seconds=1")" 500
check 'a second profile: words' "$(body "$url/profile?seconds=1")" "$busy"
check 'a second profile: mark' "$(header x-go-pprof "$url/profile?seconds=1")" 1
start=$(now_ms)
check 'cmdline meanwhile' "$(status "$url/cmdline")" 200
check 'at once' "$(($(now_ms) - start < 1000))" 1
check 'HEAD meanwhile' "$(status -I "$url/profile")" 200
wait "$first"
check 'the first goes on' "$(cat "$work/first.status")" 200

# ---- clients that go away ---------------------------------------------------

curl -s -o /dev/null "$url/profile?seconds=30" &
gone=$!
sleep 0.5
check 'busy before it is gone' "$(status "$url/profile?seconds=1")" 500
kill -9 "$gone"
{ wait "$gone"; } 2>/dev/null
sleep 0.4
check 'a client that is killed ends its profile' \
	"$(status "$url/profile?seconds=1")" 200

raw 'GET /debug/pprof/profile?seconds=30 HTTP/1.1\r\nHost: localhost\r\n\r\n' \
	0.3 >/dev/null
sleep 0.3
check 'one that hangs up as well' "$(status "$url/profile?seconds=1")" 200

# A long answer that nobody reads: the socket fills up, then the client closes.
for _ in 1 2 3; do
	exec {fd}<>"/dev/tcp/127.0.0.1/$port"
	{
		printf 'POST /debug/pprof/symbol HTTP/1.1\r\nHost: localhost\r\n'
		printf 'Content-Length: %d\r\n\r\n' "$(wc -c <"$work/addresses")"
		cat "$work/addresses"
	} >&"$fd"
	sleep 0.2
	exec {fd}>&-
done
alive 'unread answers'

# ---- nonsense ---------------------------------------------------------------

head -c 5000000 /dev/zero >"$work/large"
check 'a body too large' \
	"$(status -H Expect: --data-binary "@$work/large" "$url/symbol")" '@(413|000)'
check 'a head too large' \
	"$(status -H "X: $(head -c 70000 /dev/zero | tr '\0' x)" "$url/cmdline")" \
	'@(4??|000)'
for request in 'GET\r\n\r\n' '\r\n\r\n\r\n' 'GET / HTTP/9.9\r\n\r\n' \
	'GET /%%zz%%0 HTTP/1.1\r\nHost: localhost\r\n\r\n' \
	'GET /%%00 HTTP/1.1\r\n\r\n' 'OPTIONS * HTTP/1.1\r\n\r\n' \
	'CONNECT localhost:1 HTTP/1.1\r\n\r\n' 'GET //a:b@c:d/ HTTP/1.1\r\n\r\n' \
	'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n' \
	'POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n' \
	'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n' \
	'GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n' 'GET / HTTP/1.1\r\n:\r\n\r\n'; do
	raw "$request" 0.1 >/dev/null
done
alive 'broken requests'

# Random bytes, and good requests with random bytes in them.
for ((i = 0; i < 300; i++)); do
	{
		((i % 2)) && printf 'GET /debug/pprof/%s' "$((RANDOM % 3))"
		((i % 4 == 3)) && printf ' HTTP/1.1\r\nHost: '
		head -c "$((RANDOM % 400))" /dev/urandom
		printf '\r\n\r\n'
	} >"/dev/tcp/127.0.0.1/$port"
done 2>/dev/null
alive 'random bytes'

# ---- many -------------------------------------------------------------------

before=$(tell files)
many=()
for ((i = 0; i < 100; i++)); do
	exec {fd}<>"/dev/tcp/127.0.0.1/$port"
	many+=("$fd")
done
sleep 0.3
during=$(tell files)
check 'not more than 64 connections' "$((during - before <= 64))" 1
for fd in "${many[@]}"; do
	exec {fd}>&-
done
sleep 0.3
alive 'a hundred connections'
check 'all descriptors closed again' "$(($(tell files) <= before))" 1

# ---- the program's own life -------------------------------------------------

# A child holds neither the port nor a connection.
curl -s -o "$work/forked" -w '%{http_code}' "$url/profile?seconds=2" \
	>"$work/forked.status" &
collecting=$!
sleep 0.5
check 'no listener in a child' "$(tell fork)" 'forked, * files, address ""'
child=$(tr -d ' ' <"/proc/$pid/task/$pid/children")
check 'no socket in a child' \
	"$(find "/proc/$child/fd" -lname 'socket:*' | wc -l)" 0
wait "$collecting"
check "the parent's profile goes on" "$(cat "$work/forked.status")" 200
check 'stop' "$(tell stop)" 'stopped ""'
check 'nobody listens' "$(status "$url/cmdline")" 000
check 'the port is free' "$(tell "start $address")" "0 $address"
alive 'a restart on the same port'
tell kill >/dev/null

# Stopping while a profile is collected.
curl -s -o /dev/null -w '%{http_code}' "$url/profile?seconds=30" \
	>"$work/cut" &
cut=$!
sleep 0.5
start=$(now_ms)
check 'stop while collecting' "$(tell stop)" 'stopped ""'
check 'at once' "$(($(now_ms) - start < 2000))" 1
wait "$cut"
check 'its client is told the end' "$(cat "$work/cut")" 000
check 'start again' "$(tell "start $address")" "0 $address"
check 'a profile after that' "$(status "$url/profile?seconds=1")" 200

# A second program at the same port runs on without a listener.
check 'a port in use' \
	"$(printf 'start %s\naddress\nfiles\n' "$address" | "$program" |
		tr '\n' ' ')" \
	"-98 cannot listen on $address: address already in use  [0-9]* "
check 'no such address' "$(printf 'start nonsense\n' | "$program")" \
	'-22 "nonsense" is not an address *'

# A libpprof.so that stands alone.
cp "$library" "$work/"
check 'no libpprof-http.so' \
	"$(echo 'start :0' | LD_LIBRARY_PATH=$work "$program")" \
	"-2 libpprof-http.so was not found in $work: *"

# (What libevent holds is lost after its fatal errors, and a sanitizer cannot
# look for leaks without descriptors.)
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

# Too few descriptors, from not enough to start to just enough.
for ((limit = 6; limit < 14; limit++)); do
	said=$(printf 'start :0\nfiles\n' | (
		ulimit -n "$limit"
		"$program" 2>&1
	))
	check "$limit descriptors: the program goes on" "$? $said" \
		'0 @(0 127.0.0.1:*|-* cannot start *|-2 *)'
done

# Descriptors that run out while it listens: it waits, without turning in
# circles, and goes on when there are some again.
mkfifo "$work/few"
(
	ulimit -n 16
	exec "$program" <"$work/few" >"$work/few.out" 2>&1
) &
few=$!
exec {to_few}>"$work/few"
echo 'start :0' >&"$to_few"
for ((i = 0; i < 50; i++)); do
	[[ -s $work/few.out ]] && break
	sleep 0.1
done
few_port=$(sed 's/.*://' "$work/few.out")
many=()
for ((i = 0; i < 20; i++)); do
	exec {fd}<>"/dev/tcp/127.0.0.1/$few_port"
	many+=("$fd")
done
thread=$(grep -lx pprof-http "/proc/$few"/task/*/comm)
ticks() { awk '{ print $14 + $15 }' "${thread%comm}stat"; }
before=$(ticks)
sleep 1
check 'out of descriptors: idle' "$(($(ticks) - before < 20))" 1
for fd in "${many[@]}"; do
	exec {fd}>&-
done
sleep 0.5
check 'descriptors again' \
	"$(status "http://127.0.0.1:$few_port/debug/pprof/cmdline")" 200
exec {to_few}>&-
wait "$few"
check 'not a word about it' "$(wc -l <"$work/few.out")" 1

# What the program executes inherits nothing of ours.
inherited=0
for file in "/proc/$pid"/fd/*; do
	case $(readlink "$file") in
	socket:* | anon_inode:*)
		flags=$(sed -n 's/^flags:\t//p' "/proc/$pid/fdinfo/${file##*/}")
		(((8#$flags & 8#2000000) == 0)) && inherited=$((inherited + 1))
		;;
	esac
done
check 'all descriptors are close-on-exec' "$inherited" 0

# Every signal is the program's.
thread=$(grep -lx pprof-http "/proc/$pid"/task/*/comm)
blocked=0x$(sed -n 's/^SigBlk:\t//p' "${thread%comm}status")
wanted=$((1 << (13 - 1) | 1 << (15 - 1) | 1 << (27 - 1))) # PIPE, TERM, PROF
check 'signals are blocked in the thread' "$((blocked & wanted))" "$wanted"

# ---- the client that drips --------------------------------------------------

wait "$dripper"
dripped=$(($(cat "$work/dripped" 2>/dev/null || echo 0) - drip_start))
check 'a request must be there within 30 s' \
	"$((dripped > 25000 && dripped < 45000))" 1
alive 'a slow client'

check 'not a word on stderr' "$(cat "$work/stderr")" ''
exec {to}>&-
wait "$pid"
check 'the program ends as it should' $? 0

echo "$checks checks, $failures failed"
exit $((failures > 0))
