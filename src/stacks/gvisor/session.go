package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

// longestReceive is what one receive may ask for.
const longestReceive = 262144

// call is a request that has begun, with as much of its arguments as its verb has.
type call struct {
	id           uint64
	verb         string
	text         []byte
	seed, offset uint64
	count, done  uint64
	isAnswered   bool
}

// fewest and most arguments of each verb.
var argumentsOf = map[string][2]int{
	"ping": {0, 0}, "quit": {0, 0}, "listen": {3, 16}, "open": {4, 16}, "accept": {1, 1},
	"connected": {1, 1}, "send": {3, 5}, "send-urgent": {3, 5}, "recv": {2, 2},
	"recv-pattern": {4, 4}, "urgent": {1, 1}, "at-mark": {1, 1}, "recv-urgent": {1, 1},
	"error": {1, 1}, "shutdown": {1, 1}, "close": {1, 1}, "abort": {1, 1},
	"setopt": {3, 3}, "getinfo": {1, 1}, "cancel": {1, 1},
}

// edges are the sockets that something has happened on since they were last looked at.
type edges struct {
	mu     sync.Mutex
	which  map[uint64]bool
	signal chan struct{}
}

// add never waits: netstack calls it with locks of its own held.
func (e *edges) add(handle uint64) {
	e.mu.Lock()
	e.which[handle] = true
	e.mu.Unlock()
	select {
	case e.signal <- struct{}{}:
	default:
	}
}

func (e *edges) takeAll() map[uint64]bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.which
	e.which = map[uint64]bool{}
	return all
}

// session turns requests into calls on endpoints and calls into replies, all on one goroutine.
type session struct {
	stack       *stack.Stack
	out         *bufio.Writer
	defaults    []option
	sockets     map[uint64]*socket
	outstanding map[uint64]*call
	lastHandle  uint64
	edges       edges
	isOver      bool
}

func newSession(s *stack.Stack, out *bufio.Writer) *session {
	return &session{
		stack:       s,
		out:         out,
		sockets:     map[uint64]*socket{},
		outstanding: map[uint64]*call{},
		edges:       edges{which: map[uint64]bool{}, signal: make(chan struct{}, 1)},
	}
}

// say writes a line at once.
func (s *session) say(line string) {
	s.out.WriteString(line)
	s.out.WriteByte('\n')
	if s.out.Flush() != nil {
		os.Exit(0)
	}
}

func (s *session) report(id uint64, errno string) {
	if errno == "" {
		s.say(fmt.Sprintf("%d ok", id))
	} else {
		s.say(fmt.Sprintf("%d err %s", id, errno))
	}
}

func (s *session) ok(c *call, text string) {
	if text != "" {
		text = " " + text
	}
	s.answer(c, "ok"+text)
}

func (s *session) fail(c *call, errno string) {
	if c.count > 0 {
		errno = fmt.Sprintf("%s %d", errno, c.done)
	}
	s.answer(c, "err "+errno)
}

func (s *session) answer(c *call, text string) {
	if !c.isAnswered {
		c.isAnswered = true
		delete(s.outstanding, c.id)
		s.say(fmt.Sprintf("%d %s", c.id, text))
	}
}

// take starts what a line asks for.
func (s *session) take(line string) {
	words := strings.Split(line, " ")
	id, defect := readID(words[0])
	if defect == "" {
		defect = s.start(id, line, words[1:])
	}
	if defect != "" {
		s.say(fmt.Sprintf("%d err EPROTO %s", id, defect))
	}
}

func readID(word string) (uint64, string) {
	id, err := strconv.ParseUint(word, 10, 63)
	if err != nil || id == 0 || strings.HasPrefix(word, "+") {
		return 0, "NoId"
	}
	return id, ""
}

func (s *session) start(id uint64, line string, words []string) string {
	if s.outstanding[id] != nil {
		return "NoId"
	}
	if len(line) >= longestLine {
		return "TooLong"
	}
	if len(words) == 0 {
		return "UnknownVerb"
	}
	bounds, known := argumentsOf[words[0]]
	if !known {
		return "UnknownVerb"
	}
	arguments := words[1:]
	if len(arguments) < bounds[0] || len(arguments) > bounds[1] {
		return "WrongCount"
	}
	for _, a := range arguments {
		if a == "" {
			return "WrongCount"
		}
	}
	if !s.begin(id, words[0], &reader{words: arguments}) {
		return "WrongArgument"
	}
	return ""
}

// begin tells whether the arguments were good.
func (s *session) begin(id uint64, verb string, r *reader) bool {
	switch verb {
	case "ping", "quit":
		s.isOver = verb == "quit"
		s.report(id, "")
		return true
	case "listen":
		return s.listen(id, r)
	case "open":
		return s.open(id, r)
	case "cancel":
		return s.cancel(id, r)
	}
	return s.onSocket(id, verb, r)
}

func (s *session) cancel(id uint64, r *reader) bool {
	which := r.number(1, math.MaxInt64)
	if r.failed {
		return false
	}
	if c := s.outstanding[which]; c != nil {
		s.fail(c, "ECANCELED")
		s.report(id, "")
	} else {
		s.report(id, "ENOENT")
	}
	return true
}

func (s *session) onSocket(id uint64, verb string, r *reader) bool {
	handle := r.number(1, math.MaxInt64)
	c := &call{id: id, verb: verb}
	var set option
	switch verb {
	case "send", "send-urgent":
		r.text(c)
	case "recv":
		c.count = r.number(1, longestReceive)
	case "recv-pattern":
		c.seed, c.offset, c.count = r.unsigned(), r.unsigned(), r.number(1, math.MaxInt64)
	case "setopt":
		set = option{r.word(), r.word()}
	}
	if r.failed || len(r.words) > 0 {
		return false
	}
	socket := s.sockets[handle]
	switch {
	case socket == nil:
		s.report(id, "EBADF")
	case verb == "setopt":
		s.report(id, socket.set(set))
	default:
		s.outstanding[id] = c
		socket.add(c)
	}
	return true
}

func (s *session) listen(id uint64, r *reader) bool {
	own, isV6 := r.socket()
	backlog := int(r.number(0, math.MaxInt32))
	options := r.options()
	if r.failed {
		return false
	}
	made, errno := s.newSocket(own, isV6, true, options)
	if errno == "" {
		errno = nameOf(made.endpoint.Listen(backlog))
	}
	s.opened(id, made, errno)
	return true
}

func (s *session) open(id uint64, r *reader) bool {
	own, isV6 := r.socket()
	peer, peerIsV6 := r.socket()
	options := r.options()
	if r.failed || isV6 != peerIsV6 {
		return false
	}
	made, errno := s.newSocket(own, isV6, own.Port != 0, options)
	if errno == "" {
		err := made.endpoint.Connect(peer)
		if _, started := err.(*tcpip.ErrConnectStarted); !started {
			errno = nameOf(err)
		}
		made.isConnecting = true
	}
	s.opened(id, made, errno)
	return true
}

// newSocket makes a bound socket with its options; it may be there even on error.
func (s *session) newSocket(
	own tcpip.FullAddress, isV6, reuse bool, options []option,
) (*socket, string) {
	protocol := ipv4.ProtocolNumber
	if isV6 {
		protocol = ipv6.ProtocolNumber
	}
	queue := &waiter.Queue{}
	endpoint, err := s.stack.NewEndpoint(tcp.ProtocolNumber, protocol, queue)
	if err != nil {
		return nil, nameOf(err)
	}
	made := s.adopt(endpoint, queue, isV6)
	made.options = append(append(made.options, s.defaults...), options...)
	endpoint.SocketOptions().SetV6Only(isV6)
	endpoint.SocketOptions().SetReuseAddress(reuse)
	for _, o := range made.options {
		if errno := made.set(o); errno != "" {
			return made, errno
		}
	}
	// Without address and port CONNECT chooses both.
	if own.Addr != "" || own.Port != 0 {
		err = endpoint.Bind(own)
	}
	return made, nameOf(err)
}

func (s *session) opened(id uint64, made *socket, errno string) {
	if errno != "" {
		if made != nil {
			made.release()
		}
		s.report(id, errno)
		return
	}
	own, _ := made.endpoint.GetLocalAddress()
	s.say(fmt.Sprintf("%d ok %d %d", id, made.handle, own.Port))
	made.advance()
}

// adopt gives an endpoint a handle and watches it.
func (s *session) adopt(endpoint tcpip.Endpoint, queue *waiter.Queue, isV6 bool) *socket {
	s.lastHandle++
	handle := s.lastHandle
	made := &socket{
		session: s, endpoint: endpoint, queue: queue, handle: handle, isV6: isV6,
	}
	// Errors that end nothing are kept for the user, who is told of the last in the end.
	endpoint.SocketOptions().SetIPv4RecvError(!isV6)
	endpoint.SocketOptions().SetIPv6RecvError(isV6)
	made.entry = waiter.NewFunctionEntry(
		waiter.ReadableEvents|waiter.WritableEvents|waiter.EventHUp|waiter.EventErr,
		func(waiter.EventMask) { s.edges.add(handle) })
	queue.EventRegister(&made.entry)
	s.sockets[handle] = made
	return made
}

// advance makes the calls that edges allow.
func (s *session) advance() {
	for handle := range s.edges.takeAll() {
		if socket := s.sockets[handle]; socket != nil {
			socket.advance()
		}
	}
}
