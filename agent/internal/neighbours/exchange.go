// Package neighbours has the screens of a site tell one another how they are,
// over their own network and without the controller: each asks the others for
// signed reports and captures, and believes what the roster's keys have signed.
//
// A neighbour can lie about itself and about nobody else. Nothing that comes
// in here reaches the glass: the one thing that a neighbour can ask for is the
// slate, with the PIN that the charter gives.
package neighbours

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// The rhythm of the exchange.
const (
	every      = 10 * time.Second
	longest    = 30 * time.Second // between tries of one that does not answer
	lookEvery  = 2 * time.Second  // at the roster
	askWithin  = 5 * time.Second
	safeWithin = 15 * time.Second // a PIN takes a slow PC its time
)

// maxCaptures is how many bytes of captures are kept in memory.
const maxCaptures = 3 << 20

// Problems takes what a person should know, by the part that it is about.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Answer is what becomes of a PIN.
type Answer struct {
	Right bool          `json:"right"`
	Left  int           `json:"left"` // tries that are left
	Wait  time.Duration `json:"wait"` // until the next try, 0 for none
}

// Picture is a capture of this screen's glass.
type Picture struct {
	Digest playlists.Digest
	JPEG   []byte
}

// Options of an Exchange.
type Options struct {
	Screen playlists.ID
	Boot   playlists.ID
	Key    ed25519.PrivateKey // of the device
	// Roster gives the roster that holds, nil for none.
	Roster func() *programme.AcceptedRoster
	// Report says how this screen is; who says it, and its number, are filled in.
	Report func() programme.PeerReport
	// Picture gives the newest capture, the zero value for none. May be nil.
	Picture func() Picture
	// Safe puts this screen on its slate when the PIN, which the neighbour with
	// this id forwards, is right.
	Safe     func(from playlists.ID, pin string) (Answer, error)
	Problems Problems
	Mono     func() time.Time // time.Now: only differences are used
	Log      *slog.Logger
	// Loopback tells whether neighbours may be on this machine: only agents that
	// listen there look there.
	Loopback bool

	every time.Duration // tests shorten it
}

// Exchange asks and answers the neighbours of one screen. It is safe for
// concurrent use.
type Exchange struct {
	o        Options
	identity identity
	client   *http.Client
	fetching chan struct{} // captures fetched at a time
	kick     chan struct{}

	said said // what this screen says

	mu     sync.Mutex
	roster *programme.AcceptedRoster
	peers  map[playlists.ID]*peer
	limits map[playlists.ID]*rate.Limiter // of those who ask
	held   int                            // bytes of captures
}

// New prepares an exchange.
func New(o Options) (*Exchange, error) {
	x := &Exchange{o: o, fetching: make(chan struct{}, 2), kick: make(chan struct{}, 1), peers: map[playlists.ID]*peer{}, limits: map[playlists.ID]*rate.Limiter{}}
	if x.o.every == 0 {
		x.o.every = every
	}
	if x.o.Picture == nil {
		x.o.Picture = func() Picture { return Picture{} }
	}
	var err error
	if x.identity, err = newIdentity(o.Key); err != nil {
		return nil, err
	}
	x.client = &http.Client{
		Transport: &http.Transport{
			DialTLSContext: x.dial, DisableCompression: true, MaxConnsPerHost: 2, MaxIdleConnsPerHost: 1,
			IdleConnTimeout: 3 * longest, MaxResponseHeaderBytes: 4 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	x.look()
	return x, nil
}

// Kick has the roster looked at now. It never blocks.
func (x *Exchange) Kick() {
	select {
	case x.kick <- struct{}{}:
	default:
	}
}

// Run asks each neighbour until ctx ends.
func (x *Exchange) Run(ctx context.Context) error {
	defer x.client.CloseIdleConnections()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var asking sync.WaitGroup
	defer asking.Wait()
	for {
		x.look()
		for _, p := range x.idle() {
			asking.Go(func() { x.follow(ctx, p) })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-x.kick:
		}
	}
}

// look takes up another roster.
func (x *Exchange) look() {
	next := x.o.Roster()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.roster == next {
		return
	}
	x.roster = next
	known := map[playlists.ID]bool{}
	for i := range x.neighbours() {
		n := &next.Neighbours[i]
		known[n.Screen] = true
		p := x.peers[n.Screen]
		if p != nil && p.neighbour.Key != nil && !slices.Equal(p.neighbour.Key, n.Key) {
			x.drop(p) // another PC has taken its place
			p = nil
		}
		if p == nil {
			p = &peer{since: x.o.Mono(), gone: make(chan struct{})}
			x.peers[n.Screen] = p
		}
		p.neighbour = *n
	}
	for id, p := range x.peers {
		if !known[id] {
			x.drop(p)
			delete(x.peers, id)
			delete(x.limits, id)
		}
	}
	x.client.CloseIdleConnections()
}

// neighbours lists those of the roster; the lock is held.
func (x *Exchange) neighbours() []programme.Neighbour {
	if x.roster == nil {
		return nil
	}
	return x.roster.Neighbours
}

// drop forgets a peer; the lock is held.
func (x *Exchange) drop(p *peer) {
	x.held -= len(p.jpeg)
	p.jpeg = nil
	close(p.gone)
	x.o.Problems.Clear(about(p.neighbour.Screen))
}

// idle gives the peers that nobody asks yet, and has them asked.
func (x *Exchange) idle() []*peer {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []*peer
	for _, p := range x.peers {
		if !p.asked {
			p.asked = true
			out = append(out, p)
		}
	}
	return out
}

// follow asks one peer until it leaves the roster or ctx ends.
func (x *Exchange) follow(ctx context.Context, p *peer) {
	wait := rand.N(x.o.every / 4) // not everybody at once
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.gone:
			return
		case <-time.After(wait):
		}
		x.once(ctx, p)
		wait = x.next(p)
	}
}

// next gives when to ask a peer again: soon after a first failure, so that one
// lost packet is no silence, and ever later after many.
func (x *Exchange) next(p *peer) time.Duration {
	x.mu.Lock()
	failed := p.failed
	x.mu.Unlock()
	wait := x.o.every
	switch {
	case failed == 1:
		wait /= 4
	case failed > 2:
		wait = min(wait<<min(failed-2, 8), longest)
	}
	return wait*4/5 + rand.N(wait*2/5+1)
}

// State is how a neighbour is, as far as this screen knows.
type State struct {
	Neighbour programme.Neighbour
	Report    *programme.PeerReport // the newest, nil for none yet
	Age       time.Duration         // since it was received, or since it was first looked for
	Silent    bool
	Lying     string           // why it cannot be believed, "" while it can
	Capture   playlists.Digest // that is held, "" for none
}

// States gives the neighbours, by name.
func (x *Exchange) States() []State {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := []State{}
	for _, p := range x.peers {
		out = append(out, x.state(p))
	}
	slices.SortFunc(out, func(a, b State) int {
		return cmp.Or(cmp.Compare(a.Neighbour.Name, b.Neighbour.Name), cmp.Compare(a.Neighbour.Screen, b.Neighbour.Screen))
	})
	return out
}

func (x *Exchange) state(p *peer) State {
	age := x.o.Mono().Sub(p.since)
	return State{
		Neighbour: p.neighbour, Report: p.report, Age: age, Lying: p.lying, Capture: p.picture,
		Silent: p.failed >= 2 || age > 3*x.o.every,
	}
}

// Capture gives the capture of a neighbour that is held.
func (x *Exchange) Capture(screen playlists.ID, name playlists.Digest) ([]byte, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := x.peers[screen]
	if p == nil || p.jpeg == nil || p.picture != name {
		return nil, false
	}
	return p.jpeg, true
}

// unknown says that a screen is no neighbour.
func unknown(screen playlists.ID) error {
	return playlists.Errorf(playlists.NotFound, "neighbour_missing", playlists.Params{"screen": string(screen)}, "cannot reach the screen %.40q: it is no neighbour of this one", string(screen))
}

// about names what is wrong about a neighbour.
func about(screen playlists.ID) string { return fmt.Sprintf("neighbour %s", screen) }
