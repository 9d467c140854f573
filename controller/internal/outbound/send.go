package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"time"
)

// ErrUnsent marks that nothing of a message has left: no connection came
// about.
var ErrUnsent = errors.New("no connection came about")

// Sending is a message to a place that a person named.
type Sending struct {
	URL    string
	Header http.Header
	Body   []byte
	Bytes  int64         // the most that is read of the answer; the rest is left
	Within time.Duration // all of it
}

// Reply is what came back.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// ParseNear reads networks that may be reached although they are not public.
// This machine and what only a cable away means are never among them: a cloud's
// metadata service is there.
func ParseNear(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, fmt.Errorf("cannot read the network %.60q: write it as 10.20.0.0/16: %w", t, err)
		}
		for _, never := range neverNear() {
			if p.Overlaps(netip.MustParsePrefix(never)) {
				return nil, fmt.Errorf("cannot allow the network %s: %s is never reached; name the network of your own servers alone", p, never)
			}
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func neverNear() []string {
	return []string{"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/127", "::ffff:0:0/96", "fe80::/10", "ff00::/8", "fd00:ec2::/32"}
}

// IsNear tells whether a host is an address, not a name, in one of the networks
// that are named.
func (c *Client) IsNear(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && c.near(a)
}

func (c *Client) near(a netip.Addr) bool {
	a = a.Unmap()
	for _, p := range c.o.Near {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// newPost makes the client of Send: each message has a connection of its own,
// so that nothing is sent twice behind our back when an old one has died, and
// it is led to no other place.
func (c *Client) newPost() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            c.dial,
			TLSClientConfig:        &tls.Config{RootCAs: c.o.Roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    dialTime,
			ResponseHeaderTimeout:  headerTime,
			MaxResponseHeaderBytes: maxHeader,
			DisableKeepAlives:      true,
		},
	}
}

// Send posts a message. The status may be any, also one that leads elsewhere:
// it is not followed. An error that is ErrUnsent means that surely nothing
// arrived; after another nobody knows.
func (c *Client) Send(ctx context.Context, m Sending) (*Reply, error) {
	if m.Bytes <= 0 || m.Within <= 0 {
		return nil, errors.Join(errors.New("cannot send without bounds: say how many bytes and how long"), ErrUnsent)
	}
	u, err := c.parseSending(m.URL)
	if err != nil {
		return nil, errors.Join(err, ErrUnsent)
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, nearKey{}, true), m.Within)
	defer cancel()
	connected := false
	req, err := http.NewRequestWithContext(
		httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }}),
		http.MethodPost, u.String(), bytes.NewReader(m.Body))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot send: %w", ErrURL), ErrUnsent)
	}
	if m.Header != nil {
		req.Header = m.Header.Clone()
	}
	req.Header.Set("User-Agent", c.o.Agent)
	resp, err := c.post.Do(req)
	if err != nil {
		err = fmt.Errorf("cannot send to %s: %w", u.Host, withoutURL(err))
		if !connected {
			err = errors.Join(err, ErrUnsent)
		}
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, m.Bytes))
	if err != nil && resp.StatusCode < http.StatusMultipleChoices && len(body) == 0 && resp.ContentLength > 0 {
		return nil, fmt.Errorf("cannot hear the answer of %s: %w", u.Host, err)
	}
	return &Reply{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// parseSending reads an address. Only near ones have ports of their own; they
// are judged again when the name has been looked up.
func (c *Client) parseSending(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, fmt.Errorf("cannot send: %w: it is too long", ErrURL)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || u.User != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("cannot send: %w", ErrURL)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !public(ip) && !c.near(ip) {
		return nil, fmt.Errorf("cannot send to %.100q: %w", u.Host, ErrAddress)
	}
	return u, nil
}

// DialTo connects to a host that a person named, at one of the ports, in a
// protocol other than HTTP.
func (c *Client) DialTo(ctx context.Context, host string, port uint16, ports []uint16) (net.Conn, error) {
	ctx = context.WithValue(context.WithValue(ctx, portsKey{}, ports), nearKey{}, true)
	conn, err := c.dial(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(int(port))))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot connect to %.100q: %w", host, err), ErrUnsent)
	}
	return conn, nil
}
