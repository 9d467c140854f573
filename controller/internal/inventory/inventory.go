// Package inventory knows the devices of the screens: what each PC finds out
// about itself and how that has changed, what people write about the rest, and
// which checklists of hardening are due.
package inventory

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Facts are what a screen PC has said of itself.
type Facts struct {
	wire.Inventory
	HeardAt time.Time
}

// Store keeps it all.
type Store interface {
	Facts(ctx context.Context) (map[playlists.ID]Facts, error)
	// SaveFacts keeps newer facts with what has changed.
	SaveFacts(ctx context.Context, screen playlists.ID, f Facts, changes []Change) error
	AddChanges(ctx context.Context, screen playlists.ID, changes []Change) error
	// Changes lists them, newest first.
	Changes(ctx context.Context, screen playlists.ID, limit int) ([]Change, error)

	Notes(ctx context.Context) (map[playlists.ID]Notes, error)
	SaveNotes(ctx context.Context, screen playlists.ID, n Notes) error

	// LatestChecks gives the newest of each list of each screen.
	LatestChecks(ctx context.Context) ([]Check, error)
	AddCheck(ctx context.Context, c Check) error
	// Checks lists those of a screen, newest first.
	Checks(ctx context.Context, screen playlists.ID, limit int) ([]Check, error)
}

// Screen is a screen where it stands.
type Screen struct {
	ID          playlists.ID
	Name        string
	Cluster     playlists.ID
	ClusterName string
	Unit        playlists.ID
	Profile     playlists.Profile
	Tags        []string
}

// Fleet knows the screens.
type Fleet interface {
	Screens() []Screen
	Screen(id playlists.ID) (Screen, bool)
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Fleet  Fleet
	Zone   *time.Location // of dates
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

// Service is safe for concurrent use. It holds the newest of everything in
// memory: some kilobytes a screen.
type Service struct {
	cfg  Config
	wake chan struct{}

	mu      sync.RWMutex
	facts   map[playlists.ID]*Facts
	kept    map[playlists.ID]time.Time // when facts were stored last in this run
	pending map[playlists.ID]Facts     // heard and not stored
	notes   map[playlists.ID]Notes
	checks  map[playlists.ID]map[string]Check
}

// Open loads what is known.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{
		cfg: cfg, wake: make(chan struct{}, 1), facts: map[playlists.ID]*Facts{}, kept: map[playlists.ID]time.Time{},
		pending: map[playlists.ID]Facts{}, checks: map[playlists.ID]map[string]Check{},
	}
	facts, err := cfg.Store.Facts(ctx)
	if err != nil {
		return nil, err
	}
	for id, f := range facts {
		s.facts[id] = &f
	}
	if s.notes, err = cfg.Store.Notes(ctx); err != nil {
		return nil, err
	}
	checks, err := cfg.Store.LatestChecks(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range checks {
		s.checked(c)
	}
	return s, nil
}

// checked remembers a check; the lock is held or not needed yet.
func (s *Service) checked(c Check) {
	of := s.checks[c.Screen]
	if of == nil {
		of = map[string]Check{}
		s.checks[c.Screen] = of
	}
	of[c.List] = c
}

// Device is what is known of a screen's devices.
type Device struct {
	Screen Screen
	Facts  *Facts // nil while the PC has said nothing
	Notes  Notes
	Dues   []Due
}

// overdue gives how urgent the checks are: when the first was due, and false
// for none overdue.
func (d *Device) overdue(now time.Time) (time.Time, bool) {
	var first time.Time
	found := false
	for i := range d.Dues {
		if due := &d.Dues[i]; due.Overdue(now) && (!found || due.At.Before(first)) {
			first, found = due.At, true
		}
	}
	return first, found
}

// device gathers what is known; the lock is held.
func (s *Service) device(screen Screen) Device {
	d := Device{Screen: screen, Facts: s.facts[screen.ID], Notes: s.notes[screen.ID]}
	d.Dues = dues(d.Notes.Kind, s.checks[screen.ID])
	return d
}

// Filter chooses devices.
type Filter struct {
	Query   string // words of names, makers, models, serial numbers, suppliers, switches
	Cluster playlists.ID
	Tag     string
	Overdue bool // only those with a checklist overdue
	Offset  int
	Limit   int
}

// Page is a page of devices.
type Page struct {
	Devices []Device
	Total   int
	Overdue int // of those in reach
}

// List gives the devices that the actor may know of, those with overdue
// checklists first, the longest overdue before.
func (s *Service) List(a playlists.Actor, f Filter) (Page, error) {
	if a.Reach(playlists.Watch).None() && a.Reach(playlists.ManageScreens).None() {
		return Page{}, a.Require(playlists.Watch, playlists.Scope{})
	}
	words := strings.Fields(playlists.Fold(f.Query))
	now := s.cfg.Now()
	var p Page
	var all []Device
	s.mu.RLock()
	for _, screen := range s.cfg.Fleet.Screens() {
		if !mayKnow(a, screen) {
			continue
		}
		d := s.device(screen)
		_, late := d.overdue(now)
		if late {
			p.Overdue++
		}
		if f.Cluster != "" && screen.Cluster != f.Cluster || f.Overdue && !late || f.Tag != "" && !slices.Contains(screen.Tags, f.Tag) || !d.matches(words) {
			continue
		}
		all = append(all, d)
	}
	s.mu.RUnlock()
	slices.SortFunc(all, func(x, y Device) int {
		a, lateA := x.overdue(now)
		b, lateB := y.overdue(now)
		switch {
		case lateA != lateB:
			return map[bool]int{true: -1, false: 1}[lateA]
		case lateA && !a.Equal(b):
			return a.Compare(b)
		}
		return cmp.Or(strings.Compare(playlists.Fold(x.Screen.Name), playlists.Fold(y.Screen.Name)), strings.Compare(string(x.Screen.ID), string(y.Screen.ID)))
	})
	p.Total = len(all)
	p.Devices = all[min(f.Offset, len(all)):]
	p.Devices = p.Devices[:min(f.Limit, len(p.Devices))]
	return p, nil
}

func (d *Device) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	parts := []string{d.Screen.Name, d.Screen.ClusterName, d.Notes.Supplier, d.Notes.Switch, d.Notes.PasswordHolder, d.Notes.Sender.Maker, d.Notes.Sender.Model, d.Notes.Receiver.Maker, d.Notes.Receiver.Model}
	parts = append(parts, d.Screen.Tags...)
	if f := d.Facts; f != nil {
		parts = append(parts, machine(&f.Inventory), f.CPU, f.OS, f.Browser, f.Agent, f.Hostname, displays(&f.Inventory))
		parts = append(parts, f.Addresses...)
	}
	text := playlists.Fold(strings.Join(parts, " "))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func mayKnow(a playlists.Actor, screen Screen) bool {
	in := playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster}
	return a.May(playlists.Watch, in) || a.May(playlists.ManageScreens, in)
}

// Detail is a device with its past.
type Detail struct {
	Device
	Changes  []Change // newest first
	Checks   []Check  // newest first
	Editable bool
}

// Detailed bounds what a screen's page shows of the past.
const detailed = 50

// Of gives a screen's devices.
func (s *Service) Of(ctx context.Context, a playlists.Actor, id playlists.ID) (Detail, error) {
	screen, err := s.find(a, id)
	if err != nil {
		return Detail{}, err
	}
	s.mu.RLock()
	out := Detail{Device: s.device(screen), Editable: a.May(playlists.ManageScreens, playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster})}
	s.mu.RUnlock()
	if out.Changes, err = s.cfg.Store.Changes(ctx, id, detailed); err != nil {
		return Detail{}, err
	}
	out.Checks, err = s.cfg.Store.Checks(ctx, id, detailed)
	return out, err
}

func (s *Service) find(a playlists.Actor, id playlists.ID) (Screen, error) {
	screen, ok := s.cfg.Fleet.Screen(id)
	if !ok || !mayKnow(a, screen) {
		return Screen{}, playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(id)}, "cannot find the screen %.40q: choose one from the list of screens", string(id))
	}
	return screen, nil
}

func (s *Service) manage(a playlists.Actor, id playlists.ID) (Screen, error) {
	screen, err := s.find(a, id)
	if err != nil {
		return screen, err
	}
	return screen, a.Require(playlists.ManageScreens, playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster})
}

// Write keeps what a person writes about a screen's devices.
func (s *Service) Write(ctx context.Context, a playlists.Actor, id playlists.ID, n Notes) (Detail, error) {
	if _, err := s.manage(a, id); err != nil {
		return Detail{}, err
	}
	if err := n.clean(); err != nil {
		return Detail{}, err
	}
	n.ChangedAt, n.ChangedBy = s.cfg.Now(), a.Name
	ctx = playlists.WithAct(ctx, &playlists.Act{At: n.ChangedAt, By: a.ID, Kind: playlists.DeviceDescribed, Subject: id, Detail: n})
	if err := s.cfg.Store.SaveNotes(ctx, id, n); err != nil {
		return Detail{}, err
	}
	s.mu.Lock()
	s.notes[id] = n
	s.mu.Unlock()
	return s.Of(playlists.WithAct(ctx, nil), a, id)
}

// checkWritten is what the audit log keeps of a checklist.
type checkWritten struct {
	List string   `json:"list"`
	Done []string `json:"done"`
	Open int      `json:"open"`
}

// Check keeps that somebody went through a checklist at a screen.
func (s *Service) Check(ctx context.Context, a playlists.Actor, id playlists.ID, list string, done []string, note string) (Detail, error) {
	if _, err := s.manage(a, id); err != nil {
		return Detail{}, err
	}
	l, ok := listNamed(list)
	if !ok {
		return Detail{}, playlists.Errorf(playlists.Invalid, "checklist_unknown", nil, "cannot go through the checklist %.40q: choose one of those that there are", list)
	}
	c := Check{Screen: id, List: list, At: s.cfg.Now(), By: a.ID, ByName: a.Name, Done: []string{}, Note: playlists.Clean(note)}
	for _, item := range l.Items { // in their order, each once
		if slices.Contains(done, item) {
			c.Done = append(c.Done, item)
		}
	}
	for _, item := range done {
		if !slices.Contains(l.Items, item) {
			return Detail{}, playlists.Errorf(playlists.Invalid, "checklist_unknown", nil, "cannot tick %.40q: the checklist has no such item", item)
		}
	}
	if len([]rune(c.Note)) > maxText {
		return Detail{}, tooLong("note", maxText)
	}
	if saysPassword(c.Note) {
		return Detail{}, secretWritten()
	}
	var err error
	if c.ID, err = playlists.NewID(s.cfg.Random); err != nil {
		return Detail{}, err
	}
	act := &playlists.Act{At: c.At, By: a.ID, Kind: playlists.DeviceChecked, Subject: id, Detail: checkWritten{List: list, Done: c.Done, Open: len(l.Items) - len(c.Done)}}
	if err := s.cfg.Store.AddCheck(playlists.WithAct(ctx, act), c); err != nil {
		return Detail{}, err
	}
	s.mu.Lock()
	s.checked(c)
	s.mu.Unlock()
	return s.Of(ctx, a, id)
}

// Switches gives the label of the switch that each screen hangs on, as far as
// somebody has written it down.
func (s *Service) Switches() map[playlists.ID]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := map[playlists.ID]string{}
	for id := range maps.Keys(s.notes) {
		if label := s.notes[id].Switch; label != "" {
			out[id] = label
		}
	}
	return out
}
