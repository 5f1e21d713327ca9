#!/bin/bash
# Source and machine code of Go profiles: the tool beside the reference, on a
# program that is built and profiled here.
#
#   list     the same bytes, with the source in place and moved away
#   disasm   the same functions, instructions and samples. The reference ends a
#            function one byte early, and so tells its last instruction wrongly
#            and may lose its samples: what only one of the two has must lie
#            behind all that both have, and only ours may have samples.
#   weblist  the same functions, lines and numbers, where nothing is inlined
#            (where calls are, we show instructions at the lines of the calls,
#            too), and the same instructions with samples. The reference begins
#            to read code in the middle of some instruction, so that others may
#            differ.
#
# usage: tests/e2e/go_source.sh PPROF GO GO_PPROF SAMPLE
set -euo pipefail

if [[ $# != 4 ]]; then
	echo 'usage: tests/e2e/go_source.sh PPROF GO GO_PPROF SAMPLE' >&2
	exit 2
fi
pprof=$(realpath "$1") go=$(realpath "$2") oracle=$(realpath "$3")
sample=$(realpath "$4")
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HOME=$work/home TZ=UTC LC_ALL=C.UTF-8
unset "${!PPROF_@}"
export PPROF_TMPDIR=$work/home
mkdir "$work/home"
passed=0 failed=0

# ---- the programs -----------------------------------------------------------

cp -r "$sample" "$work/source"
cd "$work/source"
"$go" build -buildvcs=false -o ../inlined .
"$go" build -buildvcs=false -gcflags=all=-l -o ../plain .
"$go" build -buildvcs=false -ldflags='-s -w' -o ../stripped .
cd "$work"
./inlined inlined.cpu >/dev/null
./plain plain.cpu >/dev/null
./stripped stripped.cpu >/dev/null

# ---- comparing --------------------------------------------------------------

pass() {
	passed=$((passed + 1))
}

# fail NAME FILE...: shows the start of the files.
fail() {
	failed=$((failed + 1))
	printf 'FAILED: %s\n' "$1" >&2
	shift
	head -n 20 "$@" >&2
}

# run_both ARGUMENT...: what they print is in ours and theirs, with their
# messages in front. We put our name before ours, and say where we looked.
run_both() {
	"$pprof" "$@" >ours.out 2>ours.err || true
	"$oracle" "$@" >theirs.out 2>theirs.err || true
	sed 's/^pprof: //; /^Source files that were not found/d' ours.err | cat - ours.out >ours
	cat theirs.err theirs.out >theirs
}

# same NAME: ours and theirs are.
same() {
	if [[ -s theirs ]] && diff theirs ours >difference; then
		pass
	else
		fail "$1" difference
	fi
}

# check_list ARGUMENT...
check_list() {
	run_both "$@"
	same "$*"
}

# ROUTINE ADDRESS FLAT CUM of each instruction; routines have numbers.
instructions() {
	awk '/^ROUTINE/ { routine++ }
	$3 ~ /^[0-9a-f]+:$/ { printf "%d %16s %s %s\n", routine, $3, $1, $2 }' \
		"$1" | sort
}

# check_disasm PATTERN PROGRAM
check_disasm() {
	local name="-disasm=$1 $2"
	run_both "-disasm=$1" "$2" "$2.cpu"
	instructions ours >ours.code
	instructions theirs >theirs.code
	comm -12 ours.code theirs.code >shared
	comm -23 ours.code theirs.code | sed 's/^/ours /' >different
	comm -13 ours.code theirs.code | sed 's/^/theirs /' >>different
	awk 'NR == FNR { if ($2 > last[$1]) last[$1] = $2; next }
	$3 <= last[$2] || $1 == "theirs" && $4 $5 != ".."' \
		shared different >difference
	if [[ -s shared && ! -s difference ]]; then
		pass
	else
		fail "$name" difference
	fi
	grep ^ROUTINE ours.out >ours
	grep ^ROUTINE theirs.out >theirs
	same "$name: functions"
}

# The functions, lines of source and instructions of a page, as words.
page_words() {
	sed -E -e 's/"//g; s/<h2[^>]*>/\n@function /; s/<p class=filename>/ /' \
		-e 's/^<span class=line> *([0-9]+)<\/span> <span class=(nop|livesrc|deadsrc)[^>]*>/@line \1 /' \
		-e 's/<span class=asm>/\n/' -e 's/^  Total:/@&/' "$1" |
		sed -E -e 's/&#34;/\&quot;/g; s/&#43;/+/g; s/<[^>]*>//g' \
			-e 's/^ *([^ ]+) +([^ ]+) +([0-9a-f]+): .*/@code \1 \2 \3/' |
		grep -E '^@(function|line|code|  Total)' |
		grep -v '^@code \. \. '
}

# check_weblist PATTERN PROGRAM [FILTER]
check_weblist() {
	"$pprof" -output=page "-weblist=$1" "$2" "$2.cpu" 2>/dev/null
	page_words page | "${3-cat}" >ours
	"$oracle" -output=page "-weblist=$1" "$2" "$2.cpu" 2>/dev/null
	page_words page | "${3-cat}" >theirs
	same "-weblist=$1 $2"
}

only_code() {
	grep '^@code' | sort -u
}

# ---- list -------------------------------------------------------------------

for pattern in 'main\.' mix . 'Scramble|turn' '\.insert$' '^sort\.' 0x401000 \
	nothing; do
	check_list "-list=$pattern" inlined inlined.cpu
	check_list "-list=$pattern" plain plain.cpu
done
check_list -cum -unit=ms '-list=main\.' inlined inlined.cpu
check_list -sample_index=samples '-list=main\.' inlined inlined.cpu
check_list -focus=insert '-list=main\.' inlined inlined.cpu
check_list '-list=main\.' stripped stripped.cpu
check_list '-list=main\.' inlined.cpu

mkdir elsewhere
mv source elsewhere/moved
check_list '-list=main\.|mix' inlined inlined.cpu
check_list -source_path="$work/elsewhere/moved" '-list=main\.|mix' inlined.cpu
check_list -source_path="$work/elsewhere/moved" -trim_path="$work/source" \
	'-list=main\.|mix' inlined.cpu
check_list -source_path="/nowhere:$work/elsewhere" -trim_path="$work" \
	'-list=main\.|mix' inlined.cpu
check_list -trim_path="$work/source/mix:$work/source" \
	-source_path="$work/elsewhere/moved/mix:$work/elsewhere/moved" \
	'-list=main\.|mix' inlined.cpu
(cd elsewhere/moved && cp "$work/inlined.cpu" . &&
	"$pprof" -trim_path="$work/source" '-list=main\.|mix' inlined.cpu \
		>"$work/ours" 2>/dev/null &&
	"$oracle" -trim_path="$work/source" '-list=main\.|mix' inlined.cpu \
		>"$work/theirs" 2>/dev/null)
same 'in the directory of the source'
mv elsewhere/moved source

# ---- machine code -----------------------------------------------------------

# Not memmove and its like: the reference does not know their instructions.
for pattern in 'main\.' 'sort\.' 'runtime\.(g|main|malloc)'; do
	check_disasm "$pattern" inlined
	check_disasm "$pattern" plain
done
check_weblist 'main\.' plain
check_weblist 'mix' plain
check_weblist 'sort\.' plain
check_weblist 'main\.' inlined only_code

printf '%d checks passed, %d failed\n' "$passed" "$failed"
[[ $failed = 0 ]]
