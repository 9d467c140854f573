package watch_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// titles names media by their id.
type titles struct{}

func (titles) Titles(_ context.Context, media []playlists.ID) (map[playlists.ID]string, error) {
	out := map[playlists.ID]string{}
	for _, id := range media {
		out[id] = "title of " + string(id)
	}
	return out, nil
}

func officer(grants ...playlists.Grant) playlists.Actor {
	return playlists.Actor{ID: playliststest.ID("officer"), Grants: grants}
}

var everything = playlists.Grant{Role: playlists.WatchOfficer}

func screen(word, cluster string) watch.Screen {
	return watch.Screen{
		ID: playliststest.ID(word), Name: word, Cluster: watch.ClusterRef{ID: playliststest.ID(cluster), Name: cluster},
		Unit: playliststest.ID("unit"), Profile: playlists.Landscape1080,
	}
}

// running gives a board that turns with the time of a bubble.
func running(t *testing.T) *watch.Board {
	t.Helper()
	b := watch.NewBoard(titles{}, time.Now, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return b
}

// alone gives the one screen of a board.
func alone(t *testing.T, b *watch.Board) watch.View {
	t.Helper()
	all := b.Snapshot(officer(everything))
	if len(all) != 1 {
		t.Fatalf("%d screens on the board", len(all))
	}
	return all[0]
}

// always is a programme that plays one letter for ever.
func always(letter string) watch.Wanted {
	return watch.Wanted{Ref: *ref(5), IssuedAt: time.Now(), Due: func(at time.Time, _ func(playlists.ID) bool) watch.Due {
		start := at.Truncate(10 * time.Second)
		return watch.Due{Playing: true, Media: playliststest.ID(letter), Rendition: digest(letter), Start: start, End: start.Add(10 * time.Second)}
	}}
}

func said(letter string) watch.Heard {
	r := showing(letter)
	r.At, r.Showing.LastFrame = time.Now().UnixMilli(), time.Now().UnixMilli()
	return watch.Heard{Report: r, ReportedAt: time.Now(), SeenAt: time.Now(), Online: true}
}

func TestAPulledCableTurnsWithinTwoBeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := running(t)
		s := screen("gate", "cautreo")
		b.Set(s)
		b.Want(s.ID, always("a"))
		b.Hear(s.ID, said("a"))
		begun := time.Now()
		sub, err := b.Subscribe(officer(everything))
		if err != nil {
			t.Fatal(err)
		}
		defer sub.Close()
		turned := map[watch.State]time.Duration{}
		for turned[watch.Offline] == 0 {
			u, err := sub.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range u.Screens {
				if _, known := turned[v.State]; !known {
					turned[v.State] = time.Since(begun)
				}
			}
		}
		if turned[watch.Playing] != 0 || turned[watch.Late] != 45*time.Second || turned[watch.Offline] != 60*time.Second {
			t.Errorf("turned after %v", turned)
		}
		if v := alone(t, b); v.Reason.Code != "silent" || !v.Since.Equal(begun.Add(60*time.Second)) {
			t.Errorf("offline as %q since %s", v.Reason.Code, v.Since.Sub(begun))
		}
	})
}

func TestAnItemThatStaysTooLongTurnsRed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := running(t)
		s := screen("gate", "cautreo")
		b.Set(s)
		change := time.Now().Add(20 * time.Second)
		b.Want(s.ID, watch.Wanted{Ref: *ref(5), Due: func(at time.Time, _ func(playlists.ID) bool) watch.Due {
			if at.Before(change) {
				return watch.Due{Playing: true, Rendition: digest("a"), Start: change.Add(-time.Hour), End: change}
			}
			return watch.Due{Playing: true, Rendition: digest("b"), Start: change, End: change.Add(time.Hour)}
		}})
		b.Hear(s.ID, said("a"))
		time.Sleep(24 * time.Second)
		synctest.Wait()
		if v := alone(t, b); v.State != watch.Playing {
			t.Errorf("4 s after the change: %s", v.State)
		}
		time.Sleep(1100 * time.Millisecond)
		synctest.Wait()
		if v := alone(t, b); v.State != watch.Wrong || v.Reason.Code != "other_item" {
			t.Errorf("5.1 s after the change: %s", v.State)
		}
		b.Hear(s.ID, said("b"))
		if v := alone(t, b); v.State != watch.Playing {
			t.Errorf("after the new report: %s", v.State)
		}
	})
}

func TestViewTellsWhatPeopleNeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := running(t)
		s := screen("gate", "cautreo")
		b.Set(s)
		if v := alone(t, b); v.State != watch.Never || v.Showing != nil || v.LastSeenAt != nil || v.Tags == nil || v.Problems == nil {
			t.Errorf("a new screen is %+v", v)
		}
		old := always("a")
		old.Ref = *ref(4)
		b.Want(s.ID, old)
		b.Want(s.ID, always("a"))
		b.Want(s.ID, old) // overtaken, it changes nothing
		h := said("a")
		h.Report.Playing, h.Report.Shown = ref(4), ref(4)
		h.Report.At += 1500
		h.Report.Delivery = wire.Delivery{BytesDone: 100, BytesTotal: 1100, BytesPerS: 300}
		h.Report.Disk = wire.Disk{Free: 1, Total: 100}
		h.Report.Problems = []wire.Problem{{Code: "rolled_back", Detail: "4.1", Since: h.Report.At}}
		b.Hear(s.ID, h)
		synctest.Wait()
		v := alone(t, b)
		if v.State != watch.Behind || v.Reason.Code != "downloading" {
			t.Errorf("state %s %+v", v.State, v.Reason)
		}
		if v.Programme.Wanted.Counter != 5 || v.Programme.Held.Counter != 4 || v.Programme.Held.IssuedAt == nil {
			t.Errorf("programmes %+v %+v", v.Programme.Wanted, v.Programme.Held)
		}
		if d := *v.Delivery; d != (watch.DeliveryView{Stage: "received", BytesDone: 100, BytesTotal: 1100, EtaS: 4}) {
			t.Errorf("delivery %+v", d)
		}
		if v.Showing.Title != "title of "+string(playliststest.ID("a")) || v.Due.Title != v.Showing.Title {
			t.Errorf("titles %q, due %q", v.Showing.Title, v.Due.Title)
		}
		if v.Clock.OffsetMS != 1500 {
			t.Errorf("clock is off by %d ms", v.Clock.OffsetMS)
		}
		if len(v.Problems) != 2 || v.Problems[0].Code != "rolled_back" || v.Problems[1].Code != "disk_low" {
			t.Errorf("problems %+v", v.Problems)
		}
	})
}

func TestOnlyScreensInReachAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := running(t)
		near, far := screen("gate", "cautreo"), screen("port", "vungang")
		b.Set(near)
		b.Set(far)
		local := officer(playlists.Grant{Role: playlists.WatchOfficer, Cluster: near.Cluster.ID})
		if got := b.Snapshot(local); len(got) != 1 || got[0].ID != near.ID {
			t.Fatalf("snapshot of %d screens", len(got))
		}
		if _, err := b.Subscribe(officer(playlists.Grant{Role: playlists.Contributor})); playlists.CodeOf(err) != playlists.Forbidden {
			t.Errorf("who may not watch subscribed: %v", err)
		}
		sub, err := b.Subscribe(local)
		if err != nil {
			t.Fatal(err)
		}
		defer sub.Close()
		if u, err := sub.Next(t.Context()); err != nil || !u.Snapshot || len(u.Screens) != 1 {
			t.Fatalf("first update %+v, %v", u, err)
		}
		b.Hear(far.ID, said("a")) // not theirs
		b.Hear(near.ID, said("a"))
		if u, err := sub.Next(t.Context()); err != nil || len(u.Screens) != 1 || u.Screens[0].ID != near.ID || u.Snapshot {
			t.Fatalf("second update %+v, %v", u, err)
		}
		moved := near
		moved.Cluster = far.Cluster
		b.Set(moved)
		u, err := sub.Next(t.Context())
		for ; err == nil && len(u.Gone) == 0; u, err = sub.Next(t.Context()) {
		}
		if err != nil || u.Gone[0] != near.ID || len(u.Screens) != 0 {
			t.Fatalf("after the move %+v, %v", u, err)
		}
		b.Set(near)
		if u, err := sub.Next(t.Context()); err != nil || len(u.Screens) != 1 {
			t.Fatalf("after its return %+v, %v", u, err)
		}
		b.Gone(near.ID)
		if u, err := sub.Next(t.Context()); err != nil || len(u.Gone) != 1 {
			t.Fatalf("after its end %+v, %v", u, err)
		}
	})
}

func TestASlowReaderGetsTheNewestOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := running(t)
		s := screen("gate", "cautreo")
		b.Set(s)
		sub, err := b.Subscribe(officer(everything))
		if err != nil {
			t.Fatal(err)
		}
		defer sub.Close()
		if _, err := sub.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			h := said("a")
			h.Report.Version = fmt.Sprint(i)
			b.Hear(s.ID, h)
		}
		u, err := sub.Next(t.Context())
		if err != nil || len(u.Screens) != 1 || u.Screens[0].Version != "999" {
			t.Fatalf("got %+v, %v", u, err)
		}
	})
}
