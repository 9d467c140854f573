package app_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// profileAnswer is what the console reads of a profile.
type profileAnswer struct {
	Profile  playlists.Profile `json:"profile"`
	Wanted   bool              `json:"wanted"`
	Screens  int               `json:"screens"`
	Progress struct {
		Of, Rendered, Failed, Undecided int
	} `json:"progress"`
}

// addedAnswer is what the desk reads of a media with renditions that were
// added.
type addedAnswer struct {
	apiclient.Media
	ToDecide   []playlists.Profile `json:"to_decide"`
	Supplement bool                `json:"supplement"`
}

// awaitAnswer asks until an answer is as wanted.
func awaitAnswer[T any](t *testing.T, c *apiclient.Client, path string, good func(*T) bool) *T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var out T
		if err := c.Get(ctx, path, &out); err != nil {
			t.Fatalf("%s = %v", path, err)
		}
		if good(&out) {
			return &out
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s stays %+v", path, out)
		case <-tick.C:
		}
	}
}

// TestWallOfASite: a technician describes a wall; what is approved is rendered
// for it in the background, goes on after a restart, and is approved for it many
// at once, by people who are shown nothing else.
func TestWallOfASite(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	const strip playlists.Profile = "site-320x96"
	for login, role := range map[string]playlists.Role{"an": playlists.Editor, "binh": playlists.Reviewer, "chi": playlists.Approver, "dung": playlists.Technician} {
		person(t, data, login, role)
	}
	root, stop := start(t, data)
	people := map[string]*apiclient.Client{}
	login := func() {
		for _, who := range []string{"an", "binh", "chi", "dung"} {
			people[who], _ = editor(t, root, who)
		}
	}
	login()
	var ids []playlists.ID
	for name, b := range map[string][]byte{"a.jpg": mediatest.JPEG(t, mediatest.Picture(320, 240)), "b.mp4": mediatest.Bytes(t, mediatest.Clip(t, "b.mp4", "testsrc2=s=320x240:r=25:d=1"))} {
		id := upload(t, people["an"], name, name, b)
		m, err := people["an"].AwaitRenditions(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := people["an"].Patch(t.Context(), "/media/"+string(id), map[string]any{"revision": m.Revision, "rights_basis": "Tự sản xuất"}, nil); err != nil {
			t.Fatal(err)
		}
		if err := apiclient.Decide(t.Context(), people["an"], people["binh"], people["chi"], m); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	draft := upload(t, people["an"], "c.png", "c", mediatest.PNG(t, mediatest.Picture(64, 36)))
	if _, err := people["an"].AwaitRenditions(t.Context(), draft); err != nil {
		t.Fatal(err)
	}

	describe := func(w, h int) error {
		return people["dung"].Post(t.Context(), "/profiles", map[string]any{"name": "Bảng chạy chữ", "width": w, "height": h}, nil)
	}
	if err := describe(321, 96); playlists.ReasonOf(err) != "profile_side" {
		t.Errorf("an odd wall: %v", err)
	}
	if err := describe(320, 96); err != nil {
		t.Fatal(err)
	}
	if err := describe(320, 96); playlists.ReasonOf(err) != "profile_described" {
		t.Errorf("the same wall again: %v", err)
	}
	if err := people["dung"].Patch(t.Context(), "/profiles/"+string(strip), map[string]any{"chosen": true}, nil); err != nil {
		t.Fatal(err)
	}
	stop() // whatever it has begun
	root, _ = start(t, data)
	login()
	type list struct{ Items []profileAnswer }
	of := func(l *list) profileAnswer {
		return l.Items[slices.IndexFunc(l.Items, func(p profileAnswer) bool { return p.Profile == strip })]
	}
	awaitAnswer(t, people["dung"], "/profiles", func(l *list) bool { p := of(l).Progress; return p.Of == 3 && p.Rendered == 3 && p.Undecided == 2 })

	var queue struct {
		Review, Approve []addedAnswer
		ReviewMore      []addedAnswer `json:"review_more"`
		ApproveMore     []addedAnswer `json:"approve_more"`
	}
	for _, step := range []struct {
		who, act string
		waiting  *[]addedAnswer
	}{{"binh", "review", &queue.ReviewMore}, {"chi", "approve", &queue.ApproveMore}} {
		if err := people[step.who].Get(t.Context(), "/queue", &queue); err != nil || len(queue.Review)+len(queue.Approve) > 0 || len(*step.waiting) != 2 {
			t.Fatalf("the queue of %s is %+v, %v", step.who, queue, err)
		}
		var items []map[string]any
		for _, m := range *step.waiting {
			if m.State != playlists.Approved || !m.Supplement || !slices.Equal(m.ToDecide, []playlists.Profile{strip}) {
				t.Errorf("waiting %+v", m)
			}
			i := slices.IndexFunc(m.Renditions, func(r apiclient.Rendition) bool { return r.Profile == strip })
			if resp, _ := fetch(t, root+m.Renditions[i].URL, ""); resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("anybody sees it: %d", resp.StatusCode)
			}
			items = append(items, map[string]any{"media_id": m.ID, "seen": []playlists.Digest{m.Renditions[i].Digest}})
		}
		if err := people[step.who].Post(t.Context(), "/supplements/accept", map[string]any{"act": step.act, "items": items}, nil); err != nil {
			t.Fatal(err)
		}
	}
	awaitAnswer(t, people["dung"], "/profiles", func(l *list) bool { return of(l).Progress.Undecided == 0 })
	for _, id := range ids {
		m := awaitAnswer(t, people["an"], "/media/"+string(id), func(*addedAnswer) bool { return true })
		if m.State != playlists.Approved || len(m.Renditions) != 3 || len(m.ToDecide) > 0 {
			t.Errorf("in the end %+v", m)
		}
	}
	if err := people["dung"].Delete(t.Context(), "/profiles/"+string(strip)); err != nil {
		t.Error(err)
	}
}
