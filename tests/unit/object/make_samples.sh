#!/bin/sh
# Files that tools of all kinds make of one program, for debug_search.c and
# object.c: make_samples.sh SAMPLE.C FOLDER
#
#   full           with everything       no-id      without a build id
#   stripped       links to full.debug   mini       with MiniDebugInfo
#   zlib, gnu, zstd  compressed alike    dwz-1/-2   share dwz.common
#   other          is another build      ibt        has other PLT stubs
#   MACHINE.o      of other machines
set -eu
source=$(realpath "$1")
mkdir -p "$2"
cd "$2"
cp "$source" sample.c

gcc -O1 -g -Wl,--build-id=sha1 -o full sample.c
gcc -O1 -g -Wl,--build-id=none -o no-id sample.c
gcc -O2 -g -Wl,--build-id=sha1 -o other sample.c
# Stubs of another layout, without the lazy ones.
gcc -O1 -fcf-protection -Wl,-z,ibt,-z,now -s -o ibt sample.c

for file in full no-id; do
    objcopy --only-keep-debug $file $file.debug
    strip -o $file.stripped $file
    objcopy --add-gnu-debuglink=$file.debug $file.stripped
done
objcopy --compress-debug-sections=zlib full zlib
objcopy --compress-debug-sections=zlib-gnu full gnu
objcopy --compress-debug-sections=zstd full zstd

# As Fedora makes them: what .dynsym has not, packed.
printf '%s\n' hidden visible main >keep
objcopy -S --keep-symbols=keep full.debug mini.symbols
xz -kf mini.symbols
strip -o mini full
objcopy --add-section .gnu_debugdata=mini.symbols.xz mini

gcc -O1 -gdwarf-4 -Wl,--build-id=sha1 -o dwz-1 sample.c
gcc -O2 -gdwarf-4 -Wl,--build-id=sha1 -o dwz-2 sample.c
mkdir -p .dwz
dwz -m .dwz/common -M .dwz/common dwz-1 dwz-2 2>dwz.log || cat dwz.log

for target in mips-linux-gnu s390x-linux-gnu i386-linux-gnu \
    arm-linux-gnueabi aarch64-linux-gnu riscv64-linux-gnu; do
    clang --target=$target -O1 -g -c -o "${target%%-*}.o" sample.c
done
clang --target=powerpc64-linux-gnu -mabi=elfv2 -O1 -g -c -o powerpc64.o sample.c
