package app

import (
	"context"
	"fmt"
	"os"

	"cotmoc/controller/internal/console"
	"cotmoc/controller/internal/jobs"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/render"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/controller/internal/media/upload"
	"cotmoc/controller/internal/profiles"
	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// jobNode names this process's place among those that may share a job table:
// there is one.
const jobNode = "controller"

// openMedia makes what brings media in: probe, renditions, uploads, jobs.
func (a *App) openMedia(ctx context.Context) error {
	box, err := sandbox.New(ctx, sandbox.Tools{"ffmpeg": a.cfg.FFmpeg, "ffprobe": a.cfg.FFprobe})
	if err != nil {
		return err
	}
	if box.Isolation() != sandbox.Bubblewrap {
		a.log.Warn("ffmpeg runs without network but sees files: install bubblewrap", "isolation", string(box.Isolation()))
	}
	work := a.cfg.path("work") // what a crash left half made is of no use
	if err := os.RemoveAll(work); err != nil {
		return fmt.Errorf("cannot clear the folder for renditions: %w", err)
	}
	if err := os.MkdirAll(work, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder for renditions: %w", err)
	}
	prober := probe.New(box, probe.DefaultLimits(), a.log)
	renderer := render.New(box, prober, console.Files())
	var worker *jobs.Worker // made last; the first task comes later
	studio, err := a.openStudio(box, work)
	if err != nil {
		return err
	}
	drawn := &drawings{studio: studio}
	shapes := profiles.New(profiles.Config{Store: a.db.Profiles(), Changed: a.rerender.wake, Retry: func(ctx context.Context) error { return a.services.Media.Retry(ctx) }, Now: a.now})
	a.services.Profiles = shapes
	service := media.New(media.Config{
		Store: a.db.Media(), Objects: a.objects, Prober: prober, Renderer: renderer, Quiet: render.New(box.Quiet(), prober, console.Files()),
		Composed: map[string]media.Renderer{slides.MIME: drawn}, Wanted: shapes.Wanted,
		Work: work, Wake: func() { worker.Wake(); a.rerender.wake() }, Now: a.now, Random: a.random, Log: a.log,
	})
	worker, err = jobs.NewWorker(jobs.Config{
		Table: a.db.Jobs(), Node: jobNode, Now: a.now, Random: a.random, Log: a.log,
		Handlers: map[string]jobs.Handler{media.RenderJob: renderJobs(service)},
	})
	if err != nil {
		return err
	}
	a.group.Add("jobs", worker.Run)
	if err := a.openRerendering(service); err != nil {
		return err
	}

	desk, err := upload.New(upload.Config{
		Store: a.db.Uploads(), Intake: service, Dir: a.cfg.path("uploads"), Limits: upload.DefaultLimits(),
		Free: func(ctx context.Context) (int64, error) {
			space, err := a.objects.Space(ctx)
			return space.Free, err
		},
		Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("abandoned uploads", desk.Run)
	a.services.Media, a.services.Uploads = service, desk
	a.openChecks()
	a.openLibrary()
	if err := a.openSources(renderer); err != nil {
		return err
	}
	if err := a.openShortLinks(); err != nil {
		return err
	}
	drawn.slides = slides.New(slides.Config{
		Library: shelf{service}, Links: links{a.services.ShortLinks}, Finds: finds{a.services.Sources, renderer}, Photos: photos{service, renderer},
		Objects: a.objects, Brands: a.db.Brands(), Copier: copier{renderer, work}, Studio: studio, Now: a.now,
	})
	a.services.Slides = drawn.slides
	return nil
}

// renderJobs joins the job worker with the tasks of media.
func renderJobs(s *media.Service) jobs.Handler {
	return jobs.Handler{
		Run: func(ctx context.Context, j jobs.Job, report jobs.Report) error {
			t, err := media.ParseTask(j.ID, j.Subject, j.Payload)
			if err != nil {
				return err
			}
			return s.Process(ctx, t, report)
		},
		Failed: func(ctx context.Context, j jobs.Job, _ *playlists.Error) error {
			return s.ProcessFailed(ctx, media.Task{ID: j.ID, Media: j.Subject})
		},
	}
}
