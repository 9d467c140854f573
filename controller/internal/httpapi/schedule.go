package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/planning"
	"cotmoc/playlists"
	"cotmoc/playlists/schedule"
)

// Entry is a schedule entry.
type Entry struct {
	ID            playlists.ID     `json:"id"`
	Title         string           `json:"title"`
	PlaylistID    playlists.ID     `json:"playlist_id"`
	PlaylistTitle string           `json:"playlist_title"`
	Target        playlists.Target `json:"target"`
	Rule          schedule.Rule    `json:"rule"`
	Priority      int              `json:"priority"`
	Enabled       bool             `json:"enabled"`
	Version       int              `json:"version"`
	Published     bool             `json:"published"`
	Changed       bool             `json:"changed" doc:"Published, but not as it is now."`
}

// entryBody is an entry as people write it.
type entryBody struct {
	Version    int              `json:"version,omitempty" doc:"The one that was seen; left out for any."`
	Title      string           `json:"title,omitempty" maxLength:"1000" doc:"The playlist's when left out."`
	PlaylistID playlists.ID     `json:"playlist_id"`
	Target     playlists.Target `json:"target"`
	Rule       schedule.Rule    `json:"rule"`
	Priority   int              `json:"priority" minimum:"0" maximum:"100"`
	Enabled    bool             `json:"enabled"`
}

func (b *entryBody) of() planning.EntryBody {
	return planning.EntryBody{Title: b.Title, Playlist: b.PlaylistID, Target: b.Target, Rule: b.Rule, Priority: b.Priority, Enabled: b.Enabled}
}

// Week is what plays where in seven days.
type Week struct {
	Days    []string     `json:"days"`
	Screens []WeekScreen `json:"screens"`
	Blocks  []Block      `json:"blocks"`
}

// WeekScreen is a screen in the week's view.
type WeekScreen struct {
	ID        playlists.ID `json:"id"`
	Name      string       `json:"name"`
	ClusterID playlists.ID `json:"cluster_id"`
}

// Block is a stretch in which an entry's rule holds on a screen.
type Block struct {
	EntryID       playlists.ID   `json:"entry_id"`
	Title         string         `json:"title"`
	PlaylistTitle string         `json:"playlist_title"`
	ScreenID      playlists.ID   `json:"screen_id"`
	Start         time.Time      `json:"start"`
	End           time.Time      `json:"end"`
	Priority      int            `json:"priority"`
	Wins          bool           `json:"wins"`
	HiddenBy      []playlists.ID `json:"hidden_by"`
}

func (s *Server) registerSchedule() {
	handle(s, http.MethodGet, "/schedule/entries", "list-entries", "Schedule entries, oldest first", func(ctx context.Context, a playlists.Actor, in *page) (List[Entry], error) {
		l, err := s.Planning.Entries(ctx, a, planning.Page{Text: in.Q, Cursor: in.Cursor, Limit: in.Limit})
		return List[Entry]{Items: each(l.Items, entryShape), NextCursor: l.Next, Total: l.Total}, err
	})
	handle(s, http.MethodPost, "/schedule/entries", "add-entry", "Plan a playlist", func(ctx context.Context, a playlists.Actor, in *struct{ Body entryBody }) (Entry, error) {
		e, err := s.Planning.AddEntry(ctx, a, in.Body.of())
		return entryShape(e), err
	})
	handle(s, http.MethodGet, "/schedule/entries/{id}", "get-entry", "One entry", func(ctx context.Context, a playlists.Actor, in *ByID) (Entry, error) {
		e, err := s.Planning.Entry(ctx, a, in.ID)
		return entryShape(e), err
	})
	handle(s, http.MethodPut, "/schedule/entries/{id}", "save-entry", "Change an entry", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body entryBody
	}) (Entry, error) {
		e, err := s.Planning.SaveEntry(ctx, a, in.ID, in.Body.Version, in.Body.of())
		return entryShape(e), err
	})
	handle(s, http.MethodDelete, "/schedule/entries/{id}", "delete-entry", "Take an entry out; screens play it until the next publication", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Planning.DeleteEntry(ctx, a, in.ID)
	})
	handle(s, http.MethodGet, "/schedule/week", "get-week", "What plays where in seven days, as planned now", func(ctx context.Context, a playlists.Actor, in *struct {
		Start   string       `query:"start" required:"true" doc:"The first local date."`
		Cluster playlists.ID `query:"cluster"`
		Screen  playlists.ID `query:"screen"`
	}) (Week, error) {
		w, err := s.Planning.Week(ctx, a, in.Start, in.Cluster, in.Screen)
		return weekShape(w), err
	})
}

func entryShape(e planning.Entry) Entry {
	out := Entry{
		ID: e.ID, Title: e.Title, PlaylistID: e.Playlist, PlaylistTitle: e.PlaylistTitle, Target: e.Target, Rule: e.Rule,
		Priority: e.Priority, Enabled: e.Enabled, Version: e.Version, Published: e.Published, Changed: e.Changed,
	}
	out.Target.Clusters, out.Target.Screens, out.Target.Tags = list(out.Target.Clusters), list(out.Target.Screens), list(out.Target.Tags)
	out.Rule.Weekdays, out.Rule.Windows = list(out.Rule.Weekdays), list(out.Rule.Windows)
	return out
}

func weekShape(w planning.Week) Week {
	return Week{
		Days:    list(w.Days),
		Screens: each(w.Screens, func(sc playlists.Screen) WeekScreen { return WeekScreen{sc.ID, sc.Name, sc.Cluster} }),
		Blocks: each(w.Blocks, func(b planning.Block) Block {
			return Block{EntryID: b.Entry, Title: b.Title, PlaylistTitle: b.PlaylistTitle, ScreenID: b.Screen, Start: b.Start, End: b.End, Priority: b.Priority, Wins: b.Wins, HiddenBy: list(b.HiddenBy)}
		}),
	}
}
