package chain

import (
	"errors"
	"fmt"

	"cotmoc/playlists"
)

// Fault names how a log was tampered with.
type Fault string

// The faults.
const (
	Missing    Fault = "missing"     // entries were taken out
	Misplaced  Fault = "misplaced"   // an entry stands twice or in another place
	Changed    Fault = "changed"     // an entry is not what its hash was made of
	Unlinked   Fault = "unlinked"    // an entry names another one before it
	RolledBack Fault = "rolled_back" // the log ends before a head that is known
	Rewritten  Fault = "rewritten"   // another entry stands where a known head says
)

// FaultError is a fault at an entry.
type FaultError struct {
	Fault Fault
	Seq   int64
	Err   error
}

// Error implements error.
func (e *FaultError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *FaultError) Unwrap() error { return e.Err }

// FaultOf gives the fault in err's chain, or "".
func FaultOf(err error) Fault {
	if e, ok := errors.AsType[*FaultError](err); ok {
		return e.Fault
	}
	return ""
}

func fault(f Fault, seq int64, format string, args ...any) error {
	return &FaultError{Fault: f, Seq: seq, Err: fmt.Errorf(format, args...)}
}

// Follows tells whether a head that is offered now may be a later one of the
// same log as a head that is held: neither lower nor another at the same
// number. That a higher one really extends the log, Verifier shows over the
// entries themselves.
func (h Head) Follows(held Head) error {
	switch {
	case h.Seq < held.Seq:
		return fault(RolledBack, h.Seq, "cannot accept that the audit log ends at entry %d: it was at %d already", h.Seq, held.Seq)
	case h.Seq == held.Seq && h.Hash != held.Hash:
		return fault(Rewritten, h.Seq, "cannot accept another entry %d of the audit log: its hash was %.12s…, not %.12s…", h.Seq, held.Hash, h.Hash)
	}
	return nil
}

// Verifier walks a log in order, from its beginning or from a head that is
// trusted. After a fault it goes on from what the log itself says, so that
// each place where it breaks is told once.
type Verifier struct {
	head  Head
	known map[int64]playlists.Digest
	most  Head
}

// NewVerifier begins after a head, Empty() for all of a log. known are heads
// that others hold, such as screens or earlier exports.
func NewVerifier(after Head, known ...Head) *Verifier {
	v := &Verifier{head: after, known: map[int64]playlists.Digest{}}
	for _, h := range known {
		v.known[h.Seq] = h.Hash
		if h.Seq > v.most.Seq {
			v.most = h
		}
	}
	return v
}

// Head is where the walk stands.
func (v *Verifier) Head() Head { return v.head }

// Add takes the next entry with the hash that the log keeps for it.
func (v *Verifier) Add(e *Entry, kept playlists.Digest) error {
	before := v.head
	line, err := e.Line()
	if err != nil {
		return fault(Changed, e.Seq, "cannot trust entry %d: %w", e.Seq, err)
	}
	hash := playlists.DigestOf(line)
	v.head = Head{Seq: e.Seq, Hash: kept}
	switch {
	case e.Seq <= before.Seq:
		v.head = before
		return fault(Misplaced, e.Seq, "cannot trust entry %d: it stands after entry %d", e.Seq, before.Seq)
	case e.Seq > before.Seq+1:
		return fault(Missing, before.Seq+1, "cannot trust the log: entries %d to %d are missing", before.Seq+1, e.Seq-1)
	case hash != kept:
		return fault(Changed, e.Seq, "cannot trust entry %d: it was changed, its bytes hash to %.12s…, not %.12s…", e.Seq, hash, kept)
	case e.Prev != before.Hash:
		return fault(Unlinked, e.Seq, "cannot trust entry %d: it follows an entry with the hash %.12s…, entry %d has %.12s…", e.Seq, e.Prev, before.Seq, before.Hash)
	}
	if known, ok := v.known[e.Seq]; ok && known != hash {
		return fault(Rewritten, e.Seq, "cannot trust entry %d: a head that is known says its hash was %.12s…, not %.12s…", e.Seq, known, hash)
	}
	return nil
}

// End tells whether the log goes as far as every head that is known.
func (v *Verifier) End() error {
	if v.head.Seq < v.most.Seq {
		return fault(RolledBack, v.head.Seq, "cannot trust the end of the log: it ends at entry %d, and a head that is known is at %d", v.head.Seq, v.most.Seq)
	}
	return nil
}

// Extends tells whether lines are what leads from an earlier head to a later
// one of the same log, with the hash of each kept nowhere but in the next.
func Extends(earlier, later Head, entries []Entry) error {
	if err := later.Follows(earlier); err != nil {
		return err
	}
	v := NewVerifier(earlier, later)
	for i := range entries {
		line, err := entries[i].Line()
		if err != nil {
			return err
		}
		if err := v.Add(&entries[i], playlists.DigestOf(line)); err != nil {
			return err
		}
	}
	if v.head != later {
		return fault(RolledBack, v.head.Seq, "cannot accept the head at entry %d: the entries end at %d", later.Seq, v.head.Seq)
	}
	return nil
}
