package alerts

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
)

// Severity is how much an incident matters.
type Severity string

// The severities.
const (
	Info     Severity = "info"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Severities lists them, the least first.
func Severities() []Severity { return []Severity{Info, Warning, Critical} }

// reaches tells whether s is at least the least.
func (s Severity) reaches(least Severity) bool {
	return slices.Index(Severities(), s) >= slices.Index(Severities(), least)
}

// EventKind is what happened to an incident.
type EventKind string

// The kinds of events.
const (
	Opened       EventKind = "opened"
	Escalated    EventKind = "escalated"
	Acknowledged EventKind = "acknowledged"
	Closed       EventKind = "closed"
)

// Event is one entry of the incidents' journal.
type Event struct {
	Seq         int64            `json:"seq"`
	At          time.Time        `json:"at"`
	Kind        EventKind        `json:"kind"`
	Incident    playlists.ID     `json:"incident"`
	Screen      playlists.ID     `json:"screen"` // "" for what concerns a whole cluster
	Cluster     playlists.ID     `json:"cluster"`
	Unit        playlists.ID     `json:"unit"`
	Rule        string           `json:"rule"`
	Severity    Severity         `json:"severity"`
	ScreenName  string           `json:"screen_name"`
	ClusterName string           `json:"cluster_name"`
	Params      playlists.Params `json:"params"`
}

// Journal is what the incidents write down. Entries that After has once passed
// never come again, so that their numbers must appear in their order.
type Journal interface {
	After(ctx context.Context, cursor int64, limit int) ([]Event, error)
}
