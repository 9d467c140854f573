package e2e

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// vault is where backups of a stage go, and what opens them.
type vault struct {
	t              *testing.T
	s              *stage.Stage
	dir            string
	recipient, key string // age1…, and the file of its identity
}

func newVault(t *testing.T, s *stage.Stage) *vault {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	v := &vault{t: t, s: s, dir: t.TempDir(), recipient: identity.Recipient().String()}
	v.key = filepath.Join(v.dir, "identity.txt")
	if err := os.WriteFile(v.key, []byte(identity.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

// run runs a command of the controller's program.
func (v *vault) run(args ...string) string {
	v.t.Helper()
	out, err := exec.CommandContext(v.t.Context(), programs(v.t).Controller, args...).CombinedOutput()
	if err != nil {
		v.t.Fatalf("controller %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// backup makes a backup of the data, beside the controller that runs.
func (v *vault) backup(name string) string {
	v.t.Helper()
	out := filepath.Join(v.dir, name)
	v.run("backup", "--data", v.s.Data, "--recipient", v.recipient, "--out", out)
	v.run("backup", "verify", out, "--identity", v.key)
	return out
}

func (v *vault) keys() string {
	v.t.Helper()
	out := filepath.Join(v.dir, "keys.age")
	v.run("backup", "keys", "--data", v.s.Data, "--recipient", v.recipient, "--out", out)
	return out
}

// lose has the controller's machine burn down and another one take its place.
func (v *vault) lose(data, keys string) {
	v.t.Helper()
	v.s.Controller.Kill()
	if err := os.RemoveAll(v.s.Data); err != nil {
		v.t.Fatal(err)
	}
	said := v.run("restore", "--data", v.s.Data, "--from", data, "--identity", v.key, "--keys", keys, "--keys-identity", v.key)
	if !strings.Contains(said, "What to do next") || !strings.Contains(said, "audit log ends at") {
		v.t.Errorf("restore says:\n%s", said)
	}
	v.s.Controller.Start()
	v.s.AwaitReady()
	// Who was logged in is so no longer.
	v.s.Admin, v.s.Editor = v.s.Login("story.admin"), v.s.Login(stage.LoginOf("editor"))
	v.s.Reviewer, v.s.Approver = v.s.Login(stage.LoginOf("reviewer")), v.s.Login(stage.LoginOf("approver"))
	v.s.Technician = v.s.Login(stage.LoginOf("technician"))
}

// only schedules a playlist on one screen.
func only(t *testing.T, s *stage.Stage, scr *stage.Screen, title, playlist string, priority int) string {
	t.Helper()
	return s.Post(s.Editor, "/schedule/entries", stage.Object{
		"title": title, "playlist_id": playlist, "priority": priority, "enabled": true,
		"target": stage.Object{"clusters": []string{}, "screens": []string{scr.ID}, "tags": []string{}},
		"rule":   stage.Object{"from": "", "until": "", "weekdays": []int{}, "windows": []stage.Object{}},
	})
}

// restoredView is what the console asks.
type restoredView struct {
	Waiting bool `json:"waiting"`
	Ahead   []struct {
		ID   string            `json:"id"`
		Held wire.ProgrammeRef `json:"held"`
		Ours wire.ProgrammeRef `json:"ours"`
	} `json:"ahead"`
	Unheard []struct {
		ID string `json:"id"`
	} `json:"unheard"`
}

func askRestored(t *testing.T, s *stage.Stage) restoredView {
	t.Helper()
	var v restoredView
	if err := s.Technician.Get(t.Context(), "/restored", &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// wanted is the number of the newest programme that the controller has made
// for a screen.
func wanted(t *testing.T, s *stage.Stage, scr *stage.Screen) uint64 {
	t.Helper()
	var list struct {
		Screens []struct {
			ID        string `json:"id"`
			Programme struct {
				Wanted wire.ProgrammeRef `json:"wanted"`
			} `json:"programme"`
		} `json:"screens"`
	}
	if err := s.Technician.Get(t.Context(), "/watch", &list); err != nil {
		t.Fatal(err)
	}
	for _, one := range list.Screens {
		if one.ID == scr.ID {
			return one.Programme.Wanted.Counter
		}
	}
	t.Fatalf("%s is not on the watch list", scr.ID)
	return 0
}

// back is how long agents take to come back to another machine: their own
// pause, and a moment.
const back = 4 * time.Minute

// TestMachineLost backs a controller up, loses its machine, and restores it on
// an empty one with the same keys: every screen goes on, and new programmes
// reach it.
func TestMachineLost(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	v := newVault(t, s)
	a, b := s.Screen("Quốc môn"), s.Screen("Nhà chờ")
	s.Schedule("Cả ngày", s.Playlist("Danh sách", s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))), 50)
	s.Publish()
	for _, scr := range []*stage.Screen{a, b} {
		scr.AwaitCached(time.Minute)
	}
	had := map[*stage.Screen]wire.ProgrammeRef{a: *a.Status().Report.Playing, b: *b.Status().Report.Playing}

	v.lose(v.backup("data.age"), v.keys())
	stage.Await(t, back, "every screen to have said what it holds", func() bool { return len(askRestored(t, s).Unheard) == 0 })
	if r := askRestored(t, s); r.Waiting {
		t.Errorf("nothing was lost, and yet: %+v", r)
	}
	for scr, ref := range had {
		if got := scr.Status().Report; *got.Playing != ref || got.Trust.Refused["rolled_back"] > 0 {
			t.Errorf("%s plays %+v, before it was %+v; refused %v", scr.ID, got.Playing, ref, got.Trust.Refused)
		}
		stage.FirstPicture(t, scr.URL)
	}
	s.Schedule("Mới", s.Playlist("Danh sách mới", s.Approved("moi.jpg", "Mới", stage.Photo(t, 2))), 60)
	s.Publish()
	for scr, ref := range had {
		stage.Await(t, back, "the next programme", func() bool {
			r := scr.Status().Report
			return r.Playing != nil && r.Playing.Counter > ref.Counter
		})
	}
}

// TestOlderBackup restores a backup that was made under load, and before what
// a screen holds: the screen refuses what it is told and plays on, the
// controller says so and tells it nothing new, also when its own counter has
// caught up; another screen, of which nothing was lost, goes on. A charter that
// raises the epoch heals it.
func TestOlderBackup(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	v := newVault(t, s)
	a, b := s.Screen("Quốc môn"), s.Screen("Nhà chờ")
	photo := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	entry := only(t, s, a, "Chỉ Quốc môn", s.Playlist("Riêng", photo), 60)
	s.Publish()
	for _, scr := range []*stage.Screen{a, b} {
		scr.AwaitCached(time.Minute)
	}
	level := *b.Status().Report.Playing

	ctx, stop := context.WithCancel(t.Context())
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		for on := false; ctx.Err() == nil; on = !on {
			toggle(t, s, entry, on)
			s.Publish()
		}
	}()
	stage.Await(t, time.Minute, "the load", func() bool { return a.Status().Report.Received.Counter > 3 })
	old := v.backup("old.age")
	stop()
	<-loaded
	for range 3 { // what is lost
		for _, on := range []bool{false, true} {
			toggle(t, s, entry, on)
			s.Publish()
		}
	}
	var lost wire.ProgrammeRef
	stage.Await(t, time.Minute, "what is lost on the screen", func() bool {
		r := a.Status().Report
		if r.Playing == nil || r.Received == nil || *r.Playing != *r.Received {
			return false
		}
		settled := *r.Playing == lost
		lost = *r.Playing
		return settled
	})

	v.lose(old, v.keys())
	stage.Await(t, back, "the controller to say which screen is ahead", func() bool {
		r := askRestored(t, s)
		return r.Waiting && len(r.Unheard) == 0 && len(r.Ahead) == 1 && r.Ahead[0].ID == a.ID && r.Ahead[0].Held == lost && r.Ahead[0].Ours.Counter < lost.Counter
	})
	if ready := stage.Fetch(t.Context(), s.Console+"/readyz"); !bytes.Contains(ready, []byte("restored: waiting for an act")) {
		t.Errorf("readyz says %q", ready)
	}
	stage.Await(t, time.Minute, "the screen to refuse what is older", func() bool { return a.Status().Report.Trust.Refused["rolled_back"] > 0 })

	// The counter climbs above what the screen holds, and a new media comes.
	s.Schedule("Mới", s.Playlist("Danh sách mới", s.Approved("moi.jpg", "Mới", stage.Photo(t, 2))), 70)
	for on := false; wanted(t, s, a) <= lost.Counter; on = !on {
		toggle(t, s, entry, on)
		s.Publish()
	}
	stage.Await(t, time.Minute, "the next programme on the other screen", func() bool {
		r := b.Status().Report
		return r.Playing != nil && r.Playing.Counter > level.Counter
	})
	s.Controller.Stop() // nor does a restart make it forget
	s.Controller.Start()
	s.AwaitReady()
	s.Technician = s.Login(stage.LoginOf("technician"))
	stage.Await(t, back, "both screens to be back", func() bool { return a.Status().Connected && b.Status().Connected })
	if got := a.Status().Report; *got.Playing != lost || *got.Received != lost {
		t.Errorf("the screen went from %+v to %+v, and nobody had decided so", lost, got.Received)
	}
	if r := askRestored(t, s); !r.Waiting {
		t.Errorf("the controller says %+v", r)
	}
	stage.FirstPicture(t, a.URL)

	// Two holders of root keys sign that this past is the one that counts.
	first := acceptCharter(t, s, nil, false)
	if r := askRestored(t, s); !r.Waiting {
		t.Error("a charter of the same epoch has healed what it does not speak of")
	}
	acceptCharter(t, s, first, true)
	stage.Await(t, 2*time.Minute, "the screen to follow in the next epoch", func() bool {
		r := a.Status().Report
		return r.Received != nil && r.Received.Epoch == lost.Epoch+1 && !askRestored(t, s).Waiting
	})
	if ready := stage.Fetch(t.Context(), s.Console+"/readyz"); string(ready) != "ready\n" {
		t.Errorf("readyz says %q", ready)
	}
	var log struct {
		Items []struct {
			Subject string `json:"subject"`
		} `json:"items"`
	}
	for _, kind := range []string{"screen.ahead", "screen.level"} {
		if err := s.Admin.Get(t.Context(), "/audit?kind="+kind, &log); err != nil || len(log.Items) != 1 || log.Items[0].Subject != a.ID {
			t.Errorf("%s in the audit log: %+v, %v", kind, log, err)
		}
	}
}

// acceptCharter drafts a charter that names nobody, has two holders sign it
// and brings it in. It gives what the next one follows.
func acceptCharter(t *testing.T, s *stage.Stage, held *programme.HeldCharter, raise bool) *programme.HeldCharter {
	t.Helper()
	in := stage.Object{"expires_at": time.Now().AddDate(2, 0, 0), "lift_threshold": 2, "independent_decision": false, "max_unattended_days": 60, "people": []any{}, "raise_epoch": raise}
	holders := playliststest.Holders()
	if held == nil {
		roots := []stage.Object{}
		for _, h := range holders {
			roots = append(roots, stage.Object{"holder": h, "key": []byte(playliststest.Root(h).Public().(ed25519.PublicKey))})
		}
		in["roots"], in["root_threshold"] = roots, 2
	}
	var draft struct {
		Payload []byte `json:"payload"`
	}
	if err := s.Admin.Post(t.Context(), "/charter/draft", in, &draft); err != nil {
		t.Fatal(err)
	}
	var envelope []byte
	var err error
	for _, h := range holders[:2] {
		if envelope, err = programme.SignCharter(envelope, draft.Payload, playliststest.Root(h)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Admin.Post(t.Context(), "/charter", stage.Object{"envelope": envelope}, nil); err != nil {
		t.Fatal(err)
	}
	if held == nil {
		held, err = programme.FirstCharter(envelope)
	} else {
		held, err = held.Next(envelope)
	}
	if err != nil {
		t.Fatal(err)
	}
	return held
}
