package neighbours

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"image"
	"image/jpeg"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// site is screens of one cluster on one machine.
type site struct {
	t       *testing.T
	screens map[string]*screen
}

// screen is one of them, with what it has been told and asked.
type screen struct {
	*Exchange
	word   string
	listen net.Listener
	stop   func()

	mu       sync.Mutex
	roster   *programme.AcceptedRoster
	problems map[string]string
	title    string
	picture  Picture
	pins     []string // from and PIN
}

func (s *screen) Set(about, code, _ string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems[about] = code
}
func (s *screen) Clear(about string) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.problems, about) }
func (s *screen) problem(word string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problems[about(playliststest.ID(word))]
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// newSite starts screens that know one another, and where strangers are.
func newSite(t *testing.T, at map[string]string, words ...string) *site {
	t.Helper()
	st := &site{t: t, screens: map[string]*screen{}}
	for _, w := range words {
		l := listen(t)
		st.screens[w] = &screen{word: w, listen: l, problems: map[string]string{}, title: "của " + w}
		if at == nil {
			at = map[string]string{}
		}
		at[w] = l.Addr().String()
	}
	for _, w := range words {
		st.screens[w].roster = rosterFor(w, 1, at)
		st.start(w)
	}
	return st
}

// rosterFor gives what the controller would tell a screen.
func rosterFor(word string, counter uint64, at map[string]string) *programme.AcceptedRoster {
	own := playliststest.Screen()
	own.ID = playliststest.ID(word)
	r := playliststest.Roster(own, counter)
	for w, address := range at {
		if w != word {
			n := playliststest.Neighbour(w)
			n.Addresses = []string{address}
			r.Neighbours = append(r.Neighbours, n)
		}
	}
	return &programme.AcceptedRoster{Roster: *r}
}

func (st *site) start(word string) {
	st.t.Helper()
	s := st.screens[word]
	var err error
	s.Exchange, err = New(Options{
		Screen: playliststest.ID(word), Boot: playliststest.ID("boot" + word), Key: playliststest.Device(word),
		Roster: func() *programme.AcceptedRoster { s.mu.Lock(); defer s.mu.Unlock(); return s.roster },
		Report: func() programme.PeerReport {
			s.mu.Lock()
			defer s.mu.Unlock()
			r := *playliststest.PeerReport(word, 1)
			r.Title, r.Capture = s.title, nil
			if s.picture.JPEG != nil {
				r.Capture = &programme.PeerCapture{Digest: s.picture.Digest, Size: int64(len(s.picture.JPEG))}
			}
			return r
		},
		Picture: func() Picture { s.mu.Lock(); defer s.mu.Unlock(); return s.picture },
		Safe: func(from playlists.ID, pin string) (Answer, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.pins = append(s.pins, string(from)+" "+pin)
			return Answer{Right: pin == "246810", Left: 4}, nil
		},
		Problems: s, Mono: time.Now, Log: slog.New(slog.DiscardHandler), Loopback: true, every: 600 * time.Millisecond, // within what a neighbour may ask
	})
	if err != nil {
		st.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	running.Go(func() { _ = s.Serve(ctx, s.listen) })
	s.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	st.t.Cleanup(s.stop)
}

// sees gives how a screen sees another.
func (st *site) sees(word, other string) State {
	for _, s := range st.screens[word].States() {
		if s.Neighbour.Screen == playliststest.ID(other) {
			return s
		}
	}
	return State{}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// photo gives a small JPEG.
func photo(t *testing.T, side int) Picture {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return Picture{Digest: playlists.DigestOf(b.Bytes()), JPEG: b.Bytes()}
}

func public(word string) ed25519.PublicKey {
	return playliststest.Device(word).Public().(ed25519.PublicKey)
}
