package outbound_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/outbound"
)

// inside is a network in which everything leads to one server.
type inside struct {
	names map[string]string
	at    string
}

func (n inside) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a, err := netip.ParseAddr(n.names[host])
	return []netip.Addr{a}, err
}

func (n inside) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, n.at)
}

// A message goes to the public internet and to networks that whoever runs the
// machine has named, and to no other place; redirects are told, not followed.
func TestSendsOnlyWhereItMay(t *testing.T) {
	t.Parallel()
	var got atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing is seen below
		if string(body) != "hello" || r.Method != http.MethodPost {
			t.Errorf("it gets %s %q", r.Method, body)
		}
		got.Add(1)
		if r.URL.Path == "/go" {
			http.Redirect(w, r, "http://10.1.2.3/", http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(server.Close)
	net := inside{map[string]string{"public.example": "93.184.216.34", "own.example": "10.1.2.3", "other.example": "10.9.9.9", "meta.example": "169.254.169.254", "me.example": "127.0.0.1"}, server.Listener.Addr().String()}
	near, err := outbound.ParseNear([]string{"10.1.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	bare := outbound.New(outbound.Options{Resolver: net, Dial: net.dial})
	named := outbound.New(outbound.Options{Resolver: net, Dial: net.dial, Near: near})
	for _, c := range []struct {
		url         string
		bare, named error
		status      int
	}{
		{"http://public.example/", nil, nil, 200},
		{"http://public.example/go", nil, nil, 307},
		{"http://public.example:8080/", outbound.ErrAddress, outbound.ErrAddress, 0},
		{"http://own.example:8080/", outbound.ErrAddress, nil, 200},
		{"http://10.1.2.3:9000/", outbound.ErrAddress, nil, 200},
		{"http://other.example/", outbound.ErrAddress, outbound.ErrAddress, 0},
		{"http://me.example/", outbound.ErrAddress, outbound.ErrAddress, 0},
		{"http://meta.example/latest", outbound.ErrAddress, outbound.ErrAddress, 0},
		{"http://[::ffff:127.0.0.1]/", outbound.ErrAddress, outbound.ErrAddress, 0},
		{"http://u:p@public.example/", outbound.ErrURL, outbound.ErrURL, 0},
		{"gopher://public.example/", outbound.ErrURL, outbound.ErrURL, 0},
	} {
		for client, want := range map[*outbound.Client]error{bare: c.bare, named: c.named} {
			before := got.Load()
			reply, err := client.Send(t.Context(), outbound.Sending{URL: c.url, Body: []byte("hello"), Bytes: 100, Within: 10 * time.Second})
			switch {
			case want == nil && (err != nil || reply.Status != c.status || got.Load() != before+1):
				t.Errorf("%s: %v, %v, heard %d times", c.url, reply, err, got.Load()-before)
			case want != nil && (!errors.Is(err, want) || !errors.Is(err, outbound.ErrUnsent) || got.Load() != before):
				t.Errorf("%s: %v, %v", c.url, reply, err)
			}
		}
	}
}

// After a connection, an error does not claim that nothing was sent.
func TestSaysWhenNobodyKnows(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			err = conn.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	net := inside{map[string]string{"public.example": "93.184.216.34"}, server.Listener.Addr().String()}
	_, err := outbound.New(outbound.Options{Resolver: net, Dial: net.dial}).Send(t.Context(), outbound.Sending{URL: "http://public.example/", Body: []byte("x"), Bytes: 1, Within: 10 * time.Second})
	if err == nil || errors.Is(err, outbound.ErrUnsent) {
		t.Errorf("a lost answer gives %v", err)
	}
}

func TestNetworksThatAreNeverNear(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"10.0.0.0/8": true, "192.168.7.0/24": true, "fd12::/16": true, "127.0.0.1/32": false, "169.254.0.0/16": false, "0.0.0.0/0": false, "::/0": false, "fe80::/64": false, "10.0.0.1": false, "::ffff:127.0.0.1/128": false,
	} {
		if _, err := outbound.ParseNear([]string{text}); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := outbound.ParseNear(strings.Fields("10.0.0.0/8 x")); err == nil {
		t.Error("x is taken for a network")
	}
}

// Ports of other protocols are named by whoever dials.
func TestDialsNamedPortsOnly(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	net := inside{map[string]string{"mail.example": "93.184.216.34", "inner.example": "10.1.2.3"}, server.Listener.Addr().String()}
	c := outbound.New(outbound.Options{Resolver: net, Dial: net.dial})
	for port, good := range map[uint16]bool{587: true, 465: true, 22: false, 80: false} {
		conn, err := c.DialTo(t.Context(), "mail.example", port, []uint16{465, 587})
		if (err == nil) != good || err != nil && !errors.Is(err, outbound.ErrAddress) {
			t.Errorf("port %d: %v", port, err)
		}
		if conn != nil {
			conn.Close()
		}
	}
	if _, err := c.DialTo(t.Context(), "inner.example", 587, []uint16{587}); !errors.Is(err, outbound.ErrAddress) {
		t.Errorf("a mail server inside: %v", err)
	}
}
