package programme_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// show is a programme under the charter of a world: the slate and an item show
// a picture that the reviewer reviewed, another item the same picture as the
// veteran reviewed it, and a third another picture, approved for here alone.
type show struct {
	accepted            *programme.Accepted
	objects             map[playlists.Digest][]byte // the kept set is not among them
	byReviewer, byOther *programme.Showing
	here                *programme.Showing
}

func newShow(t testing.TB, w *world, slate bool) *show {
	t.Helper()
	cluster := playliststest.Screen().Cluster
	a := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{})
	b := playliststest.Approved(t, "bien", []byte("sea"), playlists.Terms{Territory: []string{string(cluster)}})
	s := playliststest.Programme(t, playliststest.Screen(), 7, schedule.Rule{}, slate, a, b)
	out := &show{objects: s.Objects}
	put := func(v any) playlists.Digest {
		o := marshal(t, v)
		out.objects[playlists.DigestOf(o)] = o
		return playlists.DigestOf(o)
	}
	var list programme.Playlist
	if err := programme.Unmarshal(s.Objects[s.Programme.Entries[0].Playlist], &list); err != nil {
		t.Fatal(err)
	}
	again := list.Items[0]
	again.ID = playliststest.ID("again")
	again.Showing.Approval = put(programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{w.decisions["veteran"], w.decisions["approver"]}})
	list.Items = append(list.Items, again)
	out.byReviewer, out.here, out.byOther = &list.Items[0].Showing, &list.Items[1].Showing, &list.Items[2].Showing
	p := s.Programme
	p.Charter, p.Entries = 2, []programme.Entry{s.Programme.Entries[0]}
	delete(out.objects, p.Entries[0].Playlist)
	p.Entries[0].Playlist = put(list)
	var err error
	if out.accepted, err = programme.Verify(resign(t, p), w.trust()); err != nil {
		t.Fatal(err)
	}
	return out
}

// get gives the objects of the show, and the kept sets of worlds.
func (s *show) get(kept ...[]byte) programme.Getter {
	objects := maps.Clone(s.objects)
	for _, k := range kept {
		objects[playlists.DigestOf(k)] = k
	}
	return func(d playlists.Digest) ([]byte, bool) { b, ok := objects[d]; return b, ok }
}

// Approvals of a programme that was accepted before fall and rise with the
// grounds, each by itself; a new programme with a fallen one is refused.
func TestApprovalsFallAndRise(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, c := range []struct {
		name                      string
		change                    func(*programme.Charter)
		on                        func(*programme.Grounds)
		kept                      bool // the set is held
		byReviewer, here, byOther programme.Refusal
		missing                   int
	}{
		{"all stand", nil, nil, true, "", "", "", 0},
		{"before a charter", nil, func(on *programme.Grounds) { on.Charter = nil }, false, "", "", "", 0},
		{"the kept decisions have not come", nil, nil, false, "", "", programme.MissingObject, 1},
		{"the veteran's are kept no more", func(c *programme.Charter) { named(c, "veteran").Kept = "" }, nil, true, "", "", programme.PersonRetired, 0},
		{"the reviewer is expelled", func(c *programme.Charter) { named(c, "reviewer").Standing = programme.Compromised }, nil, true, programme.PersonCompromised, programme.PersonCompromised, "", 0},
		{"the reviewer is expelled, the kept decisions have not come", func(c *programme.Charter) { named(c, "reviewer").Standing = programme.Compromised }, nil, false, programme.PersonCompromised, programme.PersonCompromised, programme.MissingObject, 1},
		{"the approver is expelled", func(c *programme.Charter) { named(c, "approver").Standing = programme.Compromised }, nil, true, programme.PersonCompromised, programme.PersonCompromised, programme.PersonCompromised, 0},
		{"the screen has moved", nil, func(on *programme.Grounds) { on.Cluster = playliststest.ID("vungang") }, true, "", programme.OutsideTerms, "", 0},
		{"the screen has moved to where the veteran has no say", nil, func(on *programme.Grounds) { on.Cluster = playliststest.ID("xa") }, true, "", programme.OutsideTerms, programme.CapacityMissing, 0},
		{"nobody says where the screen stands", nil, func(on *programme.Grounds) { on.Cluster = "" }, true, "", "", "", 0},
	} {
		for _, slate := range []bool{true, false} {
			s := newShow(t, w, slate)
			var kept [][]byte
			on := w.grounds()
			if c.change != nil {
				on = newWorld(t, c.change).grounds()
			}
			if c.on != nil {
				c.on(&on)
			}
			if c.kept {
				kept = append(kept, w.kept)
			}
			get := s.get(kept...)
			l, missing, err := programme.LoadAnyway(s.accepted, on, get)
			if err != nil || len(missing) != c.missing {
				t.Errorf("%s: %d objects missing, %.300v", c.name, len(missing), err)
				continue
			}
			name := func(what string) string { return c.name + ": " + what }
			check(t, name("the reviewer's"), l.Stands(s.byReviewer), c.byReviewer)
			check(t, name("the other picture"), l.Stands(s.here), c.here)
			check(t, name("the veteran's"), l.Stands(s.byOther), c.byOther)
			if got, want := l.Forbidden(s.here.Rendition), c.here != ""; got != want {
				t.Errorf("%s: the other picture is forbidden: %v", c.name, got)
			}
			if got, want := l.Forbidden(s.byOther.Rendition), c.byReviewer != "" && c.byOther != ""; got != want {
				t.Errorf("%s: the picture is forbidden: %v", c.name, got)
			}
			if l.Forbidden(playlists.DigestOf([]byte("stranger"))) {
				t.Errorf("%s: what is not in the programme is forbidden by it", c.name)
			}
			refusals := []programme.Refusal{c.byReviewer, c.here, c.byOther}
			if fallen := programme.RefusalOf(l.Fallen()); !slices.Contains(refusals, fallen) || fallen == "" && slices.Max(refusals) != "" {
				t.Errorf("%s: the reason is %q", c.name, fallen)
			}
			fresh, missing, err := programme.Load(s.accepted, on, get)
			switch {
			case c.missing > 0:
				if fresh != nil || err != nil || len(missing) != c.missing {
					t.Errorf("%s: a new programme is loaded while objects are missing: %v", c.name, err)
				}
			case slices.Max(refusals) == "":
				if fresh == nil || err != nil {
					t.Errorf("%s: a sound programme is not loaded: %v", c.name, err)
				}
			default:
				if fresh != nil || !slices.Contains(refusals, programme.RefusalOf(err)) || err == nil {
					t.Errorf("%s: a new programme is loaded: %v", c.name, err)
				}
			}
			// What fell rises when its reason goes, and what was loaded before
			// stays as it was.
			risen, missing := l.Under(w.grounds(), s.get(w.kept))
			if risen.Fallen() != nil || len(missing) > 0 {
				t.Errorf("%s: not risen: %v", c.name, risen.Fallen())
			}
			if (l.Fallen() == nil) != (slices.Max(refusals) == "") {
				t.Errorf("%s: judging anew changed what was loaded", c.name)
			}
			if !slices.Contains(risen.Objects(), playlists.DigestOf(w.kept)) {
				t.Errorf("%s: the kept decisions may be evicted", c.name)
			}
		}
	}
}

// An approval of the slate alone falls with it.
func TestTheSlateFalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := newShow(t, w, true)
	p := s.accepted.Programme
	p.Entries = []programme.Entry{}
	a, err := programme.Verify(resign(t, p), w.trust())
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := programme.LoadAnyway(a, newWorld(t, func(c *programme.Charter) { named(c, "reviewer").Standing = programme.Compromised }).grounds(), s.get())
	if err != nil {
		t.Fatal(err)
	}
	check(t, "the slate", l.Stands(p.Slate), programme.PersonCompromised)
	if !l.Forbidden(p.Slate.Rendition) {
		t.Error("the fallen slate may be shown")
	}
	if !slices.Contains(l.Objects(), p.Slate.Approval) {
		t.Error("the approval of the slate may be evicted")
	}
}

// What is held under a charter's name but is another set makes nothing good.
func TestDamagedKeptSets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := newShow(t, w, true)
	all, err := programme.NewKeptSet([]playlists.Digest{playlists.DigestOf(w.decisions["veteran"].Statement), playlists.DigestOf([]byte("more"))})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		bytes []byte
		want  programme.Refusal
	}{
		"another set": {all, programme.WrongDigest}, "no set": {[]byte("{}"), programme.Malformed},
		"nothing": {nil, programme.Malformed}, "half": {w.kept[:len(w.kept)/2], programme.Malformed},
	} {
		l, missing, err := programme.LoadAnyway(s.accepted, w.grounds(), func(d playlists.Digest) ([]byte, bool) {
			if d == playlists.DigestOf(w.kept) {
				return c.bytes, true
			}
			return s.get()(d)
		})
		if err != nil || len(missing) > 0 {
			t.Fatalf("%s: %d missing, %v", name, len(missing), err)
		}
		check(t, name, l.Stands(s.byOther), c.want)
		check(t, name+", the reviewer's", l.Stands(s.byReviewer), "")
	}
}

// A memo answers for one approval under one charter at one place, and for
// nothing else.
func TestMemos(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := newShow(t, w, true)
	on := w.grounds()
	on.Memo = programme.NewMemo()
	under := func(name string, g programme.Grounds, kept [][]byte, byReviewer, here, byOther programme.Refusal) {
		t.Helper()
		l, _, err := programme.LoadAnyway(s.accepted, g, s.get(kept...))
		if err != nil {
			t.Fatal(err)
		}
		check(t, name+": the reviewer's", l.Stands(s.byReviewer), byReviewer)
		check(t, name+": the other picture", l.Stands(s.here), here)
		check(t, name+": the veteran's", l.Stands(s.byOther), byOther)
	}
	held := [][]byte{w.kept}
	under("before the set", on, nil, "", "", programme.MissingObject)
	under("with the set", on, held, "", "", "")
	// The same charter, as far as its name goes: what was judged is not judged
	// again, but for what took the set.
	changed := *w.held
	changed.Charter = *copied(t, &w.held.Charter)
	named(&changed.Charter, "reviewer").Standing = programme.Compromised
	named(&changed.Charter, "veteran").Kept = ""
	remembered := on
	remembered.Charter = &changed
	under("from memory", remembered, held, "", "", programme.PersonRetired)
	on.Memo = programme.NewMemo() // the last judgement of the veteran took no set, and was remembered
	under("anew", on, held, "", "", "")
	moved := on
	moved.Cluster = playliststest.ID("xa")
	under("elsewhere", moved, held, "", programme.OutsideTerms, programme.CapacityMissing)
	under("back", on, held, "", "", "")
	none := on
	none.Charter = nil
	under("without a charter", none, nil, "", "", "")
	expelled := newWorld(t, func(c *programme.Charter) { named(c, "approver").Standing = programme.Compromised })
	next := on
	next.Charter = expelled.held
	under("under another charter", next, held, programme.PersonCompromised, programme.PersonCompromised, programme.PersonCompromised)
	under("and back", on, held, "", "", "")
}

// Every missing object is named once, in as many rounds as there are levels.
func TestMissingObjectsAreNamedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := newShow(t, w, true)
	held := map[playlists.Digest][]byte{}
	get := func(d playlists.Digest) ([]byte, bool) { b, ok := held[d]; return b, ok }
	for round := range 4 {
		l, missing, err := programme.Load(s.accepted, w.grounds(), get)
		if err != nil {
			t.Fatal(err)
		}
		if (l == nil) != (len(missing) > 0) || (l != nil) != (round == 3) {
			t.Fatalf("round %d: %d missing", round, len(missing))
		}
		once := slices.Compact(slices.Sorted(slices.Values(missing)))
		if len(once) != len(missing) {
			t.Errorf("round %d: an object is named twice", round)
		}
		for _, d := range missing {
			if held[d] = s.objects[d]; held[d] == nil {
				held[d] = w.kept
			}
		}
	}
}

func TestPlansCarryTheApprovedValidity(t *testing.T) {
	t.Parallel()
	from, until := playliststest.Now.Add(-time.Hour), playliststest.Now.Add(time.Hour)
	b := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{ValidFrom: from, ValidUntil: until})
	s := playliststest.Programme(t, playliststest.Screen(), 7, schedule.Rule{}, false, b)
	a, err := programme.Verify(s.Envelope, trust())
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := programme.Load(a, programme.Grounds{}, func(d playlists.Digest) ([]byte, bool) { o, ok := s.Objects[d]; return o, ok })
	if err != nil {
		t.Fatal(err)
	}
	plan, err := l.Plan()
	if err != nil {
		t.Fatal(err)
	}
	item := plan.Entries[0].Items[0]
	if !item.NotBefore.Equal(from) || !item.NotAfter.Equal(until) || !l.Terms(0, 0).ValidUntil.Equal(until) || item.Key != string(l.Item(0, 0).ID) {
		t.Errorf("the item shows from %v to %v", item.NotBefore, item.NotAfter)
	}
	if l.Chunks(b.Media.Renditions[0].Digest) == nil || l.Chunks("") != nil {
		t.Error("the chunks of another rendition")
	}
}

// A programme for a place where its pictures are not approved is refused as a
// whole, wherever the screen stands.
func TestAProgrammeIsForItsOwnPlace(t *testing.T) {
	t.Parallel()
	there := playliststest.ID("vungang")
	w := newWorld(t, nil)
	s := newShow(t, w, true)
	p := s.accepted.Programme
	p.Cluster = there
	a, err := programme.Verify(resign(t, p), w.trust())
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = programme.LoadAnyway(a, w.grounds(), s.get(w.kept))
	check(t, "approved where the screen stands, and not where the programme is for", err, programme.OutsideTerms)
}

// However many decisions of a retired person a programme rests on, their set is
// read once.
func TestAKeptSetIsReadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := newShow(t, w, true)
	var list programme.Playlist
	if err := programme.Unmarshal(s.objects[s.accepted.Entries[0].Playlist], &list); err != nil {
		t.Fatal(err)
	}
	turned := marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{w.decisions["approver"], w.decisions["veteran"]}})
	item := list.Items[2]
	item.ID, item.Showing.Approval = playliststest.ID("turned"), playlists.DigestOf(turned)
	list.Items = append(list.Items, item)
	b := marshal(t, list)
	p := s.accepted.Programme
	p.Entries = []programme.Entry{p.Entries[0]}
	p.Entries[0].Playlist = playlists.DigestOf(b)
	a, err := programme.Verify(resign(t, p), w.trust())
	if err != nil {
		t.Fatal(err)
	}
	reads := 0
	get := s.get(w.kept, turned, b)
	l, missing, err := programme.Load(a, w.grounds(), func(d playlists.Digest) ([]byte, bool) {
		if d == playlists.DigestOf(w.kept) {
			reads++
		}
		return get(d)
	})
	if err != nil || len(missing) > 0 {
		t.Fatalf("%d missing, %v", len(missing), err)
	}
	check(t, "the turned one", l.Stands(&item.Showing), "")
	if reads != 1 {
		t.Errorf("the set is read %d times", reads)
	}
}
