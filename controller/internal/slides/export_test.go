package slides

import (
	"context"
	"image"
	"time"

	"github.com/chromedp/cdproto/page"

	"cotmoc/playlists"
)

// Sitting is one browser for many slides: a test's are no stranger's.
type Sitting struct {
	studio *Studio
	ctx    context.Context
}

// Sit gives do a browser.
func Sit(ctx context.Context, s *Studio, do func(Sitting) error) error {
	return s.with(ctx, 5*time.Minute, func(ctx context.Context) error { return do(Sitting{s, ctx}) })
}

// Take draws a slide in one profile.
func (s Sitting) Take(slide Slide, parts Parts, p playlists.Profile) (image.Image, error) {
	return s.studio.take(s.ctx, slide, parts, p)
}

// Look draws a slide in one profile, by a fraction of its size: quicker to read
// for those who need no letters.
func (s Sitting) Look(slide Slide, parts Parts, p playlists.Profile, by int) (image.Image, error) {
	if err := s.studio.set(s.ctx, slide, parts, p); err != nil {
		return nil, err
	}
	w, h := p.Size()
	return shot(s.ctx, &page.Viewport{Width: float64(w), Height: float64(h), Scale: 1 / float64(by)})
}

// Fits tells which text of a slide does not fit.
func (s Sitting) Fits(slide Slide, parts Parts) error { return s.studio.fits(s.ctx, slide, parts) }
