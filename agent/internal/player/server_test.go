package player_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/agent/internal/player"
	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
)

// served is a server before a playout that is not running: its view is what
// the desk held at first.
func served(t *testing.T) (*httptest.Server, *playouttest.Desk, *player.Server) {
	t.Helper()
	desk := playouttest.NewDesk()
	desk.Hold(playouttest.Programme(t, 1, nil, nil, playouttest.Entry{Word: "loop", Parts: []playouttest.Part{
		{Word: "a", Bytes: []byte("the picture a"), Duration: time.Hour}, {Word: "b", Bytes: []byte("the picture b"), Duration: time.Hour}, {Word: "c", Bytes: []byte("the picture c"), Duration: time.Hour},
	}}))
	p := playout.New(desk.Options())
	s, err := player.New(player.Options{Playout: p, Ready: desk, Status: func() any { return p.Status() }, PIN: func(string) player.PINAnswer { return player.PINAnswer{} }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv, desk, s
}

func get(t *testing.T, url, host string, header http.Header) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

func TestServesOnlyWhatTheViewNames(t *testing.T) {
	t.Parallel()
	srv, desk, _ := served(t)
	named := 0
	for _, word := range []string{"a", "b", "c"} {
		d := playlists.DigestOf([]byte("the picture " + word))
		code, h, body := get(t, srv.URL+"/objects/"+string(d), "", http.Header{"Range": {"bytes=4-10"}})
		switch {
		case code == http.StatusPartialContent && body == "picture" && h.Get("Content-Type") == "image/jpeg" && h.Get("Cache-Control") == "no-store":
			named++
		case code != http.StatusNotFound:
			t.Errorf("%s: %d %q", word, code, body)
		}
		if !desk.Has(d) {
			t.Fatal("the desk holds all of them")
		}
	}
	if named != 2 {
		t.Errorf("%d renditions are served, want the one that shows and the next", named)
	}
	for _, path := range []string{"/objects/", "/objects/..%2f..%2fetc%2fpasswd", "/objects/zz", "/page/", "/page/player.js", "/index.html", "/nothing"} {
		if code, _, _ := get(t, srv.URL+path, "", nil); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestAnswersOnlyThisMachinesOwnPage(t *testing.T) {
	t.Parallel()
	srv, _, _ := served(t)
	addr := strings.TrimPrefix(srv.URL, "http://")
	for _, c := range []struct {
		host, origin string
		code         int
	}{
		{"", "", 200}, {"localhost:1", "", 200}, {"[::1]:9001", "", 200}, {"", "http://" + addr, 200},
		{"evil.example", "", 421}, {"127.0.0.1.evil.example:80", "", 421}, {"192.168.1.4:9001", "", 421},
		{"", "http://evil.example", 403}, {"", "null", 403}, {"", "https://" + addr, 403}, {"", "http://localhost:1", 403},
	} {
		h := http.Header{}
		if c.origin != "" {
			h.Set("Origin", c.origin)
		}
		for _, path := range []string{"/", "/status"} {
			code, header, body := get(t, srv.URL+path, c.host, h)
			if code != c.code {
				t.Errorf("host %q origin %q %s: %d, want %d", c.host, c.origin, path, code, c.code)
			}
			if code == 200 && !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("%s: policy %q", path, header.Get("Content-Security-Policy"))
			}
			if path == "/" && code == 200 && !strings.Contains(body, "/player.js") {
				t.Errorf("page is %q", body)
			}
		}
	}
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+addr+"/player", http.Header{"Origin": {"http://evil.example"}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a socket from another site: %v", err)
	}
}

func join(t *testing.T, srv *httptest.Server) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(srv.URL, "http", "ws", 1)+"/player", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

type told struct {
	Type string
	T0   float64
	Now  float64
	View struct{ Slots []struct{ Key, Kind string } }
}

func hear(t *testing.T, conn *websocket.Conn) (m told) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := conn.ReadJSON(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSocket(t *testing.T) {
	t.Parallel()
	srv, _, server := served(t)
	conn := join(t, srv)
	if m := hear(t, conn); m.Type != "hello" || time.Since(time.UnixMilli(int64(m.Now))).Abs() > time.Minute {
		t.Fatalf("heard %+v first", m)
	}
	m := hear(t, conn)
	if m.Type != "view" || len(m.View.Slots) != 2 || m.View.Slots[0].Kind != "item" {
		t.Fatalf("heard %+v", m)
	}
	if err := conn.WriteJSON(map[string]any{"type": "sync", "t0": 12.5}); err != nil {
		t.Fatal(err)
	}
	if s := hear(t, conn); s.Type != "sync" || s.T0 != 12.5 {
		t.Fatalf("heard %+v", s)
	}
	if err := conn.WriteJSON(map[string]any{"type": "shown", "key": m.View.Slots[0].Key, "as": "item"}); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the confirmation in the status", func() bool {
		_, _, body := get(t, srv.URL+"/status", "", nil)
		var st playout.Status
		return json.Unmarshal([]byte(body), &st) == nil && st.Showing.Kind == "item"
	})
	server.Reload()
	if m := hear(t, conn); m.Type != "reload" {
		t.Fatalf("heard %+v", m)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the page to be missed", func() bool {
		_, _, body := get(t, srv.URL+"/status", "", nil)
		return strings.Contains(body, `"kind":"none"`)
	})
}

func TestSocketEndsOnNonsense(t *testing.T) {
	t.Parallel()
	srv, _, _ := served(t)
	for name, send := range map[string]func(*websocket.Conn) error{
		"no JSON":  func(c *websocket.Conn) error { return c.WriteMessage(websocket.TextMessage, []byte("{")) },
		"too long": func(c *websocket.Conn) error { return c.WriteMessage(websocket.TextMessage, make([]byte, 5000)) },
		"too much": func(c *websocket.Conn) error {
			for range 1000 {
				if err := c.WriteJSON(map[string]any{"type": "shown", "key": "x"}); err != nil {
					return nil // sent away already
				}
			}
			return nil
		},
	} {
		conn := join(t, srv)
		if err := send(conn); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for {
			_, _, err := conn.ReadMessage()
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				t.Errorf("%s: the page is still joined", name)
			}
			if err != nil {
				break
			}
		}
	}
}

func TestPagesAreLimited(t *testing.T) {
	t.Parallel()
	srv, _, _ := served(t)
	for range 16 {
		join(t, srv)
	}
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(srv.URL, "http", "ws", 1)+"/player", nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("a seventeenth page: %v", err)
	}
}

func TestRefusesToListenForOthers(t *testing.T) {
	t.Parallel()
	_, _, s := served(t)
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := s.Run(t.Context(), l); playlists.ReasonOf(err) != "player_listen_not_loopback" {
		t.Fatalf("got %v", err)
	}
}

func TestStopsWithAPageJoined(t *testing.T) {
	t.Parallel()
	_, _, s := served(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, l) }()
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+l.Addr().String()+"/player", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	slow, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := bufio.NewReader(strings.NewReader("GET / HTTP/1.1\r\n")).WriteTo(slow); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("does not stop")
	}
}
