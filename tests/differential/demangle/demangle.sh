#!/bin/bash
# Our demangled names against the reference's, for all functions of libraries
# from Debian's packages and of a Rust program made with Debian's compiler.
#
#     demangle.sh DIFFERENTIAL_DEMANGLE GO SOURCE_DIR WORK_DIR
set -euo pipefail

differential=$(realpath "$1")
go=$2
source=$3
work=$4
library=/usr/lib/$(gcc -print-multiarch)
demangle=cmd/vendor/github.com/ianlancetaylor/demangle

mkdir -p "$work/demangle"
cd "$work"

cp "$("$go" env GOROOT)/src/$demangle"/*.go demangle/
cp "$source/reference.go" main.go
printf 'module reference\ngo 1.23\n' >go.mod
"$go" build -o reference .

# The package's compiler, not one that a person may have put before it.
/usr/bin/rustc -g -O -o rust "$source/../lines/words.rs"

names() { # FILE NM-OPTION...
    nm "${@:2}" "$1" | awk '{ sub(/@.*/, "", $NF); print $NF }' |
        grep '^_[ZR]' | sort -u
}
names "$library/libstdc++.so.6" -D >libstdc++
names "$library/libLLVM-14.so.1" -D >libllvm
names rust >rust-names

failed=0
for list in libstdc++ libllvm rust-names; do
    ./reference <"$list" >"$list.reference"
    "$differential" "$list" "$list.reference" || failed=1
done
exit "$failed"
