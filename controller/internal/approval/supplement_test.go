package approval_test

import (
	"slices"
	"testing"

	"cotmoc/controller/internal/approval"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// wall is a profile that came later.
const wall playlists.Profile = "site-1280x384"

// widen adds the rendition for the wall to a media, and gives its digest.
func (d *desk) widen(t *testing.T, id playlists.ID, picture string) playlists.Digest {
	t.Helper()
	return d.World.Widen(id, wall, []byte(picture))
}

// shown compiles what a screen of a profile would show of a media: the
// rendition and its approval, or why it is left out.
func (d *desk) shown(t *testing.T, id playlists.ID, p playlists.Profile, charters *charters) (programme.Showing, string) {
	t.Helper()
	approved, err := d.Approved(t.Context(), []playlists.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	screen := playliststest.Screen()
	screen.Profile = p
	list := &playlists.Playlist{ID: playliststest.ID("playlist"), Version: 1, Title: "Vòng lặp",
		Items: []playlists.Item{{ID: playliststest.ID("item"), Media: id, Duration: playlists.MinItemDuration, Transition: playlists.Cut}}}
	in := programme.Input{Screen: screen, Epoch: 1, Counter: 1, IssuedAt: d.Clock.Now(), Media: approved, Entries: []programme.InputEntry{{ID: playliststest.ID("entry"), Playlist: list}}}
	if charters != nil {
		in.Charter, in.Kept = charters.held, charters.Kept
	}
	c, err := programme.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.LeftOut) > 0 {
		return programme.Showing{}, c.LeftOut[0].Reason
	}
	for _, object := range c.Objects {
		var p programme.Playlist
		if programme.Unmarshal(object, &p) == nil && len(p.Items) == 1 {
			return p.Items[0].Showing, ""
		}
	}
	t.Fatal("nothing is shown, and nothing left out")
	return programme.Showing{}, ""
}

func (d *desk) queue(t *testing.T, a playlists.Actor) approval.Queue {
	t.Helper()
	q, err := d.Queue(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestSupplement: a rendition that was added to an approved media is decided on
// alone, by people who are shown it alone; the others stay approved all the
// while, and their screens show the very same.
func TestSupplement(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Approved)
	before, _ := d.shown(t, id, playlists.Landscape1080, nil)
	if q := d.queue(t, d.reviewer); len(q.ReviewMore) > 0 {
		t.Fatalf("%v waits although nothing was added", q.ReviewMore)
	}
	added := d.widen(t, id, "a low picture")
	if _, why := d.shown(t, id, wall, nil); why != "no_rendition" {
		t.Fatalf("the wall before anybody has approved: %q", why)
	}
	if q := d.queue(t, d.reviewer); !slices.Equal(q.ReviewMore, []playlists.ID{id}) || len(q.Review) > 0 {
		t.Fatalf("the reviewer's queue is %+v", q)
	}
	c := d.state(t, id)
	if awaits, supplement := d.Awaits(&c); !supplement || !slices.Equal(awaits, []playlists.Profile{wall}) {
		t.Fatalf("awaits %v, %v", awaits, supplement)
	}
	only := approval.Verdict{Accept: true, Seen: []playlists.Digest{added}}
	for name, test := range map[string]struct {
		err    error
		reason string
	}{
		"seen with what is approved": {d.Review(t.Context(), d.reviewer, id, approval.Verdict{Accept: true, Seen: append(acceptFlag.Seen, added)}), "renditions_changed"},
		"approved before a review":   {d.Approve(t.Context(), d.approver, id, only), "media_state"},
		"by its author":              {d.Review(t.Context(), d.author, id, only), "right_missing"},
		"submitted again":            {d.Submit(t.Context(), d.author, id, declared), "media_state"},
	} {
		if playlists.ReasonOf(test.err) != test.reason {
			t.Errorf("%s: %v, want %s", name, test.err, test.reason)
		}
	}
	if err := d.Review(t.Context(), d.reviewer, id, only); err != nil {
		t.Fatal(err)
	}
	if got := d.state(t, id).Media.State; got != playlists.Approved {
		t.Fatalf("the media is %s while more of it is decided on", got)
	}
	if _, why := d.shown(t, id, wall, nil); why != "no_rendition" {
		t.Fatalf("the wall after one of two: %q", why)
	}
	if err := d.Approve(t.Context(), d.approver, id, only); err != nil {
		t.Fatal(err)
	}
	got, why := d.shown(t, id, wall, nil)
	if got.Rendition != added || why != "" {
		t.Errorf("the wall shows %+v, %q", got, why)
	}
	if after, _ := d.shown(t, id, playlists.Landscape1080, nil); after != before {
		t.Errorf("other screens show %+v, before %+v", after, before)
	}
	if got.Approval == before.Approval {
		t.Error("the wall's picture goes by the approval of the others")
	}
	decisions := d.state(t, id).Decisions
	if st, err := programme.ParseStatement(decisions[len(decisions)-1].Statement); err != nil || len(st.Subject) != 1 || st.Subject[0].Name != string(wall) {
		t.Errorf("the statement is over %+v, %v", st, err)
	}
	if q := d.queue(t, d.reviewer); len(q.ReviewMore) > 0 {
		t.Errorf("%v still waits", q.ReviewMore)
	}
	if err := d.Withdraw(t.Context(), d.approver, id, "out of date"); err != nil {
		t.Fatal(err)
	}
	if approved, err := d.Approved(t.Context(), []playlists.ID{id}); err != nil || len(approved) > 0 {
		t.Errorf("%+v, %v is left after the withdrawal", approved, err)
	}
}

// TestSupplementSentBack: a picture that is not good leaves the queue, the
// approved ones stay, and one that is made differently is decided on anew.
func TestSupplementSentBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.to(t, playlists.Approved)
	added := d.widen(t, id, "a head is cut off")
	if err := d.Review(t.Context(), d.reviewer, id, approval.Verdict{Seen: []playlists.Digest{added}}); playlists.ReasonOf(err) != "reason_required" {
		t.Errorf("without a reason: %v", err)
	}
	if err := d.Review(t.Context(), d.reviewer, id, approval.Verdict{Reason: "a head is cut off", Seen: []playlists.Digest{added}}); err != nil {
		t.Fatal(err)
	}
	if got := d.state(t, id).Media.State; got != playlists.Approved {
		t.Errorf("the media is %s", got)
	}
	if q := d.queue(t, d.reviewer); len(q.ReviewMore) > 0 {
		t.Errorf("%v waits after it was sent back", q.ReviewMore)
	}
	if got, why := d.shown(t, id, playlists.Landscape1080, nil); why != "" || got.Rendition == "" {
		t.Errorf("other screens: %q", why)
	}
	again := d.widen(t, id, "a whole head")
	if q := d.queue(t, d.reviewer); !slices.Equal(q.ReviewMore, []playlists.ID{id}) {
		t.Errorf("the queue is %v", q.ReviewMore)
	}
	for _, step := range []error{
		d.Review(t.Context(), d.reviewer, id, approval.Verdict{Accept: true, Seen: []playlists.Digest{again}}),
		d.Approve(t.Context(), d.approver, id, approval.Verdict{Accept: true, Seen: []playlists.Digest{again}}),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if got, _ := d.shown(t, id, wall, nil); got.Rendition != again {
		t.Errorf("the wall shows %s", got.Rendition)
	}
}

// TestManySupplements: many are decided on at once, all or none, and nothing
// but what was added.
func TestManySupplements(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var items []approval.Asked
	for range 3 {
		id := d.to(t, playlists.Approved)
		items = append(items, approval.Asked{Media: id, Seen: []playlists.Digest{d.widen(t, id, "low "+string(id))}})
	}
	fresh := d.to(t, playlists.Submitted)
	if err := d.AcceptMore(t.Context(), d.reviewer, programme.Review, append(slices.Clone(items), approval.Asked{Media: fresh, Seen: acceptFlag.Seen})); playlists.ReasonOf(err) != "media_state" {
		t.Errorf("with a new version among them: %v", err)
	}
	if got := d.queue(t, d.reviewer).ReviewMore; len(got) != 3 {
		t.Fatalf("%v waits after what was refused", got)
	}
	if err := d.AcceptMore(t.Context(), d.approver, programme.Review, items); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("by somebody else: %v", err)
	}
	if err := d.AcceptMore(t.Context(), d.reviewer, programme.Review, items); err != nil {
		t.Fatal(err)
	}
	if got := d.queue(t, d.approver).ApproveMore; len(got) != 3 {
		t.Fatalf("the approver's queue is %v", got)
	}
	if err := d.AcceptMore(t.Context(), d.approver, programme.Approve, items); err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if got, why := d.shown(t, it.Media, wall, nil); got.Rendition != it.Seen[0] {
			t.Errorf("the wall shows %+v, %q", got, why)
		}
	}
}

// TestSignedSupplements: under a charter one signature is over a batch of them,
// and when one of its people falls, only what they have added falls.
func TestSignedSupplements(t *testing.T) {
	t.Parallel()
	c := newChartered(t)
	c.begin(t, nil)
	var media []playlists.ID
	var items []approval.Asked
	for range 2 {
		id := c.to(t, playlists.Draft)
		if err := c.Submit(t.Context(), c.author, id, declared); err != nil {
			t.Fatal(err)
		}
		if err := c.sign(t, c.reviewer, programme.Review, nil, id); err != nil {
			t.Fatal(err)
		}
		if err := c.sign(t, c.approver, programme.Approve, nil, id); err != nil {
			t.Fatal(err)
		}
		media = append(media, id)
		items = append(items, approval.Asked{Media: id, Seen: []playlists.Digest{c.widen(t, id, "low "+string(id))}})
	}
	if err := c.AcceptMore(t.Context(), c.reviewer, programme.Review, items); playlists.ReasonOf(err) != "signature_required" {
		t.Errorf("without a signature: %v", err)
	}
	for _, step := range []struct {
		who playlists.Actor
		act programme.Act
	}{{c.reviewerB2, programme.Review}, {c.approver, programme.Approve}} {
		p, err := c.Prepare(t.Context(), step.who, step.act, items)
		if err != nil {
			t.Fatal(err)
		}
		s, err := programme.SignByHand(p.PayloadType, p.Payload, step.who.ID, hand(step.who))
		if err != nil {
			t.Fatal(err)
		}
		var statements [][]byte
		for _, it := range p.Items {
			if st, err := programme.ParseStatement(it.Statement); err != nil || len(st.Subject) != 1 || st.Subject[0].Name != string(wall) {
				t.Fatalf("the statement is over %+v, %v", st, err)
			}
			statements = append(statements, it.Statement)
		}
		if _, err := c.Decide(t.Context(), step.who, statements, p.Payload, *s); err != nil {
			t.Fatal(err)
		}
	}
	if c.again != 1 {
		t.Errorf("screens were told %d times", c.again)
	}
	shows := func(p playlists.Profile, want string) {
		t.Helper()
		for _, id := range media {
			if got, why := c.shown(t, id, p, c.charters); why != want || (want == "") != (got.Rendition != "") {
				t.Errorf("%s shows %+v, %q, want %q", p, got, why, want)
			}
		}
	}
	shows(wall, "")
	shows(playlists.Portrait1080, "")
	if q := c.queue(t, c.reviewer); len(q.ReviewMore)+len(q.ReviewAgain) > 0 {
		t.Fatalf("the queue is %+v", q)
	}

	c.begin(t, func(p *programme.Charter) { p.People[1].Standing = programme.Compromised })
	if err := c.Rejudge(t.Context()); err != nil {
		t.Fatal(err)
	}
	shows(wall, string(programme.PersonCompromised))
	shows(playlists.Portrait1080, "")
	if q := c.queue(t, c.reviewer); !slices.Equal(slices.Sorted(slices.Values(q.ReviewMore)), slices.Sorted(slices.Values(media))) || len(q.ReviewAgain) > 0 {
		t.Fatalf("the queue after one has fallen is %+v", q)
	}
	for _, it := range items {
		p, err := c.Prepare(t.Context(), c.reviewer, programme.Review, []approval.Asked{it})
		if err != nil {
			t.Fatal(err)
		}
		s, err := programme.SignByHand(p.PayloadType, p.Payload, c.reviewer.ID, hand(c.reviewer))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Decide(t.Context(), c.reviewer, [][]byte{p.Items[0].Statement}, nil, *s); err != nil {
			t.Fatal(err)
		}
	}
	shows(wall, "") // with the approver's half, which still counts
	if q := c.queue(t, c.reviewer); len(q.ReviewMore) > 0 {
		t.Errorf("%v still waits", q.ReviewMore)
	}
	if held, err := c.World.DB.Charter().Approvals(t.Context()); err != nil || len(held) < 4 {
		t.Errorf("a charter that lets somebody go would keep %d approvals, %v", len(held), err)
	}
}
