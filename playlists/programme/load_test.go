package programme_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// fixture is a programme whose objects a test may change: names and the
// signature follow, so that only the content's own checks can refuse it.
type fixture struct {
	programme programme.Programme
	playlist  programme.Playlist
	review    programme.Statement
	approve   programme.Statement
	approval  *programme.Approval // set to bypass the statements
	chunks    programme.Chunks
	objects   map[playlists.Digest][]byte // raw, by final name; filled by load
	spoil     func(map[playlists.Digest][]byte, *programme.Programme)
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	b := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{})
	s := playliststest.Programme(t, playliststest.Screen(), 7, schedule.Rule{}, false, b)
	f := &fixture{programme: s.Programme}
	read := func(d playlists.Digest, v any) {
		if err := json.Unmarshal(s.Objects[d], v); err != nil {
			t.Fatal(err)
		}
	}
	read(s.Programme.Entries[0].Playlist, &f.playlist)
	var a programme.Approval
	read(f.playlist.Items[0].Showing.Approval, &a)
	read(f.playlist.Items[0].Showing.Chunks, &f.chunks)
	for i, st := range []*programme.Statement{&f.review, &f.approve} {
		if err := json.Unmarshal(a.Decisions[i].Statement, st); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := programme.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// load puts the parts together again, signs and loads them.
func (f *fixture) load(t testing.TB) (*programme.Loaded, error) {
	t.Helper()
	f.objects = map[playlists.Digest][]byte{}
	put := func(v any) playlists.Digest {
		b := marshal(t, v)
		d := playlists.DigestOf(b)
		f.objects[d] = b
		return d
	}
	approval := programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{{Statement: marshal(t, f.review)}, {Statement: marshal(t, f.approve)}}}
	if f.approval != nil {
		approval = *f.approval
	}
	for i := range f.playlist.Items {
		f.playlist.Items[i].Showing.Approval = put(approval)
		f.playlist.Items[i].Showing.Chunks = put(f.chunks)
	}
	p := f.programme
	p.Entries = []programme.Entry{p.Entries[0]}
	p.Entries[0].Playlist = put(f.playlist)
	if p.Slate != nil {
		p.Slate = &f.playlist.Items[0].Showing
	}
	if f.spoil != nil {
		f.spoil(f.objects, &p)
	}
	a, err := programme.Verify(resign(t, p), trust())
	if err != nil {
		return nil, err
	}
	l, missing, err := programme.Load(a, programme.Grounds{}, func(d playlists.Digest) ([]byte, bool) { b, ok := f.objects[d]; return b, ok })
	if len(missing) > 0 {
		t.Fatalf("missing %v", missing)
	}
	return l, err
}

// items repeats the first item.
func (f *fixture) items(n int) {
	first := f.playlist.Items[0]
	f.playlist.Items = nil
	for _, c := range calls(n) {
		first.ID = c.ID
		f.playlist.Items = append(f.playlist.Items, first)
	}
}

// both changes the two statements alike.
func (f *fixture) both(change func(*programme.Predicate)) {
	change(&f.review.Predicate)
	change(&f.approve.Predicate)
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	other := playlists.DigestOf([]byte("another picture"))
	for _, c := range []struct {
		name   string
		change func(*fixture)
		want   programme.Refusal
	}{
		{"nothing wrong", func(*fixture) {}, ""},
		{"approved for this cluster alone", func(f *fixture) {
			f.both(func(p *programme.Predicate) { p.Territory = []string{string(f.programme.Cluster)} })
		}, ""},
		{"a rendition nobody approved", func(f *fixture) { f.playlist.Items[0].Showing.Rendition, f.chunks.Rendition = other, other }, programme.NotApproved},
		{"a rendition approved for another profile", func(f *fixture) {
			for _, s := range []*programme.Statement{&f.review, &f.approve} {
				s.Subject = s.Subject[1:]
			}
		}, programme.NotApproved},
		{"an approval of another media", func(f *fixture) {
			f.both(func(p *programme.Predicate) { p.Media = playliststest.ID("khac") })
		}, programme.NotApproved},
		{"one person twice", func(f *fixture) { f.approve.Predicate.Person = f.review.Predicate.Person }, programme.NotApproved},
		{"the author as approver", func(f *fixture) { f.approve.Predicate.Person = f.approve.Predicate.Author }, programme.NotApproved},
		{"the author as reviewer", func(f *fixture) { f.review.Predicate.Person = f.review.Predicate.Author }, programme.NotApproved},
		{"two reviews", func(f *fixture) { f.approve.Predicate.Act = programme.Review }, programme.NotApproved},
		{"two approvals", func(f *fixture) { f.review.Predicate.Act = programme.Approve }, programme.NotApproved},
		{"a withdrawal as approval", func(f *fixture) { f.approve.Predicate.Act = programme.Withdraw }, programme.NotApproved},
		{"one decision", func(f *fixture) {
			f.approval = &programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{{}}}
		}, programme.NotApproved},
		{"different revisions", func(f *fixture) { f.review.Predicate.Revision++ }, programme.NotApproved},
		{"different titles", func(f *fixture) { f.review.Predicate.Title += "?" }, programme.NotApproved},
		{"different authors", func(f *fixture) { f.review.Predicate.Author = playliststest.ID("ghost") }, programme.NotApproved},
		{"different territories", func(f *fixture) { f.approve.Predicate.Territory = []string{string(f.programme.Cluster)} }, programme.NotApproved},
		{"different languages", func(f *fixture) { f.approve.Predicate.Languages = []string{"lo"} }, programme.NotApproved},
		{"different beginnings", func(f *fixture) { f.approve.Predicate.ValidFrom = 5 }, programme.NotApproved},
		{"different ends", func(f *fixture) { f.approve.Predicate.ValidUntil = 5 }, programme.NotApproved},
		{"different origins", func(f *fixture) { f.approve.Predicate.Origin.Publisher = "none" }, programme.NotApproved},
		{"different rights", func(f *fixture) { f.approve.Predicate.RightsBasis = "none" }, programme.NotApproved},
		{"different subjects", func(f *fixture) { f.review.Subject = f.review.Subject[:1] }, programme.NotApproved},
		{"another territory", func(f *fixture) {
			f.both(func(p *programme.Predicate) { p.Territory = []string{string(playliststest.ID("vungang"))} })
		}, programme.OutsideTerms},
		{"no territory", func(f *fixture) { f.both(func(p *programme.Predicate) { p.Territory = []string{} }) }, programme.Malformed},
		{"a slate with an end", func(f *fixture) {
			f.programme.Slate = &f.playlist.Items[0].Showing
			f.both(func(p *programme.Predicate) { p.ValidUntil = playliststest.Now.AddDate(1, 0, 0).UnixMilli() })
		}, programme.OutsideTerms},
		{"withdrawn by itself", func(f *fixture) { f.programme.Withdrawn = []playlists.ID{f.playlist.Items[0].Showing.Media} }, programme.InternallyWrong},
		{"a statement of another type", func(f *fixture) { f.review.Type = "https://example.org/" }, programme.BadType},
		{"a statement about another thing", func(f *fixture) { f.review.PredicateType = "https://slsa.dev/provenance/v1" }, programme.BadType},
		{"a playlist for another profile", func(f *fixture) { f.playlist.Profile = playlists.Portrait1080 }, programme.InternallyWrong},
		{"a playlist of another type", func(f *fixture) { f.playlist.Type = "cotmoc/playlist/v9" }, programme.BadType},
		{"an approval of another type", func(f *fixture) {
			f.approval = &programme.Approval{Type: "cotmoc/approval/v9"}
		}, programme.BadType},
		{"an item twice", func(f *fixture) { f.playlist.Items = append(f.playlist.Items, f.playlist.Items[0]) }, programme.InternallyWrong},
		{"an item for no time", func(f *fixture) { f.playlist.Items[0].DurationMS = 0 }, programme.Malformed},
		{"an item for a day", func(f *fixture) { f.playlist.Items[0].DurationMS = 86400000 }, programme.Malformed},
		{"an unknown transition", func(f *fixture) { f.playlist.Items[0].Transition = "wipe" }, programme.Malformed},
		{"an item without a name", func(f *fixture) { f.playlist.Items[0].ID = "" }, programme.Malformed},
		{"a page as a rendition", func(f *fixture) { f.playlist.Items[0].Showing.MIME = "text/html" }, programme.Malformed},
		{"another type than was approved", func(f *fixture) { f.playlist.Items[0].Showing.MIME = "video/mp4" }, programme.NotApproved},
		{"a picture as webp, approved so", func(f *fixture) {
			f.playlist.Items[0].Showing.MIME = "image/webp"
			for _, s := range []*programme.Statement{&f.review, &f.approve} {
				for i := range s.Subject {
					s.Subject[i].MediaType = "image/webp"
				}
			}
		}, ""},
		{"a type with something behind it, approved so", func(f *fixture) {
			f.playlist.Items[0].Showing.MIME = "image/svg+xml"
			for _, s := range []*programme.Statement{&f.review, &f.approve} {
				for i := range s.Subject {
					s.Subject[i].MediaType = "image/svg+xml"
				}
			}
		}, programme.Malformed},
		{"of no media", func(f *fixture) { f.playlist.Items[0].Showing.Media = "" }, programme.Malformed},
		{"of no rendition", func(f *fixture) { f.playlist.Items[0].Showing.Rendition = "" }, programme.Malformed},
		{"an item for the shortest time", func(f *fixture) { f.playlist.Items[0].DurationMS = playlists.MinItemDuration.Milliseconds() }, ""},
		{"an item for less", func(f *fixture) { f.playlist.Items[0].DurationMS = playlists.MinItemDuration.Milliseconds() - 1 }, programme.Malformed},
		{"an item for the longest time", func(f *fixture) { f.playlist.Items[0].DurationMS = playlists.MaxItemDuration.Milliseconds() }, ""},
		{"an item for more", func(f *fixture) { f.playlist.Items[0].DurationMS = playlists.MaxItemDuration.Milliseconds() + 1 }, programme.Malformed},
		{"a fade", func(f *fixture) { f.playlist.Items[0].Transition = playlists.Fade }, ""},
		{"a title of 4000 bytes", func(f *fixture) { f.playlist.Title = strings.Repeat("x", 4000) }, ""},
		{"a longer title", func(f *fixture) { f.playlist.Title = strings.Repeat("x", 4001) }, programme.Malformed},
		{"5000 items", func(f *fixture) { f.items(5000) }, ""},
		{"5001 items", func(f *fixture) { f.items(5001) }, programme.Malformed},
		{"a playlist too large", func(f *fixture) { f.items(1); f.playlist.ID = playlists.ID(strings.Repeat("x", programme.MaxObject)) }, programme.Malformed},
		{"one rendition with two sizes", func(f *fixture) {
			f.items(2)
			f.playlist.Items[1].Showing.Size++
		}, programme.InternallyWrong},
		{"the slate", func(f *fixture) { f.programme.Slate = &f.playlist.Items[0].Showing }, ""},
		{"a slate that begins as the programme was made", func(f *fixture) {
			f.programme.Slate = &f.playlist.Items[0].Showing
			f.both(func(p *programme.Predicate) { p.ValidFrom = f.programme.IssuedAt })
		}, ""},
		{"a slate that begins later", func(f *fixture) {
			f.programme.Slate = &f.playlist.Items[0].Showing
			f.both(func(p *programme.Predicate) { p.ValidFrom = f.programme.IssuedAt + 1 })
		}, programme.OutsideTerms},
		{"a slate that was withdrawn", func(f *fixture) {
			f.programme.Slate = &f.playlist.Items[0].Showing
			f.programme.Withdrawn = []playlists.ID{f.playlist.Items[0].Showing.Media}
		}, programme.InternallyWrong},
		{"another was withdrawn", func(f *fixture) { f.programme.Withdrawn = []playlists.ID{playliststest.ID("khac")} }, ""},
		{"the chunks of another rendition", func(f *fixture) { f.chunks.Rendition = other }, programme.InternallyWrong},
		{"a chunk too few", func(f *fixture) { f.chunks.Digests = []playlists.Digest{} }, programme.InternallyWrong},
		{"another size", func(f *fixture) { f.chunks.Size++ }, programme.InternallyWrong},
		{"another chunk size", func(f *fixture) { f.chunks.ChunkSize = 1 << 30 }, programme.InternallyWrong},
		{"a chunk too many", func(f *fixture) { f.chunks.Digests = append(f.chunks.Digests, other) }, programme.InternallyWrong},
		{"a chunk without a name", func(f *fixture) { f.chunks.Digests = []playlists.Digest{"x"} }, programme.Malformed},
		{"a chunk list of another type", func(f *fixture) { f.chunks.Type = "x" }, programme.BadType},
		{"a playlist with other bytes", func(f *fixture) {
			f.spoil = func(o map[playlists.Digest][]byte, p *programme.Programme) {
				o[p.Entries[0].Playlist] = append(bytes.Clone(o[p.Entries[0].Playlist]), ' ')
			}
		}, programme.WrongDigest},
		{"a playlist with a space, under the right name", func(f *fixture) {
			f.spoil = func(o map[playlists.Digest][]byte, p *programme.Programme) {
				spaced := append(bytes.Clone(o[p.Entries[0].Playlist]), ' ')
				p.Entries[0].Playlist = playlists.DigestOf(spaced)
				o[p.Entries[0].Playlist] = spaced
			}
		}, programme.Malformed},
		{"the name of one approval, the bytes of another", func(f *fixture) {
			f.spoil = func(o map[playlists.Digest][]byte, _ *programme.Programme) {
				o[f.playlist.Items[0].Showing.Approval] = marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{{Statement: marshal(t, f.approve)}, {Statement: marshal(t, f.review)}}})
			}
		}, programme.WrongDigest},
		{"the name of one chunk list, the bytes of another", func(f *fixture) {
			f.spoil = func(o map[playlists.Digest][]byte, _ *programme.Programme) {
				c := f.chunks
				c.Digests = []playlists.Digest{other}
				o[f.playlist.Items[0].Showing.Chunks] = marshal(t, c)
			}
		}, programme.WrongDigest},
		{"a chunk list with a space", func(f *fixture) {
			f.spoil = func(o map[playlists.Digest][]byte, p *programme.Programme) {
				spaced := append(marshal(t, f.chunks), ' ')
				list := f.playlist
				list.Items = slices.Clone(list.Items)
				list.Items[0].Showing.Chunks = playlists.DigestOf(spaced)
				o[playlists.DigestOf(spaced)] = spaced
				b := marshal(t, list)
				p.Entries[0].Playlist = playlists.DigestOf(b)
				o[playlists.DigestOf(b)] = b
			}
		}, programme.Malformed},
		{"every object with other bytes", func(f *fixture) {
			f.spoil = func(o map[playlists.Digest][]byte, p *programme.Programme) {
				for d := range maps.Clone(o) {
					if d != p.Entries[0].Playlist {
						o[d] = []byte("{}")
					}
				}
			}
		}, programme.WrongDigest},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			c.change(f)
			_, err := f.load(t)
			if got := programme.RefusalOf(err); got != c.want || (err != nil) != (c.want != "") {
				t.Fatalf("refusal %q (%.300v), want %q", got, err, c.want)
			}
		})
	}
}

func TestLoadNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	a := playliststest.Approved(t, "anh", []byte("picture a"), playlists.Terms{})
	b := playliststest.Approved(t, "bien", []byte("picture b"), playlists.Terms{ValidUntil: playliststest.Now.AddDate(0, 1, 0)})
	s := playliststest.Programme(t, playliststest.Screen(), 7, schedule.Rule{}, true, a, b)
	accepted, err := programme.Verify(s.Envelope, trust())
	if err != nil {
		t.Fatal(err)
	}
	held := map[playlists.Digest][]byte{}
	get := func(d playlists.Digest) ([]byte, bool) { b, ok := held[d]; return b, ok }
	for round := range 3 {
		loaded, missing, err := programme.Load(accepted, programme.Grounds{}, get)
		if err != nil {
			t.Fatal(err)
		}
		if loaded == nil {
			for _, d := range missing {
				held[d] = s.Objects[d]
			}
			continue
		}
		if round != 2 || len(loaded.Showings()) != 2 || loaded.Showings()[0].Rendition != a.Media.Renditions[0].Digest {
			t.Fatalf("round %d: %d renditions", round, len(loaded.Showings()))
		}
		plan, err := loaded.Plan()
		if err != nil || !plan.Entries[0].Items[1].NotAfter.Equal(b.Media.Terms.ValidUntil) {
			t.Fatalf("the second item ends at no time, or another: %v", err)
		}
		if got := len(loaded.Objects()); got != len(s.Objects) {
			t.Fatalf("%d objects to keep, want all %d", got, len(s.Objects))
		}
		return
	}
	t.Fatal("the programme never loaded")
}

func TestCompileRefusesAndLeavesOut(t *testing.T) {
	t.Parallel()
	ok := playliststest.Approved(t, "duoc", []byte("ok"), playlists.Terms{})
	away := playliststest.Approved(t, "xa", []byte("away"), playlists.Terms{Territory: []string{string(playliststest.ID("vungang"))}})
	past := playliststest.Approved(t, "qua", []byte("past"), playlists.Terms{ValidUntil: playliststest.Now})
	input := func(media ...playliststest.Bundle) programme.Input {
		in := programme.Input{Screen: playliststest.Screen(), Epoch: 1, Counter: 1, IssuedAt: playliststest.Now, Media: map[playlists.ID]programme.Approved{}}
		list := &playlists.Playlist{ID: playliststest.ID("playlist"), Version: 1}
		for i, m := range media {
			in.Media[m.Media.ID] = programme.Approved{Media: m.Media, Approval: m.Approval}
			list.Items = append(list.Items, playlists.Item{ID: playliststest.ID("i" + string(rune('a'+i))), Media: m.Media.ID, Duration: time.Second, Transition: playlists.Cut})
		}
		in.Entries = []programme.InputEntry{{ID: playliststest.ID("entry"), Playlist: list}}
		return in
	}
	c, err := programme.Compile(input(ok, away, past))
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[playlists.ID]string{}
	for _, l := range c.LeftOut {
		reasons[l.Media] = l.Reason
	}
	if len(reasons) != 2 || reasons[away.Media.ID] != "outside_territory" || reasons[past.Media.ID] != "expired" {
		t.Fatalf("left out %v", reasons)
	}

	in := input(ok)
	delete(in.Media, ok.Media.ID)
	if _, err := programme.Compile(in); playlists.ReasonOf(err) != "media_not_approved" {
		t.Fatalf("compiled what is not approved: %v", err)
	}
	changed := playliststest.Approved(t, "duoc", []byte("new bytes"), playlists.Terms{})
	changed.Approval = ok.Approval
	if _, err := programme.Compile(input(changed)); playlists.ReasonOf(err) != "media_changed_since_approval" {
		t.Fatalf("compiled bytes that were not approved: %v", err)
	}
}

func FuzzObjects(f *testing.F) {
	fx := newFixture(f)
	if _, err := fx.load(f); err != nil {
		f.Fatal(err)
	}
	for _, b := range fx.objects {
		f.Add(b)
	}
	f.Add(marshal(f, fx.review))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := programme.Showing{Rendition: fx.playlist.Items[0].Showing.Rendition, Size: 7}
		for name, err := range map[string]error{
			"statement": second(programme.ParseStatement(b)),
			"chunks":    second(programme.ParseChunks(b, &s)),
			"approval":  second(programme.NewApproval(programme.Decision{Statement: b}, programme.Decision{Statement: b})),
		} {
			if err != nil && programme.RefusalOf(err) == "" {
				t.Fatalf("%s: an error without a refusal: %v", name, err)
			}
		}
		p := fx.programme
		p.Entries = []programme.Entry{p.Entries[0]}
		p.Entries[0].Playlist = playlists.DigestOf(b)
		a, err := programme.Verify(resign(t, p), trust())
		if err != nil {
			t.Fatal(err)
		}
		l, _, err := programme.Load(a, programme.Grounds{}, func(d playlists.Digest) ([]byte, bool) {
			if d == p.Entries[0].Playlist {
				return b, true
			}
			o, ok := fx.objects[d]
			return o, ok
		})
		if l != nil && playlists.DigestOf(b) != playlists.DigestOf(marshal(t, fx.playlist)) && len(l.Showings()) > 0 && l.Showings()[0].Rendition != fx.playlist.Items[0].Showing.Rendition {
			t.Fatalf("loaded a rendition that nobody approved: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
