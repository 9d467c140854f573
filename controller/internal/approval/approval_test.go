package approval_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// screens remembers what had to leave the screens.
type screens struct {
	withdrawn []string
	err       error
}

func (s *screens) Withdraw(_ context.Context, _ playlists.Actor, title string) error {
	s.withdrawn = append(s.withdrawn, title)
	return s.err
}

// desk is a world in which things are decided.
type desk struct {
	*sqlstoretest.World
	*approval.Service
	screens                              *screens
	media                                atomic.Int32
	author, editor, reviewer, approver   playlists.Actor
	foreign, jack, inspector, reviewerB2 playlists.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	w := sqlstoretest.New(t)
	d := &desk{World: w, screens: &screens{}}
	d.Service = approval.New(approval.Config{Store: w.DB.Approval(), Screens: d.screens, Now: w.Clock.Now, Random: rand.Reader,
		Authors: func(context.Context) (func(playlists.Origin) bool, error) {
			return func(o playlists.Origin) bool { return strings.Contains(o.Canonical, "//happy.") }, nil
		}})
	d.author = w.Person("author", "unit", playlists.Contributor)
	d.editor = w.Person("editor", "unit", playlists.Editor)
	d.reviewer = w.Person("reviewer", "unit", playlists.Reviewer)
	d.reviewerB2 = w.Person("reviewertwo", "unit", playlists.Reviewer)
	d.approver = w.Person("approver", "unit", playlists.Approver)
	d.inspector = w.Person("inspector", "unit", playlists.Inspector)
	d.jack = w.Person("jack", "unit", playlists.Contributor, playlists.Editor, playlists.Reviewer, playlists.Approver)
	d.foreign = w.Granted("foreign", "other", playlists.Grant{Role: playlists.Reviewer, Unit: playliststest.ID("other")}, playlists.Grant{Role: playlists.Approver, Unit: playliststest.ID("other")})
	return d
}

// word makes a new one from letters that ids may have.
func (d *desk) word() string {
	n := d.media.Add(1)
	return "flag" + string([]byte{byte('b' + n/20%20), byte('b' + n%20)})
}

// declared is a submission that may be made.
var declared = approval.Submission{Declared: true}

var acceptFlag = approval.Verdict{Accept: true, Seen: sqlstoretest.Digests()}

// to brings a new media into a state by the ordinary way.
func (d *desk) to(t *testing.T, state playlists.MediaState) playlists.ID {
	t.Helper()
	id := d.World.Media(d.word(), d.author, playlists.Terms{})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if state == playlists.Draft {
		return id
	}
	must(d.Submit(t.Context(), d.author, id, declared))
	switch state {
	case playlists.Submitted:
		return id
	case playlists.Returned:
		must(d.Review(t.Context(), d.reviewer, id, approval.Verdict{Reason: "blurred", Seen: acceptFlag.Seen}))
		return id
	}
	must(d.Review(t.Context(), d.reviewer, id, acceptFlag))
	if state == playlists.Reviewed {
		return id
	}
	must(d.Approve(t.Context(), d.approver, id, acceptFlag))
	if state == playlists.Withdrawn {
		must(d.Withdraw(t.Context(), d.approver, id, "out of date"))
	}
	return id
}

func (d *desk) state(t *testing.T, id playlists.ID) approval.Case {
	t.Helper()
	all, err := d.Cases(t.Context(), []playlists.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	return all[id]
}

func TestEveryTransitionAndRefusal(t *testing.T) {
	t.Parallel()
	submit := func(who func(*desk) playlists.Actor) func(*desk, context.Context, playlists.ID) error {
		return func(d *desk, ctx context.Context, id playlists.ID) error { return d.Submit(ctx, who(d), id, declared) }
	}
	review := func(who func(*desk) playlists.Actor, v approval.Verdict) func(*desk, context.Context, playlists.ID) error {
		return func(d *desk, ctx context.Context, id playlists.ID) error { return d.Review(ctx, who(d), id, v) }
	}
	approve := func(who func(*desk) playlists.Actor, v approval.Verdict) func(*desk, context.Context, playlists.ID) error {
		return func(d *desk, ctx context.Context, id playlists.ID) error { return d.Approve(ctx, who(d), id, v) }
	}
	withdraw := func(who func(*desk) playlists.Actor, reason string) func(*desk, context.Context, playlists.ID) error {
		return func(d *desk, ctx context.Context, id playlists.ID) error { return d.Withdraw(ctx, who(d), id, reason) }
	}
	author := func(d *desk) playlists.Actor { return d.author }
	editor := func(d *desk) playlists.Actor { return d.editor }
	reviewer := func(d *desk) playlists.Actor { return d.reviewer }
	approver := func(d *desk) playlists.Actor { return d.approver }
	inspector := func(d *desk) playlists.Actor { return d.inspector }
	foreign := func(d *desk) playlists.Actor { return d.foreign }
	jack := func(d *desk) playlists.Actor { return d.jack }
	nobody := func(*desk) playlists.Actor { return playlists.Actor{} }
	seen := acceptFlag.Seen
	returned := approval.Verdict{Reason: "the flag hangs upside down", Seen: seen}
	silent := approval.Verdict{Reason: " \u200b ", Seen: seen}
	silent.Reason = "  "
	blind := approval.Verdict{Accept: true}
	stale := approval.Verdict{Accept: true, Seen: []playlists.Digest{playlists.DigestOf([]byte("another"))}}
	long := approval.Verdict{Reason: strings.Repeat("dài ", 600), Seen: seen}

	d := newDesk(t)
	for name, test := range map[string]struct {
		from   playlists.MediaState
		act    func(*desk, context.Context, playlists.ID) error
		to     playlists.MediaState
		reason string // of the refusal
	}{
		"the author submits":                {playlists.Draft, submit(author), playlists.Submitted, ""},
		"an editor of the unit submits":     {playlists.Draft, submit(editor), playlists.Submitted, ""},
		"a returned one is submitted again": {playlists.Returned, submit(author), playlists.Submitted, ""},
		"nobody submits without the declaration": {playlists.Draft, func(d *desk, ctx context.Context, id playlists.ID) error {
			return d.Submit(ctx, d.author, id, approval.Submission{Note: "declared"})
		}, "", "declaration_required"},
		"nobody submits what has no rights basis": {playlists.Draft, func(d *desk, ctx context.Context, id playlists.ID) error {
			d.World.ForgetRights(id)
			return submit(author)(d, ctx, id)
		}, "", "rights_missing"},
		"an entry of a contest needs its author": {playlists.Draft, func(d *desk, ctx context.Context, id playlists.ID) error {
			d.World.ContestEntry(id, "", "Theo thỏa thuận với cổng")
			return submit(author)(d, ctx, id)
		}, "", "author_missing"},
		"the site's permission is not the author's": {playlists.Draft, func(d *desk, ctx context.Context, id playlists.ID) error {
			d.World.ContestEntry(id, "Lê Thị Hòa", "Theo thỏa thuận với cổng")
			return submit(author)(d, ctx, id)
		}, "", "author_permission_missing"},
		"the author's permission is": {playlists.Draft, func(d *desk, ctx context.Context, id playlists.ID) error {
			d.World.ContestEntry(id, "Lê Thị Hòa", "Văn bản của tác giả Lê Thị Hoà ngày 02/03/2026")
			return submit(author)(d, ctx, id)
		}, playlists.Submitted, ""},
		"nobody submits":                       {playlists.Draft, submit(nobody), "", "login_required"},
		"a reviewer does not submit":           {playlists.Draft, submit(reviewer), "", "right_missing"},
		"a stranger does not even see it":      {playlists.Draft, submit(foreign), "", "media_missing"},
		"submitted is not submitted again":     {playlists.Submitted, submit(author), "", "media_state"},
		"approved is not submitted":            {playlists.Approved, submit(author), "", "media_state"},
		"withdrawn is not submitted":           {playlists.Withdrawn, submit(author), "", "media_state"},
		"the reviewer accepts":                 {playlists.Submitted, review(reviewer, acceptFlag), playlists.Reviewed, ""},
		"the reviewer returns with a reason":   {playlists.Submitted, review(reviewer, returned), playlists.Returned, ""},
		"no return without a reason":           {playlists.Submitted, review(reviewer, silent), "", "reason_required"},
		"no endless reason":                    {playlists.Submitted, review(reviewer, long), "", "text_too_long"},
		"no review of what was not looked at":  {playlists.Submitted, review(reviewer, blind), "", "renditions_changed"},
		"no review of other bytes":             {playlists.Submitted, review(reviewer, stale), "", "renditions_changed"},
		"a draft is not reviewed":              {playlists.Draft, review(reviewer, acceptFlag), "", "media_state"},
		"reviewed is not reviewed again":       {playlists.Reviewed, review(reviewer, acceptFlag), "", "media_state"},
		"the author has no review right":       {playlists.Submitted, review(author, acceptFlag), "", "right_missing"},
		"an inspector only looks":              {playlists.Submitted, review(inspector, acceptFlag), "", "right_missing"},
		"an approver does not review":          {playlists.Submitted, review(approver, acceptFlag), "", "right_missing"},
		"another unit's reviewer sees nothing": {playlists.Submitted, review(foreign, acceptFlag), "", "media_missing"},
		"the approver approves":                {playlists.Reviewed, approve(approver, acceptFlag), playlists.Approved, ""},
		"a fourth person with all roles may":   {playlists.Reviewed, approve(jack, acceptFlag), playlists.Approved, ""},
		"the approver returns":                 {playlists.Reviewed, approve(approver, returned), playlists.Returned, ""},
		"no return by the approver in silence": {playlists.Reviewed, approve(approver, silent), "", "reason_required"},
		"no approval of other bytes":           {playlists.Reviewed, approve(approver, stale), "", "renditions_changed"},
		"no approval without review":           {playlists.Submitted, approve(approver, acceptFlag), "", "media_state"},
		"no approval of a draft":               {playlists.Draft, approve(approver, acceptFlag), "", "media_state"},
		"a reviewer does not approve":          {playlists.Reviewed, approve(reviewer, acceptFlag), "", "right_missing"},
		"another unit's approver sees nothing": {playlists.Reviewed, approve(foreign, acceptFlag), "", "media_missing"},
		"the approver withdraws":               {playlists.Approved, withdraw(approver, "wrong date"), playlists.Withdrawn, ""},
		"no withdrawal without a reason":       {playlists.Approved, withdraw(approver, ""), "", "reason_required"},
		"no withdrawal of what is not shown":   {playlists.Reviewed, withdraw(approver, "wrong"), "", "media_state"},
		"no second withdrawal":                 {playlists.Withdrawn, withdraw(approver, "wrong"), "", "media_state"},
		"the author does not withdraw":         {playlists.Approved, withdraw(author, "wrong"), "", "right_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := d.to(t, test.from)
			before := len(d.state(t, id).Decisions)
			err := test.act(d, t.Context(), id)
			if got := playlists.ReasonOf(err); got != test.reason || (err != nil) != (test.reason != "") {
				t.Fatalf("error %v, want reason %q", err, test.reason)
			}
			c := d.state(t, id)
			want, made := test.to, 1
			if test.reason != "" {
				want, made = test.from, 0
			}
			if c.Media.State != want || len(c.Decisions)-before != made {
				t.Errorf("state %s with %d new decisions, want %s with %d", c.Media.State, len(c.Decisions)-before, want, made)
			}
		})
	}
}

func TestThreePeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, test := range map[string]struct{ author, submitter, reviewer, approver, refused string }{
		"author reviews":     {"jack", "jack", "jack", "", "author"},
		"submitter reviews":  {"author", "jack", "jack", "", "submitter"},
		"reviewer approves":  {"author", "author", "jack", "jack", "reviewer"},
		"author approves":    {"jack", "jack", "reviewer", "jack", "author"},
		"submitter approves": {"author", "jack", "reviewer", "jack", "submitter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			who := map[string]playlists.Actor{"author": d.author, "jack": d.jack, "reviewer": d.reviewer}
			id := d.World.Media(d.word(), who[test.author], playlists.Terms{})
			if err := d.Submit(t.Context(), who[test.submitter], id, declared); err != nil {
				t.Fatal(err)
			}
			err := d.Review(t.Context(), who[test.reviewer], id, acceptFlag)
			if test.approver != "" {
				if err != nil {
					t.Fatal(err)
				}
				err = d.Approve(t.Context(), who[test.approver], id, acceptFlag)
			}
			refusal, ok := errors.AsType[*playlists.Error](err)
			if !ok || refusal.Reason != "same_person" || refusal.Params["as"] != test.refused {
				t.Errorf("error %v, want one that names the %s", err, test.refused)
			}
		})
	}
}

func TestDecisionsAreKeptAsTheyWereMade(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Withdrawn)
	c := d.state(t, id)
	var acts []programme.Act
	for _, one := range c.Decisions {
		s, err := programme.ParseStatement(one.Statement)
		if err != nil {
			t.Fatal(err)
		}
		acts = append(acts, one.Act)
		if s.Predicate.Act != one.Act || s.Predicate.Person != one.Person || s.Predicate.DecidedAt != one.At.UnixMilli() || s.Predicate.Reason != one.Reason || s.Predicate.PersonName != one.PersonName {
			t.Errorf("statement %+v does not say what was decided: %+v", s.Predicate, one)
		}
		if !s.Covers(playlists.Landscape1080, sqlstoretest.Digests()[0]) || !s.Covers(playlists.Portrait1080, sqlstoretest.Digests()[0]) {
			t.Errorf("statement of %s does not cover the renditions", one.Act)
		}
	}
	if len(acts) != 4 || acts[0] != programme.Submit || acts[1] != programme.Review || acts[2] != programme.Approve || acts[3] != programme.Withdraw {
		t.Errorf("acts %v, in that order", acts)
	}
	for _, statement := range []string{
		`update decisions set reason = 'another'`, `update decisions set statement = x'00' where act = 'approve'`,
		`delete from decisions`, `delete from decisions where act = 'return'; delete from decisions where act = 'withdraw'`,
	} {
		if err := d.World.TryExec(statement); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%q gave %v, want a refusal", statement, err)
		}
	}
	if after := d.state(t, id); len(after.Decisions) != len(c.Decisions) {
		t.Errorf("%d decisions are left of %d", len(after.Decisions), len(c.Decisions))
	}
}

func TestOnlyTheApprovedVersionCanBePublished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, state := range []playlists.MediaState{playlists.Draft, playlists.Submitted, playlists.Reviewed, playlists.Returned, playlists.Approved, playlists.Withdrawn} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			id := d.to(t, state)
			got, err := d.Approved(t.Context(), []playlists.ID{id, playliststest.ID("nothing")})
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := got[id]; ok != (state == playlists.Approved) || len(got) > 1 {
				t.Errorf("approved %v while %s", got, state)
			}
			withdrawn, err := d.Withdrawn(t.Context())
			if err != nil || slices.Contains(withdrawn, id) != (state == playlists.Withdrawn) {
				t.Errorf("withdrawn %v, %v while %s", withdrawn, err, state)
			}
		})
	}
}

func TestApprovedVersionStandsBesideANewRevision(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Approved)
	d.World.Exec(`update media set state = 'draft', revision = revision + 1, title = 'Cờ mới' where id = ?`, id)
	d.World.Exec(`update renditions set digest = ? where media_id = ?`, string(playlists.DigestOf([]byte("new bytes"))), id)
	got, err := d.Approved(t.Context(), []playlists.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	a, ok := got[id]
	if !ok || a.Media.Title == "Cờ mới" || a.Media.Renditions[0].Digest != sqlstoretest.Digests()[0] {
		t.Fatalf("approved version is %+v, want the old bytes", a.Media)
	}
	compiled, err := programme.Compile(programme.Input{Screen: playliststest.Screen(), Epoch: 1, Counter: 1, IssuedAt: playliststest.Now, Slate: &a, Media: got})
	if err != nil || compiled.Programme.Slate.Rendition != sqlstoretest.Digests()[0] {
		t.Errorf("the old version does not compile: %v", err)
	}
	// The new bytes need all decisions anew.
	if err := d.Approve(t.Context(), d.approver, id, acceptFlag); playlists.ReasonOf(err) != "media_state" {
		t.Errorf("approving new bytes without review gave %v", err)
	}
	// And the old version can be taken off meanwhile.
	if err := d.Withdraw(t.Context(), d.approver, id, "wrong"); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Approved(t.Context(), []playlists.ID{id}); err != nil || len(got) != 0 {
		t.Errorf("%v, %v is approved after the withdrawal", got, err)
	}
}

func TestWithdrawalReachesTheScreens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Approved)
	d.screens.err = errors.New("the broker is gone")
	if err := d.Withdraw(t.Context(), d.approver, id, "wrong"); !errors.Is(err, d.screens.err) {
		t.Errorf("error %v, want that of the screens", err)
	}
	if len(d.screens.withdrawn) != 1 || d.state(t, id).Media.State != playlists.Withdrawn {
		t.Errorf("told %v, state %s: the decision must stand even when screens are not reached", d.screens.withdrawn, d.state(t, id).Media.State)
	}
}

func TestQueueHoldsWhatOneMayDecide(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Submitted)
	for name, test := range map[string]struct {
		who    playlists.Actor
		review int
	}{"reviewer": {d.reviewer, 1}, "author": {d.author, 0}, "approver": {d.approver, 0}, "foreign": {d.foreign, 0}, "jack": {d.jack, 1}, "inspector": {d.inspector, 0}} {
		q, err := d.Queue(t.Context(), test.who)
		if err != nil || len(q.Review) != test.review || len(q.Approve) != 0 {
			t.Errorf("%s: queue %+v, %v, want %d to review", name, q, err, test.review)
		}
	}
	if err := d.Review(t.Context(), d.jack, id, acceptFlag); err != nil {
		t.Fatal(err)
	}
	if q, err := d.Queue(t.Context(), d.jack); err != nil || len(q.Approve) != 0 {
		t.Errorf("queue %+v, %v: nobody decides twice", q, err)
	}
	if err := d.Approve(t.Context(), d.approver, id, approval.Verdict{Reason: "later", Seen: acceptFlag.Seen}); err != nil {
		t.Fatal(err)
	}
	if q, err := d.Queue(t.Context(), d.author); err != nil || len(q.MineReturned) != 1 || q.MineReturned[0] != id {
		t.Errorf("queue %+v, %v: the author sees what came back", q, err)
	}
	if _, err := d.Queue(t.Context(), playlists.Actor{}); playlists.CodeOf(err) != playlists.Unauthenticated {
		t.Errorf("nobody's queue gave %v", err)
	}
}

func TestMayAgreesWithWhatIsAllowed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, state := range []playlists.MediaState{playlists.Draft, playlists.Submitted, playlists.Reviewed, playlists.Returned, playlists.Approved, playlists.Withdrawn} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			people := func(d *desk) map[string]playlists.Actor {
				return map[string]playlists.Actor{"author": d.author, "editor": d.editor, "reviewer": d.reviewer, "second": d.reviewerB2, "approver": d.approver, "jack": d.jack, "foreign": d.foreign, "inspector": d.inspector}
			}
			id := d.to(t, state)
			for name := range people(d) {
				for act, allowed := range map[string]func(approval.May) bool{
					"submit": func(m approval.May) bool { return m.Submit }, "review": func(m approval.May) bool { return m.Review },
					"approve": func(m approval.May) bool { return m.Approve }, "withdraw": func(m approval.May) bool { return m.Withdraw },
				} {
					who := people(d)[name]
					c := d.state(t, id)
					var err error
					switch act {
					case "submit":
						err = d.Submit(t.Context(), who, id, declared)
					case "review":
						err = d.Review(t.Context(), who, id, acceptFlag)
					case "approve":
						err = d.Approve(t.Context(), who, id, acceptFlag)
					case "withdraw":
						err = d.Withdraw(t.Context(), who, id, "reason")
					}
					if may := allowed(d.May(who, &c)); may != (err == nil) {
						t.Errorf("%s may %s: %v, but doing it gave %v", name, act, may, err)
					}
					if err == nil { // it is in another state now
						id = d.to(t, state)
					}
				}
			}
		})
	}
}

// Who declared stands beside the decision, for good, and not in the statement
// that is signed.
func TestDeclarationsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Approved)
	for _, decision := range d.state(t, id).Decisions {
		if decision.Declared != (decision.Act == programme.Submit) || bytes.Contains(decision.Statement, []byte("declar")) {
			t.Errorf("%s: declared %v, %s", decision.Act, decision.Declared, decision.Statement)
		}
	}
	for _, change := range []string{`delete from declarations`, `update declarations set media_id = 'x'`} {
		if d.World.TryExec(change) == nil {
			t.Errorf("somebody did: %s", change)
		}
	}
}
