package sync

import (
	"context"
	"fmt"

	"cotmoc/playlists/programme"
)

// judge judges what is held anew when the charter or the screen's place has
// changed, and takes up again what came too early for them.
func (s *Sync) judge() {
	now := s.o.Trust.Grounds()
	s.mu.Lock()
	changed := now.Charter != s.judged.Charter || now.Cluster != s.judged.Cluster
	current, loaded := s.current, s.loaded
	if s.early != nil {
		s.offered, s.early = append(s.offered, s.early), nil
	}
	s.mu.Unlock()
	if changed {
		s.rejudge(current, loaded, now)
	}
}

// rejudge puts the same programmes in place of themselves, with what stands of
// them now. One that was not playing yet is loaded, and refused, from its
// documents again.
func (s *Sync) rejudge(current, loaded *programme.Loaded, on programme.Grounds) {
	var unkept = s.unkept[:0:0]
	if current != nil {
		again, missing := current.Under(on, s.o.Documents.Object)
		if err := again.Fallen(); err != nil {
			s.o.Log.Warn("an approval in the programme has fallen", "counter", again.Counter, "refusal", programme.RefusalOf(err), "error", err)
			s.o.Problems.Set("fallen", string(programme.RefusalOf(err)), err.Error())
		} else {
			s.o.Problems.Clear("fallen")
		}
		unkept = missing
		if loaded == current {
			loaded = again
		}
		current = again
	}
	if loaded != current {
		loaded = nil
	}
	s.mu.Lock()
	s.judged, s.current, s.loaded, s.unkept = on, current, loaded, unkept
	s.mu.Unlock()
	s.keep()
	s.o.Changed()
}

// fetchKept fetches what the charter names and the programme that plays needs.
func (s *Sync) fetchKept(ctx context.Context) error {
	s.mu.Lock()
	unkept := s.unkept
	s.mu.Unlock()
	if len(unkept) == 0 {
		return nil
	}
	for _, d := range unkept {
		if err := s.fetchDocument(ctx, d); err != nil {
			return fmt.Errorf("cannot fetch the decisions that the charter keeps: %w", err)
		}
	}
	s.mu.Lock()
	current, loaded := s.current, s.loaded
	s.mu.Unlock()
	s.rejudge(current, loaded, s.o.Trust.Grounds())
	return nil
}
