package outbound

import (
	"net/netip"
	"slices"
)

// nat64 carries an IPv4 address in its last four bytes.
const nat64 = "64:ff9b::/96"

// public tells whether an address is a host on the public internet, as far as
// an address can tell: not of this machine, its network, its provider's
// network, a cloud's metadata service, nor one that stands for another.
func public(a netip.Addr) bool {
	a = a.Unmap() // ::ffff:10.0.0.1 is 10.0.0.1
	switch {
	case !a.IsValid(), a.Zone() != "":
		return false
	case a.Is4():
		return !within(a, notPublic4())
	case within(a, []string{nat64}):
		bytes := a.As16()
		return public(netip.AddrFrom4([4]byte(bytes[12:])))
	default:
		return within(a, []string{"2000::/3"}) && !within(a, notPublic6())
	}
}

func within(a netip.Addr, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
}

// notPublic4 is IANA's registry of special addresses, without those that are
// reachable from everywhere.
func notPublic4() []string {
	return []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	}
}

// notPublic6 lies inside the range that is public as a whole: tunnels, which
// lead to IPv4 addresses of anybody's choice, and what is for documents.
func notPublic6() []string {
	return []string{"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"}
}
