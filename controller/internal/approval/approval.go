// Package approval is the way of a media from draft to the screens: author,
// reviewer and approver are three people, and each decision is kept for ever
// as the canonical bytes of a statement over the exact renditions.
package approval

import (
	"context"
	"io"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Decision is what one person decided about one revision of a media. It is
// never changed or removed.
type Decision struct {
	ID         playlists.ID
	Media      playlists.ID
	Revision   int
	Act        programme.Act
	Person     playlists.ID
	PersonName string // as it was that day
	At         time.Time
	Reason     string
	Declared   bool   // of a submission: no state secret, no personal data without consent
	Statement  []byte // canonical bytes
	// Batch and Signature are the person's own hand, under a charter: over the
	// statement, or over a batch that names it. Both are nil of a decision from
	// before the first charter, which is never signed afterwards.
	Batch     []byte
	Signature *programme.HandSignature
}

func (d *Decision) signed() programme.Decision {
	return programme.Decision{Statement: d.Statement, Batch: d.Batch, Signature: d.Signature}
}

// Case is a media with all that was decided about it.
type Case struct {
	Media     playlists.Media
	Decisions []Decision // oldest first
	// Approval is the object of the approved version, nil when none is or when
	// it is of an earlier revision.
	Approval []byte
	// Covered is the renditions that approvals in force are over.
	Covered map[playlists.Profile]playlists.Digest
}

// current gives the newest decision of an act about the present revision.
func (c *Case) current(act programme.Act) *Decision {
	for i := len(c.Decisions) - 1; i >= 0; i-- {
		if d := &c.Decisions[i]; d.Revision == c.Media.Revision && d.Act == act {
			return d
		}
	}
	return nil
}

// Outcome is what a decision does.
type Outcome struct {
	Decision Decision
	State    playlists.MediaState
	// Approval is the object of two people's decisions, set when the media
	// becomes approved; until it is withdrawn or approved anew, this version
	// is what programmes take.
	Approval []byte
	// Supplement tells that Approval is over renditions that are added to the
	// approved version: it goes beside the approvals that are there.
	Supplement bool
	// Charter is the number of the charter under which Approval stands, 0
	// before the first.
	Charter uint64
	// Ends tells that no version is approved any more.
	Ends bool
}

// Store keeps decisions. It answers NotFound, reason "media_missing".
type Store interface {
	// Decide reads each media with its decisions, lets decide judge them and
	// stores the outcome with the act that decide has left in the context: all
	// media in one transaction, or none.
	Decide(ctx context.Context, media []playlists.ID, decide func(*Case) (Outcome, error)) error
	// Cases gives media with their decisions, without those that are missing.
	Cases(ctx context.Context, media []playlists.ID) (map[playlists.ID]Case, error)
	// Waiting lists media in a state that belong to units in reach, the one
	// that waits longest first.
	Waiting(ctx context.Context, state playlists.MediaState, in playlists.Reach, limit int) ([]playlists.ID, error)
	// Returned lists a person's own returned media, newest first.
	Returned(ctx context.Context, author playlists.ID, limit int) ([]playlists.ID, error)

	// Approved gives the approved version of those media that have one.
	Approved(ctx context.Context, media []playlists.ID) (map[playlists.ID]programme.Approved, error)
	// Withdrawn lists media that were approved and are not any more, the
	// newest withdrawal first.
	Withdrawn(ctx context.Context) ([]playlists.ID, error)
	// Titles names media, whatever their state.
	Titles(ctx context.Context, media []playlists.ID) (map[playlists.ID]string, error)
	// Again lists approved media in reach whose present revision is not known
	// to stand under the charter, the oldest change first.
	Again(ctx context.Context, charter uint64, in playlists.Reach, limit int) ([]playlists.ID, error)
	// ApprovedBefore lists approvals that are not known to stand under the
	// charter, by media, those after one.
	ApprovedBefore(ctx context.Context, charter uint64, after playlists.ID, limit int) ([]Standing, error)
	// Stand notes that approvals stand under the charter.
	Stand(ctx context.Context, charter uint64, media []playlists.ID) error

	// Uncovered lists approved media in reach with renditions that no approval
	// is known to cover, the oldest change first.
	Uncovered(ctx context.Context, in playlists.Reach, limit int) ([]playlists.ID, error)
	// SupplementsBefore lists what was added to approved versions and is not
	// known to stand under the charter, those after one.
	SupplementsBefore(ctx context.Context, charter uint64, after Supplement, limit int) ([]Supplement, error)
	// JudgeSupplement notes whether a supplement stands under the charter, and
	// with it whether its renditions are covered.
	JudgeSupplement(ctx context.Context, charter uint64, s Supplement, renditions []playlists.Rendition, stands bool) error
}

// Standing is the approval of a media.
type Standing struct {
	Media    playlists.ID
	Approval []byte
}

// Supplement is the approval of renditions that were added to an approved
// version.
type Supplement struct {
	Standing
	Number int
}

// Charters tells whose signatures count. Current is nil before the first
// charter: then nobody's hand is asked for.
type Charters interface {
	Current() *programme.HeldCharter
	// Kept gives the objects that charters name.
	Kept(d playlists.Digest) ([]byte, bool)
}

// Screens is told when a media must leave the screens.
type Screens interface {
	Withdraw(ctx context.Context, by playlists.Actor, title string) error
}

// Config is what a Service needs.
type Config struct {
	Store    Store
	Screens  Screens
	Charters Charters // nil: nobody's hand is asked for
	// StandsAgain is told when what screens had to leave out may be shown
	// after all; it answers fast, and may be nil.
	StandsAgain func(by playlists.Actor)
	// Ready tells, as an error, what else a media needs before it is submitted;
	// nil: nothing.
	Ready func(ctx context.Context, a playlists.Actor, media playlists.ID) error
	// Authors gives a test of origins: whether only its author can permit that
	// what comes from there is shown. It may be nil: nothing does.
	Authors func(ctx context.Context) (func(playlists.Origin) bool, error)
	Now     func() time.Time
	Random  io.Reader
}

// Service decides. It is safe for concurrent use.
type Service struct {
	cfg Config

	judging sync.Mutex
	memo    *programme.Memo
	memoFor playlists.Digest // charter payload it belongs to
}

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Approved implements publish.Content.
func (s *Service) Approved(ctx context.Context, media []playlists.ID) (map[playlists.ID]programme.Approved, error) {
	return s.cfg.Store.Approved(ctx, media)
}

// Withdrawn implements publish.Content.
func (s *Service) Withdrawn(ctx context.Context) ([]playlists.ID, error) {
	return s.cfg.Store.Withdrawn(ctx)
}

// Titles implements publish.Content.
func (s *Service) Titles(ctx context.Context, media []playlists.ID) (map[playlists.ID]string, error) {
	return s.cfg.Store.Titles(ctx, media)
}

// Cases gives what was decided about media that the caller may see already.
func (s *Service) Cases(ctx context.Context, media []playlists.ID) (map[playlists.ID]Case, error) {
	return s.cfg.Store.Cases(ctx, media)
}
