package e2e

import (
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/e2e/thief"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// placer lets the technician's hand place screens, and gives the key file.
func placer(t *testing.T, s *stage.Stage) string {
	t.Helper()
	key, id := stage.Key("technician"), s.People["technician"]
	if err := (apiclient.Hand{Client: s.Technician, Person: id, Key: key}).Offer(t.Context(), "Thẻ nhớ", stage.Password); err != nil {
		t.Fatal(err)
	}
	credential, err := programme.FileCredential(key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	s.Charter(func(c *programme.Charter) {
		c.People = append(c.People, programme.Person{ID: id, Name: "Võ Minh Tuấn", May: []programme.Capacity{programme.MayPlace}, Clusters: []string{playlists.Everywhere},
			Standing: programme.Active, Credentials: []programme.Credential{credential}})
	})
	file := filepath.Join(t.TempDir(), "technician.key")
	if err := keyfile.Write(file, key, []byte(phrase)); err != nil {
		t.Fatal(err)
	}
	return file
}

// approvedFor brings a picture in that people approve for one cluster, where it
// plays all day.
func approvedFor(t *testing.T, s *stage.Stage, seed uint64, cluster string) *apiclient.Media {
	t.Helper()
	name := fmt.Sprintf("anh %d", seed)
	m := s.Bring(name+".jpg", name, stage.Photo(t, seed))
	if err := s.Editor.Patch(t.Context(), "/media/"+string(m.ID), stage.Object{"revision": m.Revision, "territory": []string{cluster}}, m); err != nil {
		t.Fatal(err)
	}
	s.Decide(m)
	s.Post(s.Editor, "/schedule/entries", stage.Object{
		"title": name, "playlist_id": s.Playlist(name, m), "priority": 0, "enabled": true,
		"target": stage.Object{"clusters": []string{cluster}, "screens": []string{}, "tags": []string{}},
		"rule":   stage.Object{"from": "", "until": "", "weekdays": []int{}, "windows": []stage.Object{}},
	})
	return m
}

// TestAScreenMovesBySignature: under a charter nothing but a person's signed
// order moves a screen to another cluster; then it shows what was approved for
// there, and refuses what was for where it stood, from whoever holds the
// controller.
func TestAScreenMovesBySignature(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	key := placer(t, s)
	units, err := apiclient.List[struct {
		ID string `json:"id"`
	}](t.Context(), s.Admin, "/units")
	if err != nil {
		t.Fatal(err)
	}
	other := s.Post(s.Admin, "/clusters", stage.Object{"name": "Vũng Áng", "unit_id": units[0].ID, "place": "Kỳ Lợi"})
	scr := s.Screen("Quốc môn")
	here, there := approvedFor(t, s, 1, s.Cluster), approvedFor(t, s, 2, other)
	s.Publish()
	stage.OpenPage(t, scr.URL)
	shows := func(m *apiclient.Media) {
		t.Helper()
		stage.Await(t, time.Minute, "the screen to show "+m.Title, func() bool { return scr.Status().Report.Showing.Rendition == stage.Rendition(t, m).Digest })
	}
	shows(here)

	err = s.Technician.Patch(t.Context(), "/screens/"+scr.ID, stage.Object{"cluster_id": other}, nil)
	if playlists.ReasonOf(err) != "signature_required" {
		t.Errorf("a change without a signature: %v", err)
	}

	scr.Stop() // so that the order waits for it
	technician := seat(look(t, "about:blank"), s, "technician", stage.LoginOf("technician"))
	technician.open("/screens/" + scr.ID)
	technician.press("app.more")
	technician.press("watch.edit")
	technician.awaitText(technician.say("watch.cluster_signed"))
	technician.press("order.place")
	technician.do(chromedp.Click(technician.field("order.place_to")))
	technician.pressNamed("Vũng Áng")
	technician.awaitText(technician.say("order.place_leaves", "{{cluster}}", "Cầu Treo"))
	technician.write("order.reason", "Chuyển máy về cảng")
	technician.press("order.to_sign")
	technician.signByFile(key, "order.do_place")
	technician.awaitText(technician.say("order.place_given", "{{name}}", "Quốc môn", "{{cluster}}", "Vũng Áng"))
	technician.awaitText(technician.say("order.place_waits", "{{cluster}}", "Vũng Áng"))
	scr.Start()
	shows(there)
	technician.await("the screen to have obeyed", fmt.Sprintf(`!document.body.innerText.includes(%q)`, technician.say("order.place_waits", "{{cluster}}", "Vũng Áng")))
	technician.sound("technician")

	// Whoever takes the controller now has the programme key, and the approvals
	// of before.
	th := thief.Break(t, s)
	last, _ := th.Stolen(playlists.ID(scr.ID))
	stage.Await(t, time.Minute, "the agent to talk to the thief", func() bool { return scr.Status().Connected })
	refused := func(code programme.Refusal, p programme.Programme) {
		t.Helper()
		th.Programme(p)
		stage.Await(t, 30*time.Second, "the refusal "+string(code), func() bool { return scr.Status().Report.Trust.Refused[string(code)] > 0 })
		if got := scr.Status().Report.Showing.Rendition; got != stage.Rendition(t, there).Digest {
			t.Errorf("%s: the screen shows %s", code, got)
		}
	}
	back := last
	back.Counter, back.Cluster = last.Counter+1, playlists.ID(s.Cluster)
	refused(programme.OtherCluster, back)
	rendition, ok := th.Object(stage.Rendition(t, here).Digest)
	if !ok {
		t.Fatal("the rendition is gone")
	}
	refused(programme.OutsideTerms, th.With(last, last.Counter+2, th.Showing(th.Picture(here.ID, rendition), th.Approved(here.ID))))
}
