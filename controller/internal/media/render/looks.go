package render

import (
	"context"
	"fmt"
	"image"
	"time"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/programme"
)

// Looks is what a rendition looks like, coarsely, for the screens to check
// their glass by.
type Looks struct {
	Step  time.Duration // of a film; 0 for a picture
	Bands []picturehash.Band
}

// looksOf reads a picture.
func looksOf(img *image.RGBA) (Looks, error) {
	columns, rows := programme.PictureCells(img.Rect.Dx(), img.Rect.Dy())
	g, err := picturehash.Of(img, picturehash.Whole(), columns, rows)
	return Looks{Bands: []picturehash.Band{picturehash.Around(g)}}, err
}

// looks reads every frame of a finished film, a few pixels of each.
func (v *video) looks(ctx context.Context, path string, made *probe.Facts, size image.Point) (Looks, error) {
	columns, rows := programme.FilmCells(size.X, size.Y)
	step := programme.FilmStep(size.X, size.Y, made.Duration)
	seen := &bands{columns: columns, rows: rows, step: step, rate: made.Clip.FrameRate}
	if seen.rate <= 0 {
		return Looks{}, fmt.Errorf("cannot read what a film of %g frames a second looks like", seen.rate)
	}
	err := v.r.box.Run(ctx, sandbox.Command{
		Tool: "ffmpeg", Input: path, Stdout: seen, Limits: v.limits(gradeOf(size.X, size.Y)),
		Args: func(in, _ string) []string {
			args := append([]string{"-v", "error", "-nostdin", "-threads", "2"}, probe.BeforeInput()...)
			return append(args, "-i", in, "-map", "0:V:0", "-an", "-fps_mode", "passthrough",
				"-vf", fmt.Sprintf("scale=%d:%d:flags=area+accurate_rnd+full_chroma_int+full_chroma_inp:in_color_matrix=bt709:in_range=tv:out_range=pc", columns, rows),
				"-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1")
		},
	})
	if err != nil {
		return Looks{}, failed(err)
	}
	if len(seen.all) == 0 {
		return Looks{}, fmt.Errorf("cannot read what a film without a frame looks like")
	}
	return Looks{Step: step, Bands: seen.all}, nil
}

// bands joins small frames as they come, step by step.
type bands struct {
	columns, rows int
	step          time.Duration
	rate          float64
	frame         []byte
	frames        int
	all           []picturehash.Band
}

// Write implements io.Writer.
func (b *bands) Write(p []byte) (int, error) {
	n, size := len(p), 3*b.columns*b.rows
	for len(p) > 0 {
		k := min(size-len(b.frame), len(p))
		b.frame, p = append(b.frame, p[:k]...), p[k:]
		if len(b.frame) < size {
			break
		}
		band := picturehash.Around(picturehash.FromRGB(b.columns, b.rows, b.frame))
		at := int(float64(b.frames) / b.rate / b.step.Seconds())
		b.frame, b.frames = b.frame[:0], b.frames+1
		if at < len(b.all) {
			b.all[at] = b.all[at].With(band)
			continue
		}
		for len(b.all) < at {
			b.all = append(b.all, b.all[len(b.all)-1]) // no frame began in that step: the one before stands
		}
		b.all = append(b.all, band)
	}
	return n, nil
}
