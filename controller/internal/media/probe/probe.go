// Package probe finds out what a file brought in really is, and refuses with
// a sentence that helps what cannot be shown.
package probe

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sync/semaphore"

	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

// Limits are what a file may be at most.
type Limits struct {
	Duration  time.Duration // of a video
	Pixels    int64         // of an image
	Side      int           // of an image, in pixels
	VideoSide int           // of a video, in pixels
	Memory    int64         // that decoding images may take at the same time, in bytes
}

// DefaultLimits suit signage: a quarter of an hour, 100 megapixels, 8K video.
func DefaultLimits() Limits {
	return Limits{Duration: 15 * time.Minute, Pixels: 100_000_000, Side: 30_000, VideoSide: 8192, Memory: 768 << 20}
}

// Facts are what was found out. Picture is set for an image, Clip for a video.
type Facts struct {
	Kind     playlists.Kind
	MIME     string
	Width    int // pixels as displayed
	Height   int
	Duration time.Duration // 0 for an image
	Picture  *Picture
	Clip     *Clip
}

// Prober looks at files. It is safe for concurrent use.
type Prober struct {
	box      *sandbox.Sandbox
	limits   Limits
	decoding *semaphore.Weighted // bytes of pictures in memory
	log      *slog.Logger
}

// New makes a prober. The sandbox must know ffprobe and ffmpeg.
func New(box *sandbox.Sandbox, limits Limits, log *slog.Logger) *Prober {
	return &Prober{box: box, limits: limits, decoding: semaphore.NewWeighted(limits.Memory), log: log}
}

// Probe looks at the file at an absolute path. An image is decoded whole, of
// a video the first frame. An error of code Invalid carries the reason for
// the person who brought it in.
func (p *Prober) Probe(ctx context.Context, path string) (*Facts, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the file to probe: %w", err)
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot size the file to probe: %w", err)
	}
	if fi.Size() == 0 {
		return nil, refuse("file_empty", nil, "cannot use an empty file: it has no bytes; bring it in again from the original")
	}
	head, err := readAt(f, 0, int(min(fi.Size(), SniffLen)))
	if err != nil {
		return nil, err
	}
	format := Sniff(head)
	if err := refuseFormat(format); err != nil {
		return nil, err
	}
	switch format {
	case JPEG, PNG, WebP, AVIF, GIF:
		pic, err := ReadPicture(f, fi.Size(), format)
		if err != nil {
			return nil, err
		}
		if format == GIF && pic.Animated {
			break
		}
		return p.picture(ctx, f, fi.Size(), pic)
	}
	return p.clip(ctx, f, fi.Size(), format)
}
