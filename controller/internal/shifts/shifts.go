// Package shifts keeps the shift log: who is on duty at a cluster, what they
// noted, and how one handed over to the next. It only ever grows.
package shifts

import (
	"context"
	"io"
	"regexp"
	"slices"
	"time"

	"cotmoc/playlists"
)

// Bounds on what is written.
const (
	maxNote  = 2000 // characters
	mostOpen = 100  // incidents at a hand-over
)

// Kind is what an entry of the log says.
type Kind string

// The kinds of entries.
const (
	Began     Kind = "began"
	Ended     Kind = "ended"
	Noted     Kind = "noted"
	Offered   Kind = "offered"   // to a named person
	Withdrawn Kind = "withdrawn" // the offer
	Declined  Kind = "declined"
	Accepted  Kind = "accepted" // the giver's shift ends and the taker's begins
)

// OpenIncident is one that is handed over.
type OpenIncident struct {
	ID         playlists.ID `json:"id"`
	Screen     playlists.ID `json:"screen"`
	ScreenName string       `json:"screen_name"`
	Rule       string       `json:"rule"`
	Severity   string       `json:"severity"`
	Since      time.Time    `json:"since"`
}

// Incidents tells what is open at a cluster.
type Incidents interface {
	Open(ctx context.Context, cluster playlists.ID) ([]OpenIncident, error)
}

// Entry is a line of the log. None is ever changed: who was wrong writes
// another.
type Entry struct {
	Seq     int64
	Cluster playlists.ID
	At      time.Time
	Kind    Kind
	Person  playlists.ID
	Other   playlists.ID // to or from whom
	Shift   playlists.ID
	Note    string
	Open    []OpenIncident // at that moment
}

// Shift is a person on duty.
type Shift struct {
	ID      playlists.ID
	Cluster playlists.ID
	Person  playlists.ID
	Began   time.Time
	Ended   time.Time // zero while it lasts
	// Offer is to whom it is to be handed over; "" for nobody.
	Offer     playlists.ID
	OfferedAt time.Time
}

// Staffing says when somebody has to be on duty.
type Staffing struct {
	From    string // 06:00; "" when nobody has to
	Until   string
	Version int
}

var clock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func (f Staffing) validate() error {
	if f.From == "" && f.Until == "" || clock.MatchString(f.From) && clock.MatchString(f.Until) {
		return nil
	}
	return playlists.Errorf(playlists.Invalid, "staffing_hours", nil, "cannot have somebody on duty from %.20q until %.20q: give times such as 06:00 and 22:00, the same twice for day and night", f.From, f.Until)
}

// wanted tells whether somebody has to be on duty at an instant.
func (f Staffing) wanted(local time.Time) bool {
	at := local.Format("15:04")
	switch {
	case f.From == "":
		return false
	case f.From == f.Until:
		return true
	case f.From < f.Until:
		return f.From <= at && at < f.Until
	}
	return at >= f.From || at < f.Until
}

// Person is somebody who may be on duty.
type Person struct {
	ID   playlists.ID
	Name string
}

// Store keeps the log.
type Store interface {
	// Cluster gives the unit that operates a cluster: NotFound, reason
	// "cluster_missing".
	Cluster(ctx context.Context, id playlists.ID, today string) (name string, unit playlists.ID, err error)
	// OnDuty gives the shifts that last at a cluster.
	OnDuty(ctx context.Context, cluster playlists.ID) ([]Shift, error)
	// Change reads the shifts that last, has them changed and keeps what came
	// of it, with its entries, or nothing.
	Change(ctx context.Context, cluster playlists.ID, change func(now []Shift) (changed []Shift, written []Entry, err error)) error
	// Entries gives those of a span, in their order.
	Entries(ctx context.Context, cluster playlists.ID, from, until time.Time) ([]Entry, error)
	// Names gives what people are called.
	Names(ctx context.Context) (map[playlists.ID]string, error)
	// Watchers are the people who may be on duty at a cluster of a unit.
	Watchers(ctx context.Context, unit, cluster playlists.ID) ([]Person, error)
	Staffing(ctx context.Context, cluster playlists.ID) (Staffing, error)
	// SaveStaffing keeps what follows a version: Conflict, reason
	// "staffing_changed".
	SaveStaffing(ctx context.Context, cluster playlists.ID, f Staffing, by playlists.ID, at time.Time) error
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Incidents Incidents
	Now       func() time.Time
	Random    io.Reader
}

// Service keeps the shift log. It is safe for concurrent use.
type Service struct {
	cfg  Config
	zone *time.Location
}

// New makes a Service.
func New(cfg Config) (*Service, error) {
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	return &Service{cfg: cfg, zone: zone}, err
}

// OnDuty tells whether a cluster is manned as it should be: somebody is on
// duty, or nobody has to be at this hour.
func (s *Service) OnDuty(ctx context.Context, cluster playlists.ID) (bool, error) {
	f, err := s.cfg.Store.Staffing(ctx, cluster)
	if err != nil || !f.wanted(s.cfg.Now().In(s.zone)) {
		return err == nil, err
	}
	all, err := s.cfg.Store.OnDuty(ctx, cluster)
	return len(all) > 0, err
}

// Desk is what somebody at a cluster sees.
type Desk struct {
	Cluster  playlists.ID
	Name     string
	OnDuty   []Shift
	Open     []OpenIncident
	Today    []Entry
	Names    map[playlists.ID]string
	Watchers []Person // to whom one may hand over; only for those who may write
	MayWrite bool
	MayStaff bool
	Staffing Staffing
	Missing  bool // somebody should be on duty and nobody is
	Day      string
}

// scope gives where a cluster is, for a person who may see it.
func (s *Service) scope(ctx context.Context, a playlists.Actor, cluster playlists.ID) (name string, in playlists.Scope, err error) {
	name, unit, err := s.cfg.Store.Cluster(ctx, cluster, s.cfg.Now().In(s.zone).Format(time.DateOnly))
	if err != nil {
		return "", in, err
	}
	in = playlists.Scope{Unit: unit, Cluster: cluster}
	return name, in, a.Require(playlists.Watch, in)
}

// mayWrite asks for the role: those on duty write the log, nobody else.
func mayWrite(a playlists.Actor, in playlists.Scope) bool {
	return slices.ContainsFunc(a.Grants, func(g playlists.Grant) bool {
		return g.Role == playlists.WatchOfficer && (g.Unit == "" || g.Unit == in.Unit) && (g.Cluster == "" || g.Cluster == in.Cluster)
	})
}

// Desk gives a cluster's.
func (s *Service) Desk(ctx context.Context, a playlists.Actor, cluster playlists.ID) (*Desk, error) {
	name, in, err := s.scope(ctx, a, cluster)
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now().In(s.zone)
	d := &Desk{Cluster: cluster, Name: name, MayWrite: mayWrite(a, in), MayStaff: a.May(playlists.ManageScreens, in), Day: now.Format(time.DateOnly)}
	if d.OnDuty, err = s.cfg.Store.OnDuty(ctx, cluster); err != nil {
		return nil, err
	}
	if d.Open, err = s.open(ctx, cluster); err != nil {
		return nil, err
	}
	if d.Today, d.Names, err = s.day(ctx, cluster, now); err != nil {
		return nil, err
	}
	if d.Staffing, err = s.cfg.Store.Staffing(ctx, cluster); err != nil {
		return nil, err
	}
	d.Missing = len(d.OnDuty) == 0 && d.Staffing.wanted(now)
	if d.MayWrite {
		d.Watchers, err = s.cfg.Store.Watchers(ctx, in.Unit, cluster)
	}
	return d, err
}

func (s *Service) open(ctx context.Context, cluster playlists.ID) ([]OpenIncident, error) {
	all, err := s.cfg.Incidents.Open(ctx, cluster)
	return all[:min(len(all), mostOpen)], err
}

func (s *Service) day(ctx context.Context, cluster playlists.ID, local time.Time) ([]Entry, map[playlists.ID]string, error) {
	from := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, s.zone)
	all, err := s.cfg.Store.Entries(ctx, cluster, from, from.AddDate(0, 0, 1))
	if err != nil {
		return nil, nil, err
	}
	names, err := s.cfg.Store.Names(ctx)
	return all, names, err
}

// Sheet is a day of the log, to be printed and signed.
type Sheet struct {
	Cluster  string
	Day      string
	Entries  []Entry
	OnDuty   []Shift // when the day began or now, and still
	Names    map[playlists.ID]string
	Staffing Staffing
	Printed  time.Time
}

// Sheet gives a day's.
func (s *Service) Sheet(ctx context.Context, a playlists.Actor, cluster playlists.ID, day string) (*Sheet, error) {
	name, _, err := s.scope(ctx, a, cluster)
	if err != nil {
		return nil, err
	}
	local, err := time.ParseInLocation(time.DateOnly, day, s.zone)
	if err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "date_malformed", playlists.Params{"value": day}, "cannot read the date %.20q: write it as 2026-08-05", day)
	}
	h := &Sheet{Cluster: name, Day: day, Printed: s.cfg.Now()}
	if h.Entries, h.Names, err = s.day(ctx, cluster, local); err != nil {
		return nil, err
	}
	if h.OnDuty, err = s.cfg.Store.OnDuty(ctx, cluster); err != nil {
		return nil, err
	}
	h.Staffing, err = s.cfg.Store.Staffing(ctx, cluster)
	return h, err
}

// Staff sets when somebody has to be on duty at a cluster.
func (s *Service) Staff(ctx context.Context, a playlists.Actor, cluster playlists.ID, f Staffing) error {
	_, in, err := s.scope(ctx, a, cluster)
	if err != nil {
		return err
	}
	if err := a.Require(playlists.ManageScreens, in); err != nil {
		return err
	}
	if err := f.validate(); err != nil {
		return err
	}
	now := s.cfg.Now()
	f.Version++
	ctx = playlists.WithAct(ctx, &playlists.Act{At: now, By: a.ID, Kind: playlists.StaffingChanged, Subject: cluster, Detail: struct {
		From  string `json:"from"`
		Until string `json:"until"`
	}{f.From, f.Until}})
	return s.cfg.Store.SaveStaffing(ctx, cluster, f, a.ID, now)
}
