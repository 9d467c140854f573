package app

import (
	"context"

	"cotmoc/controller/internal/jobs"
	"cotmoc/controller/internal/media"
)

// rerendering wakes what looks for media that lack a rendition.
type rerendering struct{ woken chan struct{} }

func newRerendering() *rerendering { return &rerendering{woken: make(chan struct{}, 1)} }

func (r *rerendering) wake() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// openRerendering adds renditions in the background. It has a worker of its
// own, so that no upload waits for one that is under way.
func (a *App) openRerendering(service *media.Service) error {
	worker, err := jobs.NewWorker(jobs.Config{
		Table: a.db.Jobs(), Node: jobNode + "-background", Now: a.now, Random: a.random, Log: a.log,
		Handlers: map[string]jobs.Handler{media.RerenderJob: {Run: func(ctx context.Context, j jobs.Job, report jobs.Report) error {
			err := service.Rerender(ctx, j.Subject, report)
			a.rerender.wake() // there may be more
			return err
		}}},
	})
	if err != nil {
		return err
	}
	a.group.Add("background jobs", worker.Run)
	a.group.Add("media without a rendition", func(ctx context.Context) error {
		return service.Sweep(ctx, a.rerender.woken, worker.Wake)
	})
	return nil
}
