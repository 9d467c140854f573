package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"cotmoc/controller/internal/checks"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/render"
	"cotmoc/controller/internal/outbound"
	"cotmoc/controller/internal/publish"
	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/polite"
	"cotmoc/playlists"
)

// visitorName is what the controller calls itself on other sites, and what
// their robots.txt may say about it.
const visitorName = "cotmoc"

// openSources makes what brings items of other sites in.
func (a *App) openSources(renderer *render.Renderer) error {
	work := a.cfg.path("pulled") // what a crash left half fetched is of no use
	if err := os.RemoveAll(work); err != nil {
		return fmt.Errorf("cannot clear the folder for what is fetched: %w", err)
	}
	if err := os.MkdirAll(work, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder for what is fetched: %w", err)
	}
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return fmt.Errorf("cannot load the time zone of Vietnam: %w", err)
	}
	a.services.Sources = sources.New(sources.Config{
		Store: a.db.Sources(), Objects: a.objects, Library: intake{a.services.Media, renderer}, Screens: holds{a}, Prints: compared{a.services.Checks},
		Visitor: polite.New(fetchWith(outbound.New(outgoing())), visitorName, a.now, a.db.Sources()),
		Work:    work, Zone: zone, Now: a.now, Random: a.random, Log: a.log,
	})
	a.group.Add("sources", a.services.Sources.Run)
	return nil
}

// fetchWith joins the visitor with the one client that goes out.
func fetchWith(client *outbound.Client) polite.Fetch {
	return func(ctx context.Context, r polite.Request) (*polite.Answer, error) {
		header := http.Header{}
		if r.ETag != "" {
			header.Set("If-None-Match", r.ETag)
		}
		if r.Modified != "" {
			header.Set("If-Modified-Since", r.Modified)
		}
		a, err := client.Get(ctx, outbound.Request{URL: r.URL, Types: r.Types, Bytes: r.Bytes, Within: r.Within, Header: header, Hosts: r.Hosts})
		if err != nil {
			return nil, unreachable(err)
		}
		return &polite.Answer{
			Status: a.Status, URL: a.URL, Type: a.Type, ETag: a.Header.Get("ETag"), Modified: a.Header.Get("Last-Modified"),
			RetryAfter: a.Header.Get("Retry-After"), Body: readable{a.Body},
		}, nil
	}
}

// readable is a body whose faults are said in the words of people, too.
type readable struct{ io.ReadCloser }

// Read implements io.Reader.
func (r readable) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = unreachable(err)
	}
	return n, err
}

// unreachable says in the words of people why nothing was fetched.
func unreachable(err error) error {
	for _, r := range []struct {
		is     error
		code   playlists.Code
		reason string
	}{
		{outbound.ErrURL, playlists.Invalid, "address_unreadable"},
		{outbound.ErrAddress, playlists.Forbidden, "address_not_public"},
		{outbound.ErrRedirects, playlists.Forbidden, "redirect_refused"},
		{outbound.ErrType, playlists.Invalid, "answer_type"},
		{outbound.ErrTooLarge, playlists.TooLarge, "answer_too_large"},
		{context.DeadlineExceeded, playlists.Unavailable, "site_slow"},
	} {
		if errors.Is(err, r.is) {
			return playlists.Errorf(r.code, r.reason, nil, "cannot fetch this: %w", err)
		}
	}
	return playlists.Errorf(playlists.Unavailable, "site_unreachable", nil, "cannot reach the site: %w; try again later", err)
}

// intake joins sources with media.
type intake struct {
	media    *media.Service
	renderer *render.Renderer
}

// Bring implements sources.Library.
func (l intake) Bring(ctx context.Context, a playlists.Actor, f sources.Pulled) (playlists.ID, error) {
	r, err := l.media.Accept(ctx, a, media.File{Path: f.Path, Name: f.Name, Title: f.Title, Unit: f.Unit, Origin: f.Origin, Declared: f.Declared})
	if err != nil {
		return "", err
	}
	return r.Media.ID, nil
}

// Small implements sources.Library.
func (l intake) Small(ctx context.Context, path string) ([]byte, error) {
	source, err := l.renderer.Open(ctx, path, render.Cut{})
	if err != nil {
		return nil, err
	}
	return source.Preview(ctx)
}

// holds has programmes made without what is held, and with it again. It is used
// once everything is open.
type holds struct{ a *App }

// Hold implements sources.Screens.
func (h holds) Hold(ctx context.Context, title string) error {
	_, err := h.a.publish.Refresh(ctx, publish.Held, playlists.Actor{}, title)
	return err
}

// Release implements sources.Screens.
func (h holds) Release(ctx context.Context, by playlists.Actor, title string) error {
	_, err := h.a.publish.Refresh(ctx, publish.Released, by, title)
	return err
}

// compared joins sources with checks.
type compared struct{ *checks.Service }

// Library implements sources.Prints.
func (c compared) Library(ctx context.Context, a playlists.Actor, prints []uint64) ([][]sources.Alike, error) {
	all, err := c.Like(ctx, a, prints)
	out := make([][]sources.Alike, len(all))
	for i, like := range all {
		for _, p := range like {
			out[i] = append(out[i], sources.Alike{Media: p.Media, Title: p.Title, State: string(p.State)})
		}
	}
	return out, err
}
