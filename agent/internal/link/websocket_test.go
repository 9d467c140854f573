package link_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"log/slog"
	"net"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/link"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// closedPort gives an address that refuses connections.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// over runs a link by way of a WebSocket and gives it with its controller.
func over(t *testing.T, c *controllertest.Controller, url string, config *tls.Config, got chan string) *link.Link {
	t.Helper()
	l := link.New(link.Options{
		URL: url, WebSocket: c.WebSocketURL(), Screen: playliststest.Screen().ID, Boot: "boot", TLS: config, Log: slog.New(slog.DiscardHandler),
		Programme: func(b []byte) { got <- string(b) }, Ack: func(wire.Ack) {}, Changed: func() {},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l
}

func pinned(t *testing.T, id *wire.Identity, key ed25519.PrivateKey) *tls.Config {
	t.Helper()
	config, err := trust.Pinned(id, key, func() (time.Time, wire.ClockState) { return time.Now(), wire.ClockTrusted })
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// Where the broker's port is closed, the session goes over HTTPS, and comes
// back over it when it was cut.
func TestFallsBackToTheHTTPSPort(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	screen, key, got := playliststest.Screen().ID, playliststest.Key(3), make(chan string, 16)
	config := pinned(t, c.Identity(screen, key.Public().(ed25519.PublicKey)), key)
	l := over(t, c, "tls://"+closedPort(t), config, got)
	c.Await("the session", l.Open)
	c.Announce(screen, []byte("one"))
	if p := <-got; p != "one" {
		t.Fatalf("got %q", p)
	}
	if err := l.Event(wire.Event{Batch: 7, Plays: []wire.Play{{ID: playliststest.ID("play"), Rendition: playlists.DigestOf(nil), Clock: wire.ClockTrusted}}}); err != nil {
		t.Fatal(err)
	}
	c.Await("the plays", func() bool { return len(c.Events()) == 1 })
	c.Cut(screen)
	c.Await("a second session over HTTPS", func() bool { return c.WebSockets() >= 2 && l.Open() })
}

// An open port is preferred.
func TestPrefersTheBrokersOwnPort(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	screen, key := playliststest.Screen().ID, playliststest.Key(3)
	id := c.Identity(screen, key.Public().(ed25519.PublicKey))
	l := over(t, c, id.MQTTURL, pinned(t, id, key), make(chan string, 16))
	c.Await("the session", l.Open)
	if n := c.WebSockets(); n != 0 {
		t.Errorf("%d sessions were asked for over HTTPS", n)
	}
}

// The WebSocket is held to the pinned CA like everything else.
func TestAWebSocketOfAStrangerIsRefused(t *testing.T) {
	t.Parallel()
	c, stranger := controllertest.New(t), controllertest.New(t)
	screen, key := playliststest.Screen().ID, playliststest.Key(3)
	config := pinned(t, stranger.Identity(screen, key.Public().(ed25519.PublicKey)), key)
	refused := make(chan error, 100)
	verify := config.VerifyConnection
	config.VerifyConnection = func(s tls.ConnectionState) error {
		err := verify(s)
		refused <- err
		return err
	}
	l := over(t, c, "tls://"+closedPort(t), config, make(chan string, 16))
	if err := <-refused; err == nil {
		t.Error("a stranger's certificate passed")
	}
	if l.Open() || c.WebSockets() != 0 {
		t.Error("a session with a stranger")
	}
}
