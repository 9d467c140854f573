// Package jobstest is what every job table must do, as tests, and a table in
// memory for tests of handlers.
package jobstest

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/jobs"
	"cotmoc/playlists"
)

// Table is a jobs.Table whose rows can be looked at.
type Table interface {
	jobs.Table
	Get(ctx context.Context, id playlists.ID) (jobs.Job, error)
}

// Run holds a table to the interface's promises. open gives an empty one.
func Run(t *testing.T, open func(*testing.T) Table) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Table){
		"claimed once, oldest first":   testOrder,
		"claimed once by many":         testRace,
		"not before its time":          testDue,
		"only known kinds":             testKinds,
		"dead owner's job taken again": testLease,
		"abandoned at restart":         testAbandon,
		"outcomes":                     testOutcomes,
		"newest replaces older":        testReplace,
		"all fields kept":              testFields,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

var (
	start = time.Date(2026, 9, 2, 0, 0, 0, 0, time.UTC)
	kinds = []string{"render", "sweep"}
)

const lease = 30 * time.Second

func add(t *testing.T, tab Table, kind string, n byte, runAt time.Time) playlists.ID {
	t.Helper()
	id, subject := id(n), id(n+100)
	j := jobs.Job{ID: id, Kind: kind, Subject: subject, Payload: json.RawMessage(`{}`), RunAt: runAt, CreatedAt: start, UpdatedAt: start}
	if err := tab.Add(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	return id
}

// id makes the same id for the same n.
func id(n byte) playlists.ID {
	return playlists.ID("aaaaaaaaaaaaaa" + string("abcdefghijkmnpqr"[n>>4]) + string("abcdefghijkmnpqr"[n&15]))
}

func claim(t *testing.T, tab Table, owner string, now time.Time) playlists.ID {
	t.Helper()
	j, ok, err := tab.Claim(t.Context(), kinds, owner, now, now.Add(lease))
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return ""
	}
	if j.State != jobs.Running {
		t.Errorf("claimed job is %s", j.State)
	}
	return j.ID
}

func want(t *testing.T, what string, got, want playlists.ID) {
	t.Helper()
	if got != want {
		t.Errorf("%s: claimed %q, want %q", what, got, want)
	}
}

func testOrder(t *testing.T, tab Table) {
	late := add(t, tab, "render", 1, start.Add(2*time.Second))
	early := add(t, tab, "render", 2, start.Add(1*time.Second))
	now := start.Add(time.Minute)
	want(t, "first", claim(t, tab, "n/1", now), early)
	want(t, "second", claim(t, tab, "n/1", now), late)
	want(t, "third", claim(t, tab, "n/1", now), "")
}

func testRace(t *testing.T, tab Table) {
	const n = 20
	for i := range byte(n) {
		add(t, tab, "render", i, start)
	}
	var (
		mu   sync.Mutex
		seen = map[playlists.ID]int{}
		wg   sync.WaitGroup
	)
	for range 4 {
		wg.Go(func() {
			for {
				j, ok, err := tab.Claim(t.Context(), kinds, "n/1", start, start.Add(lease))
				if err != nil {
					t.Error(err)
				}
				if !ok {
					return
				}
				mu.Lock()
				seen[j.ID]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != n {
		t.Errorf("%d of %d jobs claimed", len(seen), n)
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("job %s claimed %d times", id, times)
		}
	}
}

func testDue(t *testing.T, tab Table) {
	id := add(t, tab, "render", 1, start.Add(time.Second))
	want(t, "too early", claim(t, tab, "n/1", start), "")
	want(t, "due", claim(t, tab, "n/1", start.Add(time.Second)), id)
}

func testKinds(t *testing.T, tab Table) {
	add(t, tab, "other", 1, start)
	want(t, "another kind", claim(t, tab, "n/1", start), "")
}

func testLease(t *testing.T, tab Table) {
	id := add(t, tab, "render", 1, start)
	want(t, "first", claim(t, tab, "n/1", start), id)
	want(t, "leased", claim(t, tab, "n/2", start.Add(lease-1)), "")
	now := start.Add(20 * time.Second)
	if err := tab.Beat(t.Context(), id, "n/1", now, now.Add(lease), "video", 0.25); err != nil {
		t.Fatal(err)
	}
	want(t, "renewed", claim(t, tab, "n/2", start.Add(lease)), "")
	want(t, "lease over", claim(t, tab, "n/2", now.Add(lease)), id)
	if j, err := tab.Get(t.Context(), id); err != nil || j.Attempt != 2 {
		t.Errorf("Get = %+v, %v; want the second attempt", j, err)
	}
	late := now.Add(lease + time.Second)
	if err := tab.Beat(t.Context(), id, "n/1", late, late.Add(lease), "video", 0.5); playlists.ReasonOf(err) != "job_lost" {
		t.Errorf("Beat by the old owner = %v", err)
	}
	if err := tab.Settle(t.Context(), id, "n/1", late, jobs.Outcome{State: jobs.Done}); playlists.ReasonOf(err) != "job_lost" {
		t.Errorf("Settle by the old owner = %v", err)
	}
}

func testAbandon(t *testing.T, tab Table) {
	mine, other := add(t, tab, "render", 1, start), add(t, tab, "render", 2, start.Add(1))
	want(t, "mine", claim(t, tab, "node/dead", start), mine)
	want(t, "other's", claim(t, tab, "node2/alive", start.Add(time.Second)), other)
	if err := tab.Abandon(t.Context(), "node", start.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	want(t, "after restart", claim(t, tab, "node/new", start.Add(time.Second)), mine)
	want(t, "nothing else", claim(t, tab, "node/new", start.Add(time.Second)), "")
}

func testOutcomes(t *testing.T, tab Table) {
	for i, c := range []struct {
		name    string
		out     jobs.Outcome
		attempt int
	}{
		{"done", jobs.Outcome{State: jobs.Done}, 1},
		{"failed", jobs.Outcome{State: jobs.Failed, Reason: "video_corrupt", Params: playlists.Params{"at": "3"}}, 1},
		{"again", jobs.Outcome{State: jobs.Queued, RunAt: start.Add(time.Hour), Reason: "internal"}, 1},
		{"broken off", jobs.Outcome{State: jobs.Queued, RunAt: start.Add(time.Hour), Uncount: true}, 0},
	} {
		id := add(t, tab, "render", byte(i), start)
		want(t, c.name, claim(t, tab, "n/1", start), id)
		if err := tab.Settle(t.Context(), id, "n/1", start, c.out); err != nil {
			t.Fatal(err)
		}
		j, err := tab.Get(t.Context(), id)
		if err != nil || j.State != c.out.State || j.Attempt != c.attempt || j.Reason != c.out.Reason || len(j.Params) != len(c.out.Params) {
			t.Errorf("%s: Get = %+v, %v", c.name, j, err)
		}
		if c.out.State == jobs.Done && j.Progress != 1 {
			t.Errorf("%s: progress %g", c.name, j.Progress)
		}
		want(t, c.name+" claimed at once", claim(t, tab, "n/1", start.Add(59*time.Minute)), "")
	}
	for i := range 2 {
		if claim(t, tab, "n/1", start.Add(time.Hour)) == "" {
			t.Errorf("of the two that were queued again, number %d cannot be claimed when due", i+1)
		}
	}
}

func testReplace(t *testing.T, tab Table) {
	old := add(t, tab, "render", 1, start)
	want(t, "old", claim(t, tab, "n/1", start), old)
	next := jobs.Job{ID: id(9), Kind: "render", Subject: id(101), Payload: json.RawMessage(`{}`), RunAt: start, CreatedAt: start, UpdatedAt: start}
	if err := tab.Add(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if err := tab.Beat(t.Context(), old, "n/1", start, start.Add(lease), "", 0); playlists.ReasonOf(err) != "job_lost" {
		t.Errorf("Beat of a replaced job = %v", err)
	}
	if j, err := tab.Get(t.Context(), old); err != nil || j.State != jobs.Replaced {
		t.Errorf("old job = %+v, %v", j, err)
	}
	want(t, "next", claim(t, tab, "n/1", start), next.ID)
}

func testFields(t *testing.T, tab Table) {
	in := jobs.Job{ID: id(1), Kind: "render", Subject: id(2), Payload: json.RawMessage(`{"revision":3}`), RunAt: start, CreatedAt: start, UpdatedAt: start}
	if err := tab.Add(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	now := start.Add(time.Second)
	j, ok, err := tab.Claim(t.Context(), kinds, "n/1", now, now.Add(lease))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if j.ID != in.ID || j.Kind != in.Kind || j.Subject != in.Subject || string(j.Payload) != string(in.Payload) || !j.RunAt.Equal(in.RunAt) || !j.CreatedAt.Equal(start) || j.Attempt != 1 {
		t.Errorf("claimed %+v, added %+v", j, in)
	}
	if err := tab.Beat(t.Context(), j.ID, "n/1", now, now.Add(lease), "video 1080p-portrait", 0.75); err != nil {
		t.Fatal(err)
	}
	if j, err = tab.Get(t.Context(), j.ID); err != nil || j.Stage != "video 1080p-portrait" || j.Progress != 0.75 || !j.UpdatedAt.Equal(now) {
		t.Errorf("Get = %+v, %v", j, err)
	}
}
