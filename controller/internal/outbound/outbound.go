// Package outbound is the one HTTP client with which the controller fetches
// from addresses that people or other sites name. It reaches the public
// internet and nothing else: not this machine, not the networks around it.
package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// What a fetch is refused for. Other errors are the other side's or the
// line's.
var (
	ErrURL       = errors.New("the address is not a plain http or https address of a public site")
	ErrAddress   = errors.New("the name leads into a network that is not public")
	ErrRedirects = errors.New("the site sends us on too often, or to a place we do not go")
	ErrType      = errors.New("the answer is of another type than was asked for")
	ErrTooLarge  = errors.New("the answer is too large")
)

const (
	maxURL       = 4096
	maxRedirects = 5
	headerTime   = 20 * time.Second
	dialTime     = 10 * time.Second
	maxHeader    = 64 << 10
)

// Resolver looks names up; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options of a Client. The zero value reaches the internet.
type Options struct {
	Resolver Resolver                                                             // nil is the system's
	Dial     func(ctx context.Context, network, address string) (net.Conn, error) // nil is the system's
	Roots    *x509.CertPool                                                       // nil are the system's
	Agent    string                                                               // what we call ourselves

	// Near are networks that are not public and that Send and DialTo may reach
	// nevertheless, at any port: whoever runs the machine names them, nobody
	// in the console. Get never goes there.
	Near []netip.Prefix
}

// Client fetches. It is safe for concurrent use.
type Client struct {
	o    Options
	http *http.Client
	post *http.Client // of Send
}

// New makes a client.
func New(o Options) *Client {
	c := &Client{o: o}
	if o.Resolver == nil {
		c.o.Resolver = net.DefaultResolver
	}
	if o.Dial == nil {
		// Looked at once more where the kernel is told: nothing between us and
		// it may have changed the address.
		dialer := net.Dialer{Timeout: dialTime, ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
			return c.checkTarget(ctx, address)
		}}
		c.o.Dial = dialer.DialContext
	}
	c.post = c.newPost()
	c.http = &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			Proxy:                  nil, // the environment has no say in where we go
			DialContext:            c.dial,
			TLSClientConfig:        &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    dialTime,
			ResponseHeaderTimeout:  headerTime,
			MaxResponseHeaderBytes: maxHeader,
			MaxConnsPerHost:        4,
			IdleConnTimeout:        30 * time.Second,
			ForceAttemptHTTP2:      true,
		},
	}
	return c
}

// Request says what is fetched and what is acceptable.
type Request struct {
	URL    string
	Types  []string      // media types such as "text/html" or "image/*"
	Bytes  int64         // the most that is read, after decompression
	Within time.Duration // all of it
	Header http.Header   // of conditional requests; may be nil
	Hosts  []string      // where redirects may lead, in lower case; nil is any public site
}

// hostsKey is where a request's context has its Hosts.
type hostsKey struct{}

// Answer is what came. Body must be closed; reading past Request.Bytes gives
// ErrTooLarge.
type Answer struct {
	Status int
	URL    string // after redirects
	Type   string // media type, in lower case; "" without a body, or of a refusal (400 and above)
	Header http.Header
	Body   io.ReadCloser
}

// Get fetches. The status may be any; redirects were followed.
func (c *Client) Get(ctx context.Context, r Request) (*Answer, error) {
	if r.Bytes <= 0 || r.Within <= 0 || len(r.Types) == 0 {
		return nil, errors.New("cannot fetch without bounds: say how many bytes, how long and which types")
	}
	target, err := parse(r.URL)
	if err != nil {
		return nil, err
	}
	if r.Hosts != nil && !slices.Contains(r.Hosts, strings.ToLower(target.Hostname())) {
		return nil, fmt.Errorf("cannot fetch from %.100q: %w", target.Host, ErrURL)
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, hostsKey{}, r.Hosts), r.Within)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("cannot fetch: %w", ErrURL)
	}
	for _, name := range []string{"If-None-Match", "If-Modified-Since"} {
		if v := r.Header.Get(name); v != "" {
			req.Header.Set(name, v)
		}
	}
	req.Header.Set("Accept", strings.Join(r.Types, ", "))
	req.Header.Set("User-Agent", c.o.Agent)
	resp, err := c.http.Do(req)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("cannot fetch from %s: %w", target.Host, withoutURL(err))
	}
	kind, err := accept(resp, r)
	if err != nil {
		cancel()
		return nil, errors.Join(fmt.Errorf("cannot fetch from %s: %w", target.Host, err), resp.Body.Close())
	}
	return &Answer{
		Status: resp.StatusCode, URL: resp.Request.URL.String(), Type: kind, Header: resp.Header,
		Body: &body{from: resp.Body, left: r.Bytes, ended: ctx.Err, cancel: cancel},
	}, nil
}

// parse reads an address and refuses what is not plainly one of a public
// site.
func parse(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, fmt.Errorf("cannot fetch: %w: it is too long", ErrURL)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("cannot fetch: %w", ErrURL)
	}
	return u, check(u)
}

func check(u *url.URL) error {
	plain := (u.Scheme == "http" && (u.Port() == "" || u.Port() == "80") || u.Scheme == "https" && (u.Port() == "" || u.Port() == "443")) &&
		u.Opaque == "" && u.User == nil && u.Hostname() != "" && !strings.HasSuffix(u.Host, ":")
	if !plain {
		return fmt.Errorf("cannot fetch from %.100q: %w", u.Host, ErrURL)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !public(ip) {
		return fmt.Errorf("cannot fetch from %.100q: %w", u.Host, ErrAddress)
	}
	return nil
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return ErrRedirects
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("%w: from https to %.20s", ErrRedirects, req.URL.Scheme)
	}
	if err := check(req.URL); err != nil {
		return fmt.Errorf("%w: %w", ErrRedirects, err)
	}
	if hosts, _ := req.Context().Value(hostsKey{}).([]string); hosts != nil && !slices.Contains(hosts, strings.ToLower(req.URL.Hostname())) {
		return fmt.Errorf("%w: %.100q", ErrRedirects, req.URL.Host)
	}
	req.Header.Del("Referer")
	return nil
}

// dial looks a name up and connects to the very address that was judged: a
// second look-up could give another.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	addresses, err := c.lookUp(ctx, host)
	if err != nil {
		return nil, err
	}
	// One that is not public among others is no accident.
	for _, a := range addresses {
		if err := c.checkTarget(ctx, net.JoinHostPort(a.String(), port)); err != nil {
			return nil, fmt.Errorf("%w: %s is %s", ErrAddress, host, a)
		}
	}
	var failed error
	for _, a := range addresses {
		conn, err := c.o.Dial(ctx, network, net.JoinHostPort(a.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

func (c *Client) lookUp(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	addresses, err := c.o.Resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(addresses) == 0 {
		err = errors.New("the name has no address")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot look up %.100q: %w", host, err)
	}
	return addresses, nil
}

// portsKey is where the context of a connection has the ports it may go to; 80
// and 443 without it. nearKey is where it says that it may go to Near.
type (
	portsKey struct{}
	nearKey  struct{}
)

// checkTarget judges what a socket is about to connect to.
func (c *Client) checkTarget(ctx context.Context, address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	if near, _ := ctx.Value(nearKey{}).(bool); near && c.near(at.Addr()) {
		return nil
	}
	ports, ok := ctx.Value(portsKey{}).([]uint16)
	if !ok {
		ports = []uint16{80, 443}
	}
	if !public(at.Addr()) || !slices.Contains(ports, at.Port()) {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return nil
}

// accept holds an answer against what was asked for, by its headers.
func accept(resp *http.Response, r Request) (kind string, err error) {
	if resp.ContentLength > r.Bytes {
		return "", fmt.Errorf("%w: %d bytes", ErrTooLarge, resp.ContentLength)
	}
	if resp.StatusCode == http.StatusNotModified || resp.StatusCode == http.StatusNoContent {
		return "", nil
	}
	// A refusal comes as whatever page the site has for it: what it says is in
	// its status. Nobody reads its body as what was asked for.
	if resp.StatusCode >= http.StatusBadRequest {
		return "", nil
	}
	kind, _, err = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return "", fmt.Errorf("%w: it names none", ErrType)
	}
	family, _, _ := strings.Cut(kind, "/")
	if !slices.Contains(r.Types, kind) && !slices.Contains(r.Types, family+"/*") {
		return "", fmt.Errorf("%w: it is %.60q", ErrType, kind)
	}
	return kind, nil
}

// withoutURL takes the address out of an error: it may hold what is nobody's
// business.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// body ends with an error where the bound is.
type body struct {
	from   io.ReadCloser
	left   int64
	ended  func() error // why the time for it is over, nil while it is not
	cancel context.CancelFunc
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	// One byte more than there may be, to tell an end from a cut.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, ErrTooLarge
	}
	// A server that is told that we go ends its answer in good form, which may
	// arrive: it is a part that looks like the whole.
	if why := b.ended(); why != nil && err != nil {
		err = why
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.cancel()
	return b.from.Close()
}
