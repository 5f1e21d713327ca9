package main

import (
	"sort"
	"strings"

	"sample/mix"
)

type tree struct {
	left, right *tree
	key         uint64
}

func (t *tree) insert(key uint64) *tree {
	if t == nil {
		return &tree{key: key}
	}
	if key < t.key {
		t.left = t.left.insert(key)
	} else {
		t.right = t.right.insert(key)
	}
	return t
}

func (t *tree) sum() uint64 {
	if t == nil {
		return 0
	}
	return t.left.sum() + t.key + t.right.sum()
}

func mapped[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, value := range in {
		out = append(out, f(value))
	}
	return out
}

func work(size int) uint64 {
	numbers := make([]uint64, size)
	for i := range numbers {
		numbers[i] = mix.Scramble(uint64(i)) // three calls, all inlined
	}
	sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	var root *tree
	for _, number := range numbers[:size/8] {
		root = root.insert(mix.Scramble(number))
	}
	words := mapped(numbers[:size/16], func(number uint64) string {
		return strings.Repeat("<&>", int(number%7))
	})
	return root.sum() + uint64(len(strings.Join(words, " ")))
}
