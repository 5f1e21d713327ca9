#!/bin/bash
# Our frames against llvm-symbolizer's for programs and libraries from Debian's
# packages, and for a Rust and a Go program made with Debian's compilers.
#
#     lines.sh DIFFERENTIAL_LINES GO SOURCE_DIR WORK_DIR [COUNT]
set -euo pipefail

differential=$(realpath "$1")
go=$2
source=$3
work=$4
count=${5:-2000}
library=/usr/lib/$(gcc -print-multiarch)

mkdir -p "$work"
cd "$work"

# The package's compiler, not one that a person may have put before it.
/usr/bin/rustc -g -O -o rust "$source/words.rs"
"$go" build -o gofmt cmd/gofmt

failed=0
compare() { # NAME PROGRAM
    "$differential" "$1" "$2" "$count" || failed=1
}

compare 'C, stripped; debug file compressed' "$library/libc.so.6"
compare 'C, another' /usr/lib/libGraphicsMagick-Q16.so.3
compare 'C, many small units' "$library/libgsl.so.27"
compare 'C++, not stripped' "$library/debug/libstdc++.so.6"
compare 'Rust' rust
compare 'Go, compressed sections' gofmt
exit "$failed"
