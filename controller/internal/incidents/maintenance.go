package incidents

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
)

// Bounds of maintenance windows.
const (
	maxWindow  = 7 * 24 * hour
	maxAhead   = 90 * 24 * hour
	maxWindows = 200
)

// NewWindow is a window that somebody plans: of a screen or of a cluster.
type NewWindow struct {
	Screen  playlists.ID
	Cluster playlists.ID
	From    time.Time // zero: now
	Until   time.Time
	Reason  string
}

// Windows gives the maintenance windows that are open or to come and that the
// actor may see, by beginning.
func (s *Service) Windows(_ context.Context, a playlists.Actor) ([]Window, error) {
	if a.Reach(playlists.Watch).None() {
		return nil, a.Require(playlists.Watch, playlists.Scope{})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	out := []Window{}
	for _, w := range s.tracker.windows {
		if now.Before(w.Until) && a.May(playlists.Watch, w.scope()) {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b Window) int { return a.From.Compare(b.From) })
	return out, nil
}

func (w *Window) scope() playlists.Scope { return playlists.Scope{Unit: w.Unit, Cluster: w.Cluster.ID} }

// windowWritten is what the audit log keeps of a window.
type windowWritten struct {
	Cluster playlists.ID `json:"cluster_id"`
	Window  playlists.ID `json:"window_id"`
	From    string       `json:"from"`
	Until   string       `json:"until"`
	Reason  string       `json:"reason"`
}

func (s *Service) audited(ctx context.Context, a playlists.Actor, kind playlists.ActKind, w *Window, at time.Time) context.Context {
	subject := w.Screen.ID
	if subject == "" {
		subject = w.Cluster.ID
	}
	return playlists.WithAct(ctx, &playlists.Act{At: at, By: a.ID, Kind: kind, Subject: subject, Detail: windowWritten{
		Cluster: w.Cluster.ID, Window: w.ID, From: w.From.UTC().Format(time.RFC3339), Until: w.Until.UTC().Format(time.RFC3339), Reason: w.Reason,
	}})
}

// Plan adds a maintenance window. It ends by itself.
func (s *Service) Plan(ctx context.Context, a playlists.Actor, n NewWindow) (Window, error) {
	now := s.cfg.Now()
	if n.From.IsZero() || n.From.Before(now) {
		n.From = now
	}
	w := Window{From: n.From, Until: n.Until, By: Named{a.ID, a.Name}}
	if err := s.placeOf(&w, n); err != nil {
		return Window{}, err
	}
	if !a.May(playlists.Watch, w.scope()) {
		return Window{}, noPlace(n)
	}
	if err := a.Require(playlists.ManageScreens, w.scope()); err != nil {
		return Window{}, err
	}
	if length := n.Until.Sub(n.From); length <= 0 || length > maxWindow || n.From.Sub(now) > maxAhead {
		return Window{}, playlists.Errorf(playlists.Invalid, "window_length", playlists.Params{"days": int(maxWindow / (24 * hour))}, "cannot plan this time: it must end after it begins, last %d days at most and begin within 90 days", int(maxWindow/(24*hour)))
	}
	var err error
	if w.Reason, err = cleanText(n.Reason, true); err != nil {
		return Window{}, err
	}
	if w.ID, err = playlists.NewID(s.cfg.Random); err != nil {
		return Window{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tracker.forget(now); len(s.tracker.windows) >= maxWindows {
		return Window{}, playlists.Errorf(playlists.Conflict, "windows_full", playlists.Params{"max": maxWindows}, "cannot plan more than %d maintenance windows: end one first", maxWindows)
	}
	if err := s.cfg.Store.AddWindow(s.audited(ctx, a, playlists.MaintenancePlanned, &w, now), w); err != nil {
		return Window{}, err
	}
	s.tracker.windows = append(s.tracker.windows, w)
	s.tell()
	return w, nil
}

func (s *Service) placeOf(w *Window, n NewWindow) error {
	if n.Screen != "" {
		name, at, ok := s.cfg.Screen(n.Screen)
		if !ok {
			return noPlace(n)
		}
		w.Screen, w.Cluster, w.Unit = Named{n.Screen, name}, at.Named, at.Unit
		return nil
	}
	for _, p := range s.cfg.Places() {
		if p.ID == n.Cluster {
			w.Cluster, w.Unit = p.Named, p.Unit
			return nil
		}
	}
	return noPlace(n)
}

func noPlace(n NewWindow) error {
	if n.Screen != "" {
		return playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(n.Screen)}, "cannot find the screen %.40q: choose one from the list of screens", string(n.Screen))
	}
	return playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": string(n.Cluster)}, "cannot find the cluster %.40q: choose one from the list of clusters", string(n.Cluster))
}

// EndWindow ends a window early, or drops one that has not begun.
func (s *Service) EndWindow(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := slices.IndexFunc(s.tracker.windows, func(w Window) bool { return w.ID == id && a.May(playlists.Watch, w.scope()) })
	if n < 0 {
		return playlists.Errorf(playlists.NotFound, "window_missing", playlists.Params{"id": string(id)}, "cannot find the maintenance window %.40q: it has ended", string(id))
	}
	w := s.tracker.windows[n]
	if err := a.Require(playlists.ManageScreens, w.scope()); err != nil {
		return err
	}
	w.Until = s.cfg.Now()
	if err := s.cfg.Store.EndWindow(s.audited(ctx, a, playlists.MaintenanceEnded, &w, w.Until), id, w.Until); err != nil {
		return err
	}
	s.tracker.windows = slices.Delete(s.tracker.windows, n, n+1)
	s.tell()
	return nil
}
