package app

import (
	"context"

	"cotmoc/controller/internal/checks"
	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

// openChecks makes what looks at media before people do.
func (a *App) openChecks() {
	a.services.Checks = checks.New(checks.Config{Store: a.db.Checks(), Library: looked{a.services.Media}, Rejections: rejections{a}, Objects: a.objects, Now: a.now, Log: a.log})
	a.group.Add("pictures compared", a.services.Checks.Run)
}

// looked joins checks with media.
type looked struct{ media *media.Service }

// rejections joins checks with sources, which are opened later.
type rejections struct{ a *App }

// LikeRejected implements checks.Rejections.
func (r rejections) LikeRejected(ctx context.Context, a playlists.Actor, print uint64) ([]checks.Rejection, error) {
	like, err := r.a.services.Sources.LikeRejected(ctx, a, print)
	if err != nil {
		return nil, err
	}
	var out []checks.Rejection
	for _, l := range like {
		out = append(out, checks.Rejection{Title: l.Title, Reason: l.Reason})
	}
	return out, nil
}

// Subject implements checks.Library.
func (l looked) Subject(ctx context.Context, a playlists.Actor, id playlists.ID) (*checks.Subject, error) {
	r, err := l.media.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return &checks.Subject{Media: r.Media, Preview: r.Preview}, nil
}

// MaySee implements checks.Library.
func (l looked) MaySee(a playlists.Actor, unit playlists.ID) bool {
	return a.May(playlists.ReadMedia, playlists.Scope{Unit: unit})
}
