package publish_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/publish"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

var (
	editor = playlists.Actor{ID: playliststest.ID("editor"), Name: "Trần Thị Lan", Grants: []playlists.Grant{{Role: playlists.Editor}}}
	errCut = errors.New("power cut")
)

// desk is a Service over a real database and object store, with plans and
// decisions that a test sets and parts that it can break.
type desk struct {
	*publish.Service
	*sqlstoretest.World
	t       *testing.T
	objects *objectstore.Dir

	mu        sync.Mutex
	plan      programme.Plan
	approved  map[playlists.ID]programme.Approved
	withdrawn []playlists.ID
	left      []playlists.ID // held
	held      *programme.HeldCharter
	kept      map[playlists.Digest][]byte
	orders    uint64
	audit     programme.AuditHead
	cutPut    bool // no object can be stored
	cutSave   bool // the transaction does not happen
	deaf      int  // how many announcements fail
	announced []publish.Outgoing
	wanted    map[playlists.ID]uint64
	heard     chan struct{}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, World: sqlstoretest.New(t), approved: map[playlists.ID]programme.Approved{}, wanted: map[playlists.ID]uint64{}, heard: make(chan struct{}, 64)}
	var err error
	if d.objects, err = objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{}); err != nil {
		t.Fatal(err)
	}
	d.restart()
	return d
}

// restart makes a new Service over what is stored, as after a crash.
func (d *desk) restart() {
	d.Service = publish.New(publish.Config{
		Plans: d, Content: d, Screens: d.Planning(), Objects: objects{d}, Store: store{d, d.DB.Publish()}, Announcer: d, Observer: d,
		Charters: d, Orders: d, Audit: d, Key: func() ed25519.PrivateKey { return playliststest.Key(1) }, Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
}

func (d *desk) Current() *programme.HeldCharter { return d.held }

func (d *desk) Kept(digest playlists.Digest) ([]byte, bool) {
	b, ok := d.kept[digest]
	return b, ok
}

func (d *desk) ProgrammeKeys() []programme.PublicKey {
	return []programme.PublicKey{playliststest.PublicKey(1)}
}

func (d *desk) Counter(playlists.ID) uint64 { return d.orders }

func (d *desk) Head(context.Context) (programme.AuditHead, error) { return d.audit, nil }

func (d *desk) Plan(context.Context) (*programme.Plan, error) { p := d.plan; return &p, nil }

func (d *desk) Approved(_ context.Context, media []playlists.ID) (map[playlists.ID]programme.Approved, error) {
	out := map[playlists.ID]programme.Approved{}
	for _, id := range media {
		if a, ok := d.approved[id]; ok {
			out[id] = a
		}
	}
	return out, nil
}

func (d *desk) Withdrawn(context.Context) ([]playlists.ID, error) { return d.withdrawn, nil }

func (d *desk) Held(context.Context) ([]playlists.ID, error) { return d.left, nil }

func (d *desk) Titles(_ context.Context, media []playlists.ID) (map[playlists.ID]string, error) {
	out := map[playlists.ID]string{}
	for _, id := range media {
		out[id] = "title of " + string(id)
	}
	return out, nil
}

func (d *desk) Announce(_ context.Context, all []publish.Outgoing) []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	errs := make([]error, len(all))
	for i := range all {
		if d.deaf > 0 {
			d.deaf--
			errs[i] = errCut
			continue
		}
		d.announced = append(d.announced, all[i])
		d.heard <- struct{}{}
	}
	return errs
}

func (d *desk) Wanted(screen playlists.ID, l *programme.Loaded) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted[screen] = l.Counter
}

type objects struct{ d *desk }

func (o objects) Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error) {
	if o.d.cutPut {
		return "", 0, errCut
	}
	return o.d.objects.Put(ctx, r)
}

func (o objects) Open(ctx context.Context, g playlists.Digest) (io.ReadSeekCloser, int64, error) {
	return o.d.objects.Open(ctx, g)
}

type store struct {
	d *desk
	publish.Store
}

func (s store) SavePublication(ctx context.Context, p *publish.Publication) error {
	if s.d.cutSave {
		return errCut
	}
	return s.Store.SavePublication(ctx, p)
}

// approve adds an approved media and plans it for both clusters.
func (d *desk) approve(word string, terms playlists.Terms) playlists.ID {
	b := playliststest.Approved(d.t, word, []byte("picture "+word), terms)
	for _, object := range [][]byte{b.Rendition, b.Chunks} {
		if _, _, err := d.objects.Put(d.t.Context(), bytes.NewReader(object)); err != nil {
			d.t.Fatal(err)
		}
	}
	d.approved[b.Media.ID] = programme.Approved{Media: b.Media, Approval: b.Approval}
	return b.Media.ID
}

func (d *desk) schedule(word string, clusters []playlists.ID, media ...playlists.ID) {
	list := playlists.Playlist{ID: playliststest.ID("l" + word), Title: word, Version: 1}
	for i, m := range media {
		list.Items = append(list.Items, playlists.Item{ID: playliststest.ID(word + string(rune('b'+i))), Media: m, Duration: 10 * time.Second, Transition: playlists.Cut})
	}
	d.plan.Entries = append(d.plan.Entries, programme.PlanEntry{ID: playliststest.ID("e" + word), Version: 1, Title: word, Target: playlists.Target{Clusters: clusters}, Playlist: list})
}

var both = []playlists.ID{playliststest.ID("cautreo"), playliststest.ID("vungang")}

func (d *desk) publish(a playlists.Actor) *publish.Publication {
	d.t.Helper()
	p, err := d.Publish(d.t.Context(), a, "")
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// shows lists the media of a screen's newest programme, which must verify.
func (d *desk) shows(screen string) []playlists.ID {
	d.t.Helper()
	l, err := d.Loaded(d.t.Context(), playliststest.ID(screen), false)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []playlists.ID
	for _, s := range l.Showings() {
		out = append(out, s.Media)
	}
	return out
}

func (d *desk) counter(screen string) uint64 {
	d.t.Helper()
	p, err := d.DB.Publish().LatestProgramme(d.t.Context(), playliststest.ID(screen))
	if playlists.CodeOf(err) == playlists.NotFound {
		return 0
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return p.Counter
}

// drain runs the outbox until it has announced n programmes.
func (d *desk) drain(n int) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	for range n {
		select {
		case <-d.heard:
		case <-ctx.Done():
			d.t.Fatal("the outbox did not announce in time")
		}
	}
	d.awaitEmptyOutbox(ctx)
	cancel()
	if err := <-ended; err != nil {
		d.t.Fatal(err)
	}
}

// awaitEmptyOutbox waits until every announcement is noted as done.
func (d *desk) awaitEmptyOutbox(ctx context.Context) {
	d.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		left, err := d.DB.Publish().Outgoing(ctx, 10)
		if err != nil {
			d.t.Fatal(err)
		}
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			d.t.Fatalf("%d rows are left in the outbox", len(left))
		}
	}
}

func TestPublishAndPublishAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.approve("anh", playlists.Terms{})
	b := d.approve("bien", playlists.Terms{Territory: []string{string(both[0])}})
	d.schedule("main", both, a, b)
	p := d.publish(editor)
	if len(p.Programmes) != 2 || !slices.Equal(d.shows("screen"), []playlists.ID{a, b}) || !slices.Equal(d.shows("screenb"), []playlists.ID{a}) {
		t.Fatalf("%d programmes; screens show %v and %v", len(p.Programmes), d.shows("screen"), d.shows("screenb"))
	}
	rendition := d.approved[b].Media.Renditions[0].Digest
	for screen, want := range map[string]bool{"screen": true, "screenb": false} {
		if may, err := d.DB.Publish().MayFetch(t.Context(), playliststest.ID(screen), rendition); err != nil || may != want {
			t.Errorf("%s may fetch what is approved for the other cluster: %v, %v", screen, may, err)
		}
	}
	if again := d.publish(editor); len(again.Programmes) != 0 || d.counter("screen") != 1 {
		t.Errorf("publishing the same again made %d programmes, counter %d", len(again.Programmes), d.counter("screen"))
	}
	if d.wanted[playliststest.ID("screen")] != 1 {
		t.Errorf("the observer was told of %v", d.wanted)
	}
}

func TestNothingUnapprovedIsPublished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.approve("anh", playlists.Terms{})
	d.schedule("main", both, a, playliststest.ID("nobody"))
	if _, err := d.Publish(t.Context(), editor, ""); playlists.ReasonOf(err) != "media_not_approved" {
		t.Fatalf("published what nobody approved: %v", err)
	}
	if d.counter("screen") != 0 {
		t.Fatal("a refused publication left a programme")
	}
	v, err := d.Preview(t.Context(), editor)
	if err != nil || len(v.Blocked) != 1 || v.Blocked[0].Params["media_id"] != string(playliststest.ID("nobody")) {
		t.Fatalf("the preview says %+v, %v", v, err)
	}
}

func TestRights(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.schedule("main", both, d.approve("anh", playlists.Terms{}))
	for _, role := range playlists.Roles() {
		if role == playlists.Editor {
			continue
		}
		_, err := d.Publish(t.Context(), playlists.Actor{ID: "p", Grants: []playlists.Grant{{Role: role}}}, "")
		if playlists.CodeOf(err) != playlists.Forbidden {
			t.Errorf("%s publishes: %v", role, err)
		}
	}
	here := playlists.Actor{ID: "p", Grants: []playlists.Grant{{Role: playlists.Editor, Cluster: both[0]}}}
	if p := d.publish(here); len(p.Programmes) != 1 || p.Programmes[0].Screen != playliststest.ID("screen") {
		t.Errorf("an editor of one cluster changed %+v", p.Programmes)
	}
}

// A withdrawal takes the media off, at once and everywhere, and brings
// nothing onto a screen that was not published.
func TestWithdrawal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b, c := d.approve("anh", playlists.Terms{}), d.approve("bien", playlists.Terms{}), d.approve("cau", playlists.Terms{})
	d.schedule("main", both, a, b)
	d.publish(editor)
	d.schedule("draft", both, c) // planned, not published
	delete(d.approved, b)
	d.withdrawn = []playlists.ID{b}
	p, err := d.Refresh(t.Context(), publish.Withdrawal, editor, "")
	if err != nil || len(p.Programmes) != 2 || !slices.Equal(d.shows("screen"), []playlists.ID{a}) {
		t.Fatalf("%v; the screen shows %v", err, d.shows("screen"))
	}
	l, err := d.Loaded(t.Context(), playliststest.ID("screen"), false)
	if err != nil || !slices.Equal(l.Withdrawn, []playlists.ID{b}) {
		t.Fatalf("the programme withdraws %v, %v", l.Withdrawn, err)
	}
	if p, err := d.Refresh(t.Context(), publish.Withdrawal, editor, ""); p != nil || err != nil {
		t.Fatalf("withdrawing the same again published %+v, %v", p, err)
	}
}

// What is held is left out at once, stands in nobody's way, and is back without
// another publication of the plan.
func TestWhatIsHeldIsLeftOutAndComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b, slate := d.approve("anh", playlists.Terms{}), d.approve("bien", playlists.Terms{}), d.approve("nen", playlists.Terms{})
	d.schedule("main", both, a, b)
	d.plan.Slates = map[playlists.Profile]playlists.ID{playlists.Landscape1080: slate}
	d.publish(editor)
	d.left = []playlists.ID{b, slate}
	p, err := d.Refresh(t.Context(), publish.Held, playlists.Actor{}, "bien")
	if err != nil || len(p.Programmes) != 2 || !slices.Equal(d.shows("screen"), []playlists.ID{slate, a}) {
		t.Fatalf("%v; the screen shows %v", err, d.shows("screen"))
	}
	l, err := d.Loaded(t.Context(), playliststest.ID("screen"), false)
	if err != nil || len(l.Withdrawn) != 0 {
		t.Fatalf("what is held is withdrawn: %v, %v", l.Withdrawn, err)
	}
	v, err := d.Preview(t.Context(), editor)
	if err != nil || len(v.Blocked) != 0 || len(v.Held) != 2 || v.Held[0].Title == "" || v.Changes[0].Changed {
		t.Fatalf("the preview says %+v, %v", v, err)
	}
	if again := d.publish(editor); len(again.Programmes) != 0 {
		t.Errorf("publishing meanwhile brings it back: %v", d.shows("screen"))
	}
	d.left = nil
	p, err = d.Refresh(t.Context(), publish.Released, editor, "bien")
	if err != nil || len(p.Programmes) != 2 || !slices.Equal(d.shows("screen"), []playlists.ID{slate, a, b}) {
		t.Fatalf("%v; afterwards the screen shows %v", err, d.shows("screen"))
	}
}

func TestNewScreenGetsWhatIsPublished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if p, err := d.Refresh(t.Context(), publish.ScreenNew, playlists.Actor{}, ""); p != nil || err != nil {
		t.Fatalf("a screen got something before anything was published: %+v, %v", p, err)
	}
	a := d.approve("anh", playlists.Terms{})
	d.schedule("main", both[:1], a)
	here := playlists.Actor{ID: "p", Grants: []playlists.Grant{{Role: playlists.Editor, Cluster: both[0]}}}
	d.publish(here)
	d.Exec(`update screens set cluster_id = ? where id = ?`, both[0], playliststest.ID("screenb"))
	if _, err := d.Refresh(t.Context(), publish.ScreenNew, playlists.Actor{}, "", playliststest.ID("screenb")); err != nil {
		t.Fatal(err)
	}
	if got := d.shows("screenb"); !slices.Equal(got, []playlists.ID{a}) || d.counter("screen") != 1 {
		t.Fatalf("the moved screen shows %v; the other has counter %d", got, d.counter("screen"))
	}
}

// A crash at any point loses nothing and repeats nothing harmful.
func TestCrashes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cut  func(*desk)
		fail bool // Publish fails
	}{
		{"before the objects are stored", func(d *desk) { d.cutPut = true }, true},
		{"before the transaction", func(d *desk) { d.cutSave = true }, true},
		{"before the announcement", func(*desk) {}, false},
		{"while the broker is away", func(d *desk) { d.deaf = 1 }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.schedule("main", both, d.approve("anh", playlists.Terms{}))
			c.cut(d)
			_, err := d.Publish(t.Context(), editor, "")
			if (err != nil) != c.fail {
				t.Fatalf("Publish gave %v", err)
			}
			if c.fail {
				if d.counter("screen") != 0 {
					t.Fatal("a programme stands although publishing failed")
				}
				d.cutPut, d.cutSave = false, false
				d.restart()
				d.publish(editor)
			}
			d.restart()
			d.drain(2)
			if d.counter("screen") != 1 || len(d.announced) != 2 {
				t.Fatalf("counter %d after one publication, %d announcements", d.counter("screen"), len(d.announced))
			}
			for _, o := range d.announced {
				want, err := d.DB.Publish().LatestProgramme(t.Context(), o.Screen)
				if err != nil || !bytes.Equal(o.Envelope, want.Envelope) {
					t.Errorf("announced other bytes than are stored for %s: %v", o.Screen, err)
				}
			}
		})
	}
}

// Only the newest programme of a screen is announced, however many waited.
func TestOutboxIsLevelTriggered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.approve("anh", playlists.Terms{}), d.approve("bien", playlists.Terms{})
	d.schedule("main", both, a)
	d.publish(editor)
	d.schedule("more", both, b)
	d.publish(editor)
	d.drain(2)
	for _, o := range d.announced {
		if o.Counter != 2 {
			t.Errorf("announced counter %d of %s", o.Counter, o.Screen)
		}
	}
}

func TestHistoryIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.schedule("main", both, d.approve("anh", playlists.Terms{}))
	p := d.publish(editor)
	for _, statement := range []string{`update publications set note = 'x'`, `delete from publications`, `update programmes set counter = 9`, `delete from programmes`} {
		if d.TryExec(statement) == nil {
			t.Errorf("the database lets history be changed: %s", statement)
		}
	}
	list, err := d.Publications(t.Context(), editor, "", 10)
	if err != nil || len(list) != 1 || list[0].ID != p.ID || list[0].ByName != editor.Name || len(list[0].Programmes) != 2 {
		t.Fatalf("the list says %+v, %v", list, err)
	}
}

func TestPreviewSaysWhatChangesWhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.approve("anh", playlists.Terms{}), d.approve("bien", playlists.Terms{ValidFrom: playliststest.Now.Add(time.Hour)})
	d.schedule("main", both, a)
	d.publish(editor)
	d.schedule("second", both[1:], b)
	v, err := d.Preview(t.Context(), editor)
	if err != nil || len(v.Changes) != 2 || v.Since == nil {
		t.Fatalf("%+v, %v", v, err)
	}
	for _, c := range v.Changes {
		switch c.Screen.ID {
		case playliststest.ID("screen"):
			if c.Changed {
				t.Errorf("the first screen would change: %+v", c)
			}
		default:
			if !c.Changed || len(c.Added) != 1 || c.Added[0].ID != b || len(c.Removed) != 0 || len(c.EntriesAdded) != 1 || c.BytesToFetch != int64(len("picture bien")) {
				t.Errorf("the second screen's change is %+v", c)
			}
			if first := c.FirstShowAt.Sub(playliststest.Now); first < time.Hour || first > time.Hour+time.Minute {
				t.Errorf("it is said to be shown first after %s", first)
			}
		}
	}
	if d.counter("screenb") != 1 {
		t.Error("the preview has published")
	}
}
