// Package jobs runs durable background work: a job stands in a table until it
// is done, is leased to one worker at a time, and is taken again when that
// worker dies.
package jobs

import (
	"context"
	"encoding/json"
	"time"

	"cotmoc/playlists"
)

// State is where a job stands.
type State string

// The states. A replaced job was overtaken by a newer one of the same kind and
// subject.
const (
	Queued   State = "queued"
	Running  State = "running"
	Done     State = "done"
	Failed   State = "failed"
	Replaced State = "replaced"
)

// Job is one piece of work.
type Job struct {
	ID       playlists.ID
	Kind     string       // chooses the handler
	Subject  playlists.ID // what it is about; the newest job of a kind replaces older ones
	Payload  json.RawMessage
	State    State
	Attempt  int     // begins at 1 with the first run
	Stage    string  // of the running handler, for people
	Progress float64 // 0..1 over all stages
	Reason   string  // why it failed, or failed last
	Params   playlists.Params

	RunAt     time.Time // not before
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Outcome is how a run of a job ended.
type Outcome struct {
	State   State     // Done, Failed, or Queued to run again
	RunAt   time.Time // of the next run, when Queued
	Reason  string
	Params  playlists.Params
	Uncount bool // the run was broken off through no fault of the job
}

// Table holds the jobs. jobstest.Run holds implementations to what is said
// here. All methods may be called concurrently, also by several processes.
type Table interface {
	// Add queues a job and marks unfinished ones of its kind and subject as
	// Replaced.
	Add(ctx context.Context, j Job) error
	// Claim leases the job that has waited longest among those of the kinds
	// that are queued and due, or running with a lease that has ended. ok is
	// false when there is none.
	Claim(ctx context.Context, kinds []string, owner string, now, leaseUntil time.Time) (j Job, ok bool, err error)
	// Beat renews a lease and keeps the progress. It answers Conflict, reason
	// "job_lost", when the owner no longer holds the job.
	Beat(ctx context.Context, id playlists.ID, owner string, now, leaseUntil time.Time, stage string, progress float64) error
	// Settle ends a lease with an outcome. It answers as Beat does.
	Settle(ctx context.Context, id playlists.ID, owner string, now time.Time, o Outcome) error
	// Abandon ends the leases of all owners whose name begins with node and a
	// slash, so that a restarted node need not wait for them.
	Abandon(ctx context.Context, node string, now time.Time) error
}

// Lost is what Beat and Settle answer for a job that another owner holds or
// that was replaced.
func Lost(id playlists.ID) error {
	return playlists.Errorf(playlists.Conflict, "job_lost", playlists.Params{"job": string(id)}, "cannot go on with job %s: it was replaced or another worker holds it", id)
}

// Report tells how far a run is: a stage's name and 0..1 over all stages. It
// may be called often and concurrently.
type Report func(stage string, progress float64)

// Handler does the jobs of one kind.
type Handler struct {
	// Run does the job. It may be run again after a crash at any point, so
	// each of its steps must bear repeating. An error of code Internal,
	// Unavailable or RateLimited is tried again later, any other is final.
	Run func(ctx context.Context, j Job, report Report) error
	// Failed, when set, is told of a final failure before the job is settled.
	// When it fails itself, the job runs again.
	Failed func(ctx context.Context, j Job, cause *playlists.Error) error
}
