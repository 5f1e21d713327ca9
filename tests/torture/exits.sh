#!/usr/bin/env bash
# Each way of exits.c with and without libpprof: the same output, the same exit
# status, in time; and a profile, by PPROF_CPUPROFILE and with the listener.
#
#     exits.sh BUILD_DIR PROGRAM
set -euo pipefail

build=$1 program=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
for way in $("$program" || true); do
    status=0
    timeout 30 "$program" "$way" >"$work/plain" 2>&1 || status=$?
    for address in '' localhost:0; do
        profiled=0
        rm -f "$work/cpu.pb.gz"
        timeout -s ABRT 60 env PPROF_CPUPROFILE="$work/cpu.pb.gz" \
            PPROF_CPUPROFILERATE=1000 PPROF_HTTP="$address" \
            LD_PRELOAD="$build/libpprof.so" \
            "$program" "$way" >"$work/profiled" 2>&1 || profiled=$?
        if [ "$status" != "$profiled" ] ||
            ! cmp "$work/plain" "$work/profiled" ||
            ! "$build/pprof" -raw "$work/cpu.pb.gz" >"$work/raw"; then
            echo "FAILED: $way: exit status $profiled instead of $status" >&2
            cat "$work/profiled" >&2
            failures=$((failures + 1))
        fi
    done
    echo "$way: $status"
done
[ "$failures" -eq 0 ]
