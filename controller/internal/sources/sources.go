// Package sources brings items of other sites to the editors' tray: it lists
// what a site has, reads the page that an editor points at, and makes drafts of
// the pictures and films that are picked. Nothing of it is on a screen for
// that: a draft goes the way of all media.
package sources

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/controller/internal/sources/tongue"
	"cotmoc/playlists"
)

// State is where a find stands.
type State string

// The states.
const (
	Waiting  State = "waiting"  // in the tray
	Taken    State = "taken"    // drafts were made of it
	Rejected State = "rejected" // somebody has said no, with a reason
)

// Find is a page of a site as it was fetched, in a unit's tray.
type Find struct {
	ID        playlists.ID
	Site      string
	Key       string // site.Address.Key
	Language  string // by its address
	Unit      playlists.ID
	Article   read.Article
	Mix       tongue.Mix       // of Article's paragraphs
	Origin    playlists.Origin // of what is taken from it
	ETag      string
	Modified  string
	State     State
	Reason    string // of a rejection
	By        playlists.ID
	ByName    string // as they are called now; read only
	DecidedAt time.Time
	Media     []playlists.ID // drafts made of it, in the page's order; read only

	Search     playlists.ID // that came upon it first; "" when a person did
	SearchName string       // read only
}

// InLanguage is a page of an article in one language.
type InLanguage struct {
	Language string
	Address  string // canonical
}

// Mark tells what is known of an article from before.
type Mark struct {
	Find     playlists.ID
	State    State
	Upstream Upstream // Changed, Gone or Back of one whose media is approved and waits for somebody to look again; "" otherwise
}

// Described is a site's description as it stands.
type Described struct {
	Site    *site.Site
	Text    string
	Version int  // 0 of a built-in one
	BuiltIn bool // nobody has changed it
	Policy  Policy
	// Tests are the newest sound tests, by what was tested; one of an older
	// version tells nothing of this one.
	Tests map[string]Tested
}

// Tested is when a description was found right by a person.
type Tested struct {
	Version int
	Address string
	By      playlists.ID
	ByName  string
	At      time.Time
}

// Store keeps descriptions, finds and searches.
type Store interface {
	SearchStore
	UpstreamStore
	HoldStore
	PrintStore
	// Sites gives the changed descriptions: text and version by id.
	Sites(ctx context.Context) (map[string]SiteText, error)
	// SaveSite stores a description when its version is the one before:
	// Conflict, reason "site_changed".
	SaveSite(ctx context.Context, id string, t SiteText, by playlists.ID, at time.Time) error
	// Tests gives the newest confirmations, by site and kind.
	Tests(ctx context.Context) (map[string]map[string]Tested, error)
	SaveTest(ctx context.Context, site, kind string, t Tested) error

	// PutFind stores a find, in place of an older one of the same page and
	// unit, whose id and state it keeps; it gives what stands now.
	PutFind(ctx context.Context, f *Find) (*Find, error)
	// Find gives one: NotFound, reason "find_missing".
	Find(ctx context.Context, id playlists.ID) (*Find, error)
	// ListFinds gives a unit reach's finds in a state, newest first; only those
	// of a search unless it is "".
	ListFinds(ctx context.Context, in playlists.Reach, state State, search playlists.ID, limit int) ([]*Find, error)
	// Marks tells of those keys that are known in reach.
	Marks(ctx context.Context, in playlists.Reach, keys []string) (map[string]Mark, error)
	// InLanguages gives the pages in reach of one article that nobody has
	// rejected, the newest of each language.
	InLanguages(ctx context.Context, in playlists.Reach, key string) ([]InLanguage, error)
	// DecideFind changes a find's state, and keeps which media was made of it.
	DecideFind(ctx context.Context, f *Find, media []Draft) error
}

// SiteText is a description as somebody wrote it.
type SiteText struct {
	Text    string
	Version int
}

// Objects keeps bytes by digest.
type Objects interface {
	Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error)
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// Pulled is a file that came from a site, complete on the local disk.
type Pulled struct {
	Path     string // absolute; removed by the caller
	Name     string
	Declared string // the type that the site says it has
	Title    string
	Unit     playlists.ID
	Origin   playlists.Origin
}

// Library makes drafts.
type Library interface {
	// Bring makes a draft of a file whose bytes are what they are declared to
	// be, or gives the media that has the same bytes.
	Bring(ctx context.Context, a playlists.Actor, f Pulled) (playlists.ID, error)
	// Small gives a small JPEG of a picture, made anew from its pixels.
	Small(ctx context.Context, path string) ([]byte, error)
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Store   Store
	Objects Objects
	Library Library
	Screens Screens
	Prints  Prints
	Visitor *polite.Visitor
	Work    string // a folder for what is being fetched; emptied at start
	Zone    *time.Location
	Now     func() time.Time
	Random  io.Reader
	Log     *slog.Logger
}

// Service is the feature. It is safe for concurrent use.
type Service struct {
	cfg      Config
	wake     chan struct{} // saved searches have changed
	checking sync.Mutex    // a page of approved media is looked at
}

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg, wake: make(chan struct{}, 1)} }

// unitOf gives the unit whose tray a person fills.
func unitOf(a playlists.Actor) (playlists.ID, error) {
	unit := a.Unit
	if reach := a.Reach(playlists.AddMedia); !reach.All && !a.May(playlists.AddMedia, playlists.Scope{Unit: unit}) && len(reach.Units) > 0 {
		unit = reach.Units[0]
	}
	return unit, a.Require(playlists.AddMedia, playlists.Scope{Unit: unit})
}
