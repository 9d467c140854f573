package trust

import (
	"maps"
	"sync"

	"cotmoc/playlists/programme"
)

// refusals counts what was refused since the start, by its code. It is safe
// for concurrent use.
type refusals struct {
	mu     sync.Mutex
	counts map[string]uint64
}

// newRefusals begins at none.
func newRefusals() *refusals { return &refusals{counts: map[string]uint64{}} }

// Count notes a refusal; errors of other kinds are none.
func (r *refusals) Count(err error) {
	refusal := programme.RefusalOf(err)
	if refusal == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[string(refusal)]++
}

// Counts gives them all.
func (r *refusals) Counts() map[string]uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.counts)
}
