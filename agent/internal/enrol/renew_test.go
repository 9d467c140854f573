package enrol

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/state"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

const day = 24 * time.Hour

// holder is an enrolled screen with a certificate of given dates.
type holder struct {
	e         *Enroller
	c         *controllertest.Controller
	store     *memory
	screen    playlists.ID
	first     []byte
	clock     atomic.Value // wire.ClockState
	connected atomic.Bool
	looks     atomic.Int32
}

func newHolder(t *testing.T, from, until time.Time) *holder {
	t.Helper()
	h := &holder{c: controllertest.New(t), store: &memory{}, screen: playliststest.Screen().ID}
	h.clock.Store(wire.ClockTrusted)
	h.connected.Store(true)
	key, err := deviceKey(h.store, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := key.Public().(ed25519.PublicKey)
	en := Enrolled{Identity: *h.c.Identity(h.screen, public), Controller: h.c.URL(), Key: key}
	h.first = h.c.Issue(h.screen, public, from, until)
	en.Identity.Certificate = h.first
	data, err := json.Marshal(&en)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.SetDocument(state.Identity, data); err != nil {
		t.Fatal(err)
	}
	h.open(t)
	return h
}

func (h *holder) open(t *testing.T) {
	t.Helper()
	var err error
	h.e, err = New(Options{
		Controller: h.c.URL(), Store: h.store, Random: rand.Reader, Log: slog.New(slog.DiscardHandler), Changed: func() {},
		Now: func() (time.Time, wire.ClockState) { return time.Now(), h.clock.Load().(wire.ClockState) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.e.Enrolled() == nil {
		t.Fatal("the identity was not kept")
	}
}

func (h *holder) tls(t *testing.T) *tls.Config {
	t.Helper()
	en := h.e.Enrolled()
	config, err := trust.Pinned(&en.Identity, en.Key, h.e.o.Now)
	if err != nil {
		t.Fatal(err)
	}
	config.Certificates, config.GetClientCertificate = nil, h.e.Certificate
	return config
}

// keep renews in the background until the test ends.
func (h *holder) keep(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	r := Renewal{Controller: h.c.URL(), TLS: h.tls(t), Connected: func() bool { h.looks.Add(1); return h.connected.Load() }, look: 20 * time.Millisecond, again: 20 * time.Millisecond}
	go func() { done <- h.e.KeepCertificate(ctx, r) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func (h *holder) renewed() bool {
	return string(h.e.Enrolled().Identity.Certificate) != string(h.first)
}

// A certificate is renewed in its last third, after its end too, and shown
// from then on, over a restart.
func TestACertificateIsRenewedInTime(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct{ from, until time.Time }{
		"in its last third": {now.Add(-61 * day), now.Add(29 * day)},
		"after its end":     {now.Add(-300 * day), now.Add(-200 * day)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHolder(t, c.from, c.until)
			h.keep(t)
			h.c.Await("the next certificate", h.renewed)
			shown, err := h.e.Certificate(nil)
			if err != nil || string(shown.Certificate[0]) != string(h.e.Enrolled().Identity.Certificate) {
				t.Errorf("the old certificate is shown: %v", err)
			}
			h.open(t)
			if !h.renewed() {
				t.Error("the next certificate was forgotten at the restart")
			}
		})
	}
}

// A young certificate is left alone, unless the clock is lost or there is no
// session: then it may have ended without our knowing.
func TestWhenACertificateIsAskedFor(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct {
		change func(*holder)
		asks   bool
	}{
		"young":               {func(*holder) {}, false},
		"young, clock lost":   {func(h *holder) { h.clock.Store(wire.ClockLost) }, true},
		"young, disconnected": {func(h *holder) { h.connected.Store(false) }, true},
	} {
		h := newHolder(t, now.Add(-10*day), now.Add(80*day))
		c.change(h)
		h.keep(t)
		if c.asks {
			h.c.Await("the question", func() bool { return h.c.Renewals() > 0 })
			continue
		}
		h.c.Await("some looks", func() bool { return h.looks.Load() > 5 })
		if n := h.c.Renewals(); n != 0 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}

// Whoever answers, only a better certificate of this CA for this screen and
// key is taken.
func TestForgedCertificatesAreRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	stranger := controllertest.New(t)
	foreign := playliststest.Key(9).Public().(ed25519.PublicKey)
	own := func(present *x509.Certificate) ed25519.PublicKey { return present.PublicKey.(ed25519.PublicKey) }
	h := newHolder(t, now.Add(-80*day), now.Add(10*day))
	for name, forge := range map[string]func(*x509.Certificate) []byte{
		"of another CA":   func(p *x509.Certificate) []byte { return stranger.Issue(h.screen, own(p), now, now.Add(90*day)) },
		"for another key": func(*x509.Certificate) []byte { return h.c.Issue(h.screen, foreign, now, now.Add(90*day)) },
		"for another screen": func(p *x509.Certificate) []byte {
			return h.c.Issue(playliststest.ID("other"), own(p), now, now.Add(90*day))
		},
		"that ends sooner": func(p *x509.Certificate) []byte { return h.c.Issue(h.screen, own(p), now.Add(-day), now.Add(9*day)) },
		"of no form":       func(*x509.Certificate) []byte { return []byte("certificate") },
		"of nothing":       func(*x509.Certificate) []byte { return nil },
	} {
		cert, err := x509.ParseCertificate(h.first)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.e.take(forge(cert)); err == nil || h.renewed() {
			t.Errorf("a certificate %s was taken: %v", name, err)
		}
	}
	h.c.ForgeRenewals(func(*x509.Certificate) []byte { return []byte("certificate") })
	h.keep(t)
	h.c.Await("some answers", func() bool { return h.c.Renewals() > 2 })
	if h.renewed() {
		t.Error("a forged answer was taken")
	}
	h.c.ForgeRenewals(nil)
	h.c.Await("the true one", h.renewed)
}
