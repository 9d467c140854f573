package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// atOnce is the second within which a screen obeys, and another one for reading
// pixels on a machine that does other things besides.
const atOnce = 2 * time.Second

// sent tells how often the page has sent a request to a path since it was
// opened.
func (p *signer) sent(path string) int {
	p.t.Helper()
	n, err := ask[int](p.desk, fmt.Sprintf(`performance.getEntriesByType("resource").filter((e) => new URL(e.name).pathname === %q).length`, "/api/v1"+path))
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// decideAll chooses all that waits at the batch desk and signs it once.
func (p *signer) decideAll(act, state string, all []*apiclient.Media, sign func(action string)) {
	p.t.Helper()
	p.open("/review?view=many")
	p.press("review.choose_all")
	action := p.say("sign.do_many_"+act, "{{count}}", strconv.Itoa(len(all)))
	p.pressNamed(action)
	sign(action)
	p.awaitText(p.say("review.signed", "{{count}}", strconv.Itoa(len(all))))
	for _, m := range all {
		p.awaitState(m, state)
	}
	if n := p.sent("/decisions"); n != 1 {
		p.t.Errorf("the %s has sent %d signatures, want 1 for all", p.role, n)
	}
	p.sound(p.role)
}

// byPasskey has the authenticator sign.
func (p *signer) byPasskey(action string) {
	p.t.Helper()
	p.pressNamed(p.say("sign.with_passkey", "{{action}}", action))
}

// watchOfficer makes somebody who keeps watch over the stage's cluster.
func watchOfficer(t *testing.T, s *stage.Stage) (login string) {
	t.Helper()
	units, err := apiclient.List[struct {
		ID string `json:"id"`
	}](t.Context(), s.Admin, "/units")
	if err != nil || len(units) == 0 {
		t.Fatalf("%d units, %v", len(units), err)
	}
	s.Post(s.Admin, "/people", stage.Object{"login": stage.LoginOf("officer"), "name": "Đặng Văn Sơn", "password": stage.Password, "unit_id": units[0].ID,
		"grants": []stage.Object{{"role": "watch_officer", "unit_id": "", "cluster_id": s.Cluster}}})
	return stage.LoginOf("officer")
}

// held tells whether a screen holds itself on its slate because it was told to.
func held(scr *stage.Screen) bool {
	report := scr.Status().Report
	for _, l := range report.Trust.Latched {
		if l.Kind == wire.LatchSafe {
			return true
		}
	}
	return false
}

// TestPeopleSignTogether tells what takes two people at the console: each signs
// a batch once, one by passkey, one with a key file, and all of it is on the
// glass; a watch officer puts the screen on its slate, which one hand does not
// end and the second does, added to the same order from the list of those that
// wait.
func TestPeopleSignTogether(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	w := look(t, "about:blank")
	reviewer, approver := seat(w, s, "reviewer", stage.LoginOf("reviewer")), seat(w, s, "approver", stage.LoginOf("approver"))
	emergency, officer := seat(w, s, "emergency person", stage.LoginOf("emergency")), seat(w, s, "watch officer", watchOfficer(t, s))
	reviewer.makePasskey("Máy ở phòng")
	emergency.makePasskey("Điện thoại")
	file := keyFileElsewhere(t, s.Approver)
	charterOf(t, s,
		named(t, s, "reviewer", s.Reviewer, programme.MayReview),
		named(t, s, "approver", s.Approver, programme.MayApprove, programme.MayLift),
		named(t, s, "emergency", s.Emergency, programme.MayTakeDown, programme.MayLift))

	scr := s.Screen("Quốc môn")
	w.open(scr.URL)
	var all []*apiclient.Media
	for _, colour := range []string{"red", "green", "blue", "white"} {
		m := s.Bring(colour+".png", colour, picture(t, colour))
		s.Post(s.Editor, "/media/"+string(m.ID)+"/submit", stage.Object{"declared": true})
		all = append(all, m)
	}
	reviewer.decideAll("review", "reviewed", all, reviewer.byPasskey)
	approver.decideAll("approve", "approved", all, func(action string) { approver.signByFileAs(file, action) })
	s.Slate(all[3])
	s.Schedule("Cầu Treo", s.Playlist("Cầu Treo", all[:3]...), 0)
	s.Publish()
	w.awaitColours(time.Minute, "red", "green", "blue")
	if c := scr.Status().Report.Trust.Charter; c != 1 {
		t.Errorf("the screen goes by charter %d", c)
	}

	officer.open("/screens")
	officer.press("order.safe_title", "{{name}}", "Quốc môn")
	officer.press("order.safe_do")
	called := time.Now()
	stage.Await(t, atOnce, "the slate on the glass", func() bool { return w.colour() == "white" })
	t.Logf("the slate was on the glass %s after it was called", time.Since(called).Round(time.Millisecond))
	officer.awaitText(officer.say("order.safe_called", "{{name}}", "Quốc môn"))
	officer.await("a tile that says so", fmt.Sprintf(`document.querySelector("[data-state=slate]")?.innerText.includes(%q)`, officer.say("order.kind_safe")))
	officer.sound("watch officer")

	approver.open("/screens/orders")
	approver.press("order.lift")
	approver.signByFile(file, "order.do_lift")
	approver.awaitText(approver.say("order.lift_waits", "{{signed}}", "1", "{{needs}}", "2"))
	approver.awaitText(approver.say("order.waiting"))
	if again, err := ask[bool](approver.desk, "!!"+string(control(approver.say("order.sign_too")))); err != nil || again {
		t.Errorf("the first person is asked for the second hand: %v", err)
	}
	approver.sound("approver")
	w.onlyColours(time.Second, "white")
	if !held(scr) {
		t.Error("one hand has lifted it")
	}

	emergency.open("/screens/orders")
	emergency.press("order.sign_too")
	emergency.awaitText(emergency.say("order.needs_by", "{{count}}", "2", "{{names}}", "Hoàng Đức Anh"))
	emergency.byPasskey(emergency.say("order.do_lift"))
	emergency.awaitText(emergency.say("order.lifted"))
	if n := emergency.sent("/orders/prepare"); n != 0 {
		t.Errorf("the second person has had %d more lifts prepared", n)
	}
	emergency.sound("emergency person")
	stage.Await(t, 3*stage.ItemMS*time.Millisecond, "the schedule on the glass again", func() bool {
		return strings.Contains("red green blue", w.colour()) && w.last != ""
	})
	stage.Await(t, 10*time.Second, "the screen to hold nothing", func() bool { return !held(scr) })
}
