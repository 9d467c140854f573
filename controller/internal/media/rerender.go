package media

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"cotmoc/playlists"
)

// RerenderJob is the kind of the jobs that add renditions to media that people
// may have decided on already.
const RerenderJob = "rerender"

// sweep bounds how many jobs of the background wait at a time, and says how
// often it is looked for media without a rendition.
const (
	sweepMost  = 50
	sweepEvery = 15 * time.Second
)

// yieldFor is how long one rendition of the background waits for uploads that
// are being rendered; uploadsEvery is how often it looks.
const (
	yieldFor     = 10 * time.Minute
	uploadsEvery = time.Second
)

// Suits is a Renderer that cannot render for every profile.
type Suits interface {
	// Suits tells, as an error with the reason for people, why it does not
	// render for a profile.
	Suits(p playlists.Profile) error
}

// suited lists the wanted profiles that a media can be rendered for.
func (s *Service) suited(ctx context.Context, r *Record) ([]playlists.Profile, error) {
	wanted, err := s.cfg.Wanted(ctx)
	if err != nil {
		return nil, err
	}
	picky, ok := s.renderer(r).(Suits)
	if !ok {
		return wanted, nil
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(p playlists.Profile) bool { return picky.Suits(p) != nil }), nil
}

// Sweep keeps jobs waiting for media that lack a rendition of a wanted profile,
// until the context ends. What it finds follows from the rows, so that nothing
// is lost with the process. woken is told of changes; added is called when there
// is something to do.
func (s *Service) Sweep(ctx context.Context, woken <-chan struct{}, added func()) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	var before []playlists.Profile
	for {
		wanted, err := s.cfg.Wanted(ctx)
		if err == nil {
			if slices.ContainsFunc(wanted, func(p playlists.Profile) bool { return !slices.Contains(before, p) }) {
				err = s.cfg.Store.ForgetFailed(ctx) // what failed for one profile is due again for another
			}
			before = wanted
		}
		if err == nil {
			err = s.queueLacking(ctx, wanted, added)
		}
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("looking for media without a rendition failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-woken:
		}
	}
}

// Retry has tried again what could not be rendered in the background.
func (s *Service) Retry(ctx context.Context) error { return s.cfg.Store.ForgetFailed(ctx) }

func (s *Service) queueLacking(ctx context.Context, wanted []playlists.Profile, added func()) error {
	now, tasks := s.cfg.Now(), []Task{}
	for _, p := range wanted {
		ids, err := s.cfg.Store.Lacking(ctx, p, sweepMost)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if len(tasks) < sweepMost && !slices.ContainsFunc(tasks, func(t Task) bool { return t.Media == id }) {
				t, err := s.task(id)
				if err != nil {
					return err
				}
				tasks = append(tasks, *t)
			}
		}
	}
	n, err := s.cfg.Store.QueueRerender(ctx, tasks, sweepMost, now)
	if n > 0 {
		added()
	}
	return err
}

// Rerender adds to a media the renditions that it lacks, one after the other,
// each kept when it is made. It may be broken off and done again at any point.
func (s *Service) Rerender(ctx context.Context, id playlists.ID, report func(stage string, progress float64)) error {
	wanted, err := s.cfg.Wanted(ctx)
	if err != nil {
		return err
	}
	var failed error // for one profile: the others are made all the same
	for i, p := range wanted {
		part := func(f float64) { report(string(p), (float64(i)+f)/float64(len(wanted))) }
		err := s.addRendition(ctx, id, p, part)
		switch {
		case err == nil:
		case playlists.CodeOf(err) == playlists.Invalid:
			failed = errors.Join(failed, err)
			s.cfg.Log.WarnContext(ctx, "media not rendered for a profile", "media", id, "profile", string(p), "error", err)
		default:
			return err
		}
	}
	if first, ok := errors.AsType[*playlists.Error](failed); ok {
		return first
	}
	return nil
}

// addable tells whether a rendition may be added beside what is there. Nothing
// is while people are deciding: they decide about what they have seen.
func addable(r *Record, p playlists.Profile) bool {
	if _, there := r.Rendition(p); there || !r.DeletedAt.IsZero() {
		return false
	}
	return r.State == playlists.Draft || r.State == playlists.Returned || r.State == playlists.Approved
}

func (s *Service) addRendition(ctx context.Context, id playlists.ID, p playlists.Profile, report func(float64)) error {
	r, err := s.cfg.Store.Media(ctx, id)
	if playlists.CodeOf(err) == playlists.NotFound || err == nil && !addable(r, p) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.giveWay(ctx); err != nil {
		return err
	}
	renderer := s.cfg.Quiet
	if made := s.cfg.Composed[r.Source.MIME]; made != nil {
		renderer = made
	}
	if picky, ok := renderer.(Suits); ok {
		if err := picky.Suits(p); err != nil {
			return about(err, p)
		}
	}
	path, release, err := s.cfg.Objects.Local(ctx, r.Source.SHA256)
	if err != nil {
		return err
	}
	defer release()
	dir, err := os.MkdirTemp(s.cfg.Work, "rerender-*")
	if err != nil {
		return fmt.Errorf("cannot make a folder for renditions: %w", err)
	}
	defer os.RemoveAll(dir)
	cut, err := s.cut(ctx, r)
	if err != nil {
		return about(err, p)
	}
	src, err := renderer.Open(ctx, path, cut, p)
	if err != nil {
		return about(err, p)
	}
	m, err := s.render(ctx, src, p, r.Fit(p), dir, report)
	if err != nil {
		return about(err, p)
	}
	_, err = s.cfg.Store.ChangeMedia(ctx, id, func(now *Record) (*Task, error) {
		if now.Source.SHA256 == r.Source.SHA256 && now.Excerpt == r.Excerpt && now.Fit(p) == m.fit && addable(now, p) {
			now.put(m)
		}
		return nil, nil
	})
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil
	}
	return err
}

// about says in an error which profile it is about.
func about(err error, p playlists.Profile) error {
	e, ok := errors.AsType[*playlists.Error](err)
	if !ok {
		return err
	}
	told := *e
	if told.Params = maps.Clone(e.Params); told.Params == nil {
		told.Params = playlists.Params{}
	}
	told.Params["profile"] = string(p)
	return &told
}

// giveWay waits while uploads are being rendered, but not for ever.
func (s *Service) giveWay(ctx context.Context) error {
	tick := time.NewTicker(uploadsEvery)
	defer tick.Stop()
	for waited := time.Duration(0); waited < yieldFor; waited += uploadsEvery {
		busy, err := s.cfg.Store.Rendering(ctx)
		if err != nil || !busy {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
	return nil
}

// Refit places an approved media differently in a profile for which nobody has
// approved it: its rendition for that profile is made anew.
func (s *Service) Refit(ctx context.Context, a playlists.Actor, id playlists.ID, p playlists.Profile, fit playlists.Fit) (*Record, error) {
	if err := errors.Join(p.Validate(), fit.Validate()); err != nil {
		return nil, err
	}
	r, err := s.change(ctx, a, id, func(r *Record) (*Task, error) {
		switch {
		case r.State != playlists.Approved:
			return nil, stateForbids(r)
		case r.Covered[p] != "":
			return nil, playlists.Errorf(playlists.Conflict, "rendition_approved", playlists.Params{"title": r.Title, "profile": string(p)}, "cannot place %q differently for %s: that picture is approved; begin a new revision", r.Title, p)
		}
		fits := maps.Clone(r.Fits)
		if fits == nil {
			fits = map[playlists.Profile]playlists.Fit{}
		}
		fits[p] = fit
		r.Fits = fits
		r.Renditions = slices.DeleteFunc(r.Renditions, func(x playlists.Rendition) bool { return x.Profile == p })
		return nil, nil
	})
	if err == nil {
		s.cfg.Wake()
	}
	return r, err
}
