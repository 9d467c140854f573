// Package checks looks at a media before people judge it, and says what they
// should look at twice. It decides nothing: a notice is a reason to look, and
// people with two pairs of eyes do.
package checks

import (
	"context"
	"io"
	"log/slog"
	"time"

	"cotmoc/playlists"
)

// Kind is what a notice is about.
type Kind string

// The kinds.
const (
	LowResolution Kind = "low_resolution" // it is drawn much larger than it is
	WatchWord     Kind = "watch_word"     // a word that somebody wants to be looked at
	NearDuplicate Kind = "near_duplicate" // almost the same picture is in the library
	Rejected      Kind = "rejected"       // somebody has said no to almost the same picture on another site
	MapIslands    Kind = "map_islands"    // a map of Việt Nam shows Hoàng Sa and Trường Sa
)

// Hint names what to do about a built-in word; the console says it in the
// reader's language.
type Hint string

// The hints.
const (
	Sea          Hint = "sea"
	Islands      Hint = "islands"
	UnlawfulUnit Hint = "unlawful_unit"
	NineDash     Hint = "nine_dash"
)

// Notice is one thing to look at. Media, Title and State are those of the other
// media of a NearDuplicate, Title and Note the page and the reason of a Rejected.
type Notice struct {
	Kind  Kind
	Word  string // of a WatchWord, as it stands in the text
	Note  string // what to do about it, in the words of whoever entered it
	Hint  Hint   // of a built-in word, in place of Note
	Media playlists.ID
	Title string
	State playlists.MediaState
}

// Word is a word to look out for.
type Word struct {
	Text    string
	Note    string
	Hint    Hint // of a built-in one
	BuiltIn bool
	By      playlists.ID
	ByName  string // as they are called now; read only
	At      time.Time
}

// Print is what is left of a picture that is compared with others: a
// perceptual hash of 64 bits, alike for pictures that look alike.
type Print struct {
	Media playlists.ID
	Hash  uint64
	Title string // read only, as all below
	State playlists.MediaState
	Unit  playlists.ID
}

// Subject is a media as checks see it.
type Subject struct {
	playlists.Media
	Preview playlists.Digest // a JPEG of the whole source, "" until made
}

// Store keeps words and prints.
type Store interface {
	Words(ctx context.Context) ([]Word, error)
	// AddWord stores a word in place of the same one.
	AddWord(ctx context.Context, w Word) error
	// DropWord forgets one; it is no error when it is not there.
	DropWord(ctx context.Context, text string) error
	SavePrint(ctx context.Context, media playlists.ID, of playlists.Digest, hash uint64) error
	// Prints gives those of media that are not deleted.
	Prints(ctx context.Context) ([]Print, error)
	// Unprinted gives media whose preview has no print yet.
	Unprinted(ctx context.Context, limit int) ([]Preview, error)
}

// Preview names a picture to make a print of.
type Preview struct {
	Media  playlists.ID
	Digest playlists.Digest
}

// Library gives media to those who may see them.
type Library interface {
	Subject(ctx context.Context, a playlists.Actor, id playlists.ID) (*Subject, error)
	MaySee(a playlists.Actor, unit playlists.ID) bool
}

// Rejection is what somebody has said about a page of another site.
type Rejection struct{ Title, Reason string }

// Rejections gives those of pages with almost the same picture that the actor
// may know of.
type Rejections interface {
	LikeRejected(ctx context.Context, a playlists.Actor, print uint64) ([]Rejection, error)
}

// Objects gives bytes by digest.
type Objects interface {
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Store      Store
	Library    Library
	Rejections Rejections
	Objects    Objects
	Now        func() time.Time
	Log        *slog.Logger
}

// Service is the feature. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Of gives what is to be looked at about a media that the actor may see.
func (s *Service) Of(ctx context.Context, a playlists.Actor, id playlists.ID) ([]Notice, error) {
	m, err := s.cfg.Library.Subject(ctx, a, id)
	if err != nil {
		return nil, err
	}
	words, err := s.words(ctx)
	if err != nil {
		return nil, err
	}
	var notices []Notice
	if small(&m.Media) {
		notices = append(notices, Notice{Kind: LowResolution})
	}
	text := m.Title + "\n" + m.Description
	notices = append(notices, found(words, text)...)
	if isMap(text) {
		notices = append(notices, Notice{Kind: MapIslands})
	}
	alike, err := s.alike(ctx, a, m)
	return append(notices, alike...), err
}

// small tells whether the picture must be drawn at more than one and a half
// times its size to fill the length of a screen.
func small(m *playlists.Media) bool {
	width, height := m.Excerpt.Crop.Of(m.Source.Width, m.Source.Height)
	if width <= 0 || height <= 0 {
		return false
	}
	w, h := playlists.Landscape1080.Size()
	// Contain: the side that reaches the frame first.
	scale := min(float64(w)/float64(width), float64(h)/float64(height))
	return scale > 1.5
}
