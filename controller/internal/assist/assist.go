// Package assist is remote help for screen PCs: a person asks for something on
// a closed list, the controller signs it for one screen and sends it until the
// screen has answered or its time is over, and keeps what became of it.
package assist

import (
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// State is how far a command has come, for people.
type State string

// The states.
const (
	Waiting State = "waiting" // the screen has not said that it has it
	Taken   State = "taken"
	Done    State = "done"
	Refused State = "refused"
	Failed  State = "failed"
	Expired State = "expired" // it had not come there when its time was over
	Silent  State = "silent"  // it was taken, and nothing was heard since
)

// Command is one that was asked, and what became of it.
type Command struct {
	programme.Command
	Envelope []byte // not of those that are listed
	SentAt   time.Time
	Sends    int // how often it was sent
	TakenAt  time.Time
	EndedAt  time.Time
	Outcome  wire.Outcome // "" before the screen has said anything
	Why      string
	Detail   string
	HasLog   bool
}

// silentAfter is how long after its end a command that was taken may take.
const silentAfter = 5 * time.Minute

// State gives how far the command has come.
func (c *Command) State(now time.Time) State {
	switch c.Outcome {
	case wire.OutcomeDone:
		return Done
	case wire.OutcomeRefused:
		return Refused
	case wire.OutcomeFailed:
		return Failed
	case wire.OutcomeTaken:
		if now.Before(c.Expires().Add(silentAfter)) {
			return Taken
		}
		return Silent
	}
	if now.Before(c.Expires()) {
		return Waiting
	}
	return Expired
}

// Answered tells whether the screen's last word has come.
func (c *Command) Answered() bool { return c.Outcome != "" && c.Outcome != wire.OutcomeTaken }

// Asked counts commands of the last minutes.
type Asked struct{ ByPerson, OfScreen int }

// Store keeps commands.
type Store interface {
	Add(ctx context.Context, c *Command) error
	// Open gives those that have not ended and whose time is not over, with
	// their envelopes, oldest first.
	Open(ctx context.Context, now time.Time) ([]Command, error)
	// Recent gives a screen's newest.
	Recent(ctx context.Context, screen playlists.ID, most int) ([]Command, error)
	// Asked counts those since a time.
	Asked(ctx context.Context, since time.Time, person, screen playlists.ID) (Asked, error)
	Sent(ctx context.Context, id playlists.ID, at time.Time) error
	// Answer keeps what a screen says of one of its own, unless it has ended. It
	// tells whether there is such a one.
	Answer(ctx context.Context, screen playlists.ID, r *wire.Result, at time.Time) (bool, error)
	// Log gives the log that came with the answer to a screen's command: NotFound,
	// reason "log_missing".
	Log(ctx context.Context, screen, id playlists.ID) ([]byte, error)
	// DropLogs forgets the logs of commands before a time.
	DropLogs(ctx context.Context, before time.Time) error
}

// Screen is a trusted screen where it stands.
type Screen struct {
	ID      playlists.ID
	Name    string
	Cluster playlists.ID
	Unit    playlists.ID // that operates the cluster now
}

// Fleet knows the screens.
type Fleet interface {
	// Screen gives one that is trusted.
	Screen(id playlists.ID) (Screen, bool)
}

// Charters gives the charter in force, nil before the first.
type Charters interface {
	Current() *programme.HeldCharter
}

// Sender hands a command to the broker, which may lose it.
type Sender interface {
	Send(screen playlists.ID, envelope []byte)
}

// Config is what a Service needs; all of it is required.
type Config struct {
	Store    Store
	Fleet    Fleet
	Charters Charters
	Sender   Sender
	Key      func() ed25519.PrivateKey // the programme key in force
	Now      func() time.Time
	Random   io.Reader
	Log      *slog.Logger
}

// Service takes what people ask. It is safe for concurrent use.
type Service struct {
	cfg    Config
	asking sync.Mutex // one at a time: limits count what is stored

	mu   sync.Mutex
	open map[playlists.ID]*Command // not answered yet
}

// Open loads what is still to be answered.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	all, err := cfg.Store.Open(ctx, cfg.Now())
	if err != nil {
		return nil, err
	}
	s := &Service{cfg: cfg, open: map[playlists.ID]*Command{}}
	for i := range all {
		s.open[all[i].ID] = &all[i]
	}
	return s, nil
}

const (
	life      = 10 * time.Minute // in which a command must begin
	askWindow = 10 * time.Minute
	maxPerson = 40 // within the window
	maxScreen = 20
	keepLogs  = 30 * 24 * time.Hour
	maxListed = 50
	sendAgain = 30 * time.Second
	lookEvery = 5 * time.Second
	tidyEvery = time.Hour
)

// May tells whether an actor may ask a screen for a kind of help: those on
// watch for what changes nothing, technicians for all.
func May(a playlists.Actor, kind programme.CommandKind, in playlists.Scope) error {
	if err := a.Require(playlists.AssistScreens, in); err != nil {
		return err
	}
	if kind == programme.CommandRefresh || kind == programme.CommandCapture {
		return nil
	}
	return a.Require(playlists.ManageScreens, in)
}

// Ask signs a command for a screen and sends it.
func (s *Service) Ask(ctx context.Context, a playlists.Actor, screen playlists.ID, kind programme.CommandKind, amount int) (*Command, error) {
	at, err := s.screen(a, screen)
	if err != nil {
		return nil, err
	}
	if err := May(a, kind, playlists.Scope{Unit: at.Unit, Cluster: at.Cluster}); err != nil {
		return nil, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	now := s.cfg.Now()
	c := &Command{Command: programme.Command{
		Screen: screen, ID: id, Kind: kind, Amount: amount, Person: a.ID, By: name(a), Epoch: programme.FirstEpoch,
		IssuedAt: now.UnixMilli(), ExpiresAt: now.Add(life).UnixMilli(),
	}}
	if held := s.cfg.Charters.Current(); held != nil {
		c.Epoch = held.Epoch
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := s.within(ctx, c, now); err != nil {
		return nil, err
	}
	if c.Envelope, err = programme.SignCommand(&c.Command, s.cfg.Key()); err != nil {
		return nil, err
	}
	if err := s.cfg.Store.Add(audited(ctx, a, at.Name, c, now), c); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.open[c.ID] = c
	s.mu.Unlock()
	s.send(ctx, c, now)
	out := *c
	return &out, nil
}

func name(a playlists.Actor) string {
	if n := wire.Shorten(a.Name); n != "" {
		return n
	}
	return wire.Shorten(a.Login)
}

// within holds a command against what was asked before.
func (s *Service) within(ctx context.Context, c *Command, now time.Time) error {
	s.mu.Lock()
	for _, o := range s.open {
		if o.Screen == c.Screen && o.Kind == c.Kind && now.Before(o.Expires()) {
			s.mu.Unlock()
			return playlists.Errorf(playlists.Conflict, "help_waiting", nil, "cannot ask the screen for %s again: it was asked and has not answered; wait until it has", c.Kind)
		}
	}
	s.mu.Unlock()
	n, err := s.cfg.Store.Asked(ctx, now.Add(-askWindow), c.Person, c.Screen)
	if err != nil {
		return err
	}
	if n.ByPerson >= maxPerson || n.OfScreen >= maxScreen {
		return playlists.Errorf(playlists.RateLimited, "help_too_often", nil, "cannot ask for more within %s: wait a few minutes", askWindow)
	}
	return nil
}

// screen gives a screen that the actor may see.
func (s *Service) screen(a playlists.Actor, id playlists.ID) (Screen, error) {
	at, ok := s.cfg.Fleet.Screen(id)
	if !ok || !a.May(playlists.Watch, playlists.Scope{Unit: at.Unit, Cluster: at.Cluster}) {
		return Screen{}, playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(id)}, "cannot find the screen %.40q: choose one from the list of screens", string(id))
	}
	return at, nil
}

// Recent gives what was asked of a screen, newest first.
func (s *Service) Recent(ctx context.Context, a playlists.Actor, screen playlists.ID) ([]Command, error) {
	if _, err := s.screen(a, screen); err != nil {
		return nil, err
	}
	return s.cfg.Store.Recent(ctx, screen, maxListed)
}

// Log gives the text of a log that was asked for.
func (s *Service) Log(ctx context.Context, a playlists.Actor, screen, id playlists.ID) ([]byte, error) {
	at, err := s.screen(a, screen)
	if err != nil {
		return nil, err
	}
	if err := May(a, programme.CommandLogs, playlists.Scope{Unit: at.Unit, Cluster: at.Cluster}); err != nil {
		return nil, err
	}
	packed, err := s.cfg.Store.Log(ctx, screen, id)
	if err != nil {
		return nil, err
	}
	return wire.UnpackLog(packed)
}
