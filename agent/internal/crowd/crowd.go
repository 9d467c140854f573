// Package crowd keeps a listener on a site's network from being filled up, by
// one address or by many: whoever is too much is hung up on before a byte is
// read.
package crowd

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// How often a connection may be opened: each costs a handshake.
var (
	openedByAll = Rate{PerSecond: 20, AtOnce: 100}
	openedByOne = Rate{PerSecond: 4, AtOnce: 30}
)

// Limit wraps a listener so that it has at most all connections open, at most
// each from one address, and is not opened too often.
func Limit(l net.Listener, all, each int) net.Listener {
	return &listener{Listener: l, all: all, each: each, open: map[netip.Addr]int{}, opened: NewRates(openedByAll, openedByOne)}
}

type listener struct {
	net.Listener
	all, each int
	opened    *Rates

	mu    sync.Mutex
	total int
	open  map[netip.Addr]int
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := Of(c.RemoteAddr().String())
		if l.opened.May(from, time.Now()) && l.enter(from) {
			return &conn{Conn: c, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		_ = c.Close() // it is refused, however that ends
	}
}

func (l *listener) enter(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.all || l.open[from] >= l.each {
		return false
	}
	l.total++
	l.open[from]++
	return true
}

func (l *listener) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

type conn struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.leave()
	return c.Conn.Close()
}

// Of gives what counts as one address of a remote host:port: of IPv6 the
// network, since a device there has as many addresses as it likes.
func Of(remote string) netip.Addr {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	ip := at.Addr().Unmap().WithZone("")
	if ip.Is6() && !ip.IsLinkLocalUnicast() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return ip
}
