// Package settings keeps how each screen is run, its operating hours, camera
// and touch panel, and gives the screen the signed document that says so. It
// decides nothing of what is shown.
package settings

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"cotmoc/controller/internal/outbox"
	"cotmoc/playlists"
	"cotmoc/playlists/hours"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// firstEpoch is the one before the first charter, which goes on in it.
const firstEpoch = 1

// maxCounter is more than a screen's settings are ever changed.
const maxCounter = 1 << 40

// Given is the newest signed settings of a screen.
type Given struct {
	programme.Settings
	Content  playlists.Digest // of what they say, without their numbers
	Envelope []byte
	Row      int64 // in the outbox, once they are saved
}

// Outgoing is settings that wait to be announced.
type Outgoing = outbox.Message

// Store keeps what was given.
type Store interface {
	// Given lists the newest of every screen for which there are any.
	Given(ctx context.Context) ([]Given, error)
	// Save stores newer ones and gives them a row of the outbox.
	Save(ctx context.Context, g *Given) error
	outbox.Store
}

// Charters gives the charter that counts, nil before the first.
type Charters interface{ Current() *programme.HeldCharter }

// Screen is a screen where it stands.
type Screen struct {
	ID       playlists.ID
	Cluster  playlists.ID
	Unit     playlists.ID
	TimeZone string
	// Held is what it has reported of its settings, nil for nothing.
	Held *wire.ProgrammeRef
}

// Fleet knows the screens.
type Fleet interface {
	Screen(id playlists.ID) (Screen, bool)
}

// Observer is told by which hours a screen is on. It answers fast.
type Observer interface {
	Hours(screen playlists.ID, table hours.Table, zone *time.Location)
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Charters  Charters
	Fleet     Fleet
	Announcer outbox.Announcer
	Observer  Observer
	Key       func() ed25519.PrivateKey
	Now       func() time.Time
	Log       *slog.Logger
}

// Service is safe for concurrent use.
type Service struct {
	cfg    Config
	outbox *outbox.Box
	wake   chan struct{}

	making sync.Mutex // one set of settings at a time

	mu    sync.RWMutex
	given map[playlists.ID]Given
	dirty map[playlists.ID]bool
}

// Open loads what was given.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{
		cfg: cfg, outbox: outbox.New(cfg.Store, cfg.Announcer, cfg.Log), wake: make(chan struct{}, 1),
		given: map[playlists.ID]Given{}, dirty: map[playlists.ID]bool{},
	}
	all, err := cfg.Store.Given(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range all {
		s.given[g.Screen] = g
		s.observe(&g.Settings)
	}
	s.RefreshAll()
	return s, nil
}

func (s *Service) observe(d *programme.Settings) {
	s.cfg.Observer.Hours(d.Screen, d.Hours, d.Zone())
}

// View is how a screen is run, as people see it.
type View struct {
	Hours    hours.Table
	TimeZone string
	Camera   string // "" for those who may not change it
	Touch    programme.Touch
	Given    wire.ProgrammeRef // zero while nobody has set anything
	Held     *wire.ProgrammeRef
	Editable bool
}

// Of gives how a screen is run, to who may watch it.
func (s *Service) Of(a playlists.Actor, id playlists.ID) (View, error) {
	screen, manages, err := s.find(a, id)
	if err != nil {
		return View{}, err
	}
	d := s.of(screen)
	v := View{
		Hours: d.Hours, TimeZone: screen.TimeZone, Camera: d.Camera, Touch: d.Touch,
		Given: wire.ProgrammeRef{Epoch: d.Epoch, Counter: d.Counter}, Held: screen.Held, Editable: manages,
	}
	if !manages {
		v.Camera = "" // it may name a password
	}
	return v, nil
}

func (s *Service) find(a playlists.Actor, id playlists.ID) (screen Screen, manages bool, err error) {
	screen, ok := s.cfg.Fleet.Screen(id)
	in := playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster}
	manages = a.May(playlists.ManageScreens, in)
	if !ok || !manages && !a.May(playlists.Watch, in) {
		return screen, false, noScreen(id)
	}
	return screen, manages, nil
}

// of gives what a screen was given, or what it goes by without.
func (s *Service) of(screen Screen) programme.Settings {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := programme.UsualSettings()
	if g, ok := s.given[screen.ID]; ok {
		d = g.Settings
	}
	d.Screen, d.TimeZone = screen.ID, screen.TimeZone
	return d
}

// Change is what changes; nil leaves it.
type Change struct {
	Hours  *hours.Table
	Camera *string
	Touch  *programme.Touch
}

// Change has a screen run otherwise from now on.
func (s *Service) Change(ctx context.Context, a playlists.Actor, id playlists.ID, ch Change) (View, error) {
	screen, _, err := s.find(a, id)
	if err != nil {
		return View{}, err
	}
	if err := a.Require(playlists.ManageScreens, playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster}); err != nil {
		return View{}, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	d := s.of(screen)
	if ch.Hours != nil {
		if d.Hours = *ch.Hours; d.Hours.Week == nil {
			d.Hours.Week = []hours.Interval{}
		}
	}
	if ch.Camera != nil {
		d.Camera = playlists.Clean(*ch.Camera)
	}
	if ch.Touch != nil {
		d.Touch = *ch.Touch
	}
	if err := d.Validate(); err != nil {
		return View{}, err
	}
	if err := s.give(s.audited(ctx, a, d), screen, d); err != nil {
		return View{}, err
	}
	return s.Of(a, id)
}

// written is what the audit log keeps. A camera's address may name a password.
type written struct {
	Hours  hours.Table     `json:"hours"`
	Camera bool            `json:"camera"`
	Touch  programme.Touch `json:"touch"`
}

func (s *Service) audited(ctx context.Context, a playlists.Actor, d programme.Settings) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{
		At: s.cfg.Now(), By: a.ID, Kind: playlists.SettingsChanged, Subject: d.Screen, Detail: written{Hours: d.Hours, Camera: d.Camera != "", Touch: d.Touch},
	})
}

// give signs settings that say something new and stores them. The lock of
// making is held.
func (s *Service) give(ctx context.Context, screen Screen, d programme.Settings) error {
	key := s.cfg.Key()
	charter := s.cfg.Charters.Current()
	d.Screen, d.TimeZone, d.Epoch, d.Charter = screen.ID, screen.TimeZone, firstEpoch, 0
	if charter != nil {
		d.Epoch, d.Charter = charter.Epoch, charter.Number
	}
	content, err := contentOf(d, key)
	if err != nil {
		return err
	}
	s.mu.RLock()
	before := s.given[screen.ID]
	s.mu.RUnlock()
	least := wire.ProgrammeRef{Epoch: before.Epoch, Counter: before.Counter}
	// After a restore of older data the screen may hold more than is known here.
	// More in a later epoch is for a charter to heal, and what no controller has
	// ever counted to is a lie.
	ahead := screen.Held != nil && above(*screen.Held, least) && screen.Held.Epoch <= d.Epoch && screen.Held.Counter < maxCounter
	if before.Content == content && !ahead {
		return nil
	}
	if ahead {
		least = *screen.Held
	}
	d.Counter, d.IssuedAt = 1, s.cfg.Now().UnixMilli()
	if least.Epoch == d.Epoch { // counters begin anew in each
		d.Counter = least.Counter + 1
	}
	g := Given{Settings: d, Content: content}
	if g.Envelope, err = programme.SignSettings(&d, key); err != nil {
		return err
	}
	if err := s.cfg.Store.Save(ctx, &g); err != nil {
		return err
	}
	s.mu.Lock()
	s.given[screen.ID] = g
	s.mu.Unlock()
	s.outbox.Put([]Outgoing{{Row: g.Row, Screen: d.Screen, Epoch: d.Epoch, Counter: d.Counter, Envelope: g.Envelope}})
	s.observe(&d)
	return nil
}

func above(a, b wire.ProgrammeRef) bool {
	return a.Epoch > b.Epoch || a.Epoch == b.Epoch && a.Counter > b.Counter
}

// contentOf names what settings say and the key that says it: those that
// another key signed are new ones. The charter's number is none of it.
func contentOf(d programme.Settings, key ed25519.PrivateKey) (playlists.Digest, error) {
	d.Counter, d.IssuedAt, d.Charter = 0, 0, 0
	b, err := programme.Marshal(struct {
		Said   programme.Settings
		Signer string
	}{d, programme.NewPublicKey(key.Public().(ed25519.PublicKey)).ID})
	return playlists.DigestOf(b), err
}

// Refresh has what a screen was given looked at soon: it stands in another
// zone, say.
func (s *Service) Refresh(screen playlists.ID) {
	s.mu.Lock()
	s.dirty[screen] = true
	s.mu.Unlock()
	s.nudge()
}

// RefreshAll has that of every screen looked at: another charter counts, say.
func (s *Service) RefreshAll() {
	s.mu.Lock()
	for id := range s.given {
		s.dirty[id] = true
	}
	s.mu.Unlock()
	s.nudge()
}

// Newest gives the numbers of what a screen was given last, zero for nothing.
func (s *Service) Newest(screen playlists.ID) programme.Numbers {
	s.mu.RLock()
	defer s.mu.RUnlock()
	g := s.given[screen]
	return programme.Numbers{Epoch: g.Epoch, Counter: g.Counter}
}

// Heard takes what a screen reports to hold.
func (s *Service) Heard(screen playlists.ID, held *wire.ProgrammeRef) {
	if held == nil {
		return
	}
	s.mu.RLock()
	g, ok := s.given[screen]
	s.mu.RUnlock()
	if ok && above(*held, wire.ProgrammeRef{Epoch: g.Epoch, Counter: g.Counter}) {
		s.Refresh(screen)
	}
}

func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Follow gives anew what must be, until ctx ends.
func (s *Service) Follow(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		}
		s.mu.Lock()
		all := slices.Collect(maps.Keys(s.dirty))
		clear(s.dirty)
		s.mu.Unlock()
		for _, id := range all {
			if err := s.again(ctx, id); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("settings not given anew", "screen", id, "error", err)
			}
		}
	}
}

func (s *Service) again(ctx context.Context, id playlists.ID) error {
	s.making.Lock()
	defer s.making.Unlock()
	screen, ok := s.cfg.Fleet.Screen(id)
	s.mu.RLock()
	_, given := s.given[id]
	s.mu.RUnlock()
	if !ok || !given {
		return nil
	}
	return s.give(ctx, screen, s.of(screen))
}

// Run announces what waits until ctx ends.
func (s *Service) Run(ctx context.Context) error { return s.outbox.Run(ctx) }

// Desired calls yield with the newest settings of each screen that is trusted.
func (s *Service) Desired(yield func(g *Given) error) error {
	s.mu.RLock()
	all := slices.Collect(maps.Values(s.given))
	s.mu.RUnlock()
	for i := range all {
		if _, ok := s.cfg.Fleet.Screen(all[i].Screen); !ok {
			continue
		}
		if err := yield(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

func noScreen(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(id)}, "cannot find the screen %.40q: choose one from the list of screens", string(id))
}
