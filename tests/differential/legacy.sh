#!/bin/bash
# legacy.sh PPROF REFERENCE DIRECTORY: our tool and the reference on the files
# of DIRECTORY, which are profiles of old forms. Compared are what -raw, -top
# and -proto write and the exit status; of files named refused_* only that both
# refuse them: which line is wrong is said by ours alone.
set -euo pipefail

pprof=$1 reference=$2 directory=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-legacy.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HOME=$work PPROF_TMPDIR=$work TZ=UTC LC_ALL=C.UTF-8

# run TOOL REPORT FILE OUTPUT: the exit status; OUTPUT is what was written.
run() {
	local status=0
	: >"$4"
	case $2 in
	-proto)
		"$1" "$2" -symbolize=none -output="$work/proto" "$3" \
			>"$work/stdout" 2>"$work/stderr" || status=$?
		[[ ! -f $work/proto ]] || gzip -dc <"$work/proto" >"$4"
		rm -f "$work/proto"
		;;
	*)
		"$1" "$2" -symbolize=none "$3" >"$4" 2>"$work/stderr" || status=$?
		;;
	esac
	echo "$status"
}

compared=0 different=0
for file in "$directory"/*; do
	for report in -raw -top -proto; do
		expected=0
		if [[ $file = */refused_* ]]; then
			[[ $report = -raw ]] || continue
			expected=2
		fi
		ours=$(run "$pprof" "$report" "$file" "$work/ours")
		theirs=$(run "$reference" "$report" "$file" "$work/theirs")
		compared=$((compared + 1))
		if [[ $ours != "$expected" || $theirs != "$expected" ]] ||
			! cmp -s "$work/ours" "$work/theirs"; then
			different=$((different + 1))
			printf '%s %s: status %s, reference %s\n' \
				"$report" "$file" "$ours" "$theirs"
			diff -a "$work/theirs" "$work/ours" | head -20 || true
		fi
	done
done
printf '%d compared, %d different\n' "$compared" "$different"
[[ $compared -gt 0 && $different = 0 ]]
