package app_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/chain"
)

// TestBothOrNeither breaks off an act after its entry, and an entry after its
// act.
func TestBothOrNeither(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	author, reviewer := w.Person("author", "unit", playlists.Contributor), w.Person("reviewer", "unit", playlists.Reviewer)
	root := w.Person("root", "unit", playlists.Administrator)
	media := w.Media("flag", author, playlists.Terms{})
	decide := approval.New(approval.Config{Store: w.DB.Approval(), Now: w.Clock.Now, Random: rand.Reader})
	if err := decide.Submit(t.Context(), author, media, approval.Submission{Declared: true}); err != nil {
		t.Fatal(err)
	}
	whole := func() chain.Head {
		t.Helper()
		head, faults, err := audit.Verify(t.Context(), w.DB.Audit())
		if err != nil || len(faults) > 0 {
			t.Fatalf("the log breaks: %v, %v", faults, err)
		}
		return head
	}
	before := whole()

	// The change is refused: nothing is written down.
	name := "Ông khác"
	if _, err := w.People.ChangePerson(t.Context(), root, root.ID, identity.PersonChange{Name: &name, Grants: &[]playlists.Grant{}}); playlists.ReasonOf(err) != "last_administrator" {
		t.Fatal(err)
	}
	if err := decide.Review(t.Context(), reviewer, media, approval.Verdict{Accept: true}); playlists.ReasonOf(err) != "renditions_changed" {
		t.Fatal(err)
	}
	// The entry is written and the commit does not come: neither is there.
	w.Exec(`create trigger crash after insert on audit begin select raise(abort, 'the power went'); end`)
	accept := approval.Verdict{Accept: true, Seen: sqlstoretest.Digests()}
	if err := decide.Review(t.Context(), reviewer, media, accept); err == nil || !strings.Contains(err.Error(), "the power went") {
		t.Fatalf("review: %v", err)
	}
	if _, err := w.People.Login(t.Context(), identity.Attempt{Login: "reviewer", Password: sqlstoretest.Password, Address: "192.0.2.1"}); err == nil {
		t.Error("somebody logged in past the log")
	}
	w.Exec(`drop trigger crash`)
	cases, err := decide.Cases(t.Context(), []playlists.ID{media})
	if err != nil || cases[media].Media.State != playlists.Submitted || len(cases[media].Decisions) != 1 {
		t.Errorf("after the crash: %+v, %v", cases[media], err)
	}
	if after := whole(); after != before {
		t.Errorf("the log went on to %s", after)
	}
	// And goes on after it.
	if err := decide.Review(t.Context(), reviewer, media, accept); err != nil {
		t.Fatal(err)
	}
	written, err := w.DB.Audit().After(t.Context(), before.Seq, 10)
	if err != nil || len(written) != 1 || written[0].Kind != playlists.DecisionReviewed || written[0].Actor != reviewer.ID || written[0].Subject != media {
		t.Errorf("written %+v, %v", written, err)
	}
}
