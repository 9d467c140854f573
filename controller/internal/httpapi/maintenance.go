package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/incidents"
	"cotmoc/firmware-notes/runbooks"
	"cotmoc/playlists"
)

// MaintenanceWindow is a time in which a screen or a cluster is worked on.
type MaintenanceWindow struct {
	ID         playlists.ID `json:"id"`
	Screen     *Named       `json:"screen" doc:"null for the whole cluster."`
	Cluster    Named        `json:"cluster"`
	From       time.Time    `json:"from"`
	Until      time.Time    `json:"until"`
	Reason     string       `json:"reason"`
	By         Named        `json:"by"`
	Suppressed int          `json:"suppressed" doc:"How many incidents did not open for it."`
}

func (s *Server) registerMaintenance() {
	handle(s, http.MethodGet, "/maintenance", "list-maintenance", "Maintenance windows, open and to come", func(ctx context.Context, a playlists.Actor, _ *none) (List[MaintenanceWindow], error) {
		all, err := s.Incidents.Windows(ctx, a)
		return List[MaintenanceWindow]{Items: each(all, windowOf), Total: len(all)}, err
	})
	handle(s, http.MethodPost, "/maintenance", "plan-maintenance", "Keep a screen or a cluster quiet while it is worked on", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			ScreenID  playlists.ID `json:"screen_id,omitempty" maxLength:"16"`
			ClusterID playlists.ID `json:"cluster_id,omitempty" maxLength:"16"`
			From      *time.Time   `json:"from,omitempty" nullable:"true" doc:"Now when empty."`
			Until     time.Time    `json:"until"`
			Reason    string       `json:"reason" maxLength:"8000"`
		}
	}) (MaintenanceWindow, error) {
		b := &in.Body
		w, err := s.Incidents.Plan(ctx, a, incidents.NewWindow{Screen: b.ScreenID, Cluster: b.ClusterID, From: orZero(b.From), Until: b.Until, Reason: b.Reason})
		return windowOf(w), err
	})
	handle(s, http.MethodDelete, "/maintenance/{id}", "end-maintenance", "End a maintenance window now", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Incidents.EndWindow(ctx, a, in.ID)
	})
}

func windowOf(w incidents.Window) MaintenanceWindow {
	return MaintenanceWindow{
		ID: w.ID, Screen: somebody(w.Screen), Cluster: Named(w.Cluster), From: w.From.UTC(), Until: w.Until.UTC(), Reason: w.Reason, By: Named(w.By), Suppressed: w.Suppressed,
	}
}

// Runbook is what to do about a kind of incident.
type Runbook struct {
	Name     string        `json:"name"`
	Language string        `json:"language"`
	Title    string        `json:"title"`
	Blocks   []RunbookPart `json:"blocks"`
}

// RunbookPart is one step, warning or paragraph.
type RunbookPart struct {
	Kind string `json:"kind" enum:"step,warning,text"`
	Text string `json:"text" doc:"Strong words stand between pairs of asterisks; nothing else is marked."`
}

func (s *Server) registerRunbooks() {
	handle(s, http.MethodGet, "/runbooks/{name}", "get-runbook", "What to do about a kind of incident", func(_ context.Context, _ playlists.Actor, in *struct {
		Name     string `path:"name" maxLength:"40" pattern:"^[a-z_]+$" doc:"The rule of an incident."`
		Language string `query:"language" enum:"vi,en,lo" default:"vi"`
	}) (Runbook, error) {
		b, ok := runbooks.Read(in.Name, in.Language)
		if !ok {
			return Runbook{}, playlists.Errorf(playlists.NotFound, "runbook_missing", playlists.Params{"name": in.Name}, "cannot find the runbook %.40q: give the rule of an incident", in.Name)
		}
		return Runbook{Name: b.Name, Language: b.Language, Title: b.Title, Blocks: each(b.Blocks, func(p runbooks.Block) RunbookPart { return RunbookPart(p) })}, nil
	})
}
