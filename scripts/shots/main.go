// Command shots turns the text of a terminal, as "tmux capture-pane -e -N -p" prints it,
// into an SVG picture for the README. The same input gives the same bytes.
//
//	tmux capture-pane -e -N -p -t demo | go run ./scripts/shots -cols 80 -rows 24 -title "Pick" -out pick.svg
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	cols := flag.Int("cols", 80, "columns of the terminal")
	rows := flag.Int("rows", 24, "rows of the terminal")
	title := flag.String("title", "", "title of the picture, for people who do not see it")
	in := flag.String("in", "", "captured text; standard input if empty")
	out := flag.String("out", "", "picture; standard output if empty")
	flag.Parse()
	if err := run(*cols, *rows, *title, *in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(cols, rows int, title, in, out string) error {
	if cols < 1 || rows < 1 || cols > 500 || rows > 200 {
		return fmt.Errorf("size %dx%d: give 1 to 500 columns and 1 to 200 rows", cols, rows)
	}
	var data []byte
	var err error
	if in == "" {
		data, err = io.ReadAll(os.Stdin)
	} else {
		data, err = os.ReadFile(in)
	}
	if err != nil {
		return fmt.Errorf("read capture: %w", err)
	}
	svg := draw(parse(string(data), cols, rows), title)
	if out == "" {
		_, err = os.Stdout.WriteString(svg)
	} else {
		err = os.WriteFile(out, []byte(svg), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}
