package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/publish"
	"cotmoc/playlists"
)

// Publication is one act that changed what screens are to play.
type Publication struct {
	ID      playlists.ID    `json:"id"`
	At      time.Time       `json:"at"`
	By      Named           `json:"by"`
	Note    string          `json:"note"`
	Kind    publish.Kind    `json:"kind" enum:"publish,withdrawal,new_screen,charter,supplement,hold,release"`
	Screens []DeliveryStage `json:"screens" doc:"The screens whose programme changed."`
}

// DeliveryStage is how far a programme has come by the screen's own reports.
type DeliveryStage struct {
	ScreenID playlists.ID `json:"screen_id"`
	Name     string       `json:"name"`
	Counter  uint64       `json:"counter"`
	Stage    string       `json:"stage" enum:"desired,received,cached,scheduled,shown"`
	At       time.Time    `json:"at"`
}

// PublishPreview is what publishing now would change.
type PublishPreview struct {
	Changes []ScreenChange `json:"changes"`
	Blocked []BlockedBy    `json:"blocked" doc:"Why publishing would be refused; empty when it would not."`
	LeftOut []LeftOutItem  `json:"left_out" doc:"What is approved, but not for some screens."`
	Held    []MediaRef     `json:"held" doc:"What is approved, but left out until somebody has looked at its source."`
	Since   *Since         `json:"since"`
}

// Since names the publication that screens play now.
type Since struct {
	_             struct{}     `nullable:"true"`
	PublicationID playlists.ID `json:"publication_id"`
	At            time.Time    `json:"at"`
	By            Named        `json:"by"`
}

// ScreenChange is what would change on one screen.
type ScreenChange struct {
	Screen         ScreenRef  `json:"screen"`
	Changed        bool       `json:"changed"`
	Added          []MediaRef `json:"added"`
	Removed        []MediaRef `json:"removed"`
	EntriesAdded   []Titled   `json:"entries_added"`
	EntriesRemoved []Titled   `json:"entries_removed"`
	BytesToFetch   int64      `json:"bytes_to_fetch"`
	EtaS           int64      `json:"eta_s" doc:"Seconds until it is cached, at a cautious rate."`
	FirstShowAt    *time.Time `json:"first_show_at" nullable:"true" doc:"When something added is due first."`
}

// ScreenRef names a screen and where it stands.
type ScreenRef struct {
	ID      playlists.ID `json:"id"`
	Name    string       `json:"name"`
	Cluster Named        `json:"cluster"`
}

// MediaRef names a media.
type MediaRef struct {
	MediaID playlists.ID `json:"media_id"`
	Title   string       `json:"title"`
}

// LeftOutItem is an item that a screen will not show although it is approved.
type LeftOutItem struct {
	ScreenID playlists.ID `json:"screen_id"`
	EntryID  playlists.ID `json:"entry_id"`
	MediaID  playlists.ID `json:"media_id"`
	Reason   string       `json:"reason" doc:"outside_territory, expired, no_rendition, or why its approval does not stand under the charter."`
}

// BlockedBy is why something is not so, for people.
type BlockedBy struct {
	Reason string           `json:"reason"`
	Params playlists.Params `json:"params"`
}

// cautiousRate is what a thin link is taken to carry, in bytes a second.
const cautiousRate = 512 << 10

func (s *Server) registerPublish() {
	handle(s, http.MethodGet, "/publish/preview", "preview-publication", "What publishing now would change, and where", func(ctx context.Context, a playlists.Actor, _ *none) (PublishPreview, error) {
		p, err := s.Publish.Preview(ctx, a)
		if err != nil {
			return PublishPreview{}, err
		}
		return s.publishPreview(p), nil
	})
	handle(s, http.MethodPost, "/publish", "publish", "Make what is planned the programme of the screens", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Note string `json:"note,omitempty" maxLength:"2000"`
		}
	}) (Publication, error) {
		p, err := s.Publish.Publish(ctx, a, in.Body.Note)
		if err != nil {
			return Publication{}, err
		}
		stored, err := s.Publish.Publication(ctx, a, p.ID)
		return publicationOf(stored), err
	})
	handle(s, http.MethodGet, "/publications", "list-publications", "Publications, newest first", func(ctx context.Context, a playlists.Actor, in *struct {
		Cursor playlists.ID `query:"cursor" maxLength:"16"`
		Limit  int          `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (List[Publication], error) {
		l, err := s.Publish.Publications(ctx, a, in.Cursor, in.Limit)
		out := List[Publication]{Items: []Publication{}}
		for i := range l {
			out.Items = append(out.Items, publicationOf(&l[i]))
		}
		if len(l) == in.Limit {
			out.NextCursor = string(l[len(l)-1].ID)
		}
		out.Total = len(out.Items)
		return out, err
	})
	handle(s, http.MethodGet, "/publications/{id}", "get-publication", "A publication and how far it has come", func(ctx context.Context, a playlists.Actor, in *ByID) (Publication, error) {
		p, err := s.Publish.Publication(ctx, a, in.ID)
		return publicationOf(p), err
	})
}

func publicationOf(p *publish.Publication) Publication {
	if p == nil {
		return Publication{}
	}
	out := Publication{ID: p.ID, At: p.At, By: Named{p.By, p.ByName}, Note: p.Note, Kind: p.Kind, Screens: []DeliveryStage{}}
	for i := range p.Programmes {
		out.Screens = append(out.Screens, stageOf(&p.Programmes[i]))
	}
	return out
}

// stageOf gives the last stage that the screen has confirmed.
func stageOf(p *publish.Programme) DeliveryStage {
	d := DeliveryStage{ScreenID: p.Screen, Name: p.ScreenName, Counter: p.Counter, Stage: "desired", At: p.IssuedAt}
	for _, st := range []struct {
		name string
		at   time.Time
	}{{"received", p.Received}, {"cached", p.Cached}, {"scheduled", p.Scheduled}, {"shown", p.Shown}} {
		if !st.at.IsZero() {
			d.Stage, d.At = st.name, st.at
		}
	}
	return d
}

func (s *Server) publishPreview(p *publish.Preview) PublishPreview {
	clusters := s.Fleet.ClusterNames()
	out := PublishPreview{Changes: []ScreenChange{}, Blocked: []BlockedBy{}, LeftOut: []LeftOutItem{}}
	if p.Since != nil {
		out.Since = &Since{PublicationID: p.Since.ID, At: p.Since.At, By: Named{p.Since.By, p.Since.ByName}}
	}
	for _, b := range p.Blocked {
		out.Blocked = append(out.Blocked, BlockedBy(b))
	}
	for _, l := range p.Left {
		out.LeftOut = append(out.LeftOut, LeftOutItem{ScreenID: l.Screen, EntryID: l.Entry, MediaID: l.Media, Reason: l.Reason})
	}
	media := func(r publish.Ref) MediaRef { return MediaRef{MediaID: r.ID, Title: r.Title} }
	out.Held = each(p.Held, media)
	entry := func(r publish.Ref) Titled { return Titled(r) }
	for _, c := range p.Changes {
		out.Changes = append(out.Changes, ScreenChange{
			Screen:  ScreenRef{ID: c.Screen.ID, Name: c.Screen.Name, Cluster: Named{c.Screen.Cluster, clusters[c.Screen.Cluster]}},
			Changed: c.Changed, Added: each(c.Added, media), Removed: each(c.Removed, media),
			EntriesAdded: each(c.EntriesAdded, entry), EntriesRemoved: each(c.EntriesRemoved, entry),
			BytesToFetch: c.BytesToFetch, EtaS: (c.BytesToFetch + cautiousRate - 1) / cautiousRate, FirstShowAt: when(c.FirstShowAt),
		})
	}
	return out
}
