package checks

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image/jpeg"
	"io"
	"math/bits"
	"slices"
	"time"

	"github.com/corona10/goimagehash"

	"cotmoc/playlists"
)

const (
	// nearBits is how many of 64 bits may differ: a picture that was cropped a
	// little, made smaller or encoded again differs in fewer, another one in
	// about half.
	nearBits   = 8
	mostAlike  = 5
	maxPreview = 8 << 20
	batch      = 50
	fillEvery  = 30 * time.Second
)

// Run makes the prints that are missing until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(fillEvery)
	defer tick.Stop()
	for {
		if err := s.Fill(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.WarnContext(ctx, "pictures are not compared", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Fill makes the prints that are missing now.
func (s *Service) Fill(ctx context.Context) error {
	for {
		waiting, err := s.cfg.Store.Unprinted(ctx, batch)
		if err != nil || len(waiting) == 0 {
			return err
		}
		for _, p := range waiting {
			hash, err := s.hash(ctx, p.Digest)
			if err != nil {
				// One that cannot be read is like no other; it is not tried
				// again for ever.
				s.cfg.Log.WarnContext(ctx, "picture cannot be compared", "media", p.Media, "error", err)
				hash = 0
			}
			if err := s.cfg.Store.SavePrint(ctx, p.Media, p.Digest, hash); err != nil {
				return err
			}
		}
	}
}

func (s *Service) hash(ctx context.Context, d playlists.Digest) (uint64, error) {
	r, _, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	hash, err := printOf(r)
	if err != nil {
		return 0, fmt.Errorf("cannot compare the preview %s: %w", d, err)
	}
	return hash, nil
}

// printOf reads a JPEG that we have encoded ourselves.
func printOf(r io.Reader) (uint64, error) {
	img, err := jpeg.Decode(io.LimitReader(r, maxPreview))
	if err != nil {
		return 0, err
	}
	h, err := goimagehash.PerceptionHash(img)
	if err != nil {
		return 0, err
	}
	return h.GetHash(), nil
}

// Print gives what is left of a small JPEG that we have encoded ourselves.
func (s *Service) Print(small []byte) (uint64, error) {
	hash, err := printOf(bytes.NewReader(small))
	if err != nil {
		return 0, fmt.Errorf("cannot compare a picture: %w", err)
	}
	return hash, nil
}

// Near tells whether two pictures look almost the same.
func (s *Service) Near(x, y uint64) bool { return near(x, y) }

func near(x, y uint64) bool { return x != 0 && y != 0 && bits.OnesCount64(x^y) <= nearBits }

// Like gives, for each print, the media that look so and that the actor may
// see, the nearest first.
func (s *Service) Like(ctx context.Context, a playlists.Actor, prints []uint64) ([][]Print, error) {
	if err := s.Fill(ctx); err != nil {
		return nil, err
	}
	all, err := s.cfg.Store.Prints(ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]Print, len(prints))
	for i, own := range prints {
		out[i] = s.nearest(a, all, own, "")
	}
	return out, nil
}

// nearest gives those that look like a print, without one media.
func (s *Service) nearest(a playlists.Actor, all []Print, own uint64, without playlists.ID) []Print {
	like := slices.DeleteFunc(slices.Clone(all), func(p Print) bool {
		return p.Media == without || !near(p.Hash, own) || !s.cfg.Library.MaySee(a, p.Unit)
	})
	slices.SortStableFunc(like, func(x, y Print) int { return cmp.Compare(bits.OnesCount64(x.Hash^own), bits.OnesCount64(y.Hash^own)) })
	return like[:min(mostAlike, len(like))]
}

// alike gives rejected pages of other sites whose picture looks almost like
// this media, and the media that do and that the actor may see, the nearest
// first.
func (s *Service) alike(ctx context.Context, a playlists.Actor, m *Subject) ([]Notice, error) {
	if m.Preview == "" {
		return nil, nil
	}
	if err := s.Fill(ctx); err != nil {
		return nil, err
	}
	all, err := s.cfg.Store.Prints(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(p Print) bool { return p.Media == m.ID })
	if i < 0 || all[i].Hash == 0 {
		return nil, nil
	}
	rejected, err := s.cfg.Rejections.LikeRejected(ctx, a, all[i].Hash)
	if err != nil {
		return nil, err
	}
	var out []Notice
	for _, r := range rejected {
		out = append(out, Notice{Kind: Rejected, Title: r.Title, Note: r.Reason})
	}
	for _, p := range s.nearest(a, all, all[i].Hash, m.ID) {
		out = append(out, Notice{Kind: NearDuplicate, Media: p.Media, Title: p.Title, State: p.State})
	}
	return out, nil
}
