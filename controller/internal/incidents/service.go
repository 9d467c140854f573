package incidents

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cotmoc/playlists"
)

// Store keeps incidents with their journal. All methods may be called
// concurrently.
type Store interface {
	// Kept gives the incidents that are open, or closed although what was wrong
	// stood, or closed after a time.
	Kept(ctx context.Context, closedAfter time.Time) ([]Incident, error)
	// Save stores changes with their entries, all or nothing.
	Save(ctx context.Context, changes []Change) error
	// Incident answers NotFound, reason "incident_missing".
	Incident(ctx context.Context, id playlists.ID) (Incident, error)
	// Journal gives what happened to an incident, oldest first.
	Journal(ctx context.Context, id playlists.ID) ([]Entry, error)
	Find(ctx context.Context, f Filter) (Page, error)
	Count(ctx context.Context, r playlists.Reach, person playlists.ID) (Counts, error)

	// Windows gives the maintenance windows that end after a time, by beginning.
	Windows(ctx context.Context, after time.Time) ([]Window, error)
	AddWindow(ctx context.Context, w Window) error
	EndWindow(ctx context.Context, id playlists.ID, at time.Time) error

	// Duty gives the clusters in which a shift was ever kept; KeepsDuty notes one.
	Duty(ctx context.Context) (map[playlists.ID]bool, error)
	KeepsDuty(ctx context.Context, cluster playlists.ID) error
}

// Shifts knows who is on duty.
type Shifts interface {
	OnDuty(ctx context.Context, cluster playlists.ID) (bool, error)
}

// Place is a cluster with the unit that operates it now.
type Place struct {
	Named
	Unit playlists.ID
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Shifts Shifts // nil: nobody keeps shifts
	Places func() []Place
	// Screen tells where a screen stands; false when there is none.
	Screen func(id playlists.ID) (name string, at Place, ok bool)
	// Handlers gives the people who may handle incidents in a place, by name.
	Handlers func(ctx context.Context, at Place) ([]Named, error)
	// Patience multiplies every length of time of the rules; 0 is 1.
	Patience float64
	Now      func() time.Time
	Random   io.Reader
	Log      *slog.Logger
}

// Service is the incidents. It is safe for concurrent use.
type Service struct {
	cfg     Config
	stepped atomic.Pointer[time.Time] // when what had changed was stored

	mu      sync.Mutex
	tracker *tracker
	duty    map[playlists.ID]bool
	changed chan struct{} // closed when something has
}

// Open makes a Service that goes on with what is stored.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	if cfg.Patience == 0 {
		cfg.Patience = 1
	}
	now := cfg.Now()
	s := &Service{cfg: cfg, changed: make(chan struct{})}
	s.stepped.Store(&now)
	kept, err := cfg.Store.Kept(ctx, now.Add(-hour))
	if err != nil {
		return nil, fmt.Errorf("cannot load the incidents: %w", err)
	}
	windows, err := cfg.Store.Windows(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("cannot load the maintenance windows: %w", err)
	}
	if s.duty, err = cfg.Store.Duty(ctx); err != nil {
		return nil, fmt.Errorf("cannot load where shifts are kept: %w", err)
	}
	s.tracker = newTracker(kept, windows, cfg.Patience, func() (playlists.ID, error) { return playlists.NewID(cfg.Random) }, now)
	return s, nil
}

// See takes a screen as it is now. It answers fast.
func (s *Service) See(seen Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracker.see(seen, s.cfg.Now())
}

// Gone takes a screen off.
func (s *Service) Gone(screen playlists.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracker.gone(screen)
}

// Only says which screens there are: incidents of others end.
func (s *Service) Only(screens []playlists.ID) {
	on := make(map[playlists.ID]bool, len(screens))
	for _, id := range screens {
		on[id] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracker.only(on)
}

// Facts takes what a screen PC says of itself.
func (s *Service) Facts(screen playlists.ID, f Facts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracker.facts[screen] = f
	s.tracker.again(screen, s.cfg.Now())
}

// Certificates takes when screens' certificates end.
func (s *Service) Certificates(ends map[playlists.ID]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracker.expiry = ends
	for screen := range ends {
		s.tracker.again(screen, s.cfg.Now())
	}
}

const (
	// lively is how long after the last step the incidents still live.
	lively = time.Minute

	tick      = time.Second
	askShifts = 30 * time.Second
)

// Run turns incidents with time until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	beat := time.NewTicker(max(tick/10, min(tick, time.Duration(float64(tick)*s.cfg.Patience))))
	defer beat.Stop()
	var asked time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
		}
		if now := s.cfg.Now(); s.cfg.Shifts != nil && now.Sub(asked) >= askShifts {
			asked = now
			s.seeClusters(ctx)
		}
		if err := s.Step(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("incidents not stored", "error", err) // proposed again
		}
	}
}

func (s *Service) seeClusters(ctx context.Context) {
	for _, p := range s.cfg.Places() {
		on, err := s.cfg.Shifts.OnDuty(ctx, p.ID)
		if err != nil {
			if ctx.Err() == nil {
				s.cfg.Log.Error("shift not known", "cluster", p.ID, "error", err)
			}
			continue
		}
		s.mu.Lock()
		kept := s.duty[p.ID]
		s.mu.Unlock()
		if on && !kept {
			if err := s.cfg.Store.KeepsDuty(ctx, p.ID); err != nil {
				s.cfg.Log.Error("shift not noted", "cluster", p.ID, "error", err)
			}
		}
		s.mu.Lock()
		s.duty[p.ID] = kept || on
		s.tracker.seeCluster(ClusterSeen{Named: p.Named, Unit: p.Unit, OnDuty: on, Kept: kept || on}, s.cfg.Now())
		s.mu.Unlock()
	}
}

// Step stores what has changed by now.
func (s *Service) Step(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	s.tracker.forget(now)
	changes, err := s.tracker.step(now)
	if err == nil && len(changes) > 0 {
		err = s.store(ctx, changes)
	}
	if err == nil {
		s.stepped.Store(&now)
	}
	return err
}

// Alive tells whether incidents still come of what is wrong: it fails when
// Step has not come to its end for a minute. It does not wait for a step that
// hangs.
func (s *Service) Alive() error {
	if still := s.cfg.Now().Sub(*s.stepped.Load()); still > lively {
		return fmt.Errorf("cannot vouch for the incidents: none was judged for %s; see the log and start the controller again", still.Round(time.Second))
	}
	return nil
}

// store stores changes and goes by them. The lock is held.
func (s *Service) store(ctx context.Context, changes []Change) error {
	if err := s.cfg.Store.Save(ctx, changes); err != nil {
		return err
	}
	s.tracker.apply(changes)
	for _, c := range changes {
		for _, e := range c.Entries {
			s.cfg.Log.Info("incident", "kind", e.Kind, "incident", e.Incident, "rule", c.Incident.Rule, "severity", c.Incident.Severity, "screen", c.Incident.Screen.ID, "cluster", c.Incident.Cluster.ID, "person", e.By.ID)
		}
	}
	s.tell()
	return nil
}

// tell wakes who follows. The lock is held.
func (s *Service) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed is closed when an incident or a window has changed since it was
// asked for.
func (s *Service) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
