// gVisor's netstack on one link, with an upper tester (specs/upper-tester.md) on its sockets.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

const longestLine = 1 << 20

// version is the Debian package's, given to the linker: the sources carry none.
var version = "unknown"

func main() {
	plan, err := readPlan(os.Getenv)
	if err != nil {
		fail(err)
	}
	stack, err := newStack(plan)
	if err != nil {
		fail(err)
	}
	out := bufio.NewWriter(os.Stdout)
	lines := make(chan string)
	go readLines(os.Stdin, lines)
	session := newSession(stack, out)
	for _, word := range os.Args[1:] {
		name, value, _ := strings.Cut(word, "=")
		session.defaults = append(session.defaults, option{name, value})
	}
	session.say("upper-tester 1 gvisor " + version)
	for !session.isOver {
		select {
		case line, more := <-lines:
			if !more {
				return
			}
			session.take(line)
		case <-session.edges.signal:
			session.advance()
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// readLines hands lines over without their line feeds; of one that is too long, its beginning.
func readLines(from io.Reader, to chan<- string) {
	defer close(to)
	reader := bufio.NewReaderSize(from, longestLine)
	for {
		part, err := reader.ReadSlice('\n')
		line := string(part)
		for err == bufio.ErrBufferFull {
			_, err = reader.ReadSlice('\n')
		}
		if err != nil {
			return
		}
		to <- strings.TrimSuffix(line, "\n")
	}
}
