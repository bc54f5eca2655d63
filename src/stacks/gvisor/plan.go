package main

import (
	"fmt"
	"net"
	"strconv"

	"gvisor.dev/gvisor/pkg/tcpip"
)

// plan is what the harness says of the link.
type plan struct {
	fd        int
	mtu       uint32
	mac       tcpip.LinkAddress
	testerMac tcpip.LinkAddress
	v4        side
	v6        side
}

// side is one address family on the link.
type side struct {
	isThere bool
	own     tcpip.AddressWithPrefix
	gateway tcpip.Address
}

func readPlan(env func(string) string) (plan, error) {
	var p plan
	fd, err := strconv.Atoi(env("TCPCONF_LINK_FD"))
	if err != nil {
		return p, fmt.Errorf("TCPCONF_LINK_FD names no descriptor: start this by tcpconf")
	}
	p.fd = fd
	mtu, err := strconv.Atoi(env("TCPCONF_MTU"))
	if err != nil {
		return p, fmt.Errorf("TCPCONF_MTU: %v", err)
	}
	p.mtu = uint32(mtu)
	if p.mac, err = readMac(env("TCPCONF_MAC")); err != nil {
		return p, err
	}
	if p.testerMac, err = readMac(env("TCPCONF_TESTER_MAC")); err != nil {
		return p, err
	}
	if p.v4, err = readSide(env("TCPCONF_V4"), env("TCPCONF_GATEWAY_V4")); err != nil {
		return p, err
	}
	p.v6, err = readSide(env("TCPCONF_V6"), env("TCPCONF_GATEWAY_V6"))
	return p, err
}

func readMac(text string) (tcpip.LinkAddress, error) {
	mac, err := net.ParseMAC(text)
	return tcpip.LinkAddress(mac), err
}

func readSide(own, gateway string) (side, error) {
	if own == "" {
		return side{}, nil
	}
	ip, network, err := net.ParseCIDR(own)
	if err != nil {
		return side{}, err
	}
	via := net.ParseIP(gateway)
	if via == nil {
		return side{}, fmt.Errorf("no address: '%s'", gateway)
	}
	bits, _ := network.Mask.Size()
	return side{
		isThere: true,
		own:     tcpip.AddressWithPrefix{Address: address(ip), PrefixLen: bits},
		gateway: address(via),
	}, nil
}

// address is netstack's form of an address: 4 or 16 octets.
func address(ip net.IP) tcpip.Address {
	if four := ip.To4(); four != nil {
		return tcpip.Address(four)
	}
	return tcpip.Address(ip)
}
