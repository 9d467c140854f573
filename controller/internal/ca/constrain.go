package ca

import (
	"crypto/x509"
	"net"
	"slices"
)

// title is what browsers and technicians see.
func (a *Authority) title() string {
	if a.hosts == nil {
		return "cotmoc controller CA"
	}
	return "cotmoc console CA"
}

// constrain binds an authority to its hosts, and to this machine's own names,
// which every listener of ours has.
func (a *Authority) constrain(template *x509.Certificate) {
	if a.hosts == nil {
		return
	}
	names, addresses := split(a.hosts)
	template.PermittedDNSDomainsCritical = true
	template.PermittedDNSDomains = names
	for _, ip := range addresses {
		template.PermittedIPRanges = append(template.PermittedIPRanges, only(ip))
	}
}

// covers tells whether the certificate was made for the hosts.
func (a *Authority) covers(hosts []string) bool {
	names, addresses := split(hosts)
	return a.cert.PermittedDNSDomainsCritical && slices.Equal(a.cert.PermittedDNSDomains, names) &&
		slices.EqualFunc(a.cert.PermittedIPRanges, addresses, func(n *net.IPNet, ip net.IP) bool { return n.String() == only(ip).String() })
}

// only is the range of one address.
func only(ip net.IP) *net.IPNet {
	if four := ip.To4(); four != nil {
		ip = four
	}
	return &net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))}
}

// split parts hosts into names and addresses, each once, with this machine's
// own before them.
func split(hosts []string) (names []string, addresses []net.IP) {
	for _, h := range append([]string{"localhost", "127.0.0.1", "::1"}, hosts...) {
		if ip := net.ParseIP(h); ip != nil {
			if !slices.ContainsFunc(addresses, ip.Equal) {
				addresses = append(addresses, ip)
			}
		} else if !slices.Contains(names, h) {
			names = append(names, h)
		}
	}
	return names, addresses
}
