// The reference's names: for each line of the input three lines, one of each
// mode of -symbolize=demangle that changes names, "-" where it changes none.
package main

import (
	"bufio"
	"fmt"
	"os"

	"reference/demangle"
)

func main() {
	modes := [][]demangle.Option{
		{demangle.NoParams, demangle.NoEnclosingParams, demangle.NoTemplateParams},
		{demangle.NoParams, demangle.NoEnclosingParams},
		{demangle.NoClones},
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		for _, mode := range modes {
			// The package changes the options that it is given.
			options := append([]demangle.Option{}, mode...)
			name, err := demangle.ToString(in.Text(), options...)
			if err != nil {
				name = "-"
			}
			fmt.Fprintln(out, name)
		}
	}
}
