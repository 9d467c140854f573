package fleet

import (
	"context"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Heard is what a screen said last.
type Heard struct {
	Screen     playlists.ID
	Report     *wire.Reported // nil until the first; never changed once it is here
	ReportedAt time.Time      // when Report came in
	SeenAt     time.Time      // when anything came in that proves it was there
	Online     bool           // it has not said, or had said for it, that it is gone
	Boot       string
	Session    uint64
}

func newMember(screen playlists.Screen) *member {
	return &member{screen: screen, heard: Heard{Screen: screen.ID}, stages: map[wire.ProgrammeRef]Stage{}}
}

// Status takes a screen's birth or death, which came in at a time. One that
// the broker had kept may be old: its birth proves nothing.
func (s *Service) Status(_ context.Context, screen playlists.ID, st wire.Status, at time.Time, kept bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.members[screen]
	if m == nil {
		return
	}
	h := &m.heard
	if st.Online {
		if kept || st.Boot == h.Boot && st.Session < h.Session {
			return
		}
		h.Online, h.Boot, h.Session, h.SeenAt = true, st.Boot, st.Session, at
	} else {
		// A will may come long after the session it belongs to: the broker
		// notices a cut line when the screen is back already.
		if h.Boot != "" && (st.Boot != h.Boot || st.Session < h.Session) {
			return
		}
		h.Online, h.Boot, h.Session = false, st.Boot, st.Session
	}
	s.heardOf(m, nil)
}

// Reported takes a screen's report, which came in at a time. One that the
// broker had kept tells what the screen had, not that it is there.
func (s *Service) Reported(_ context.Context, screen playlists.ID, r *wire.Reported, at time.Time, kept bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.members[screen]
	if m == nil {
		return
	}
	h := &m.heard
	if h.Report != nil && r.Boot == h.Report.Boot && (r.Seq <= h.Report.Seq || r.Session < h.Session && h.Boot == r.Boot) {
		return // again, or overtaken
	}
	seen := at
	if kept {
		// Its own clock is the only witness of its age, and only against it.
		if seen = time.UnixMilli(r.At); seen.After(at) {
			seen = at
		}
		if !h.ReportedAt.Before(seen) {
			return
		}
	} else {
		h.Online, h.Boot, h.Session = true, r.Boot, r.Session
	}
	h.Report, h.ReportedAt = r, seen
	if seen.After(h.SeenAt) {
		h.SeenAt = seen
	}
	s.heardOf(m, m.advance(r, seen))
}

// heardOf tells the observer and remembers what must be stored. The lock is
// held.
func (s *Service) heardOf(m *member, p []Progress) {
	s.dirty.add(m.heard, p)
	s.o.Observer.ScreenHeard(m.heard)
}

// Heard gives what a trusted screen said last.
func (s *Service) Heard(screen playlists.ID) (Heard, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m := s.members[screen]
	if m == nil {
		return Heard{}, false
	}
	return m.heard, true
}

// dirty is what was heard and is not stored yet: of each screen the newest.
type dirty struct {
	mu       sync.Mutex
	heard    map[playlists.ID]Heard
	progress []Progress
}

// maxProgress bounds what waits while the store does not answer.
const maxProgress = 100_000

func newDirty() *dirty { return &dirty{heard: map[playlists.ID]Heard{}} }

func (d *dirty) add(h Heard, p []Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard[h.Screen] = h
	if len(d.progress)+len(p) <= maxProgress {
		d.progress = append(d.progress, p...)
	}
}

// drop forgets what a screen said and is not stored.
func (d *dirty) drop(screen playlists.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.heard, screen)
}

func (d *dirty) take() ([]Heard, []Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	heard := make([]Heard, 0, len(d.heard))
	for _, h := range d.heard {
		heard = append(heard, h)
	}
	progress := d.progress
	d.heard, d.progress = map[playlists.ID]Heard{}, nil
	return heard, progress
}

// back puts what could not be stored behind what came in meanwhile.
func (d *dirty) back(heard []Heard, p []Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range heard {
		if _, newer := d.heard[h.Screen]; !newer {
			d.heard[h.Screen] = h
		}
	}
	d.progress = append(p, d.progress...)
}

// Flush stores what was heard since the last time.
func (s *Service) Flush(ctx context.Context) error {
	heard, progress := s.dirty.take()
	if len(heard) == 0 && len(progress) == 0 {
		return nil
	}
	if err := s.o.Store.SaveHeard(ctx, heard, progress); err != nil {
		s.dirty.back(heard, progress)
		return err
	}
	return nil
}
