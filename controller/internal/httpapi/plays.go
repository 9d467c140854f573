package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/proof"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Play is one showing as its screen told it.
type Play struct {
	ID         playlists.ID     `json:"id"`
	Screen     Named            `json:"screen"`
	Media      *Titled          `json:"media" doc:"Null for a bulletin."`
	Bulletin   *Titled          `json:"bulletin" doc:"The order whose text was shown; null for an item and the slate."`
	Digest     playlists.Digest `json:"digest" doc:"Of the rendition that was shown, or of the bulletin's order as it was signed."`
	StartedAt  time.Time        `json:"started_at" doc:"By the screen's clock."`
	DurationMS int64            `json:"duration_ms"`
	ClockState wire.ClockState  `json:"clock_state" enum:"trusted,plausible,lost"`
	Complete   bool             `json:"complete" doc:"Its slot was shown to the end."`
	Touched    bool             `json:"touched" doc:"A visitor had opened it by touch."`
}

// Touches is how often visitors have opened one media on one day.
type Touches struct {
	Day        string `json:"day" format:"date"`
	Media      Titled `json:"media"`
	Count      int    `json:"count"`
	DurationMS int64  `json:"duration_ms" doc:"That it was looked at, in all."`
}

// PlaysPage asks for a part of the plays.
type PlaysPage struct {
	From   time.Time `query:"from" doc:"Begun at or after."`
	Until  time.Time `query:"until" doc:"Begun before."`
	Media  string    `query:"media" maxLength:"20"`
	Cursor string    `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *Server) registerPlays() {
	handle(s, http.MethodGet, "/plays", "list-plays", "What was shown, the newest first", func(ctx context.Context, a playlists.Actor, in *struct {
		PlaysPage
		Screen string `query:"screen" maxLength:"20"`
	}) (List[Play], error) {
		return s.plays(ctx, a, in.PlaysPage, playlists.ID(in.Screen))
	})
	handle(s, http.MethodGet, "/touches", "list-touches", "How often visitors have opened what, by day", func(ctx context.Context, a playlists.Actor, in *struct {
		From   time.Time `query:"from" doc:"Begun at or after."`
		Until  time.Time `query:"until" doc:"Begun before."`
		Screen string    `query:"screen" maxLength:"20"`
		Media  string    `query:"media" maxLength:"20"`
	}) (List[Touches], error) {
		all, err := s.Proof.Touches(ctx, a, proof.Filter{From: in.From, Until: in.Until, Screen: playlists.ID(in.Screen), Media: playlists.ID(in.Media)})
		return List[Touches]{Total: len(all), Items: each(all, func(t proof.Touches) Touches {
			return Touches{Day: t.Day, Media: Titled{t.Media, t.Title}, Count: t.Count, DurationMS: t.DurationMS}
		})}, err
	})
	handle(s, http.MethodGet, "/screens/{id}/plays", "list-screen-plays", "What a screen has shown, the newest first", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		PlaysPage
	}) (List[Play], error) {
		return s.plays(ctx, a, in.PlaysPage, in.ID)
	})
}

func (s *Server) plays(ctx context.Context, a playlists.Actor, in PlaysPage, screen playlists.ID) (List[Play], error) {
	p, err := s.Proof.List(ctx, a, proof.Filter{From: in.From, Until: in.Until, Screen: screen, Media: playlists.ID(in.Media), Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return List[Play]{}, err
	}
	return List[Play]{NextCursor: p.Next, Total: p.Total, Items: each(p.Plays, func(p proof.Play) Play {
		out := Play{
			ID: p.ID, Screen: Named{p.Screen, p.ScreenName}, Digest: p.Digest, StartedAt: p.StartedAt,
			DurationMS: p.DurationMS, ClockState: p.Clock, Complete: p.Complete, Touched: p.Touched,
		}
		if p.Order != "" {
			out.Bulletin = &Titled{p.Order, p.Title}
		} else {
			out.Media = &Titled{p.Media, p.Title}
		}
		return out
	})}, nil
}
