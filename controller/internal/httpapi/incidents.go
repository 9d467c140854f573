package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/incidents"
	"cotmoc/playlists"
)

// Incident is a screen, or a cluster, that is not doing what it should.
type Incident struct {
	ID          playlists.ID          `json:"id"`
	Rule        incidents.Rule        `json:"rule" doc:"Its runbook has this name."`
	Severity    incidents.Severity    `json:"severity" enum:"info,warning,critical"`
	Screen      *Named                `json:"screen" doc:"null for a whole cluster's."`
	Cluster     Named                 `json:"cluster"`
	Code        string                `json:"code" doc:"What is wrong."`
	Params      map[string]any        `json:"params"`
	Since       time.Time             `json:"since" doc:"The first sign."`
	OpenedAt    time.Time             `json:"opened_at"`
	GoodSince   *time.Time            `json:"good_since" nullable:"true" doc:"When what was wrong was gone; null while it stands."`
	Recovered   bool                  `json:"recovered" doc:"It has been gone for long enough; whoever has taken it says what it was."`
	Flaps       int                   `json:"flaps" doc:"How often it came back."`
	Owner       *Named                `json:"owner" doc:"Who has taken it."`
	TakenAt     *time.Time            `json:"taken_at" nullable:"true"`
	ClosedAt    *time.Time            `json:"closed_at" nullable:"true"`
	ClosedBy    *Named                `json:"closed_by" doc:"null when it was over by itself."`
	CloseReason incidents.CloseReason `json:"close_reason"`
	Hints       []IncidentHint        `json:"hints" doc:"Likely causes, each with its evidence."`
	Members     []IncidentMember      `json:"members" doc:"The screens of a group."`
	MayHandle   bool                  `json:"may_handle"`
}

// IncidentHint is a likely cause with its evidence.
type IncidentHint struct {
	Code   string           `json:"code"`
	Params playlists.Params `json:"params"`
}

// IncidentEvidence is a capture that shows what is wrong, while it is kept.
type IncidentEvidence struct {
	Screen  playlists.ID     `json:"screen"`
	Witness string           `json:"witness"`
	Finding string           `json:"finding"`
	Digest  playlists.Digest `json:"digest"`
	At      time.Time        `json:"at"`
}

// IncidentMember is a screen that was lost with others.
type IncidentMember struct {
	Screen playlists.ID `json:"screen"`
	Name   string       `json:"name"`
	LastAt time.Time    `json:"last_at" doc:"When it was heard last."`
	Back   bool         `json:"back"`
}

// IncidentDetail is an incident with what happened to it.
type IncidentDetail struct {
	Incident
	Evidence []IncidentEvidence `json:"evidence"`
	Entries  []IncidentEntry    `json:"entries" doc:"Oldest first."`
}

// IncidentEntry is something that happened to an incident.
type IncidentEntry struct {
	Seq      int64                 `json:"seq"`
	At       time.Time             `json:"at"`
	Kind     incidents.Kind        `json:"kind" enum:"opened,escalated,again,joined,recovered,acknowledged,released,commented,handed_over,closed,reopened"`
	By       *Named                `json:"by" doc:"null: by itself."`
	To       *Named                `json:"to" doc:"To whom it was handed over."`
	Severity incidents.Severity    `json:"severity" enum:"info,warning,critical"`
	Reason   incidents.CloseReason `json:"reason"`
	Text     string                `json:"text"`
	Params   map[string]any        `json:"params"`
}

// IncidentCounts are the open incidents.
type IncidentCounts struct {
	Critical int `json:"critical"`
	Warning  int `json:"warning"`
	Info     int `json:"info"`
	Untaken  int `json:"untaken"`
	Mine     int `json:"mine"`
}

// words is the body of an act that may carry a text.
type wordsInput struct {
	ByID
	Body struct {
		Text string `json:"text,omitempty" maxLength:"8000"`
	}
}

func (s *Server) registerIncidents() {
	handle(s, http.MethodGet, "/incidents", "list-incidents", "Incidents, open ones first and the most severe before the others", func(ctx context.Context, a playlists.Actor, in *struct {
		State   string    `query:"state" enum:"open,closed,all" default:"open"`
		Mine    bool      `query:"mine" doc:"Only those one has taken."`
		Cluster string    `query:"cluster" maxLength:"16"`
		Screen  string    `query:"screen" maxLength:"16"`
		Rule    string    `query:"rule" maxLength:"40" pattern:"^[a-z_]*$"`
		From    time.Time `query:"from" doc:"Opened at or after."`
		Until   time.Time `query:"until" doc:"Opened before."`
		Cursor  string    `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
		Limit   int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (List[Incident], error) {
		f := incidents.Filter{
			State: incidents.State(in.State), Cluster: playlists.ID(in.Cluster), Screen: playlists.ID(in.Screen), Rule: incidents.Rule(in.Rule),
			From: in.From, Until: in.Until, Cursor: in.Cursor, Limit: in.Limit,
		}
		if in.Mine {
			f.Mine = a.ID
		}
		p, err := s.Incidents.List(ctx, a, f)
		return List[Incident]{Items: each(p.Incidents, incidentFor(a)), NextCursor: p.Next, Total: p.Total}, err
	})
	handle(s, http.MethodGet, "/incidents/counts", "count-incidents", "How many incidents are open", func(ctx context.Context, a playlists.Actor, _ *none) (IncidentCounts, error) {
		c, err := s.Incidents.Count(ctx, a)
		return IncidentCounts(c), err
	})
	handle(s, http.MethodGet, "/incidents/{id}", "get-incident", "One incident with what happened to it", func(ctx context.Context, a playlists.Actor, in *ByID) (IncidentDetail, error) {
		i, entries, err := s.Incidents.Incident(ctx, a, in.ID)
		if err != nil {
			return IncidentDetail{}, err
		}
		return IncidentDetail{Incident: incidentFor(a)(i), Evidence: each(i.Evidence, func(e incidents.Evidence) IncidentEvidence { return IncidentEvidence(e) }), Entries: each(entries, entryOf)}, nil
	})
	handle(s, http.MethodGet, "/incidents/{id}/handlers", "list-incident-handlers", "Those to whom an incident may be handed over", func(ctx context.Context, a playlists.Actor, in *ByID) (List[Named], error) {
		people, err := s.Incidents.Handlers(ctx, a, in.ID)
		return List[Named]{Items: each(people, func(p incidents.Named) Named { return Named(p) }), Total: len(people)}, err
	})
	s.registerIncidentActs()
}

func (s *Server) registerIncidentActs() {
	handle(s, http.MethodPost, "/incidents/{id}/acknowledge", "acknowledge-incident", "Take an incident: one answers for it, and it is told no more", func(ctx context.Context, a playlists.Actor, in *ByID) (Incident, error) {
		return actOn(a)(s.Incidents.Acknowledge(ctx, a, in.ID))
	})
	handle(s, http.MethodPost, "/incidents/{id}/release", "release-incident", "Give back what one has taken", func(ctx context.Context, a playlists.Actor, in *ByID) (Incident, error) {
		return actOn(a)(s.Incidents.Release(ctx, a, in.ID))
	})
	handle(s, http.MethodPost, "/incidents/{id}/comments", "comment-incident", "Write down what was seen or done", func(ctx context.Context, a playlists.Actor, in *wordsInput) (Incident, error) {
		return actOn(a)(s.Incidents.Comment(ctx, a, in.ID, in.Body.Text))
	})
	handle(s, http.MethodPost, "/incidents/{id}/hand-over", "hand-over-incident", "Give an incident to somebody else, or take it over", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			To   playlists.ID `json:"to"`
			Text string       `json:"text,omitempty" maxLength:"8000"`
		}
	}) (Incident, error) {
		return actOn(a)(s.Incidents.HandOver(ctx, a, in.ID, in.Body.To, in.Body.Text))
	})
	handle(s, http.MethodPost, "/incidents/{id}/close", "close-incident", "End an incident with a reason", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Reason incidents.CloseReason `json:"reason" enum:"repaired,power_back,line_back,restarted,planned,false_alarm,duplicate,other"`
			Text   string                `json:"text,omitempty" maxLength:"8000"`
		}
	}) (Incident, error) {
		return actOn(a)(s.Incidents.Close(ctx, a, in.ID, in.Body.Reason, in.Body.Text))
	})
	handle(s, http.MethodPost, "/incidents/{id}/reopen", "reopen-incident", "Go on with an incident that was closed too soon", func(ctx context.Context, a playlists.Actor, in *wordsInput) (Incident, error) {
		return actOn(a)(s.Incidents.Reopen(ctx, a, in.ID, in.Body.Text))
	})
}

func actOn(a playlists.Actor) func(incidents.Incident, error) (Incident, error) {
	return func(i incidents.Incident, err error) (Incident, error) { return incidentFor(a)(i), err }
}

func incidentFor(a playlists.Actor) func(incidents.Incident) Incident {
	return func(i incidents.Incident) Incident {
		return Incident{
			ID: i.ID, Rule: i.Rule, Severity: i.Severity, Screen: somebody(i.Screen), Cluster: Named(i.Cluster), Code: i.Code, Params: i.Params,
			Since: i.Since.UTC(), OpenedAt: i.OpenedAt.UTC(), GoodSince: timed(i.GoodSince), Recovered: i.Recovered, Flaps: i.Flaps,
			Owner: somebody(i.Owner), TakenAt: timed(i.TakenAt), ClosedAt: timed(i.ClosedAt), ClosedBy: somebody(i.ClosedBy), CloseReason: i.Reason,
			Hints: each(i.Hints, func(h incidents.Hint) IncidentHint { return IncidentHint(h) }), Members: each(i.Members, func(m incidents.Member) IncidentMember { return IncidentMember(m) }), MayHandle: i.MayHandle(a),
		}
	}
}

func entryOf(e incidents.Entry) IncidentEntry {
	return IncidentEntry{Seq: e.Seq, At: e.At.UTC(), Kind: e.Kind, By: somebody(e.By), To: somebody(e.To), Severity: e.Severity, Reason: e.Reason, Text: e.Text, Params: e.Params}
}

// somebody gives nil for nobody.
func somebody(n incidents.Named) *Named {
	if n.ID == "" {
		return nil
	}
	out := Named(n)
	return &out
}

// timed gives nil for no time.
func timed(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}
