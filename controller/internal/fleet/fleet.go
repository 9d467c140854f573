// Package fleet knows the screens: how one joins by a pairing code, the
// clusters they stand in, what each has said last and how far its programme
// has come.
package fleet

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Named is a thing with the name it has now.
type Named struct {
	ID   playlists.ID
	Name string
}

// Store keeps what the fleet knows. All methods may be called concurrently.
type Store interface {
	// Clusters gives all clusters, by name.
	Clusters(ctx context.Context) ([]Cluster, error)
	AddCluster(ctx context.Context, c Cluster, at time.Time) error
	SaveCluster(ctx context.Context, c Cluster) error
	// UnitExists tells whether a unit may be given a cluster on a local date.
	UnitExists(ctx context.Context, unit playlists.ID, on string) (bool, error)

	// Screens gives every screen, revoked ones included, by name.
	Screens(ctx context.Context) ([]playlists.Screen, error)
	// FindScreens gives a page of the screens that are not revoked and in
	// reach.
	FindScreens(ctx context.Context, f Filter) (Page, error)
	SaveScreen(ctx context.Context, s playlists.Screen) error
	RevokeScreen(ctx context.Context, screen playlists.ID, at time.Time) error
	// RevokedCertificates lists the certificates of revoked screens, and of PCs
	// that were replaced, in DER.
	RevokedCertificates(ctx context.Context) ([]RevokedCertificate, error)

	AddPairing(ctx context.Context, p Pairing) error
	// OpenPairings lists those that are neither claimed nor expired.
	OpenPairings(ctx context.Context, now time.Time) ([]Pairing, error)
	Pairing(ctx context.Context, id playlists.ID) (Pairing, error)
	DropPairings(ctx context.Context, expiredBefore time.Time) error
	// Claim adds the screen with its certificate and marks the pairing with
	// it. It answers Conflict when the pairing is claimed already, reason
	// "pairing_claimed", or its device key is a screen, "device_claimed".
	Claim(ctx context.Context, pairing playlists.ID, until time.Time, s playlists.Screen, certificate []byte) error
	AddBatch(ctx context.Context, b Batch) error
	// Batches lists the tickets that end after an instant, newest first.
	Batches(ctx context.Context, since time.Time) ([]Batch, error)
	RevokeBatch(ctx context.Context, id playlists.ID, at time.Time) error
	// ClaimSeat is Claim by a ticket, whose seat is taken with it. It answers
	// Conflict, reason "ticket_over", when the seat or the ticket is gone.
	ClaimSeat(ctx context.Context, pairing playlists.ID, until time.Time, s playlists.Screen, certificate []byte, batch playlists.ID, seat int, at time.Time) error
	// Replace gives a screen another device key with its certificate, marks the
	// pairing with the screen and forgets what the screen has said last. The
	// certificates of the key before are among the revoked from then on. It
	// answers as Claim does.
	Replace(ctx context.Context, pairing playlists.ID, until time.Time, screen playlists.ID, deviceKey, certificate []byte, at time.Time) error
	Certificate(ctx context.Context, screen playlists.ID) ([]byte, error)
	// ReplaceCertificate gives a screen its next certificate; the one before
	// stays among those that a revocation names.
	ReplaceCertificate(ctx context.Context, screen playlists.ID, certificate []byte, at time.Time) error

	// Heard gives what every screen said last.
	Heard(ctx context.Context) ([]Heard, error)
	// SaveHeard stores what is new, all or nothing.
	SaveHeard(ctx context.Context, heard []Heard, progress []Progress) error
}

// Authority gives certificates.
type Authority interface {
	IssueScreen(screen playlists.ID, deviceKey []byte) (der []byte, err error)
	// Young tells whether a certificate has most of its life before it.
	Young(certificate []byte) bool
	Certificate() []byte
	SHA256() [32]byte
}

// Observer is told of every change, in order for one screen. It answers fast
// and calls nothing of the fleet.
type Observer interface {
	// ScreenSet tells of a screen that is new or has changed.
	ScreenSet(m Member)
	// ScreenGone tells of one that was revoked.
	ScreenGone(screen playlists.ID)
	// ScreenReplaced tells of one that has another PC: what it said is no
	// measure any more.
	ScreenReplaced(screen playlists.ID)
	// ScreenHeard tells what a screen said last.
	ScreenHeard(h Heard)
}

// Options are what a Service needs.
type Options struct {
	Store     Store
	Authority Authority
	Observer  Observer
	// Cut ends a revoked screen's connections.
	Cut func(ctx context.Context, screen playlists.ID)
	// Swap ends the connections of the PC that a screen had, and clears what
	// brokers keep of what it said.
	Swap func(ctx context.Context, screen playlists.ID)
	// MQTTURL is where screens find the broker when they reached us by host.
	MQTTURL func(host string) string
	// Known refuses a profile that screens cannot have.
	Known func(ctx context.Context, p playlists.Profile) error
	// Signed tells whether a screen is moved by a signed order alone.
	Signed func() bool
	// Person gives somebody with the rights they have now; NotFound once they
	// cannot log in.
	Person func(ctx context.Context, id playlists.ID) (playlists.Actor, error)
	// Sign signs a ticket.
	Sign func(t *programme.Ticket) ([]byte, error)
	// Keys are what screens check programmes with.
	Keys func() []programme.PublicKey
	// Charter gives the envelope that new screens take on trust, nil before the
	// first charter.
	Charter func() []byte
	Zone    *time.Location // of local dates
	Now     func() time.Time
	Random  io.Reader
	Log     *slog.Logger
}

// Service is the fleet. It holds the screens in memory beside the store, so
// that every connection and every report is judged at once. It is safe for
// concurrent use.
type Service struct {
	o        Options
	openings *throttle // pairings opened, by address
	claims   *throttle // codes tried, by person
	tries    *rate.Limiter

	renewing  sync.Mutex // one certificate at a time
	ticketing sync.Mutex // one seat at a time

	mu       sync.RWMutex
	clusters map[playlists.ID]Cluster
	members  map[playlists.ID]*member
	revoked  map[playlists.ID]bool

	dirty *dirty
}

// member is a screen with what it said last.
type member struct {
	screen playlists.Screen
	unit   playlists.ID // that the observer was told
	heard  Heard
	stages map[wire.ProgrammeRef]Stage // of the programmes it has named lately
}

// Member is a screen where it stands.
type Member struct {
	Screen  playlists.Screen
	Cluster Named
	Unit    playlists.ID // that operates the cluster today
}

// Open loads the fleet and tells the observer of it.
func Open(ctx context.Context, o Options) (*Service, error) {
	s := &Service{
		o: o, openings: newThrottle(rate.Every(20*time.Second), 10, o.Now), claims: newThrottle(rate.Every(6*time.Second), 10, o.Now),
		tries: rate.NewLimiter(rate.Every(time.Second), 60), dirty: newDirty(),
	}
	if err := s.load(ctx); err != nil {
		return nil, fmt.Errorf("cannot load the fleet: %w", err)
	}
	return s, nil
}

func (s *Service) load(ctx context.Context) error {
	clusters, err := s.o.Store.Clusters(ctx)
	if err != nil {
		return err
	}
	screens, err := s.o.Store.Screens(ctx)
	if err != nil {
		return err
	}
	heard, err := s.o.Store.Heard(ctx)
	if err != nil {
		return err
	}
	s.clusters = make(map[playlists.ID]Cluster, len(clusters))
	for _, c := range clusters {
		s.clusters[c.ID] = c
	}
	s.members, s.revoked = make(map[playlists.ID]*member, len(screens)), map[playlists.ID]bool{}
	for _, screen := range screens {
		if !screen.RevokedAt.IsZero() {
			s.revoked[screen.ID] = true
			continue
		}
		s.members[screen.ID] = newMember(screen)
		s.tell(s.members[screen.ID])
	}
	for _, h := range heard {
		if m := s.members[h.Screen]; m != nil {
			m.heard = h
			s.o.Observer.ScreenHeard(h)
		}
	}
	return nil
}

// tell tells the observer of a member; the lock is held or not needed yet.
func (s *Service) tell(m *member) {
	seen := s.place(m)
	m.unit = seen.Unit
	s.o.Observer.ScreenSet(seen)
}

func (s *Service) place(m *member) Member {
	c := s.clusters[m.screen.Cluster]
	return Member{Screen: m.screen, Cluster: Named{ID: c.ID, Name: c.Name}, Unit: c.UnitOn(s.Today()).ID}
}

// Today is the local date by which units operate clusters.
func (s *Service) Today() string { return s.o.Now().In(s.o.Zone).Format(time.DateOnly) }

// Admits tells whether a screen is trusted: it is known and not revoked.
func (s *Service) Admits(screen playlists.ID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.members[screen] != nil
}

// Revoked lists the screens that are trusted no longer.
func (s *Service) Revoked(context.Context) ([]playlists.ID, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]playlists.ID, 0, len(s.revoked))
	for id := range s.revoked {
		out = append(out, id)
	}
	return out, nil
}

// ClusterNames gives what every cluster is called.
func (s *Service) ClusterNames() map[playlists.ID]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make(map[playlists.ID]string, len(s.clusters))
	for id, c := range s.clusters {
		out[id] = c.Name
	}
	return out
}

// Operator gives the unit that operates a cluster today; false when there is
// no such cluster.
func (s *Service) Operator(cluster playlists.ID) (playlists.ID, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.clusters[cluster]
	return c.UnitOn(s.Today()).ID, ok
}

// Members lists the trusted screens.
func (s *Service) Members() []Member {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Member, 0, len(s.members))
	for _, m := range s.members {
		out = append(out, s.place(m))
	}
	return out
}

// Member gives a trusted screen.
func (s *Service) Member(screen playlists.ID) (Member, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m := s.members[screen]
	if m == nil {
		return Member{}, false
	}
	return s.place(m), true
}

// How often what is heard is stored, and how often the rest is looked after.
const (
	flushEvery = time.Second
	tidyEvery  = 5 * time.Minute
)

// Run stores what screens say, in batches, and looks after what ends with
// time, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	flush, tidy := time.NewTicker(flushEvery), time.NewTicker(tidyEvery)
	defer flush.Stop()
	defer tidy.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			return s.Flush(last)
		case <-flush.C:
			if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
				s.o.Log.Error("reports not stored", "error", err)
			}
		case <-tidy.C:
			s.tidy(ctx)
		}
	}
}

// tidy forgets expired pairings and tells of clusters that another unit
// operates since midnight.
func (s *Service) tidy(ctx context.Context) {
	if err := s.o.Store.DropPairings(ctx, s.o.Now().Add(-time.Hour)); err != nil && ctx.Err() == nil {
		s.o.Log.Error("pairings not dropped", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.members {
		if s.place(m).Unit != m.unit {
			s.tell(m)
		}
	}
}
