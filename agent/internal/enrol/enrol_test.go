package enrol

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/state"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// memory is a store that outlives enrollers.
type memory struct {
	mu   sync.Mutex
	docs map[state.Name][]byte
}

func (m *memory) Document(n state.Name, valid func([]byte) error) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.docs[n]
	return b, b != nil && valid(b) == nil
}

func (m *memory) SetDocument(n state.Name, b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.docs == nil {
		m.docs = map[state.Name][]byte{}
	}
	m.docs[n] = b
	return nil
}

func newEnroller(t *testing.T, c *controllertest.Controller, m *memory, pin *[32]byte) *Enroller {
	t.Helper()
	e, err := New(Options{
		Controller: c.URL(), CAPin: pin, Facts: wire.Facts{Hostname: "pc"}, Store: m, Random: rand.Reader,
		Now: func() (time.Time, wire.ClockState) { return time.Now(), wire.ClockPlausible },
		Log: slog.New(slog.DiscardHandler), Changed: func() {},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// run pairs in the background until the test ends or stop is called.
func run(t *testing.T, e *Enroller) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { _, err := e.Run(ctx); done <- err }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func code(e *Enroller) string { c, _ := e.Code(); return c }

// A restart in the middle shows the same code; who enters it makes this PC the
// screen, and it stays so.
func TestPairing(t *testing.T) {
	t.Parallel()
	c, m := controllertest.New(t), &memory{}
	e := newEnroller(t, c, m, nil)
	stop := run(t, e)
	c.Await("a code", func() bool { return code(e) != "" })
	shown := code(e)
	stop()
	e = newEnroller(t, c, m, nil)
	run(t, e)
	c.Await("the same code", func() bool { return code(e) == shown })
	if c.Claim("AAAA-AAAA", playliststest.Screen().ID) || !c.Claim(shown, playliststest.Screen().ID) {
		t.Fatal("the code is not the one the controller computes")
	}
	c.Await("the identity", func() bool { return e.Enrolled() != nil })
	en := newEnroller(t, c, m, nil).Enrolled()
	if en == nil || en.Screen != playliststest.Screen().ID || en.Controller != c.URL() {
		t.Fatalf("after a restart it is %+v", en)
	}
	if s := code(e); s != "" {
		t.Errorf("the code %s is still shown", s)
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	e := newEnroller(t, c, &memory{}, nil)
	run(t, e)
	c.Await("a code", func() bool { return code(e) != "" })
	old := code(e)
	c.Expire()
	c.Await("another code", func() bool { return code(e) != old && code(e) != "" })
	if !c.Claim(code(e), playliststest.Screen().ID) {
		t.Fatal("the new code is not known")
	}
	c.Await("the identity", func() bool { return e.Enrolled() != nil })
}

// Somebody in between with another CA has another code, or none when the CA is
// pinned.
func TestBetween(t *testing.T) {
	t.Parallel()
	c, between := controllertest.New(t), controllertest.New(t)
	pin := c.CASHA256()
	e := newEnroller(t, between, &memory{}, &pin)
	asked := make(chan struct{}, 1)
	between.Fault(func(http.ResponseWriter, *http.Request, http.Handler) { asked <- struct{}{} })
	if p, err := e.open(t.Context()); !errors.Is(err, errOtherCA) || p != nil {
		t.Errorf("under another CA: %v", err)
	}
	select {
	case <-asked:
		t.Error("it spoke to a server it does not trust")
	default:
	}
	between.Fault(nil)
	e = newEnroller(t, between, &memory{}, nil)
	p, err := e.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	relayed := wire.PairingCode(e.key.Public().(ed25519.PublicKey), c.CASHA256(), p.Nonce)
	if e.codeOf(p) == relayed {
		t.Error("the code does not depend on the CA")
	}
}

// An identity for another device, CA or screen is not taken.
func TestForeignIdentity(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	other := controllertest.New(t)
	m := &memory{}
	e := newEnroller(t, c, m, nil)
	public := e.key.Public().(ed25519.PublicKey)
	screen := playliststest.Screen().ID
	for name, change := range map[string]func(*wire.Identity){
		"another device": func(id *wire.Identity) {
			id.Certificate = c.Identity(screen, playliststest.Key(8).Public().(ed25519.PublicKey)).Certificate
		},
		"another CA's certificate": func(id *wire.Identity) { id.Certificate = other.Identity(screen, public).Certificate },
		"another CA":               func(id *wire.Identity) { id.CA = other.Identity(screen, public).CA },
		"another screen":           func(id *wire.Identity) { id.Screen = playliststest.ID("another") },
		"no screen":                func(id *wire.Identity) { id.Screen = "" },
		"no key":                   func(id *wire.Identity) { id.ProgrammeKeys = nil },
		"a short key":              func(id *wire.Identity) { id.ProgrammeKeys[0].Key = id.ProgrammeKeys[0].Key[:4] },
		"no certificate":           func(id *wire.Identity) { id.Certificate = nil },
		"no profile":               func(id *wire.Identity) { id.Profile = "" },
	} {
		en := &Enrolled{Identity: *c.Identity(screen, public), Key: e.key}
		if err := en.check(); err != nil {
			t.Fatal(err)
		}
		change(&en.Identity)
		if err := en.check(); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"pairing":"aaaaaaaaaaaaaaaa","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","expires_at":1,"poll_s":2}`))
	f.Add([]byte(`{"state":"waiting","grant":null}`))
	f.Add([]byte(`{"state":"claimed","grant":{"screen":"aaaaaaaaaaaaaaaa","ca":"AA==","certificate":"AA==","programme_keys":[{"id":"a","key":"AA=="}]}}`))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := parseAnswer(b); err == nil && (len(p.Nonce) < 16 || p.PollS < 1) {
			t.Errorf("%q gives %+v", b, p)
		}
		if id, err := parseState(b); err == nil && id != nil {
			again, err := json.Marshal(wire.PairingState{State: "claimed", Grant: id})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parseState(again); err != nil {
				t.Errorf("%s does not read back: %v", again, err)
			}
		}
		if p, err := parsePairing(b); err == nil && p.Pairing.Pairing.Validate() != nil {
			t.Errorf("%q gives %+v", b, p)
		}
		if en, err := parseIdentity(b, playliststest.Key(1)); err == nil && en.Screen.Validate() != nil {
			t.Errorf("%q gives %+v", b, en)
		}
		if key, err := parseKey(b); err == nil && len(key) != ed25519.PrivateKeySize {
			t.Error(fmt.Sprint(len(key)))
		}
	})
}
