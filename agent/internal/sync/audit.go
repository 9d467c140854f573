package sync

import (
	"fmt"

	"cotmoc/playlists/programme"
)

// watchAudit holds the end of the controller's audit log in a new programme
// against the one before: a log that has become shorter, or another of the same
// length, was rewritten. It is told of and nothing more; what may be played is
// for others to judge. A new epoch begins after a restore that a charter has
// acknowledged, so nothing is compared over it.
func (s *Sync) watchAudit(before, now *programme.Accepted) {
	if before == nil || before.Epoch != now.Epoch {
		s.o.Problems.Clear("audit")
		return
	}
	had, has := before.Audit, now.Audit
	if has.Seq < had.Seq || has.Seq == had.Seq && has.Hash != had.Hash {
		s.o.Log.Error("audit log was rewritten", "had", had.Seq, "had_hash", had.Hash, "has", has.Seq, "has_hash", has.Hash)
		s.o.Problems.Set("audit", "audit_rewritten", fmt.Sprintf("the audit log ended at entry %d (%.12s…) and now ends at %d (%.12s…)", had.Seq, had.Hash, has.Seq, has.Hash))
	}
}
