package update

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// one has an updater look once.
func one(t *testing.T, u *Updater) (wire.Update, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is waited for
	u.takeOffered()
	_, err := u.step(ctx)
	return u.Status(), err
}

// What is offered and is no release for this screen is refused by a name that
// says what was tried, and nothing of it is run.
func TestRefusedReleases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		give func(w *world) []byte
		want programme.Refusal
	}{
		{"by a stranger", func(w *world) []byte { return w.release("1.2.0", program("x"), nil, "stranger", "other") }, programme.ReleaseUnsigned},
		{"by one alone", func(w *world) []byte { return w.release("1.2.0", program("x"), nil, "giang") }, programme.ReleaseUnsigned},
		{"an old one", func(w *world) []byte { return w.release("1.0.9", program("x"), nil, "giang", "hai") }, programme.ReleaseOld},
		{"one before the installed", func(w *world) []byte {
			f := w.folder(OSDisk{})
			if err := f.write(record{Good: SlotA, Floor: "0.1.0"}); err != nil {
				w.t.Fatal(err)
			}
			return w.release("0.9.0", program("x"), nil, "giang", "hai")
		}, programme.ReleaseOld},
		{"one that is over", func(w *world) []byte {
			return w.release("1.2.0", program("x"), func(r *programme.Release) {
				r.IssuedAt, r.ExpiresAt = 1, playliststest.Now.UnixMilli()
			}, "giang", "hai")
		}, programme.ReleaseExpired},
		{"one for after another", func(w *world) []byte {
			return w.release("1.2.0", program("x"), func(r *programme.Release) { r.From = "1.1.5" }, "giang", "hai")
		}, programme.ReleaseUnfit},
		{"one for another machine", func(w *world) []byte {
			return w.release("1.2.0", program("x"), func(r *programme.Release) { r.Builds[0].Arch = "pdp11" }, "giang", "hai")
		}, programme.ReleaseUnfit},
		{"a charter that names nobody", func(w *world) []byte {
			w.charter, _ = playliststest.Charter(w.t, nil)
			return w.release("1.2.0", program("x"), nil, "giang", "hai")
		}, programme.ReleaseUnsigned},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			old := program("1.1.0")
			w.installedAs(SlotA, old, w.release("1.1.0", old, nil, "giang", "hai"))
			w.offered(1, c.give(w))
			u := w.updater(OSDisk{}, Launched{Slot: SlotA, Installed: "1.0.0"}, "1.1.0", func() { t.Error("it is tried") })
			for range 2 {
				st, err := one(t, u)
				if err != nil || st.State != wire.UpdateRefused || st.Reason != string(c.want) {
					t.Errorf("state %+v, %v", st, err)
				}
			}
			if len(w.refusals) != 1 || w.refusals[0] != c.want || w.problems["release"] != string(c.want) {
				t.Errorf("counted %v, told %v", w.refusals, w.problems)
			}
			if entries, err := os.ReadDir(w.folder(OSDisk{}).path(SlotB, "")); err == nil && len(entries) > 0 {
				t.Errorf("it is on disk: %v", entries)
			}
		})
	}
}

// Offers of others, of before and of nobody.
func TestRefusedOffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	release := w.release("1.2.0", program("x"), nil, "giang", "hai")
	w.offered(5, release)
	u := w.updater(OSDisk{}, Launched{}, "1.0.0", func() {})
	w.picture = false
	if st, err := one(t, u); err != nil || st.State != wire.UpdateWaiting || st.Offer.Counter != 5 {
		t.Fatalf("%+v, %v", st, err)
	}
	w.offered(4, release)
	u.Offer(w.offer)
	stranger, err := programme.SignOffer(&programme.ReleaseOffer{Screen: playliststest.Screen().ID, Epoch: 1, Counter: 9, IssuedAt: 1}, playliststest.Key(7))
	if err != nil {
		t.Fatal(err)
	}
	u.Offer(stranger)
	if st, err := one(t, u); err != nil || st.Offer.Counter != 5 || len(w.refusals) != 2 || w.refusals[0] != programme.RolledBack || w.refusals[1] != programme.BadSignature {
		t.Errorf("%+v, %v, refused %v", st, err, w.refusals)
	}
	if st := w.updater(OSDisk{}, Launched{}, "1.0.0", nil); st.held == nil || st.held.Counter != 5 {
		t.Error("a restart forgets the newest offer")
	}
}

// An offer that goes with a charter that has not come waits for it.
func TestOfferBeforeItsCharter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.offered(1, w.release("1.2.0", program("x"), nil, "giang", "hai"))
	w.picture = false
	charter := w.charter
	w.charter = nil
	u := w.updater(OSDisk{}, Launched{}, "1.0.0", func() {})
	if st, err := one(t, u); err != nil || st.State != wire.UpdateIdle {
		t.Errorf("without a charter: %+v, %v", st, err)
	}
	w.charter = charter
	if st, err := one(t, u); err != nil || st.State != wire.UpdateWaiting {
		t.Errorf("with it: %+v, %v", st, err)
	}
}

// What has failed is not tried again until it is offered anew; a trial begins
// only with a picture on glass; what runs and holds is confirmed.
func TestTrials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	next := program("1.2.0")
	release := w.release("1.2.0", next, nil, "giang", "hai")
	w.offered(1, release)
	tried := 0
	u := w.updater(OSDisk{}, Launched{}, "1.0.0", func() { tried++ })
	w.picture = false
	if st, _ := one(t, u); st.State != wire.UpdateWaiting || tried != 0 {
		t.Errorf("without a picture: %+v, tried %d times", st, tried)
	}
	w.picture = true
	if _, err := one(t, u); err != nil || tried != 1 {
		t.Errorf("with a picture: %v, tried %d times", err, tried)
	}
	f := w.folder(OSDisk{})
	if _, err := f.fail(f.read(), NoPicture, 1); err != nil {
		t.Fatal(err)
	}
	if st, _ := one(t, u); st.State != wire.UpdateRolledBack || st.Reason != NoPicture || tried != 1 {
		t.Errorf("after it has failed: %+v, tried %d times", st, tried)
	}
	w.offered(2, release)
	u.Offer(w.offer)
	if _, err := one(t, u); err != nil || tried != 2 {
		t.Errorf("offered anew: %v, tried %d times", err, tried)
	}
	slot := f.read().Trial.Slot
	child := w.updater(OSDisk{}, Launched{Slot: slot, Installed: "1.0.0", Child: true}, "1.2.0", func() { t.Error("it tries itself") })
	if st, _ := one(t, child); st.State != wire.UpdateTrial || st.Version != "1.2.0" {
		t.Errorf("on trial: %+v", st)
	}
	if _, err := f.confirm(f.read(), "1.2.0"); err != nil {
		t.Fatal(err)
	}
	if st, _ := one(t, child); st.State != wire.UpdateConfirmed || st.Slot != string(slot) {
		t.Errorf("confirmed: %+v", st)
	}
	// Signed again, by others: the folder keeps the newer envelope.
	w.offered(3, w.release("1.2.0", next, nil, "hai", "khoa"))
	child.Offer(w.offer)
	if st, err := one(t, child); err != nil || st.State != wire.UpdateConfirmed {
		t.Errorf("signed again: %+v, %v", st, err)
	}
	if found, err := f.Find(slot); err != nil || string(found.Envelope) == string(release) {
		t.Errorf("the old envelope stays: %v", err)
	}
}

// A download goes on where it was, and bytes of somebody else do not pass.
func TestFetchGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	next := program("1.2.0")
	envelope := w.release("1.2.0", next, nil, "giang", "hai")
	w.offered(1, envelope)
	r, _, err := programme.ReadRelease(envelope)
	if err != nil {
		t.Fatal(err)
	}
	u := w.updater(OSDisk{}, Launched{}, "1.0.0", func() {})
	w.picture = false
	f := w.folder(OSDisk{})
	slot := u.spare(&record{})
	part := f.path(slot, string(r.Builds[0].Digest)+partEnding)
	for name, there := range map[string][]byte{"half": next[:len(next)/2], "more than all": append(next, 'x'), "others' bytes": program("evil!")} {
		if err := os.MkdirAll(filepath.Dir(part), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(part, there, 0o600); err != nil {
			t.Fatal(err)
		}
		st, err := one(t, u)
		for range 2 {
			if err != nil { // what was wrong was thrown away
				st, err = one(t, u)
			}
		}
		if err != nil || st.State != wire.UpdateWaiting {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
		if _, err := f.Find(slot); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.RemoveAll(f.path(slot, "")); err != nil {
			t.Fatal(err)
		}
	}
	w.objects[r.Builds[0].Digest] = program("evil.")
	if st, err := one(t, u); programme.RefusalOf(err) != programme.WrongDigest || st.State != wire.UpdateFetching {
		t.Errorf("other bytes: %+v, %v", st, err)
	}
}

// The launcher runs a folder for as long as its release stands under the
// charter and its bytes are those that were signed.
func TestWhatIsRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(w *world, f *Folder)
		own    programme.Version
		want   Slot
	}{
		{"all is well", func(*world, *Folder) {}, "1.0.0", SlotA},
		{"a build that is no release", func(*world, *Folder) {}, "", SlotA},
		{"the installed one is newer", func(*world, *Folder) {}, "1.2.0", Installed},
		{"the installed one is the same", func(*world, *Folder) {}, "1.1.0", Installed},
		{"one byte is another", func(_ *world, f *Folder) { change(f.path(SlotA, programFile)) }, "1.0.0", Installed},
		{"the release is damaged", func(_ *world, f *Folder) { change(f.path(SlotA, releaseFile)) }, "1.0.0", Installed},
		{"the record is damaged", func(_ *world, f *Folder) { change(filepath.Join(f.Dir, recordFile)) }, "1.0.0", Installed},
		{"there is no charter", func(w *world, _ *Folder) { w.charter = nil }, "1.0.0", Installed},
		{"the charter names others now", func(w *world, _ *Folder) { w.charter.ReleaseSigners = w.charter.ReleaseSigners[1:] }, "1.0.0", Installed},
		{"the one before is still there", func(w *world, f *Folder) {
			other := program("1.1.1")
			w.installedAs(SlotB, other, w.release("1.1.1", other, nil, "giang", "hai"))
			if err := f.write(record{Good: SlotB, Before: SlotA}); err != nil {
				w.t.Fatal(err)
			}
			change(f.path(SlotB, programFile))
		}, "1.0.0", SlotA},
	} {
		w := newWorld(t)
		old := program("1.1.0")
		w.installedAs(SlotA, old, w.release("1.1.0", old, nil, "giang", "hai"))
		f := w.folder(OSDisk{})
		c.change(w, f)
		got := Installed
		if ch := f.choose(c.own, playliststest.Now, slog.New(slog.DiscardHandler)); ch.Found != nil {
			got = ch.Slot
		}
		if got != c.want {
			t.Errorf("%s: %q runs, want %q", c.name, got, c.want)
		}
	}
}

// change flips a bit in the middle of a file.
func change(path string) {
	b, err := os.ReadFile(path)
	if err != nil {
		panic(err) // of a test
	}
	b[len(b)/2] ^= 1
	b[0] ^= 1
	if err := os.WriteFile(path, b, 0o700); err != nil {
		panic(err)
	}
}

// A trial ends well after the picture has stayed, and badly when it has not
// come in its time, or is of another version.
func TestJury(t *testing.T) {
	t.Parallel()
	answer := func(kind wire.ShowKind, rendition string) *told {
		a := &told{Version: "1.2.0"}
		a.Report.Showing.Kind, a.Report.Showing.Rendition = kind, rendition
		return a
	}
	item, page := answer(wire.ShowItem, "x"), answer(wire.ShowSlate, "")
	other := answer(wire.ShowItem, "x")
	other.Version = "1.1.0"
	for _, c := range []struct {
		name    string
		answers []*told // one a second
		want    verdict
		after   int
	}{
		{"the picture stays", []*told{nil, nil, item, item, item, item}, confirmed, 5},
		{"the slate stays", []*told{answer(wire.ShowSlate, "x"), answer(wire.ShowSlate, "x"), answer(wire.ShowSlate, "x"), answer(wire.ShowSlate, "x")}, confirmed, 3},
		{"a bulletin stays", []*told{answer(wire.ShowBulletin, ""), answer(wire.ShowBulletin, ""), answer(wire.ShowBulletin, ""), answer(wire.ShowBulletin, "")}, confirmed, 3},
		{"the picture comes and goes", []*told{item, item, item, nil, item, item, item, page, item, item, nil}, NoPicture, 10},
		{"the player's own page", []*told{page, page, page, page, page, page, page, page, page, page, page}, NoPicture, 10},
		{"a code to pair by", slices11(answer(wire.ShowPairing, "")), NoPicture, 10},
		{"no answer", slices11(nil), NoPicture, 10},
		{"another version", []*told{nil, other}, OtherVersion, 1},
	} {
		j := &jury{version: "1.2.0", time: 10 * time.Second, steady: 3 * time.Second, began: playliststest.Now}
		for i, a := range c.answers {
			if v := j.look(a, playliststest.Now.Add(time.Duration(i)*time.Second)); v != undecided {
				if v != c.want || i != c.after {
					t.Errorf("%s: %q after %d s", c.name, v, i)
				}
				break
			} else if i == len(c.answers)-1 {
				t.Errorf("%s: undecided", c.name)
			}
		}
	}
}

func slices11(a *told) []*told {
	out := make([]*told, 11)
	for i := range out {
		out[i] = a
	}
	return out
}
