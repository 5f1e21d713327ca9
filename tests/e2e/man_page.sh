#!/bin/bash
# The man page and -help list the same flags.
set -euo pipefail

if [[ $# != 2 ]]; then
	echo "usage: tests/e2e/man_page.sh PPROF MAN-PAGE" >&2
	exit 2
fi

# "  -name value   explanation", "  -help, -h   explanation"
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$1" -help 2>&1 | sed -n 's/^  \(-[^ ,]*\(, -[^ ,]*\)*\).*/\1/p' |
	tr -d ' ' | tr , '\n' | sort >"$work/help"
# ".It Fl name Ar value", ".It Fl help , Fl h"
grep '^\.It Fl ' "$2" | grep -o 'Fl [^ ]*' | sed 's/Fl /-/' | sort >"$work/man"

if ! [[ -s "$work/help" ]]; then
	echo "-help lists no flags" >&2
	exit 1
fi
if ! diff -u "$work/help" "$work/man" >"$work/difference"; then
	echo "in -help (-) or in the man page (+) alone:" >&2
	grep '^[-+]-[a-z]' "$work/difference" >&2
	exit 1
fi
printf '%d flags\n' "$(wc -l <"$work/help")"
