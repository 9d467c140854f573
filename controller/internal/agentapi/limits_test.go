package agentapi_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"cotmoc/controller/internal/agentapi"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// One caller's flood is answered with 429 and keeps nobody else out.
func TestRequestsOfOneAreBounded(t *testing.T) {
	t.Parallel()
	limits := agentapi.DefaultLimits()
	limits.Rate, limits.Burst = 0.001, 5
	for name, flooder := range map[string]playlists.ID{"a screen": mine, "an address": ""} {
		s := newLimitedSite(t, limits)
		c := s.client(t, flooder)
		url := s.root + wire.PathObjects + string(digest)
		for i := range 6 {
			resp, b := call(t, c, http.MethodHead, url, nil, "")
			if over := resp.StatusCode == http.StatusTooManyRequests; over != (i == 5) {
				t.Errorf("%s: request %d answered %d %s", name, i, resp.StatusCode, b)
			}
			if i == 5 && resp.Header.Get("Retry-After") == "" {
				t.Errorf("%s: not told when to try again", name)
			}
		}
		if resp, _ := call(t, s.client(t, other), http.MethodHead, url, nil, ""); resp.StatusCode == http.StatusTooManyRequests {
			t.Errorf("%s keeps another screen out", name)
		}
	}
}

// stuck opens a download whose reader takes nothing.
func stuck(t *testing.T, s *site, c *http.Client) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.root+wire.PathObjects+string(digest), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func TestRequestsAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	limits := agentapi.DefaultLimits()
	limits.AtOnce = 2
	s := newLimitedSite(t, limits)
	s.desk.large = true
	c := s.client(t, mine)
	for i, want := range []int{200, 200, 429} {
		if resp := stuck(t, s, c); resp.StatusCode != want {
			t.Errorf("request %d answered %d, want %d", i, resp.StatusCode, want)
		}
	}
}

// A download that runs when a screen is revoked ends, with bytes missing.
func TestADownloadEndsWithItsTrust(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.desk.large = true
	resp := stuck(t, s, s.client(t, mine))
	if _, err := io.ReadFull(resp.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	s.desk.revoked.Store(true)
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil || n >= largeObject-1000 {
		t.Errorf("a revoked screen read %d bytes more, and then %v", n, err)
	}
}

func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	limits := agentapi.DefaultLimits()
	limits.PerAddress = 3
	s := newLimitedSite(t, limits)
	address := s.root[len("https://"):]
	var open []net.Conn
	for range 3 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
	}
	dial := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err
	}
	if err := dial(); err == nil {
		t.Error("a fourth connection was served")
	}
	for _, conn := range open {
		_ = conn.Close()
	}
	for begun := time.Now(); dial() != nil; {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("there is no room after the others have gone")
		}
	}
}

// Who says nothing is cut off: before TLS, after it, in a header that does not
// end, and between two requests.
func TestSilenceEndsAConnection(t *testing.T) {
	t.Parallel()
	limits := agentapi.DefaultLimits()
	limits.Opening, limits.Idle = 300*time.Millisecond, 300*time.Millisecond
	s := newLimitedSite(t, limits)
	address := s.root[len("https://"):]
	secured := func(say string) func() (net.Conn, error) {
		return func() (net.Conn, error) {
			conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12})
			if err != nil {
				return nil, err
			}
			_, err = io.WriteString(conn, say)
			return conn, err
		}
	}
	for name, dial := range map[string]func() (net.Conn, error){
		"before TLS":        func() (net.Conn, error) { return net.Dial("tcp", address) },
		"after TLS":         secured(""),
		"in a header":       secured("GET / HTTP/1.1\r\nHost: x\r\nX: "),
		"between two calls": secured("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := dial()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, conn)
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Error("still open")
			}
		})
	}
}

// Who says too much before the end of the header is cut off.
func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	resp, _ := call(t, s.client(t, mine), http.MethodHead, s.root+wire.PathObjects+string(digest), http.Header{"X": {string(bytes.Repeat([]byte("x"), 40<<10))}}, "")
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 40 KiB answered %d", resp.StatusCode)
	}
}
