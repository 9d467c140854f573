package playlists

import (
	"slices"
	"time"
)

// DefaultTimeZone is a screen's zone unless it says otherwise.
const DefaultTimeZone = "Asia/Ho_Chi_Minh"

// Unit is an organisation. Its name at a past date is the last one that began
// before it; history keeps the old ones.
type Unit struct {
	ID         ID
	Names      []DatedName // by From, oldest first, never empty
	Successors []ID
	EndedOn    string // YYYY-MM-DD, "" while it exists
}

// DatedName is a name and the local date it came into force.
type DatedName struct {
	Name string `json:"name"`
	From string `json:"from"` // YYYY-MM-DD
}

// Cluster is the screens at one site, operated by a unit for an interval.
type Cluster struct {
	ID      ID
	Name    string
	Place   string
	Tenures []Tenure // by From, oldest first; the last is in force
}

// Tenure says which unit operated a cluster from a local date on.
type Tenure struct {
	Unit ID     `json:"unit_id"`
	From string `json:"from"` // YYYY-MM-DD
}

// Screen is one display with its PC and agent.
type Screen struct {
	ID        ID
	Name      string
	Cluster   ID
	Profile   Profile
	Tags      []string
	TimeZone  string
	DeviceKey []byte // Ed25519 public key
	CreatedAt time.Time
	RevokedAt time.Time // zero while it is trusted
}

// Target says which screens something is meant for: all of these clusters,
// these screens, and every screen with one of these tags.
type Target struct {
	Clusters []ID     `json:"clusters"`
	Screens  []ID     `json:"screens"`
	Tags     []string `json:"tags"`
}

// Matches tells whether the target includes the screen.
func (t Target) Matches(s *Screen) bool {
	return slices.Contains(t.Clusters, s.Cluster) || slices.Contains(t.Screens, s.ID) ||
		slices.ContainsFunc(t.Tags, func(tag string) bool { return slices.Contains(s.Tags, tag) })
}

// Validate refuses a target of nothing and over-long lists.
func (t Target) Validate() error {
	n := len(t.Clusters) + len(t.Screens) + len(t.Tags)
	switch {
	case n == 0:
		return Errorf(Invalid, "target_empty", nil, "cannot play nowhere: choose at least one cluster, screen or tag")
	case n > 1000:
		return Errorf(Invalid, "target_too_long", Params{"max": 1000}, "cannot name %d targets in one entry: use clusters or tags, at most 1000", n)
	}
	return nil
}
