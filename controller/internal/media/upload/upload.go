// Package upload takes files in by tus 1.0: an upload goes on after a dropped
// connection or a restart, and ends as a media or as a reason why not.
package upload

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

// Upload is one file on its way in, or arrived.
type Upload struct {
	ID         playlists.ID
	Person     playlists.ID
	FileName   string
	Size       int64 // bytes, as announced
	CreatedAt  time.Time
	FinishedAt time.Time // zero until there is a result
	Result     Result
}

// Result is what became of a file that has arrived.
type Result struct {
	Media     playlists.ID // "" when refused
	Duplicate bool         // Media was there before
	Reason    string       // why it was refused
	Params    playlists.Params
	Message   string // the reason as a sentence; only in the first answer
}

// Store keeps the uploads' rows.
type Store interface {
	AddUpload(ctx context.Context, u Upload) error
	// Upload answers NotFound, reason "upload_missing", for an unknown id.
	Upload(ctx context.Context, id playlists.ID) (Upload, error)
	// FinishUpload stores the first result; a second one changes nothing.
	FinishUpload(ctx context.Context, id playlists.ID, at time.Time, r Result) error
	DropUpload(ctx context.Context, id playlists.ID) error
	// OpenUploads counts a person's unfinished uploads and their bytes.
	OpenUploads(ctx context.Context, person playlists.ID) (number int, bytes int64, err error)
	// UploadsBefore lists some uploads that were begun before t, oldest first.
	UploadsBefore(ctx context.Context, t time.Time) ([]Upload, error)
}

// Intake makes media of files.
type Intake interface {
	Accept(ctx context.Context, a playlists.Actor, f media.File) (*media.Receipt, error)
}

// Limits bound what people may send.
type Limits struct {
	FileSize int64         // bytes of one file
	Open     int           // unfinished uploads of one person
	Bytes    int64         // of all unfinished uploads of one person
	Idle     time.Duration // after which an unfinished upload is given up
	Keep     time.Duration // how long results can be asked for
	Finish   time.Duration // for looking at a file that has arrived
}

// DefaultLimits suit people who bring in signage over slow links.
func DefaultLimits() Limits {
	return Limits{FileSize: 4 << 30, Open: 200, Bytes: 64 << 30, Idle: 3 * 24 * time.Hour, Keep: 7 * 24 * time.Hour, Finish: 15 * time.Minute}
}

// Config is what a Desk needs; all fields must be set.
type Config struct {
	Store  Store
	Intake Intake
	Dir    string                                   // where files grow
	Free   func(ctx context.Context) (int64, error) // bytes that the object store still takes
	Limits Limits
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

// Desk takes uploads. It is safe for concurrent use.
type Desk struct {
	cfg       Config
	finishing singleflight.Group  // one look at each file
	looking   *semaphore.Weighted // few at the same time
}

// lookAtOnce is how many files are looked at at the same time.
const lookAtOnce = 2

// New makes a desk over a folder, which it makes when it is missing.
func New(cfg Config) (*Desk, error) {
	var err error
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, fmt.Errorf("cannot use the folder for uploads: %w", err)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot use the folder for uploads: %w", err)
	}
	return &Desk{cfg: cfg, looking: semaphore.NewWeighted(lookAtOnce)}, nil
}

// Missing is the answer for an upload that is not there, or another person's.
func Missing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "upload_missing", playlists.Params{"upload": string(id)}, "cannot find the upload %s: it was given up after days without progress; bring the file in again", id)
}

func (d *Desk) own(ctx context.Context, a playlists.Actor, id playlists.ID) (Upload, error) {
	if err := id.Validate(); err != nil {
		return Upload{}, Missing(id)
	}
	u, err := d.cfg.Store.Upload(ctx, id)
	if err != nil {
		return Upload{}, err
	}
	if u.Person != a.ID {
		return Upload{}, Missing(id)
	}
	return u, nil
}

// admit checks a new upload against the limits and stores its row.
func (d *Desk) admit(ctx context.Context, a playlists.Actor, size int64, name string, unit playlists.ID) (playlists.ID, error) {
	if _, err := media.UnitFor(a, unit); err != nil {
		return "", err
	}
	l := d.cfg.Limits
	switch {
	case size <= 0:
		return "", playlists.Errorf(playlists.Invalid, "file_empty", nil, "cannot take an empty file: it has no bytes; bring it in again from the original")
	case size > l.FileSize:
		return "", playlists.Errorf(playlists.TooLarge, "file_too_large", playlists.Params{"size": size, "max": l.FileSize}, "cannot take a file of %d bytes: at most %d; export it smaller, a screen shows 1920 × 1080", size, l.FileSize)
	}
	number, bytes, err := d.cfg.Store.OpenUploads(ctx, a.ID)
	if err != nil {
		return "", err
	}
	if number >= l.Open || bytes+size > l.Bytes {
		return "", playlists.Errorf(playlists.RateLimited, "uploads_too_many", playlists.Params{"open": number, "max": l.Open}, "cannot begin another upload beside %d unfinished ones: let them end or cancel some", number)
	}
	free, err := d.cfg.Free(ctx)
	if err != nil {
		return "", err
	}
	// The file is copied once, and its renditions follow.
	if free < 2*size {
		return "", playlists.Errorf(playlists.Unavailable, "storage_full", playlists.Params{"free": free}, "cannot take a file of %d bytes: %d are free; delete media nobody needs or give the controller more room", size, free)
	}
	id, err := playlists.NewID(d.cfg.Random)
	if err != nil {
		return "", err
	}
	return id, d.cfg.Store.AddUpload(ctx, Upload{ID: id, Person: a.ID, FileName: playlists.Clean(name), Size: size, CreatedAt: d.cfg.Now()})
}
