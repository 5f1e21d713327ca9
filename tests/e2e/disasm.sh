#!/bin/bash
# Machine code of C and C++ programs that are built and profiled here: of each
# function all instructions, as many as objdump finds; what they took is what
# the function took; and the same where symbols are in a file of their own.
#
# usage: tests/e2e/disasm.sh BUILD_DIR
set -euo pipefail

if [[ $# != 1 ]]; then
	echo 'usage: tests/e2e/disasm.sh BUILD_DIR' >&2
	exit 2
fi
build=$(realpath "$1")
pprof=$build/pprof
work=$(mktemp -d "${TMPDIR:-/tmp}/pprof-e2e.XXXXXX")
trap 'rm -rf "$work"' EXIT
export HOME=$work TZ=UTC LC_ALL=C.UTF-8
unset "${!PPROF_@}" LD_PRELOAD
cd "$work"
passed=0 failed=0

pass() {
	passed=$((passed + 1))
}
fail() { # NAME FILE...: shows the start of the files
	failed=$((failed + 1))
	printf 'FAILED: %s\n' "$1" >&2
	shift
	head -n 20 "$@" >&2
}
same() { # NAME WHAT IS
	if [[ $2 = "$3" ]]; then
		pass
	else
		fail "$1: $3 in place of $2" listing
	fi
}

# ---- the programs -----------------------------------------------------------

cat >c.c <<'C'
#include <stdint.h>
#include <stdio.h>

static inline uint32_t mix(uint32_t x)
{
    x ^= x << 13;
    x ^= x >> 17;
    return x ^ x << 5;
}

__attribute__((noinline)) uint32_t leaf(uint32_t a, uint32_t b)
{
    for (int i = 0; i < 8; i++)
        a = a * b + a;
    return a;
}

__attribute__((noinline)) uint32_t work(uint32_t n)
{
    uint32_t sum = 0, x = n + 1;
    for (uint32_t i = 0; i < 1000000; i++) {
        x = mix(x);
        sum += leaf(x, i);
    }
    return sum;
}

int main(void)
{
    uint32_t sum = 0;
    for (uint32_t n = 0; n < 60; n++)
        sum += work(n);
    printf("%u\n", sum);
}
C
cat >cc.cc <<'CC'
#include <cstdint>
#include <cstdio>

namespace shop {
template <class T> struct Till {
    T sum = 0;
    __attribute__((noinline)) void add(T value, int times)
    {
        for (int i = 0; i < times; i++)
            sum += value ^ (sum << 1) ^ i;
    }
};
}

int main()
{
    shop::Till<unsigned long> till;
    for (int i = 0; i < 300; i++)
        till.add(i, 1000000);
    std::printf("%lu\n", till.sum);
}
CC
gcc -O2 -g -o c c.c
g++ -O2 -g -o cc cc.cc
gcc -O2 -g -o split c.c
objcopy --only-keep-debug split split.debug
strip split
objcopy --add-gnu-debuglink=split.debug split
for program in c cc split; do
	PPROF_CPUPROFILE=$program.cpu LD_PRELOAD=$build/libpprof.so \
		"./$program" >/dev/null
done

# ---- what must hold ---------------------------------------------------------

# The instructions of the listing: value, address.
instructions() {
	sed -nE 's/^ *([0-9.]+) +[0-9.]+ +([0-9a-f]+): .*/\1 \2/p' listing
}

# check PROGRAM SYMBOL PATTERN [ROUTINE]: the pattern matches the profile's name
# of it; ROUTINE is how the report calls it.
check() {
	local program=$1 symbol=$2 name=$3 flat
	"$pprof" -sample_index=samples "-disasm=$name" "$program" \
		"$program.cpu" >listing 2>messages || fail "$*" messages
	flat=$("$pprof" -sample_index=samples -noinlines -top -nodefraction=0 \
		"$program.cpu" 2>/dev/null |
		awk -v name="$name" '$6 ~ name { print $1; exit }')
	same "$*: routine" "${4-$symbol}" \
		"$(sed -n 's/^ROUTINE =* //p' listing)"
	same "$*: flat" "$flat" "$(awk '/\(flat, cum\)/ { print $1 }' listing)"
	same "$*: sum" "$flat" \
		"$(instructions | awk '{ sum += $1 } END { print sum }')"
	same "$*: addresses" \
		"$(objdump --no-show-raw-insn --disassemble="$symbol" "$program" |
			sed -nE 's/^ +([0-9a-f]+):.*/\1/p')" \
		"$(instructions | cut -d' ' -f2)"
}

check c leaf leaf
check c work work
check cc _ZN4shop4TillImE3addEmi add
check cc _ZN4shop4TillImE3addEmi 'shop::Till.*::add' \
	'shop::Till<unsigned long>::add(unsigned long, int)'

# With its debug file beside it a stripped program is as good.
"$pprof" -sample_index=samples -disasm=work split split.cpu >listing
if grep -q 'c\.c:' listing && grep -q 'call .* <leaf>' listing; then
	pass
else
	fail 'a debug file of its own' listing
fi

# Where each instruction is from, inlined calls too; and Intel's syntax.
"$pprof" -disasm=work c c.cpu >listing
if grep -q ';mix c\.c:' listing && grep -q ';work c\.c:' listing; then
	pass
else
	fail 'positions' listing
fi
"$pprof" -disasm=leaf -intel_syntax c c.cpu >listing
if grep -q 'lea  *eax,\[' listing || grep -q 'imul  *e' listing; then
	pass
else
	fail 'Intel syntax' listing
fi

# A program that is not there is told.
rm c
"$pprof" -disasm=work c.cpu >listing 2>messages && fail 'no program' listing
if grep -q '/c: no such file' messages &&
	grep -q 'no matches found for regexp work' messages; then
	pass
else
	fail 'no program' messages
fi

printf '%d checks passed, %d failed\n' "$passed" "$failed"
[[ $failed = 0 ]]
