package charter_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/charter"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// keys are programme keys by their seeds.
type keys struct {
	seed, next byte // next 0: none
	broken     bool
}

func (k *keys) Public() programme.PublicKey { return playliststest.PublicKey(k.seed) }
func (k *keys) Prepare() (programme.PublicKey, error) {
	k.next = k.seed + 1
	return playliststest.PublicKey(k.next), nil
}
func (k *keys) Prepared() (programme.PublicKey, bool) {
	return playliststest.PublicKey(k.next), k.next != 0
}
func (k *keys) Rotate() error {
	if k.broken {
		return errors.New("cannot rotate: the power went")
	}
	k.seed, k.next = k.next, 0
	return nil
}

// office is a service over a real database and objects.
type office struct {
	*charter.Service
	*sqlstoretest.World
	t           *testing.T
	objects     *objectstore.Dir
	keys        *keys
	party       programme.RelyingParty
	told        int
	root, anh   playlists.Actor
	contributor playlists.Actor
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{World: sqlstoretest.New(t), t: t, keys: &keys{seed: 1}, party: party()}
	var err error
	if o.objects, err = objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{}); err != nil {
		t.Fatal(err)
	}
	o.root, o.anh = o.Person("root", "unit", playlists.Administrator), o.Person("anh", "unit", playlists.Reviewer)
	o.contributor = o.Granted("part", "unit", playlists.Grant{Role: playlists.Administrator, Unit: playliststest.ID("unit")})
	if err := o.open(); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) PersonNames(ctx context.Context) (map[playlists.ID]string, error) {
	_, people, err := o.People.Directory(ctx)
	return people, err
}

func party() programme.RelyingParty {
	return programme.RelyingParty{ID: "cotmoc.example", Origins: []string{"https://cotmoc.example"}}
}

// open makes a service over what is stored, as a start does.
func (o *office) open() error {
	s, err := charter.Open(o.t.Context(), charter.Config{
		Store: o.DB.Charter(), Objects: o.objects, People: o, Keys: o.keys, Party: o.party,
		Accepted: func(context.Context, playlists.Actor, *programme.HeldCharter) { o.told++ },
		Now:      o.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err == nil {
		o.Service = s
	}
	return err
}

func wanted(people ...charter.WantedPerson) charter.Wanted {
	w := charter.Wanted{ExpiresAt: playliststest.Now.AddDate(2, 0, 0), LiftThreshold: 2, MaxUnattendedDays: 60, People: people, RootThreshold: 2}
	for _, h := range playliststest.Holders() {
		w.Roots = append(w.Roots, programme.Root{Holder: h, Key: playliststest.Root(h).Public().(ed25519.PublicKey)})
	}
	return w
}

func (o *office) draft(w charter.Wanted) *charter.Draft {
	o.t.Helper()
	d, err := o.Draft(o.t.Context(), o.root, w)
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

func signed(t *testing.T, payload []byte) []byte {
	t.Helper()
	var envelope []byte
	for _, h := range []string{"anh", "binh"} {
		var err error
		if envelope, err = programme.SignCharter(envelope, payload, playliststest.Root(h)); err != nil {
			t.Fatal(err)
		}
	}
	return envelope
}

func (o *office) accept(w charter.Wanted) *programme.HeldCharter {
	o.t.Helper()
	h, err := o.Accept(o.t.Context(), o.root, signed(o.t, o.draft(w).Payload))
	if err != nil {
		o.t.Fatal(err)
	}
	return h
}

func TestTheChainIsKeptAndReadBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if o.Current() != nil || o.Newest() != nil || len(o.Chain()) != 0 {
		t.Fatal("there is a charter before the first")
	}
	first := o.accept(wanted())
	o.Clock.Add(1e9)
	second := o.accept(wanted())
	if first.Number != 1 || second.Number != 2 || o.told != 2 || o.Current() != second {
		t.Errorf("numbers %d and %d, told %d times", first.Number, second.Number, o.told)
	}
	if err := o.open(); err != nil {
		t.Fatal(err)
	}
	chain := o.Chain()
	if len(chain) != 2 || o.Current().Payload != second.Payload || !bytes.Equal(o.Newest(), chain[1].Envelope) {
		t.Errorf("read back %d charters", len(chain))
	}
	for _, l := range chain {
		r, _, err := o.objects.Open(t.Context(), l.Object)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(b, l.Envelope) || !o.Serves(l.Object) {
			t.Errorf("charter %d as an object: %v, served %v", l.Number, err, o.Serves(l.Object))
		}
	}
	if o.Serves(playlists.DigestOf([]byte("something else"))) {
		t.Error("serves what is no charter's")
	}
	for _, change := range []string{`delete from charters`, `update charters set number = 9`} {
		if o.TryExec(change) == nil {
			t.Errorf("somebody did: %s", change)
		}
	}
	// A charter that somebody has put into the database is none.
	o.Exec(`insert into charters (number, payload, object, envelope, issued_at, expires_at, accepted_at, person_id, person_name) values (3, '', '', ?, 1, 1, 1, '', '')`,
		playliststest.SignCharter(t, playliststest.FirstCharter(t, nil), "anh", "binh"))
	if err := o.open(); programme.RefusalOf(err) == "" {
		t.Errorf("a forged chain opens: %v", err)
	}
}

func TestChartersAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for who, a := range map[string]playlists.Actor{"nobody": {}, "a reviewer": o.anh, "an administrator of one unit": o.contributor} {
		_, err1 := o.Draft(t.Context(), a, wanted())
		_, err2 := o.Accept(t.Context(), a, nil)
		if err1 == nil || err2 == nil {
			t.Errorf("%s may: %v, %v", who, err1, err2)
		}
	}
	for name, test := range map[string]struct {
		change func(*charter.Wanted)
		reason string
	}{
		"an end that is over":       {func(w *charter.Wanted) { w.ExpiresAt = playliststest.Now }, "charter_unusable"},
		"more roots than there are": {func(w *charter.Wanted) { w.RootThreshold = 4 }, "charter_unusable"},
		"one person to lift":        {func(w *charter.Wanted) { w.LiftThreshold = 1 }, "charter_unusable"},
		"a stranger": {func(w *charter.Wanted) {
			w.People = []charter.WantedPerson{{ID: playliststest.ID("nobody"), Clusters: []string{"*"}, Standing: programme.Active}}
		}, "person_missing"},
		"a key nobody has offered": {func(w *charter.Wanted) {
			w.People = []charter.WantedPerson{{ID: o.anh.ID, Clusters: []string{"*"}, Standing: programme.Active, Credentials: []string{"0"}}}
		}, "credential_missing"},
		"a PIN of four digits":    {func(w *charter.Wanted) { w.Pins = []charter.WantedPin{{Clusters: []string{"*"}, Pin: "1234"}} }, "pin_malformed"},
		"a PIN that is not there": {func(w *charter.Wanted) { w.Pins = []charter.WantedPin{{Clusters: []string{"*"}, ID: "x"}} }, "pin_missing"},
	} {
		w := wanted()
		test.change(&w)
		if _, err := o.Draft(t.Context(), o.root, w); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	late := signed(t, o.draft(wanted()).Payload)
	o.Clock.Add(3 * 365 * 24 * 3600 * 1e9)
	if _, err := o.Accept(t.Context(), o.root, late); playlists.ReasonOf(err) != "charter_expired" {
		t.Errorf("one that is over: %v", err)
	}
	o.Clock.Add(-3 * 365 * 24 * 3600 * 1e9)
	missing := playliststest.FirstCharter(t, func(c *programme.Charter) {
		c.People[0].Standing, c.People[0].Kept = programme.Retired, playlists.DigestOf([]byte("a set that is not here"))
	})
	if _, err := o.Accept(t.Context(), o.root, playliststest.SignCharter(t, missing, "anh", "binh")); playlists.ReasonOf(err) != "charter_kept_missing" {
		t.Errorf("a kept set that is not here: %v", err)
	}
	if o.told != 0 || o.Current() != nil {
		t.Error("one of them counts")
	}
}

// Root keys are not asked to sign what no screen would read.
func TestACharterThatIsTooLong(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var clusters []string
	for i := range 500 {
		clusters = append(clusters, string(playliststest.ID(fmt.Sprintf("%c%c", 'a'+i/26, 'a'+i%26))))
	}
	slices.Sort(clusters)
	var people []charter.WantedPerson
	for i := range 100 {
		p := o.Person(fmt.Sprint("person.", i), "unit", playlists.Reviewer)
		people = append(people, charter.WantedPerson{ID: p.ID, May: []programme.Capacity{programme.MayReview}, Clusters: clusters, Standing: programme.Active})
	}
	if _, err := o.Draft(t.Context(), o.root, wanted(people...)); playlists.ReasonOf(err) != "charter_too_large" {
		t.Errorf("everybody everywhere, one by one: %v", err)
	}
	long := o.draft(wanted(people[:80]...))
	if n := len(long.Payload); n < 600_000 || n > programme.MaxCharter {
		t.Fatalf("%d bytes try nothing", n)
	}
	if _, err := o.Accept(t.Context(), o.root, signed(t, long.Payload)); err != nil {
		t.Errorf("one that screens read: %v", err)
	}
}

func TestKeysAreOfferedNamedAndDropped(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	public := playliststest.Hand("anh").Public().(ed25519.PublicKey)
	if _, err := o.OfferKeyFile(t.Context(), o.anh, "USB", public[:31], false); playlists.ReasonOf(err) != "key_malformed" {
		t.Errorf("half a key: %v", err)
	}
	k, err := o.OfferKeyFile(t.Context(), o.anh, "USB", public, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.OfferKeyFile(t.Context(), o.root, "USB", public, false); playlists.ReasonOf(err) != "credential_taken" {
		t.Errorf("another's key: %v", err)
	}
	if pending, err := o.Pending(t.Context(), o.root); err != nil || len(pending) != 1 || pending[0].ID != k.ID {
		t.Errorf("pending %v, %v", pending, err)
	}
	if pending, err := o.Pending(t.Context(), o.anh); err != nil || len(pending) != 0 {
		t.Errorf("a reviewer sees %v, %v", pending, err)
	}
	if _, err := o.Credentials(t.Context(), o.anh, true); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("everybody's keys: %v", err)
	}
	names := charter.WantedPerson{ID: o.anh.ID, May: []programme.Capacity{programme.MayReview}, Clusters: []string{"*"}, Standing: programme.Active, Credentials: []string{k.ID}}
	h := o.accept(wanted(names))
	if p, ok := h.Person(o.anh.ID); !ok || p.Name != o.anh.Name || len(p.Credentials) != 1 || !p.Credentials[0].Independent {
		t.Errorf("named as %+v", p)
	}
	if pending, err := o.Pending(t.Context(), o.root); err != nil || len(pending) != 0 {
		t.Errorf("still pending %v, %v", pending, err)
	}
	if signers, err := o.Signers(t.Context(), o.anh.ID); err != nil || len(signers) != 1 || signers[0].Label != "USB" {
		t.Errorf("signers %+v, %v", signers, err)
	}
	if err := o.Drop(t.Context(), o.anh, k.ID); playlists.ReasonOf(err) != "credential_named" {
		t.Errorf("dropping what the charter names: %v", err)
	}
	o.Clock.Add(1e9)
	o.accept(wanted())
	if err := o.Drop(t.Context(), o.anh, k.ID); playlists.ReasonOf(err) != "credential_named" {
		t.Errorf("dropping what a charter has named: %v", err)
	}
	other, err := o.OfferKeyFile(t.Context(), o.anh, "mới", playliststest.Hand("other").Public().(ed25519.PublicKey), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Drop(t.Context(), o.contributor, other.ID); playlists.ReasonOf(err) != "credential_missing" {
		t.Errorf("dropping another's: %v", err)
	}
	if err := o.Drop(t.Context(), o.anh, other.ID); err != nil {
		t.Error(err)
	}
	kept, err := o.DB.Audit().After(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var done []string
	for _, e := range kept {
		if strings.HasPrefix(string(e.Kind), "key.") {
			var key struct{ Key string }
			if err := json.Unmarshal(e.Detail, &key); err != nil || e.Actor != o.anh.ID || e.Subject != o.anh.ID {
				t.Errorf("%s by %s of %s, %v", e.Kind, e.Actor, e.Subject, err)
			}
			done = append(done, string(e.Kind)+" "+key.Key)
		}
	}
	if want := []string{"key.offer " + k.ID, "key.offer " + other.ID, "key.drop " + other.ID}; !slices.Equal(done, want) {
		t.Errorf("written down: %q, want %q", done, want)
	}
}

func TestTheProgrammeKeyRotates(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.accept(wanted())
	o.Clock.Add(1e9)
	w := wanted()
	w.NewProgrammeKey = true
	d := o.draft(w)
	if !slices.ContainsFunc(d.Changes, func(c charter.Change) bool {
		return c.Kind == "programme_key" && c.After == playliststest.PublicKey(2).ID
	}) {
		t.Errorf("changes %+v", d.Changes)
	}
	if o.keys.seed != 1 {
		t.Fatal("the key has changed before anybody has signed")
	}
	o.keys.broken = true // the power goes between the charter and the key
	if _, err := o.Accept(t.Context(), o.root, signed(t, d.Payload)); err == nil {
		t.Fatal("accepted although the key could not be put in place")
	}
	o.keys.broken = false
	if err := o.open(); err != nil || o.keys.seed != 2 || o.Current().Number != 2 {
		t.Errorf("the next start: %v, key %d", err, o.keys.seed)
	}
	if got := o.ProgrammeKeys(); len(got) != 2 {
		t.Errorf("%d keys to read back with, want the old one too", len(got))
	}
}

func TestPins(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	w := wanted()
	hashed, err := charter.NewPin(nil, "482913", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	site := []string{string(playliststest.ID("cautreo"))}
	w.Pins = []charter.WantedPin{{Clusters: site, Pin: charter.PinText(hashed)}, {Clusters: []string{"*"}, Pin: "111222333"}}
	h := o.accept(w)
	if len(h.Pins) != 2 || !bytes.Equal(h.Pins[0].Hash, hashed.Hash) || h.Pins[0].Clusters[0] != site[0] {
		t.Errorf("pins %+v", h.Pins)
	}
	o.Clock.Add(1e9)
	w.Pins = []charter.WantedPin{{ID: charter.PinID(&h.Pins[1]), Clusters: site}}
	next := o.accept(w)
	if len(next.Pins) != 1 || !bytes.Equal(next.Pins[0].Hash, h.Pins[1].Hash) || next.Pins[0].Clusters[0] != site[0] {
		t.Errorf("kept as %+v", next.Pins)
	}
	for _, bad := range []string{"$argon2id$v=19$m=16384,t=4,p=1$x$y", strings.Replace(charter.PinText(hashed), "v=19", "v=16", 1), charter.PinText(hashed) + "$"} {
		w.Pins = []charter.WantedPin{{Clusters: site, Pin: bad}}
		if _, err := o.Draft(t.Context(), o.root, w); playlists.ReasonOf(err) != "pin_malformed" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
