package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/bufferv2"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/link/ethernet"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const (
	card = 1
	// Frames that wait for the harness: more than all cases of a run have in flight.
	waitingFrames  = 1 << 16
	ethernetHeader = 14
	receiveBuffer  = 256 << 10
	sendBuffer     = 256 << 10
	timeWait       = 20 * time.Second
)

func newStack(p plan) (*stack.Stack, error) {
	s := stack.New(stack.Options{
		NetworkProtocols: []stack.NetworkProtocolFactory{
			arp.NewProtocol,
			ipv4.NewProtocol,
			// No MLD, router solicitations, link-local addresses or detection of duplicates.
			ipv6.NewProtocolWithOptions(ipv6.Options{}),
		},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	if err := setOptions(s); err != nil {
		return nil, err
	}
	link := channel.New(waitingFrames, p.mtu+ethernetHeader, p.mac)
	if err := s.CreateNIC(card, ethernet.New(link)); err != nil {
		return nil, fmt.Errorf("the link: %s", err)
	}
	if err := addSide(s, p, p.v4, ipv4.ProtocolNumber); err != nil {
		return nil, err
	}
	if err := addSide(s, p, p.v6, ipv6.ProtocolNumber); err != nil {
		return nil, err
	}
	// Frames wait for the harness; none is lost.
	if err := unix.SetNonblock(p.fd, false); err != nil {
		return nil, fmt.Errorf("the link: %v", err)
	}
	go writeFrames(p.fd, link)
	go readFrames(p, link)
	return s, nil
}

// setOptions sets what the profile states; specs/iuts/gvisor.yaml says why.
func setOptions(s *stack.Stack) error {
	sack := tcpip.TCPSACKEnabled(true)
	nagle := tcpip.TCPDelayEnabled(true)
	tuning := tcpip.TCPModerateReceiveBufferOption(false)
	waiting := tcpip.TCPTimeWaitTimeoutOption(timeWait)
	receiving := tcpip.TCPReceiveBufferSizeRangeOption{
		Min: tcp.MinBufferSize, Default: receiveBuffer, Max: tcp.MaxBufferSize,
	}
	sending := tcpip.TCPSendBufferSizeRangeOption{
		Min: tcp.MinBufferSize, Default: sendBuffer, Max: tcp.MaxBufferSize,
	}
	for _, o := range []tcpip.SettableTransportProtocolOption{
		&sack, &nagle, &tuning, &waiting, &receiving, &sending,
	} {
		if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, o); err != nil {
			return fmt.Errorf("%T: %s", o, err)
		}
	}
	if err := s.SetOption(stack.TCPInvalidRateLimitOption(0)); err != nil {
		return fmt.Errorf("TCPInvalidRateLimitOption: %s", err)
	}
	return nil
}

// addSide gives the card an address and a route to all others of its prefix, by way of a
// neighbour that need not be asked for.
func addSide(
	s *stack.Stack, p plan, one side, protocol tcpip.NetworkProtocolNumber,
) error {
	if !one.isThere {
		return nil
	}
	if err := s.AddProtocolAddress(card, tcpip.ProtocolAddress{
		Protocol: protocol, AddressWithPrefix: one.own,
	}, stack.AddressProperties{}); err != nil {
		return fmt.Errorf("%s: %s", one.own, err)
	}
	if err := s.AddStaticNeighbor(card, protocol, one.gateway, p.testerMac); err != nil {
		return fmt.Errorf("%s: %s", one.gateway, err)
	}
	s.AddRoute(tcpip.Route{
		Destination: one.own.Subnet(), Gateway: one.gateway, NIC: card,
	})
	return nil
}

func writeFrames(fd int, link *channel.Endpoint) {
	for {
		packet := link.ReadContext(context.Background())
		view := packet.ToView()
		_, err := unix.Write(fd, view.AsSlice())
		for err == unix.EINTR {
			_, err = unix.Write(fd, view.AsSlice())
		}
		view.Release()
		packet.DecRef()
		if err != nil {
			os.Exit(0)
		}
	}
}

// readFrames ends the process when the harness has closed the link.
func readFrames(p plan, link *channel.Endpoint) {
	frame := make([]byte, 1<<16)
	for {
		n, err := unix.Read(p.fd, frame)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			os.Exit(0)
		}
		packet := stack.NewPacketBuffer(stack.PacketBufferOptions{
			Payload: bufferv2.MakeWithData(frame[:n]),
		})
		link.InjectInbound(0, packet)
		packet.DecRef()
	}
}
