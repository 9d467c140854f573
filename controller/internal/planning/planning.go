// Package planning is what editors plan before it is published: playlists with
// their versions, the schedule that says where and when they play, the slates,
// and previews of all of it.
package planning

import (
	"context"
	"io"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Playlist is a playlist with what is known about it.
type Playlist struct {
	playlists.Playlist
	UpdatedByName string
	UnitName      string
	Published     int     // version in the published plan, 0 when it is not in it
	UsedBy        []Entry // without their playlists' titles
}

// Version is one saved state of a playlist.
type Version struct {
	playlists.Playlist
	UpdatedByName string // as it was that day
	Published     bool
}

// Entry is a schedule entry: a playlist, where, when and how important.
type Entry struct {
	ID            playlists.ID
	Title         string
	Playlist      playlists.ID
	PlaylistTitle string
	Unit          playlists.ID // of the playlist
	Target        playlists.Target
	Rule          schedule.Rule
	Priority      int // 0 to 100, the highest wins
	Enabled       bool
	Version       int
	Published     bool // it is in the published plan
	Changed       bool // but not as it is now
}

// Slate is the media that fills a profile when nothing is due.
type Slate struct {
	Profile playlists.Profile
	Media   playlists.ID // "" until one is chosen
}

// Media is what planning needs to know about a media.
type Media struct {
	ID         playlists.ID
	Title      string
	Kind       playlists.Kind
	State      playlists.MediaState
	Unit       playlists.ID
	Author     playlists.ID
	Duration   time.Duration
	Territory  []string
	ValidUntil time.Time
	Deleted    bool
	Approved   bool // a version of it can be published
	Ready      []playlists.Profile
	Thumbnail  playlists.Profile // the first profile with a thumbnail, "" for none
	Small      playlists.Digest  // of that thumbnail
}

// Page asks for a part of a list.
type Page struct {
	Text   string
	Cursor string
	Limit  int
}

// Listed is a part of a list.
type Listed[T any] struct {
	Items []T
	Next  string
	Total int
}

// Store keeps plans. It answers NotFound, with the reasons "playlist_missing"
// and "entry_missing".
type Store interface {
	// Playlists lists those of units in reach, in the order of titles.
	Playlists(ctx context.Context, in playlists.Reach, p Page) (Listed[Playlist], error)
	Playlist(ctx context.Context, id playlists.ID) (Playlist, error)
	Versions(ctx context.Context, id playlists.ID, p Page) (Listed[Version], error)
	Version(ctx context.Context, id playlists.ID, version int) (Version, error)
	AddPlaylist(ctx context.Context, p Playlist) error
	// SavePlaylist reads a playlist, lets change work on it and stores the
	// result as the version that change has set. When change says so, the
	// version before it is forgotten.
	SavePlaylist(ctx context.Context, id playlists.ID, change func(p *Playlist) (forget bool, err error)) (Playlist, error)
	// DeletePlaylist answers Conflict, reason "playlist_in_use", when an entry
	// plays it.
	DeletePlaylist(ctx context.Context, id playlists.ID, at time.Time) error
	// UsedIn gives the playlists in which media stand now.
	UsedIn(ctx context.Context, media []playlists.ID) (map[playlists.ID][]playlists.Playlist, error)

	// Entries lists entries of playlists of units in reach, oldest first.
	Entries(ctx context.Context, in playlists.Reach, p Page) (Listed[Entry], error)
	Entry(ctx context.Context, id playlists.ID) (Entry, error)
	AddEntry(ctx context.Context, e Entry, by playlists.ID, at time.Time) error
	// SaveEntry stores an entry whose Version is one more than the stored one:
	// Conflict, reason "version_conflict".
	SaveEntry(ctx context.Context, e Entry, by playlists.ID, at time.Time) error
	DeleteEntry(ctx context.Context, id playlists.ID) error

	Slate(ctx context.Context, p playlists.Profile) (Slate, error)
	SetSlate(ctx context.Context, s Slate, by playlists.ID, at time.Time) error

	// Plan gives what is enabled now, all read at one instant.
	Plan(ctx context.Context) (*programme.Plan, error)
	// Media tells about media, without those that are not there.
	Media(ctx context.Context, media []playlists.ID) (map[playlists.ID]Media, error)
	// Screens lists the screens that are trusted, in the order of names.
	Screens(ctx context.Context) ([]playlists.Screen, error)
	// Clusters lists all clusters.
	Clusters(ctx context.Context) ([]playlists.ID, error)
}

// Published tells what was published last.
type Published interface {
	// PublishedPlan gives nil before the first publication.
	PublishedPlan(ctx context.Context) (*programme.Plan, error)
}

// Programmes gives a screen's programme, verified as the screen does it: the
// published one or, with draft, the one that publishing now would make.
// NotFound, reason "programme_missing", when there is none.
type Programmes interface {
	Loaded(ctx context.Context, screen playlists.ID, draft bool) (*programme.Loaded, error)
}

// Config is what a Service needs.
type Config struct {
	Store      Store
	Published  Published
	Programmes Programmes
	Now        func() time.Time
	Random     io.Reader
}

// Service plans. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Plan implements publish.Plans.
func (s *Service) Plan(ctx context.Context) (*programme.Plan, error) { return s.cfg.Store.Plan(ctx) }

// UsedIn gives the playlists in which media stand now.
func (s *Service) UsedIn(ctx context.Context, media []playlists.ID) (map[playlists.ID][]playlists.Playlist, error) {
	return s.cfg.Store.UsedIn(ctx, media)
}

// Media tells about media that stand in something the caller may see.
func (s *Service) Media(ctx context.Context, media []playlists.ID) (map[playlists.ID]Media, error) {
	return s.cfg.Store.Media(ctx, media)
}

// published gives the published plan, an empty one before the first.
func (s *Service) published(ctx context.Context) (*programme.Plan, error) {
	p, err := s.cfg.Published.PublishedPlan(ctx)
	if p == nil {
		p = &programme.Plan{}
	}
	return p, err
}
