// Package incidents turns what the watch board shows into incidents that people
// deal with: which rule was broken, since when, who has taken it, what was done
// and why it is over.
package incidents

import (
	"time"

	"cotmoc/playlists"
)

// Severity says how soon somebody must come.
type Severity string

// The severities, the least first.
const (
	Info     Severity = "info"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Rank orders severities.
func (s Severity) Rank() int {
	switch s {
	case Info:
		return 1
	case Warning:
		return 2
	case Critical:
		return 3
	}
	return 0
}

// Named is a thing with the name it has now.
type Named struct {
	ID   playlists.ID
	Name string
}

// Incident is a screen, or a cluster, that is not doing what it should.
type Incident struct {
	ID       playlists.ID
	Rule     Rule
	Screen   Named // no id for a cluster's
	Cluster  Named
	Unit     playlists.ID // that operated the cluster when it opened
	Severity Severity
	// Code and Params say what is wrong, in a code that the console translates.
	Code   string
	Params playlists.Params

	Since    time.Time // the first sign
	OpenedAt time.Time
	// GoodSince is when what was wrong was gone, zero while it stands.
	// Recovered tells that it has been gone for long enough.
	GoodSince time.Time
	Recovered bool
	Flaps     int // how often it came back while the incident was open

	EscalatedAt time.Time // when last, zero never
	Escalations int

	Owner   Named // who has taken it, or was given it
	TakenAt time.Time

	ClosedAt time.Time
	ClosedBy Named // no id: by itself
	Reason   CloseReason
	// Standing tells that somebody closed it although what is wrong still was;
	// nothing new opens until it has gone or has become something else.
	Standing bool
	Mark     string // tells one occurrence from the next where the code does not

	Hints    []Hint
	Evidence []Evidence
	Members  []Member // of a group
}

// Open tells that it is not over.
func (i *Incident) Open() bool { return i.ClosedAt.IsZero() }

// Hint names a likely cause together with the evidence for it.
type Hint struct {
	Code   string           `json:"code"`
	Params playlists.Params `json:"params"`
}

// Evidence is a capture that shows what is wrong.
type Evidence struct {
	Screen  playlists.ID     `json:"screen"`
	Witness string           `json:"witness"`
	Finding string           `json:"finding"`
	Digest  playlists.Digest `json:"digest"`
	At      time.Time        `json:"at"`
}

// Member is a screen of a group.
type Member struct {
	Screen playlists.ID `json:"screen"`
	Name   string       `json:"name"`
	LastAt time.Time    `json:"last_at"` // when it was heard last
	Back   bool         `json:"back"`
}

// Bounds of what one incident carries.
const (
	maxHints    = 8
	maxEvidence = 12
	maxMembers  = 200
)

// Kind is what happened to an incident.
type Kind string

// The kinds of journal entries.
const (
	Opened       Kind = "opened"
	Escalated    Kind = "escalated" // more severe, or nobody has taken it
	Again        Kind = "again"     // what was gone is back
	Joined       Kind = "joined"    // another screen belongs to the group
	Recovered    Kind = "recovered" // gone; whoever has taken it says what it was
	Acknowledged Kind = "acknowledged"
	Released     Kind = "released" // the acknowledgement was undone
	Commented    Kind = "commented"
	HandedOver   Kind = "handed_over"
	Closed       Kind = "closed"
	Reopened     Kind = "reopened"
)

// CloseReason is why an incident is over.
type CloseReason string

// The reasons. Only the first is never a person's.
const (
	ByItself   CloseReason = "by_itself"
	Repaired   CloseReason = "repaired"
	PowerBack  CloseReason = "power_back"
	LineBack   CloseReason = "line_back"
	Restarted  CloseReason = "restarted"
	Planned    CloseReason = "planned" // work that was known of
	FalseAlarm CloseReason = "false_alarm"
	Duplicate  CloseReason = "duplicate"
	Other      CloseReason = "other"
)

// CloseReasons lists what a person may choose, in the order people see them.
func CloseReasons() []CloseReason {
	return []CloseReason{Repaired, PowerBack, LineBack, Restarted, Planned, FalseAlarm, Duplicate, Other}
}

// Entry is a row of the journal. Seq rises with every row of all incidents.
type Entry struct {
	Seq      int64
	Incident playlists.ID
	At       time.Time
	Kind     Kind
	By       Named // no id: by itself
	To       Named // of a hand-over
	Severity Severity
	Reason   CloseReason
	Text     string
	Params   playlists.Params
}

// Change is an incident as it is from now on, with what is written down about
// it; or a window in which one was kept quiet.
type Change struct {
	Incident Incident
	Entries  []Entry
	Suppress playlists.ID // maintenance window; then there is no incident
	key      key
}
