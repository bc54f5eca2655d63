package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"net"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

// one write makes one segment of the send queue: no more than this.
const longestWrite = 64 << 10

// What ends a connection is told again; other errors say that this one call can't be made.
var endings = map[string]bool{
	"ECONNREFUSED": true, "ECONNRESET": true, "ECONNABORTED": true, "ETIMEDOUT": true,
	"EHOSTUNREACH": true, "ENETUNREACH": true, "EMSGSIZE": true,
}

// socket is an endpoint and the requests that wait on it. Sends, the shutdown and the close run
// one after another; so do receives, and accepts.
type socket struct {
	session      *session
	endpoint     tcpip.Endpoint
	queue        *waiter.Queue
	entry        waiter.Entry
	handle       uint64
	isV6         bool
	options      []option
	isConnecting bool
	failure      string
	sends        []*call
	receives     []*call
	accepts      []*call
	watches      []*call
}

func (s *socket) add(c *call) {
	switch c.verb {
	case "abort":
		s.abort()
		s.session.ok(c, "")
		return
	case "send", "shutdown", "close":
		s.sends = append(s.sends, c)
	case "recv", "recv-pattern":
		s.receives = append(s.receives, c)
	case "accept":
		s.accepts = append(s.accepts, c)
	default:
		s.watches = append(s.watches, c)
	}
	s.advance()
}

// advance makes every call that can be made now.
func (s *socket) advance() {
	s.settleConnect()
	s.accepts = inOrder(s.accepts, s.accept)
	s.receives = inOrder(s.receives, s.receive)
	var waiting []*call
	for _, c := range s.watches {
		if !c.isAnswered && !s.watch(c) {
			waiting = append(waiting, c)
		}
	}
	s.watches = waiting
	s.sends = inOrder(s.sends, s.send)
}

// inOrder makes calls until one has to wait.
func inOrder(row []*call, make func(*call) bool) []*call {
	for len(row) > 0 && (row[0].isAnswered || make(row[0])) {
		row = row[1:]
	}
	return row
}

// release closes the endpoint and answers what still waits on it.
func (s *socket) release() {
	delete(s.session.sockets, s.handle)
	for _, row := range [][]*call{s.sends, s.receives, s.accepts, s.watches} {
		for _, c := range row {
			if c.verb != "close" {
				s.session.fail(c, "ECANCELED")
			}
		}
	}
	s.queue.EventUnregister(&s.entry)
	s.endpoint.Close()
}

// abort is a close without lingering (RFC 9293 §3.10.5). Abort of netstack sends a RST also where
// there is none to send; but before a connection is established it is the only way, as a close
// without lingering in SYN-RECEIVED makes netstack panic: it looks for a sender that is not there.
func (s *socket) abort() {
	switch s.state() {
	case tcp.StateConnecting, tcp.StateSynSent, tcp.StateSynRecv:
		s.endpoint.Abort()
	}
	s.endpoint.SocketOptions().SetLinger(tcpip.LingerOption{Enabled: true})
	s.release()
}

func (s *socket) state() tcp.EndpointState {
	return tcp.EndpointState(s.endpoint.State())
}

func (s *socket) settleConnect() {
	if !s.isConnecting {
		return
	}
	switch s.state() {
	case tcp.StateConnecting, tcp.StateSynSent, tcp.StateSynRecv:
		return
	case tcp.StateError, tcp.StateClose:
		s.fails(nameOf(s.endpoint.LastError()))
		if s.failure == "" {
			s.failure = "ECONNABORTED"
		}
	}
	s.isConnecting = false
}

// fails keeps what ended the connection. One that timed out did so for the last reason that ICMP
// gave, if there was one (RFC 9293 §3.9.2.2, SHLD-25).
func (s *socket) fails(errno string) {
	s.failure = errno
	if errno != "ETIMEDOUT" {
		return
	}
	for e := s.endpoint.SocketOptions().DequeueErr(); e != nil; {
		s.failure = nameOf(e.Err)
		e = s.endpoint.SocketOptions().DequeueErr()
	}
}

func (s *socket) accept(c *call) bool {
	var peer tcpip.FullAddress
	endpoint, queue, err := s.endpoint.Accept(&peer)
	if err != nil {
		return s.refused(c, err)
	}
	made := s.session.adopt(endpoint, queue, s.isV6)
	// Only some are handed down by the listener itself.
	for _, o := range s.options {
		if o.name != "rcvbuf" && o.name != "maxseg" {
			made.set(o)
		}
	}
	ip := net.IP(peer.Addr)
	s.session.ok(c, fmt.Sprintf("%d %s %d", made.handle, ip, peer.Port))
	return true
}

func (s *socket) receive(c *call) bool {
	for {
		room := c.count - c.done
		if room > longestReceive {
			room = longestReceive
		}
		var got bytes.Buffer
		writer := tcpip.LimitedWriter{W: &got, N: int64(room)}
		_, err := s.endpoint.Read(&writer, tcpip.ReadOptions{})
		if _, ended := err.(*tcpip.ErrClosedForReceive); ended {
			return s.endOfStream(c)
		}
		if err != nil {
			return s.refused(c, err)
		}
		s.endpoint.ModerateRecvBuf(got.Len())
		if c.verb == "recv" {
			s.session.ok(c, hex.EncodeToString(got.Bytes()))
			return true
		}
		different := firstDifference(c.seed, c.offset+c.done, got.Bytes())
		if different >= 0 {
			c.done += uint64(different)
			s.session.fail(c, "EILSEQ")
			return true
		}
		c.done += uint64(got.Len())
		if c.done == c.count {
			s.session.ok(c, fmt.Sprint(c.done))
			return true
		}
	}
}

func (s *socket) endOfStream(c *call) bool {
	switch {
	case s.failure != "":
		s.session.fail(c, s.failure)
	case c.verb == "recv":
		s.session.ok(c, "eof")
	default:
		s.session.ok(c, fmt.Sprintf("%d eof", c.done))
	}
	return true
}

func (s *socket) send(c *call) bool {
	switch c.verb {
	case "close":
		s.release()
		s.session.ok(c, "")
		return true
	case "shutdown":
		if err := s.endpoint.Shutdown(tcpip.ShutdownWrite); err != nil {
			return s.refused(c, err)
		}
		return s.tell(c, "")
	}
	for c.done < c.count {
		n, err := s.endpoint.Write(bytes.NewReader(s.next(c)), tcpip.WriteOptions{})
		if err != nil {
			return s.refused(c, err)
		}
		c.done += uint64(n)
	}
	return s.tell(c, fmt.Sprint(c.done))
}

// next is what a send has still to give, or the beginning of it.
func (s *socket) next(c *call) []byte {
	count := c.count - c.done
	if c.text == nil && count > longestWrite {
		count = longestWrite
	}
	if c.text != nil {
		return c.text[c.done:]
	}
	return pattern(c.seed, c.offset+c.done, int(count))
}

// watch tells whether the thing that is waited for is there, and has been told.
func (s *socket) watch(c *call) bool {
	switch c.verb {
	case "connected":
		if s.isConnecting {
			return false
		}
		if s.failure != "" {
			s.session.fail(c, s.failure)
			return true
		}
		return s.tell(c, "")
	case "getinfo":
		return s.tell(c, s.info())
	case "error":
		return s.watchForEnd(c)
	}
	// netstack doesn't look at urgent pointers.
	s.session.fail(c, "EOPNOTSUPP")
	return true
}

func (s *socket) watchForEnd(c *call) bool {
	switch s.state() {
	case tcp.StateError:
		if s.failure == "" {
			s.fails(nameOf(s.endpoint.LastError()))
		}
	case tcp.StateClose, tcp.StateTimeWait, tcp.StateLastAck, tcp.StateClosing:
	default:
		return false
	}
	if s.failure != "" {
		return s.tell(c, s.failure)
	}
	return s.tell(c, "closed")
}

var states = map[tcp.EndpointState]string{
	tcp.StateEstablished: "ESTABLISHED", tcp.StateSynSent: "SYN-SENT",
	tcp.StateSynRecv: "SYN-RECEIVED", tcp.StateFinWait1: "FIN-WAIT-1",
	tcp.StateFinWait2: "FIN-WAIT-2", tcp.StateTimeWait: "TIME-WAIT",
	tcp.StateCloseWait: "CLOSE-WAIT", tcp.StateLastAck: "LAST-ACK",
	tcp.StateListen: "LISTEN", tcp.StateClosing: "CLOSING",
}

func (s *socket) info() string {
	state, known := states[s.state()]
	if !known {
		state = "CLOSED"
	}
	var info tcpip.TCPInfoOption
	if s.endpoint.GetSockOpt(&info) != nil {
		return "state=" + state
	}
	threshold := info.SndSsthresh
	if threshold > math.MaxInt32 {
		threshold = math.MaxInt32
	}
	return fmt.Sprintf(
		"state=%s rtoUs=%d rttUs=%d rttVarUs=%d sndCwnd=%d sndSsthresh=%d", state,
		info.RTO.Microseconds(), info.RTT.Microseconds(), info.RTTVar.Microseconds(),
		info.SndCwnd, threshold)
}

func (s *socket) tell(c *call, text string) bool {
	s.session.ok(c, text)
	return true
}

// refused tells the error of the call just made; false if the call is to wait.
func (s *socket) refused(c *call, err tcpip.Error) bool {
	if _, later := err.(*tcpip.ErrWouldBlock); later {
		return false
	}
	errno := nameOf(err)
	if s.failure == "" && endings[errno] {
		s.fails(errno)
	}
	if s.failure != "" {
		errno = s.failure
	}
	s.session.fail(c, errno)
	return true
}
