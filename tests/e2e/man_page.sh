#!/bin/bash
# The man page and -help list the same flags; every flag of -help works on a
# small profile; and every example of the man page that needs no server does.
set -euo pipefail

if [[ $# != 2 ]]; then
	echo "usage: tests/e2e/man_page.sh PPROF MAN-PAGE" >&2
	exit 2
fi
pprof=$(realpath "$1") page=$(realpath "$2")
# shellcheck source=tests/e2e/profiles.bash
source "$(dirname "$0")/profiles.bash"
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
cd "$work"
export HOME=$work PATH=$work/bin:$PATH BROWSER=viewer
unset "${!PPROF_@}"
failures=0

# ---- the same flags ------------------------------------------------------------

# "  -name value   explanation", "  -help, -h   explanation"
"$pprof" -help 2>&1 | sed -n 's/^  \(-[^ ,]*\(, -[^ ,]*\)*\).*/\1/p' |
	tr -d ' ' | tr , '\n' | sort >help
# ".It Fl name Ar value", ".It Fl help , Fl h"
grep '^\.It Fl ' "$page" | grep -o 'Fl [^ ]*' | sed 's/Fl /-/' | sort >man
if ! [[ -s help ]]; then
	echo "-help lists no flags" >&2
	exit 1
fi
if ! diff -u help man >difference; then
	echo "in -help (-) or in the man page (+) alone:" >&2
	grep '^[-+]-[a-z]' difference >&2
	exit 1
fi

# ---- every flag ----------------------------------------------------------------

write_calls cpu.pb.gz
cp cpu.pb.gz before.pb.gz
cp cpu.pb.gz after.pb.gz
printf '#!/bin/sh\nexit 0\n' >bin/viewer
chmod +x bin/viewer
for name in eog evince gv kcachegrind; do
	ln -s viewer "bin/$name"
done
fail() {
	failures=$((failures + 1))
	echo "FAILED: $*" >&2
}
run() {
	timeout 60 "$pprof" "$@" >out 2>err </dev/null && return
	fail "pprof $*: $(tail -1 err)"
}

# write_types FILE TYPE...: one sample, with a 1 of each type.
write_types() {
	local file=$1 i
	shift
	local last values=
	last=$(printf '\\x%02x' $(($# + 1)))
	{
		for ((i = 1; i <= $#; i++)); do
			field 1 "\\x08\\x0$i\\x10$last"
			values+='\x01'
		done
		sample '\x01' "$values" ''
		field 4 "\\x08\\x01$(field 4 '\x08\x01')"
		field 5 "\\x08\\x01\\x10$last"
		for i in '' "$@" count; do
			field 6 "$(hex "$i")"
		done
	} | xargs -0 printf | gzip -n >"$file"
}
write_types heap.pb.gz alloc_objects alloc_space inuse_objects inuse_space
write_types block.pb.gz contentions delay

# An older name for a sample type chooses it.
check_type() {
	local flag=$1 profile=heap.pb.gz
	case $flag in
	*delay | contentions) profile=block.pb.gz ;;
	esac
	run -top -sample_index= "-$flag" "$profile"
	grep -qx "Type: ${flag#total_}" out || fail "-$flag: $(head -1 out)"
}

# A server that hangs up. Files are read when there is a connection.
python3 -c 'import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    server.accept()[0].close()' >port &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
while ! [[ -s port ]]; do sleep 0.1; done
url=https://127.0.0.1:$(<port)/
echo 'no certificate' >paper

# What is no certificate is told, with its name; and no harm for a file.
check_certificate() {
	local flags=(-tls_ca paper)
	[[ $1 = tls_ca ]] || flags=(-tls_cert paper -tls_key paper)
	run -raw "${flags[@]}" cpu.pb.gz
	if timeout 60 "$pprof" -raw "${flags[@]}" "$url" >out 2>err; then
		fail "pprof ${flags[*]}: is no error"
	fi
	grep -q '^pprof: .*certificate.* paper' err ||
		fail "pprof ${flags[*]}: $(tail -1 err)"
}

# What -help calls the value of a flag, and what may stand for it here.
value_of() {
	case $1 in
	regexp) echo main ;;
	source) echo before.pb.gz ;;
	n | f | x) echo 1 ;;
	type) echo cpu ;;
	unit) echo ms ;;
	how) echo none ;;
	file) echo file ;;
	filter | keys) echo thread ;;
	path | text | id) echo . ;;
	*) echo "no value for <$1>" >&2 && return 1 ;;
	esac
}
"$pprof" -help 2>&1 | sed -n 's/^  -\([a-z_]*\)\( [a-z]*\)\{0,1\}\(  .*\)\{0,1\}$/\1\2/p' >flags
"$pprof" -help 2>&1 | sed -n '/^Reports/,/^$/s/^  -\([a-z]*\).*/\1/p' >reports
while read -r flag argument; do
	report=-raw value=
	[[ -z $argument ]] || value=$(value_of "$argument")
	case $flag in
	help | version) run "-$flag" && continue ;;
	no_browser) run -raw -no_browser=false cpu.pb.gz && continue ;;
	normalize) run -raw -normalize -base before.pb.gz cpu.pb.gz && continue ;;
	tls_*) check_certificate "$flag" && continue ;;
	*_delay | contentions | inuse_* | alloc_*) check_type "$flag" && continue ;;
	esac
	if [[ $flag = list ]]; then # shows sources, of which there are none here
		"$pprof" -list main cpu.pb.gz >out 2>err || true
		grep -q 'Total: ' out && continue
		fail "-list: $(cat err)"
		continue
	fi
	if [[ $flag = disasm ]]; then # shows programs, likewise
		"$pprof" -disasm main cpu.pb.gz >out 2>err || true
		grep -q 'no matches found for regexp main' err && continue
		fail "-disasm: $(cat err)"
		continue
	fi
	! grep -qx -- "$flag" reports || report= # it is one itself
	run $report "-$flag${value:+=$value}" cpu.pb.gz
done <flags

# ---- every example ---------------------------------------------------------------

sed -n '/^\.Sh EXAMPLES/,/^\.Sh SECURITY/s/^\.Dl pprof //p' "$page" >examples
[[ $(wc -l <examples) -ge 3 ]]
while read -r words; do
	[[ $words != *localhost* ]] || continue # readme.sh has a server
	# shellcheck disable=SC2086  # words they are
	run $words
done <examples

printf '%d flags, %d examples, %d failures\n' "$(wc -l <help)" \
	"$(wc -l <examples)" "$failures"
[[ $failures = 0 ]]
