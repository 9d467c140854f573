package audit

import (
	"context"
	"math"

	"cotmoc/playlists/chain"
)

// maxFaults is the most faults that are told: after so many the log is worth
// nothing anyway.
const maxFaults = 100

// Log is a log to verify, possibly one that somebody with the file has
// tampered with.
type Log interface {
	After(ctx context.Context, seq int64, limit int) ([]Kept, error)
}

// Verify walks a whole log and gives where it ends and every place where it
// breaks. known are heads that others hold.
func Verify(ctx context.Context, log Log, known ...chain.Head) (chain.Head, []error, error) {
	v := chain.NewVerifier(chain.Empty(), known...)
	var faults []error
	note := func(err error) {
		if err != nil && len(faults) < maxFaults {
			faults = append(faults, err)
		}
	}
	err := walk(ctx, log, math.MaxInt64, func(k *Kept) error {
		note(v.Add(&k.Entry, k.Hash))
		return nil
	})
	if err != nil {
		return chain.Head{}, nil, err
	}
	note(v.End())
	return v.Head(), faults, nil
}
