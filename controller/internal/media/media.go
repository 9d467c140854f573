// Package media brings images and videos in: it takes what was uploaded,
// keeps its row, and has its renditions made.
package media

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/render"
	"cotmoc/playlists"
)

// Record is a media with what the console shows beside it.
type Record struct {
	playlists.Media
	AuthorName string // as they are called now; read only
	UnitName   string
	Approved   bool             // a version is approved, and may be on screens, whatever the state of the next; read only
	Preview    playlists.Digest // JPEG of the whole source, "" until made
	Proxy      playlists.Digest // of a video: a small copy of all of it, "" until made
	Tracks     playlists.Tracks // of a video
	Thumbnails map[playlists.Profile]playlists.Digest
	Covered    map[playlists.Profile]playlists.Digest // renditions that an approval in force covers; read only
	Parts      []playlists.Digest                     // objects that the source names, to be kept with it; write only
	Work       *Work                                  // the newest rendering job, nil when it is forgotten
	Arranged   int                                    // rises with every change of folder, tags and themes; read only
	DeletedAt  time.Time
}

// Mark rises with every change of the media and of how it is arranged.
func (r *Record) Mark() int { return r.Revision + r.Arranged }

// Work is how far a rendering job is.
type Work struct {
	State    string // queued, running, done, failed
	Stage    string // of a running one: "read" or a profile
	Progress float64
	Reason   string // why it failed
	Params   playlists.Params
}

// Task asks for renditions. It is stored with the change that needs it, and
// replaces an older one of the same media.
type Task struct {
	ID       playlists.ID        `json:"-"`
	Media    playlists.ID        `json:"-"`
	Profiles []playlists.Profile `json:"profiles"` // none: all that are wanted when it is done
}

// RenderJob is the kind of the jobs that tasks become.
const RenderJob = "render"

// Store keeps the rows.
type Store interface {
	// AddMedia stores a new media with its first task.
	AddMedia(ctx context.Context, r *Record, t *Task) error
	// Media gives one that is not deleted: NotFound, reason "media_missing".
	Media(ctx context.Context, id playlists.ID) (*Record, error)
	// MediaBySource gives the oldest media with these source bytes that is not
	// deleted and that the viewer sees, nil when there is none.
	MediaBySource(ctx context.Context, source playlists.Digest, v Viewer) (*Record, error)
	// ListMedia gives a page of what the viewer sees and the number of all
	// that match.
	ListMedia(ctx context.Context, f Filter) ([]*Record, int, error)
	// OrderMedia gives the places of what ListMedia would list.
	OrderMedia(ctx context.Context, f Filter) ([]Place, error)
	// SomeMedia gives those of the media that are there.
	SomeMedia(ctx context.Context, ids []playlists.ID) ([]*Record, error)
	// ChangeMedia reads a media, deleted or not, lets change work on it and
	// stores it with the task that change returns, all in one transaction. An
	// error of change's comes back and stores nothing.
	ChangeMedia(ctx context.Context, id playlists.ID, change func(*Record) (*Task, error)) (*Record, error)

	// Lacking gives media that have no rendition for a profile, may be given
	// one now and have no job that would or could not, approved ones first.
	Lacking(ctx context.Context, p playlists.Profile, limit int) ([]playlists.ID, error)
	// QueueRerender queues jobs of the background until most of them wait, and
	// tells how many it has added.
	QueueRerender(ctx context.Context, tasks []Task, most int, now time.Time) (int, error)
	// ForgetFailed lets media be tried again whose job of the background failed.
	ForgetFailed(ctx context.Context) error
	// Rendering tells whether something is being rendered that somebody waits
	// for, or is about to be.
	Rendering(ctx context.Context) (bool, error)
}

// Viewer is what somebody may see: all in reach, and one's own.
type Viewer struct {
	Person playlists.ID
	Reach  playlists.Reach
}

// Objects keeps bytes by digest.
type Objects interface {
	Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error)
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
	Local(ctx context.Context, d playlists.Digest) (path string, release func(), err error)
}

// Prober tells what a file is.
type Prober interface {
	Probe(ctx context.Context, path string) (*probe.Facts, error)
}

// Renderer makes renditions.
type Renderer interface {
	// Open makes what a cut leaves of a source ready to be rendered for these
	// profiles.
	Open(ctx context.Context, path string, cut render.Cut, profiles ...playlists.Profile) (render.Source, error)
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Store    Store
	Objects  Objects
	Prober   Prober
	Renderer Renderer
	Quiet    Renderer            // likewise, giving way to everything else on the machine
	Composed map[string]Renderer // of sources that the controller makes itself, by MIME type
	// Wanted lists the profiles that media are rendered for now.
	Wanted func(ctx context.Context) ([]playlists.Profile, error)
	Work   string // folder for what is being made; emptied at start
	Wake   func() // tells the job worker that there is a task, and those who Sweep
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

// Service is the feature. It is safe for concurrent use.
type Service struct {
	cfg    Config
	intake sync.Mutex // from looking for a duplicate to storing the media
}

// New makes a service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Get gives a media that the actor may see.
func (s *Service) Get(ctx context.Context, a playlists.Actor, id playlists.ID) (*Record, error) {
	r, err := s.cfg.Store.Media(ctx, id)
	if err != nil {
		return nil, err
	}
	if !MaySee(a, r) {
		return nil, Missing(id)
	}
	return r, nil
}

// Missing is the answer for a media that is not there, or not for this person.
func Missing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "media_missing", playlists.Params{"media": string(id)}, "cannot find the media %s: it was deleted or belongs to another unit", id)
}

// MaySee tells whether a person may see this media.
func MaySee(a playlists.Actor, r *Record) bool {
	return a.ID != "" && (r.Author == a.ID || a.May(playlists.ReadMedia, playlists.Scope{Unit: r.Unit}))
}

// MayEdit tells whether a person may change this media, whatever its state.
func MayEdit(a playlists.Actor, r *Record) bool {
	in := playlists.Scope{Unit: r.Unit}
	return r.Author == a.ID && a.May(playlists.AddMedia, in) || a.May(playlists.EditMedia, in)
}

// requireEdit is MayEdit as an error; what one may not see is missing.
func requireEdit(a playlists.Actor, r *Record) error {
	switch {
	case !MaySee(a, r):
		return Missing(r.ID)
	case !MayEdit(a, r):
		return playlists.Errorf(playlists.Forbidden, "media_not_yours", playlists.Params{"title": r.Title}, "cannot change %q: it is another person's; ask its author or an editor of the unit", r.Title)
	}
	return nil
}

// task asks for renditions for profiles, for all that are wanted when none is
// named.
func (s *Service) task(media playlists.ID, profiles ...playlists.Profile) (*Task, error) {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	return &Task{ID: id, Media: media, Profiles: profiles}, nil
}
