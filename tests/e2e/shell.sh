#!/bin/bash
# The shell driven by a script: both tools read the same lines, and their
# standard outputs and their messages are the same bytes. What only one of the
# two has is left out of the lists that they print.
#
# usage: tests/e2e/shell.sh PPROF GO_PPROF
set -euo pipefail

if [[ $# != 2 ]]; then
	echo 'usage: tests/e2e/shell.sh PPROF GO_PPROF' >&2
	exit 2
fi
pprof=$(realpath "$1") oracle=$(realpath "$2")
# shellcheck source=tests/e2e/profiles.bash
source "$(dirname "$0")/profiles.bash"
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HOME=$work TZ=UTC LC_ALL=C.UTF-8
unset "${!PPROF_@}" http_proxy all_proxy HTTP_PROXY ALL_PROXY
mkdir "$work/in"
cd "$work/in"
write_calls profile
failures=0

# Every form of the grammar.
cat >grammar <<'SCRIPT'
top
top2
top 1
text
text 2 -cum
  top   2   -cum
top --cum 2
top main
top nothing
top -main
top main work -leaf
top main|leaf -work
top 99999999999
top +1
top -1
tree
tree 2 -cum main
peek main
peek work
peek nothing
peek [
peek
list
disasm
disasm nothing
disasm [
weblist
weblist nothing
weblist [
traces
raw
tags
tags thread
tags -worker
tags nothing -worker
comments
dot
callgrind >grind
top >file
top > file
raw >file
top >
top 1 >file 2
o
options
options with words
focus=main
o
top
focus = work //: a comment
top
focus=work //: one //: two
focus=a=b
o
focus=
:
o
ignore=leaf
hide=work
show=main
tagfocus=thread
tagignore=worker
top
:
o
show=
show_from=work
tree
show_from=
prune_from=work
tree
prune_from=
samples
top
cpu
top
total_samples
o
mean_cpu
top
o
mean=0
sample_index=0
top
sample_index=cpu
sample_index=
sample_index=nonsense
sample_index=7
sample_index
nodecount=1
top
nodecount=abc
nodecount=
nodecount=99999999999999999999
nodecount=0x10
nodecount
nodecount=-1
nodefraction=x
nodefraction=0.5
top
nodefraction=0.00001
edgefraction=1e-3
divide_by=2
top
divide_by=0
top
divide_by=1000000
o
divide_by=1
trim=maybe
trim=no
trim=
trim
relative_percentages
top work
relative_percentages=0
call_tree=Y
call_tree=n
unit=ms
top
unit=
unit
unit=minimum
sort=cum
top
sort=nonsense
sort
sort=flat
cum=1
flat=1
flat=0
granularity=lines
top
granularity=nonsense
files=1
top
functions=t
noinlines
showcolumns=TRUE
compact_labels=false
top
compact_labels
drop_negative=1
intel_syntax
normalize
trim_path=/x
source_path=/y
source_path
o
tagroot=thread
tree
tagroot=
tagleaf=thread
top
tagleaf=
output=file
top
output=
help
help top
help text
help tree
help list
help disasm
help weblist
help peek
help tags
help dot
help callgrind
help web
help svg
help proto
help comments
help focus
help sample_index
help nodefraction
help cum
help lines
help files
help granularity
help nonsense
help several words
nonsense
nonsense10
10
=
==
"top"
focus main
focus10
cum x
sort x
granularity
TOP
top10x
	top	1	
SCRIPT
printf 'unit=s\nquit\ntop\n' >quitting
printf 'top 1\nexit now\ntop\n' >exiting
printf 'q' >without_newline
printf 'top 1' >last_line
: >empty

# What only one of the two has, and where the newest reference differs.
only='^    (flamegraph|folded|json|md|speedscope|title) '
tags='thread: Total|\): (main-thread|worker)$'
run() { # TOOL NAME SCRIPT ARGUMENT...
	local tool=$1 name=$2 script=$3
	shift 3
	rm -f file grind
	"$tool" "$@" profile <"$script" >"$name.raw" 2>"$name.told" &&
		echo 0 >"$name.status" || echo $? >"$name.status"
	grep -vE "$tags" "$name.raw" >"$name.out" || true
	grep -vE "$only|^Time: " "$name.told" >"$name.err" || true
	cat file grind >"$name.files" 2>/dev/null || true
}
compare() {
	local what
	run "$pprof" ours "$@"
	run "$oracle" theirs "$@"
	for what in status out err files; do
		cmp -s "ours.$what" "theirs.$what" && continue
		failures=$((failures + 1))
		echo "FAILED: $*: $what" >&2
		diff "theirs.$what" "ours.$what" | head -20 >&2 || true
	done
}
for script in grammar quitting exiting without_newline last_line empty; do
	compare "$script"
done
compare quitting -sample_index=samples -focus=main -lines -cum
compare quitting -sample_index=nonsense
compare exiting -mean_delay
[[ $(wc -l <grammar) -ge 60 ]] && [[ -s ours.out ]]

# What is our own: mended, or added.
printf '%s\n' cum o lines o granularity= sort= o >script
run "$pprof" ours script
for words in 'sort += cum ' 'granularity += lines ' \
	'granularity += functions ' 'sort += flat '; do
	grep -qE "^  $words" ours.err || {
		failures=$((failures + 1))
		echo "FAILED: $words" >&2
	}
done
printf '%s\n' 'top | grep -c main' 'top1>file' 'raw | head -1' \
	'top | nonsense-command' 'top 1 |' tpo 'top 1' >script
run "$pprof" ours script
{
	grep -q '^(pprof) 1$' ours.out && grep -q work file &&
		grep -q 'nonsense-command.*not found' ours.err &&
		grep -qx 'unexpected end of line after |' ours.err &&
		grep -qx 'unrecognized command: "tpo"' ours.err &&
		[[ $(cat ours.status) = 0 ]]
} || {
	failures=$((failures + 1))
	echo 'FAILED: pipes' >&2
	cat ours.out ours.err >&2
}

# What is strange, or cannot be, ends neither in silence nor in a crash: words
# that are said, and the status. The words may be several lines.
says() { # STATUS WORDS COMMAND...
	local status=0 words=$2
	"${@:3}" >out 2>err || status=$?
	if [[ $status = "$1" && $(<err) = *"$words"* ]]; then return; fi
	failures=$((failures + 1))
	echo "FAILED: ${*:3}: status $status, $(<err)" >&2
}
script() { # LINES [ARGUMENT...]: in the form of printf
	# shellcheck disable=SC2059
	printf "$1" | "$pprof" "${@:2}" profile
}
endless() {
	head -c 20000000 /dev/zero | "$pprof" profile
}
without_processes() {
	local as=(setpriv --reuid=65533 --regid=65533 --clear-groups)
	[[ $EUID = 0 ]] || as=()
	# The leak checker needs a process of its own.
	ASAN_OPTIONS=detect_leaks=0 "${as[@]}" bash -c "ulimit -u 1; exec ./pprof profile" <<<'top'
}
says 0 'a line with a NUL byte' script 'top\0x\n'
says 2 'standard input: a line is too long' endless
says 2 'read standard input: is a directory' "$pprof" profile <.
says 2 'read standard input: bad file descriptor' "$pprof" profile <&-
says 2 'write standard output: bad file descriptor' \
	bash -c "exec '$pprof' -top profile >&-"
says 2 'write standard output: no space left on device' \
	bash -c "exec '$pprof' -top profile >/dev/full"
says 2 'write /dev/full: no space left on device' \
	"$pprof" -traces -output /dev/full profile
says 0 'write /dev/full: no space left on device' script 'top >/dev/full\n'
says 0 'open .: is a directory' script 'top >.\n'
says 0 'open no/such/file: no such file' script 'top >no/such/file\n'
says 0 'nested' script 'top1 | echo nested >&2\n'
chmod 755 "$work" "$work/in"
install -m 755 "$pprof" pprof
says 0 'fork: resource temporarily unavailable' without_processes
"$pprof" -traces -output closed profile 2>&- # no message gets into the file
if grep -q Generating closed; then
	failures=$((failures + 1))
	echo 'FAILED: a closed standard error' >&2
fi

printf '%d lines, %d failures\n' "$(wc -l <grammar)" "$failures"
[[ $failures = 0 ]]
