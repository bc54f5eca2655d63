package main

import (
	"strconv"
	"strings"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
)

// names of errors as errno has them.
func nameOf(err tcpip.Error) string {
	switch err.(type) {
	case nil:
		return ""
	case *tcpip.ErrConnectionRefused:
		return "ECONNREFUSED"
	case *tcpip.ErrConnectionReset:
		return "ECONNRESET"
	case *tcpip.ErrConnectionAborted, *tcpip.ErrAborted:
		return "ECONNABORTED"
	case *tcpip.ErrTimeout:
		return "ETIMEDOUT"
	case *tcpip.ErrHostUnreachable:
		return "EHOSTUNREACH"
	case *tcpip.ErrNetworkUnreachable:
		return "ENETUNREACH"
	case *tcpip.ErrPortInUse, *tcpip.ErrDuplicateAddress:
		return "EADDRINUSE"
	case *tcpip.ErrNoPortAvailable:
		return "EAGAIN"
	case *tcpip.ErrBadLocalAddress:
		return "EADDRNOTAVAIL"
	case *tcpip.ErrNotConnected:
		return "ENOTCONN"
	case *tcpip.ErrAlreadyConnected:
		return "EISCONN"
	case *tcpip.ErrClosedForSend:
		return "EPIPE"
	case *tcpip.ErrMessageTooLong:
		return "EMSGSIZE"
	case *tcpip.ErrNoSuchFile:
		return "ENOENT"
	case *tcpip.ErrNotPermitted:
		return "EPERM"
	case *tcpip.ErrNotSupported, *tcpip.ErrUnknownProtocolOption:
		return "EOPNOTSUPP"
	case *tcpip.ErrAddressFamilyNotSupported:
		return "EAFNOSUPPORT"
	case *tcpip.ErrNoBufferSpace:
		return "ENOBUFS"
	}
	return "EINVAL"
}

// set sets an option; what it returns is "" or the error's name.
func (s *socket) set(o option) string {
	if o.name == "congestion" {
		control := tcpip.CongestionControlOption(o.value)
		return nameOf(s.endpoint.SetSockOpt(&control))
	}
	n, err := strconv.ParseUint(o.value, 10, 31)
	if err != nil || strings.HasPrefix(o.value, "+") {
		return "EINVAL"
	}
	settings := s.endpoint.SocketOptions()
	switch o.name {
	case "nodelay":
		settings.SetDelayOption(n == 0)
	case "cork":
		settings.SetCorkOption(n != 0)
	case "quickack":
		settings.SetQuickAck(n != 0)
	case "keepalive":
		settings.SetKeepAlive(n != 0)
	case "rcvbuf":
		least, most := settings.ReceiveBufferLimits()
		settings.SetReceiveBufferSize(within(int64(n), least, most), true)
	case "sndbuf":
		least, most := settings.SendBufferLimits()
		settings.SetSendBufferSize(within(int64(n), least, most), true)
	default:
		return s.setNumber(o.name, int(n))
	}
	return ""
}

func within(n, least, most int64) int64 {
	switch {
	case n < least:
		return least
	case n > most:
		return most
	}
	return n
}

func (s *socket) setNumber(name string, n int) string {
	duration := time.Duration(n) * time.Millisecond
	switch name {
	case "keepalive-idle":
		idle := tcpip.KeepaliveIdleOption(duration)
		return nameOf(s.endpoint.SetSockOpt(&idle))
	case "keepalive-interval":
		interval := tcpip.KeepaliveIntervalOption(duration)
		return nameOf(s.endpoint.SetSockOpt(&interval))
	case "user-timeout":
		timeout := tcpip.TCPUserTimeoutOption(duration)
		return nameOf(s.endpoint.SetSockOpt(&timeout))
	case "keepalive-count":
		return nameOf(s.endpoint.SetSockOptInt(tcpip.KeepaliveCountOption, n))
	case "maxseg":
		return nameOf(s.endpoint.SetSockOptInt(tcpip.MaxSegOption, n))
	case "window-clamp":
		return nameOf(s.endpoint.SetSockOptInt(tcpip.TCPWindowClampOption, n))
	case "traffic-class":
		if n > 255 {
			return "EINVAL"
		}
		return nameOf(s.endpoint.SetSockOptInt(s.either(
			tcpip.IPv6TrafficClassOption, tcpip.IPv4TOSOption), n))
	case "hop-limit":
		if n < 1 || n > 255 {
			return "EINVAL"
		}
		return nameOf(s.endpoint.SetSockOptInt(s.either(
			tcpip.IPv6HopLimitOption, tcpip.IPv4TTLOption), n))
	}
	return "ENOPROTOOPT"
}

func (s *socket) either(v6, v4 tcpip.SockOptInt) tcpip.SockOptInt {
	if s.isV6 {
		return v6
	}
	return v4
}
