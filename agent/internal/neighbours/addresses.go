package neighbours

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"cotmoc/playlists/programme"
)

// Addresses lists where neighbours may reach a listener: its own address, or
// those of this machine that are private when it listens on all.
func Addresses(l net.Addr) ([]string, error) {
	tcp, ok := l.(*net.TCPAddr)
	if !ok {
		return nil, fmt.Errorf("cannot tell where neighbours reach %s", l)
	}
	at := tcp.AddrPort()
	if !at.Addr().IsUnspecified() {
		return private([]netip.Addr{at.Addr()}, at.Port()), nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("cannot list the addresses of this machine: %w", err)
	}
	var ips []netip.Addr
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok {
				ips = append(ips, ip)
			}
		}
	}
	// Of the machine itself nobody else can make anything, nor of a link-local
	// address of IPv6 without its link.
	return private(slices.DeleteFunc(ips, func(ip netip.Addr) bool {
		return ip.IsLoopback() || ip.Is6() && ip.IsLinkLocalUnicast()
	}), at.Port()), nil
}

func private(ips []netip.Addr, port uint16) []string {
	var out []string
	for _, ip := range ips {
		s := netip.AddrPortFrom(ip.Unmap().WithZone(""), port).String()
		if _, err := programme.PrivateAddress(s); err == nil && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), programme.MaxAddresses)]
}
