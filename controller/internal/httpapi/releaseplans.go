package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/releases"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// ReleasePlan brings a release to clusters, one after another.
type ReleasePlan struct {
	ID          playlists.ID      `json:"id"`
	Release     playlists.Digest  `json:"release_id"`
	Version     programme.Version `json:"version"`
	First       playlists.ID      `json:"first_screen" doc:"The screen that goes before all others."`
	Clusters    []playlists.ID    `json:"clusters" doc:"In their order."`
	SoakMinutes float64           `json:"soak_minutes" doc:"How long a stage must be healthy."`
	State       string            `json:"state" enum:"proposed,running,paused,halted,done,ended,undone"`
	Stage       int               `json:"stage" doc:"0 while the first screen is tried, then the number of the cluster."`
	Why         string            `json:"why" doc:"Of a plan that halted by itself: rolled_back, refused, dark, unsigned."`
	WhyScreen   string            `json:"why_screen" doc:"Id of the screen that it halted for; empty when it was none."`
	By          Doer              `json:"by"`
	Started     *Doer             `json:"started,omitempty"`
	Changed     *Doer             `json:"changed,omitempty"`
	EndedAt     *time.Time        `json:"ended_at,omitempty"`
	Screens     []PlannedScreen   `json:"screens"`
}

// Doer is who did something when.
type Doer struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// PlannedScreen is how far a screen of a plan is.
type PlannedScreen struct {
	ID      playlists.ID `json:"id"`
	Name    string       `json:"name"`
	Cluster playlists.ID `json:"cluster_id"`
	Stage   int          `json:"stage"`
	State   string       `json:"state" enum:"waiting,offered,healthy,absent,failed,left"`
	Reason  string       `json:"reason"`
	Since   *time.Time   `json:"since,omitempty"`
}

func (s *Server) registerReleasePlans() {
	handle(s, http.MethodPost, "/release-plans", "propose-release", "Propose to bring a release to screens in stages; an administrator starts it",
		func(ctx context.Context, a playlists.Actor, in *struct {
			Body struct {
				Release     playlists.Digest `json:"release_id" maxLength:"64"`
				First       playlists.ID     `json:"first_screen" maxLength:"16"`
				Clusters    []playlists.ID   `json:"clusters" maxItems:"500"`
				SoakMinutes float64          `json:"soak_minutes" minimum:"0" maximum:"10080"`
			}
		}) (ReleasePlan, error) {
			b := &in.Body
			p, err := s.Releases.Propose(ctx, a, releases.Wanted{
				Release: b.Release, First: b.First, Clusters: b.Clusters, Soak: time.Duration(b.SoakMinutes * float64(time.Minute)),
			})
			if err != nil {
				return ReleasePlan{}, err
			}
			return planShape(*p), nil
		})
	handle(s, http.MethodPost, "/release-plans/{id}/{move}", "move-release", "Start, pause, resume or end a plan, or offer every screen what it had before",
		func(ctx context.Context, a playlists.Actor, in *struct {
			ByID
			Move string `path:"move" enum:"start,pause,resume,end,back"`
		}) (ReleasePlan, error) {
			if stops := in.Move == "pause" || in.Move == "end"; !stops { // whoever holds a token brings no code to screens
				var err error
				if a, err = bySession(ctx); err != nil {
					return ReleasePlan{}, err
				}
			}
			p, err := s.Releases.Act(ctx, a, in.ID, releases.Move(in.Move))
			if err != nil {
				return ReleasePlan{}, err
			}
			return planShape(*p), nil
		})
}

func planShape(p releases.Plan) ReleasePlan {
	out := ReleasePlan{
		ID: p.ID, Release: p.Release, Version: p.Version, First: p.First, Clusters: list(p.Clusters), SoakMinutes: p.Soak.Minutes(), State: string(p.State), Stage: p.Stage,
		Why: p.Why, WhyScreen: string(p.Screen), By: Doer{p.By.Name, p.By.At}, Started: doer(p.Started), Changed: doer(p.Changed), EndedAt: when(p.EndedAt),
		Screens: each(p.Members, func(m releases.Member) PlannedScreen {
			return PlannedScreen{m.Screen, m.Name, m.Cluster, m.Stage, string(m.State), m.Reason, when(m.Since)}
		}),
	}
	return out
}

func doer(w releases.Who) *Doer {
	if w.At.IsZero() {
		return nil
	}
	return &Doer{w.Name, w.At}
}
