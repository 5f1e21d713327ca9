// Package mix has small functions, which the compiler inlines.
package mix

// Calls counts nothing in particular.
var Calls uint64

// Scramble changes all the bits.
func Scramble(value uint64) uint64 {
	Calls++
	for i := 0; i < 64; i++ {
		value = round(value)
	}
	return value
}

func round(value uint64) uint64 {
	return turn(value*0x9e3779b97f4a7c15, 29) ^ value
}

func turn(value uint64, by uint) uint64 {
	return value<<by | value>>(64-by)
}
