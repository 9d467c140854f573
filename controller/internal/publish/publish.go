// Package publish turns what editors have planned into one signed programme a
// screen, keeps it, and sees to it that it is announced: compile, verify as an
// agent would, sign, store, announce through the outbox.
package publish

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"cotmoc/controller/internal/outbox"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Kind is why programmes were made.
type Kind string

// The kinds.
const (
	Published  Kind = "publish"    // a person published the plan
	Withdrawal Kind = "withdrawal" // a media was withdrawn
	ScreenNew  Kind = "new_screen" // a screen was claimed or changed its shape or place
	Charter    Kind = "charter"    // another charter counts, or a fallen approval stands again
	Held       Kind = "hold"       // a media is left out until a person has decided about its source
	Released   Kind = "release"    // a person has, and it is shown again
	Supplement Kind = "supplement" // pictures for other screens were approved later
)

// Publication is one act that changed what screens are to play.
type Publication struct {
	ID         playlists.ID
	Kind       Kind
	At         time.Time
	By         playlists.ID
	ByName     string // as it was that day
	Note       string
	Plan       *programme.Plan // set when Kind is Published
	Programmes []Programme     // of the screens that it changed
}

// Programme is the signed programme of one screen. Its number is unique for
// the screen and rises; the newest is the one wanted.
type Programme struct {
	Screen   playlists.ID
	Epoch    uint64
	Counter  uint64
	IssuedAt time.Time
	Plan     playlists.ID     // publication whose plan it was compiled from
	Content  playlists.Digest // of the programme without its numbers and time of issue
	Envelope []byte
	Objects  []playlists.Digest // everything the screen may fetch for it

	Row int64 // in the outbox, once it is saved

	loaded *programme.Loaded // while it is being published

	// How far it has come by the screen's own reports, zero until then. Set
	// when a publication is read back.
	ScreenName                         string
	Received, Cached, Scheduled, Shown time.Time
}

// Plans gives what editors have planned, published or not.
type Plans interface {
	Plan(ctx context.Context) (*programme.Plan, error)
}

// Content tells what people have decided about media.
type Content interface {
	// Approved gives those of the media that are approved now.
	Approved(ctx context.Context, media []playlists.ID) (map[playlists.ID]programme.Approved, error)
	// Withdrawn lists withdrawn media that were approved before, newest first.
	Withdrawn(ctx context.Context) ([]playlists.ID, error)
	// Held lists approved media that are left out until a person has decided.
	Held(ctx context.Context) ([]playlists.ID, error)
	// Titles names media for people, whatever their state.
	Titles(ctx context.Context, media []playlists.ID) (map[playlists.ID]string, error)
}

// Screens lists the screens that are trusted now.
type Screens interface {
	Screens(ctx context.Context) ([]playlists.Screen, error)
}

// Objects keeps bytes by digest.
type Objects interface {
	Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error)
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// Observer is told what each screen is wanted to play: once at the start and
// after each change. It answers fast.
type Observer interface {
	Wanted(screen playlists.ID, l *programme.Loaded)
}

// Charters tells whose signatures count. Current is nil before the first
// charter.
type Charters interface {
	Current() *programme.HeldCharter
	// Kept gives the objects that charters name.
	Kept(d playlists.Digest) ([]byte, bool)
	// ProgrammeKeys gives every key that ever counted, for reading back.
	ProgrammeKeys() []programme.PublicKey
}

// Orders tells how many sets of orders a screen was given in the epoch.
type Orders interface {
	Counter(screen playlists.ID) uint64
}

// Audit gives the end of the audit log.
type Audit interface {
	Head(ctx context.Context) (programme.AuditHead, error)
}

// Store keeps publications, programmes and the outbox.
type Store interface {
	// SavePublication stores a publication, its programmes and an outbox row
	// for each, in one transaction: Conflict, reason "programme_number_taken",
	// when another has used a number.
	SavePublication(ctx context.Context, p *Publication) error
	// LatestProgrammes gives the newest programme of each screen, without
	// Objects.
	LatestProgrammes(ctx context.Context) (map[playlists.ID]Programme, error)
	// LatestProgramme gives one screen's: NotFound, reason "programme_missing".
	LatestProgramme(ctx context.Context, screen playlists.ID) (*Programme, error)
	// PublishedPlan gives the plan of a publication, or of the newest that has
	// one for the empty id: NotFound, reason "publication_missing".
	PublishedPlan(ctx context.Context, publication playlists.ID) (playlists.ID, *programme.Plan, error)
	// Publications lists without plans and envelopes, newest first, those
	// before the given one; "" begins.
	Publications(ctx context.Context, before playlists.ID, limit int) ([]Publication, error)
	// Publication gives one without plan and envelopes: NotFound, reason
	// "publication_missing".
	Publication(ctx context.Context, id playlists.ID) (*Publication, error)
	// The rows of the outbox, which SavePublication fills.
	outbox.Store
}

// Outgoing is a programme that waits in the outbox.
type Outgoing = outbox.Message

// Config is what a Service needs; all of it is required.
type Config struct {
	Plans     Plans
	Content   Content
	Screens   Screens
	Objects   Objects
	Store     Store
	Announcer outbox.Announcer
	Observer  Observer
	Charters  Charters
	Orders    Orders
	Audit     Audit
	Key       func() ed25519.PrivateKey // the programme key that counts now
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger
}

// Service publishes. It is safe for concurrent use.
type Service struct {
	cfg    Config
	outbox *outbox.Box
	making sync.Mutex // one publication at a time: numbers rise

	loadedMu sync.Mutex
	loaded   map[playlists.ID]*current

	memoMu  sync.Mutex
	memo    *programme.Memo
	memoFor playlists.Digest // payload of the charter
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg: cfg, outbox: outbox.New(cfg.Store, cfg.Announcer, cfg.Log), loaded: map[playlists.ID]*current{}}
}

// Publish makes what is planned now the programme of every screen that the
// actor may publish to. Screens for which nothing changes keep their
// programme. It refuses a plan that names a media which is not approved.
func (s *Service) Publish(ctx context.Context, a playlists.Actor, note string) (*Publication, error) {
	if err := a.Require(playlists.Publish, playlists.Scope{}); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	plan, err := s.cfg.Plans.Plan(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.begin(Published, a, note)
	if err != nil {
		return nil, err
	}
	p.Plan = plan
	made, err := s.compileDraft(ctx, a, plan, p.At)
	if err != nil {
		return nil, err
	}
	return p, s.finish(ctx, p, p.ID, made)
}

// Refresh compiles again what was last published, for all screens or those
// named: after a withdrawal, or when a screen is new or has changed. What
// editors have planned since stays unpublished. Media that are not approved
// any more are left out. It gives nil when no programme changes.
func (s *Service) Refresh(ctx context.Context, kind Kind, a playlists.Actor, note string, only ...playlists.ID) (*Publication, error) {
	s.making.Lock()
	defer s.making.Unlock()
	p, err := s.begin(kind, a, note)
	if err != nil {
		return nil, err
	}
	byPlan, err := s.compilePublished(ctx, p.At, only)
	if err != nil {
		return nil, err
	}
	for plan, made := range byPlan {
		if err := s.add(ctx, p, plan, made); err != nil {
			return nil, err
		}
	}
	if len(p.Programmes) == 0 {
		return nil, nil
	}
	return p, s.save(ctx, p)
}

func (s *Service) begin(kind Kind, a playlists.Actor, note string) (*Publication, error) {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	return &Publication{ID: id, Kind: kind, At: s.cfg.Now().UTC().Truncate(time.Millisecond), By: a.ID, ByName: a.Name, Note: playlists.Clean(note)}, nil
}

// finish signs what was made and stores the publication.
func (s *Service) finish(ctx context.Context, p *Publication, plan playlists.ID, made []made) error {
	if err := s.add(ctx, p, plan, made); err != nil {
		return err
	}
	return s.save(ctx, p)
}

// add stores the objects of programmes that change, signs each programme,
// checks it as an agent will and puts it into the publication.
func (s *Service) add(ctx context.Context, p *Publication, plan playlists.ID, all []made) error {
	all = slices.DeleteFunc(all, func(m made) bool { return !m.changed() })
	if len(all) > 0 && all[0].on.Charter != nil && !p.At.Before(all[0].on.Charter.Expires()) {
		return playlists.Errorf(playlists.Conflict, string(programme.CharterExpired), nil, "cannot publish: charter %d ended on %s; have the next one signed", all[0].on.Charter.Number, all[0].on.Charter.Expires().Format(time.DateOnly))
	}
	sh := s.newShelf()
	for _, m := range all {
		if err := sh.put(ctx, m.compiled.Objects); err != nil {
			return err
		}
	}
	out := make([]Programme, len(all))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, m := range all {
		g.Go(func() error {
			envelope, err := programme.Sign(&m.compiled.Programme, s.cfg.Key())
			if err != nil {
				return err
			}
			loaded, err := s.verify(&m, envelope, sh.getter(ctx))
			if err != nil {
				return fmt.Errorf("cannot publish to screen %q: %w", m.screen.Name, err)
			}
			out[i] = Programme{
				Screen: m.screen.ID, Epoch: m.compiled.Programme.Epoch, Counter: m.compiled.Programme.Counter,
				IssuedAt: p.At, Plan: plan, Content: m.content, Envelope: envelope, Objects: loaded.Objects(), loaded: loaded,
			}
			return nil
		})
	}
	err := g.Wait()
	p.Programmes = append(p.Programmes, out...)
	return err
}

func (s *Service) save(ctx context.Context, p *Publication) error {
	written := act(p)
	if err := s.cfg.Store.SavePublication(playlists.WithAct(ctx, &written), p); err != nil {
		return err
	}
	for i := range p.Programmes { // before a screen can answer
		made := &p.Programmes[i]
		s.keep(made.Screen, &current{epoch: made.Epoch, counter: made.Counter, loaded: made.loaded})
		s.cfg.Observer.Wanted(made.Screen, made.loaded)
	}
	s.cfg.Log.Info("programmes published", "publication", p.ID, "kind", p.Kind, "screens", len(p.Programmes))
	s.outbox.Put(outgoing(p.Programmes))
	return nil
}

// PublishedPlan gives the plan of the newest publication, nil before the first.
func (s *Service) PublishedPlan(ctx context.Context) (*programme.Plan, error) {
	_, plan, err := s.cfg.Store.PublishedPlan(ctx, "")
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil, nil
	}
	return plan, err
}
