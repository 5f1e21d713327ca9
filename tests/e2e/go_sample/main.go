// Package main spends its time in several files, in calls that are inlined
// into each other, and in the runtime, while a CPU profile is taken.
//
//	sample PROFILE
package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"sample/mix"
)

const duration = 1000 * time.Millisecond

func fail(err error) {
	fmt.Fprintln(os.Stderr, "sample:", err)
	os.Exit(1)
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: sample PROFILE"))
	}
	out, err := os.Create(os.Args[1])
	if err != nil {
		fail(err)
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		fail(err)
	}
	var sum uint64
	for start := time.Now(); time.Since(start) < duration; {
		sum += work(1 << 12)
	}
	pprof.StopCPUProfile()
	if err := out.Close(); err != nil {
		fail(err)
	}
	fmt.Println(sum + mix.Calls)
}
