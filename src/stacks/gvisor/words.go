package main

import (
	"encoding/hex"
	"math"
	"net"
	"strconv"
	"strings"

	"gvisor.dev/gvisor/pkg/tcpip"
)

// option is an option of a socket and its value, as specs/upper-tester.md names them.
type option struct {
	name, value string
}

// reader takes the words of a request one after another and remembers a failure.
type reader struct {
	words  []string
	failed bool
}

func (r *reader) word() string {
	if len(r.words) == 0 {
		r.failed = true
		return ""
	}
	word := r.words[0]
	r.words = r.words[1:]
	return word
}

func (r *reader) unsigned() uint64 {
	word := r.word()
	n, err := strconv.ParseUint(word, 10, 64)
	r.failed = r.failed || err != nil || strings.HasPrefix(word, "+")
	return n
}

func (r *reader) number(least, most uint64) uint64 {
	n := r.unsigned()
	r.failed = r.failed || n < least || n > most
	return n
}

// socket is an address and a port; any address is none for netstack.
func (r *reader) socket() (where tcpip.FullAddress, isV6 bool) {
	ip := net.ParseIP(r.word())
	where.Port = uint16(r.number(0, math.MaxUint16))
	if ip == nil {
		r.failed = true
		return
	}
	if !ip.IsUnspecified() {
		where.Addr = address(ip)
	}
	return where, ip.To4() == nil
}

// text is what a send takes: octets in hexadecimal digits, or of the pattern.
func (r *reader) text(c *call) {
	switch r.word() {
	case "hex":
		octets, err := hex.DecodeString(r.word())
		r.failed = r.failed || err != nil || len(octets) == 0
		c.text, c.count = octets, uint64(len(octets))
	case "pattern":
		c.seed, c.offset, c.count = r.unsigned(), r.unsigned(), r.number(1, math.MaxInt64)
	default:
		r.failed = true
	}
}

// options are all words that are left.
func (r *reader) options() []option {
	var all []option
	for len(r.words) > 0 {
		name, value, found := strings.Cut(r.word(), "=")
		r.failed = r.failed || !found || name == ""
		all = append(all, option{name, value})
	}
	return all
}
