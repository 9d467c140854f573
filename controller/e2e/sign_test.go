package e2e

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

const phrase = "năm từ không liên quan"

// signer is somebody who signs at a desk, where no page may go wrong.
type signer struct {
	*desk
	role, files string // files is where the browser puts what is downloaded
}

// seat logs somebody in at the address at which passkeys sign.
func seat(w *window, s *stage.Stage, role, login string) *signer {
	w.t.Helper()
	p := &signer{desk: settle(w, byName(s)), role: role, files: w.t.TempDir()}
	allow := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: p.files, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID}
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, allow); err != nil {
		w.t.Fatal(err)
	}
	p.logIn(login)
	p.await("to be logged in", inside)
	return p
}

// open goes to another page once nothing went wrong in this one.
func (p *signer) open(path string) {
	p.t.Helper()
	p.sound(p.role)
	p.desk.open(path)
}

// field finds what somebody would write into, by its label.
func (p *signer) field(key string) chromedp.JSPath {
	p.t.Helper()
	label, err := json.Marshal(p.say(key))
	if err != nil {
		p.t.Fatal(err)
	}
	return chromedp.JSPath(fmt.Sprintf(`[...document.querySelectorAll("label")].findLast((e) => e.innerText.replace("*", "").trim() === %s && e.checkVisibility())?.control`, label))
}

func (p *signer) write(key, text string) {
	p.t.Helper()
	p.into(string(p.field(key)), text)
}

// downloaded waits for a file that the page gave.
func (p *signer) downloaded(pattern string) string {
	p.t.Helper()
	var found []string
	stage.Await(p.t, 10*time.Second, pattern+" to be downloaded", func() bool {
		found, _ = filepath.Glob(filepath.Join(p.files, pattern))
		return len(found) == 1
	})
	return found[0]
}

// signByFile opens a key file in the dialog that signs.
func (p *signer) signByFile(file, key string) {
	p.t.Helper()
	p.signByFileAs(file, p.say(key))
}

// signByFileAs does so where the button bears a text with parameters.
func (p *signer) signByFileAs(file, action string) {
	p.t.Helper()
	p.await("the dialog that signs", `document.querySelector("[role=dialog] input[type=password]") !== null`)
	p.do(chromedp.SetUploadFiles(chromedp.CSS(`[role=dialog] input[type=file]`), []string{file}))
	p.write("sign.passphrase", phrase)
	p.pressNamed(action)
}

// judge looks at every shape of a media on the review desk and accepts it.
func (p *signer) judge(m *apiclient.Media, accept string) {
	p.t.Helper()
	p.open("/review?item=" + string(m.ID))
	p.await("the item on the desk", fmt.Sprintf(`[...document.querySelectorAll("aside h2")].some((e) => e.innerText === %q)`, m.Title))
	p.do(chromedp.Click(chromedp.CSS(`[role=tab][aria-selected=false]`)))
	p.press(accept)
}

func (p *signer) awaitState(m *apiclient.Media, state string) {
	p.t.Helper()
	p.await("the media to be "+state, fmt.Sprintf(`fetch("/api/v1/media/%s").then((r) => r.json()).then((m) => m.state === %q)`, m.ID, state))
}

// makePasskey has the account page make a passkey that signs.
func (p *signer) makePasskey(label string) {
	p.t.Helper()
	p.newAuthenticator()
	p.open("/account")
	p.press("keys.add_passkey")
	p.write("keys.label", label)
	p.write("account.old_password", stage.Password)
	p.press("app.next")
	p.awaitText(p.say("keys.made_passkey"))
	p.awaitText(label)
}

// makeKeyFile has the account page make a key file, and gives what the browser
// downloaded.
func (p *signer) makeKeyFile(label string) string {
	p.t.Helper()
	p.open("/account")
	p.press("keys.add_file")
	p.write("keys.label", label)
	p.write("sign.passphrase", phrase)
	p.write("keys.passphrase_again", phrase)
	p.write("keys.login_password", stage.Password)
	p.press("keys.make")
	p.press("keys.download")
	file := p.downloaded("*.key")
	p.press("keys.downloaded")
	p.awaitText(label)
	return file
}

// keyFileElsewhere makes a key file without a browser, and offers its key.
func keyFileElsewhere(t *testing.T, c *apiclient.Client) string {
	t.Helper()
	dir := t.TempDir()
	file, secret := filepath.Join(dir, "hand.key"), filepath.Join(dir, "passphrase")
	if err := os.WriteFile(secret, []byte(phrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), programs(t).Controller, "keys", "hand", "--out", file, "--passphrase-file", secret).Output()
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatalf("%q is no public key: %v", out, err)
	}
	if err := c.Post(t.Context(), "/signing-credentials/key-file", stage.Object{"password": stage.Password, "label": "Thẻ nhớ", "public_key": key}, nil); err != nil {
		t.Fatal(err)
	}
	return file
}

// ownKeys are what somebody has offered.
func ownKeys(t *testing.T, c *apiclient.Client) []string {
	t.Helper()
	list, err := apiclient.List[struct {
		ID string `json:"id"`
	}](t.Context(), c, "/signing-credentials")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d keys are offered, want 1: %v", len(list), err)
	}
	return []string{list[0].ID}
}

// named is a person for a charter, with the only key that they have offered.
func named(t *testing.T, s *stage.Stage, role string, c *apiclient.Client, may ...programme.Capacity) stage.Object {
	t.Helper()
	return stage.Object{"id": s.People[role], "may": may, "clusters": []string{"*"}, "standing": programme.Active, "credentials": ownKeys(t, c)}
}

// charterOf puts the first charter in force: it names these people, two of whom
// lift an order.
func charterOf(t *testing.T, s *stage.Stage, people ...stage.Object) {
	t.Helper()
	var roots []stage.Object
	for _, h := range playliststest.Holders() {
		roots = append(roots, stage.Object{"holder": h, "key": []byte(playliststest.Root(h).Public().(ed25519.PublicKey))})
	}
	enact(t, s.Admin, stage.Object{
		"expires_at": time.Now().AddDate(2, 0, 0), "roots": roots, "root_threshold": 2, "lift_threshold": 2, "independent_decision": false, "max_unattended_days": 60,
		"people": people,
	})
}

// composeCharter has the next charter name a newcomer, as the administrator
// composes it; two holders sign the file, and it is brought back.
func (p *signer) composeCharter(newcomer string, may ...string) {
	p.t.Helper()
	p.open("/admin/charter/next")
	p.do(chromedp.Click(p.field("charter.add_person")))
	p.pressNamed(newcomer)
	for _, capacity := range may {
		p.press("charter.may_" + capacity)
	}
	p.press("charter.show_changes")
	p.pressNamed("charter-2.json")
	payload, err := os.ReadFile(p.downloaded("charter-2.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	var envelope []byte
	for _, holder := range playliststest.Holders()[:2] {
		if envelope, err = programme.SignCharter(envelope, payload, playliststest.Root(holder)); err != nil {
			p.t.Fatal(err)
		}
	}
	signed := filepath.Join(p.t.TempDir(), "charter-2.json")
	if err := os.WriteFile(signed, append(envelope, '\n'), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.give(charterFiles, signed)
	p.press("charter.put_in_force", "{{number}}", "2")
	p.awaitText(p.say("charter.accepted", "{{number}}", "2"))
	p.sound(p.role)
}

// TestPeopleSignInTheirBrowsers tells the whole story under a charter: keys made
// in the console, a charter composed there that names them, a decision by
// passkey and one by key file, the picture on the glass; then the takedown that
// one person signs and the bulletin of another, which the screen obeys.
func TestPeopleSignInTheirBrowsers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	w := look(t, "about:blank")
	reviewer, approver := seat(w, s, "reviewer", stage.LoginOf("reviewer")), seat(w, s, "approver", stage.LoginOf("approver"))
	approverKey, emergencyKey := approver.makeKeyFile("Thẻ nhớ ở két"), keyFileElsewhere(t, s.Emergency)

	charterOf(t, s,
		named(t, s, "approver", s.Approver, programme.MayApprove, programme.MayTakeDown, programme.MayLift),
		named(t, s, "emergency", s.Emergency, programme.MayBulletin))
	reviewer.makePasskey("Máy ở phòng")
	seat(w, s, "administrator", "story.admin").composeCharter("Phạm Thu Hà", "review", "lift")

	scr := s.Screen("Quốc môn")
	if _, err := chromedp.Call(w.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: faultsScript}); err != nil {
		t.Fatal(err)
	}
	w.open(scr.URL)
	m := s.Bring("anh.png", "Anh cột mốc", picture(t, "red"))
	s.Post(s.Editor, "/media/"+string(m.ID)+"/submit", stage.Object{"declared": true})

	reviewer.judge(m, "review.accept_review")
	reviewer.press("sign.with_passkey", "{{action}}", reviewer.say("sign.do_review"))
	reviewer.awaitState(m, "reviewed")
	reviewer.sound("reviewer")
	approver.judge(m, "review.accept_approve")
	approver.signByFile(approverKey, "sign.do_approve")
	approver.awaitState(m, "approved")

	s.Schedule("Cầu Treo", s.Playlist("Cầu Treo", m), 0)
	s.Publish()
	w.awaitRendition(time.Minute, scr, m)
	stage.Await(t, 10*time.Second, "the screen to report the rendition under the charter", func() bool {
		report := scr.Status().Report
		return report.Showing.Rendition == stage.Rendition(t, m).Digest && report.Trust.Charter == 2
	})

	approver.open("/content/" + string(m.ID))
	approver.press("app.more")
	approver.press("order.takedown")
	approver.write("order.reason", "Có biển số xe của người dân")
	approver.press("order.to_sign")
	approver.signByFile(approverKey, "order.do_takedown")
	approver.awaitText(approver.say("order.takedown_given", "{{title}}", m.Title))
	approver.sound("approver")
	w.awaitGone(2*time.Second, "red")
	stage.Await(t, 10*time.Second, "the takedown to be latched", func() bool {
		report := scr.Status().Report
		return report.Showing.Rendition != stage.Rendition(t, m).Digest &&
			slices.ContainsFunc(report.Trust.Latched, func(l wire.Latched) bool { return l.Kind == wire.LatchTakedown })
	})

	emergency := seat(w, s, "emergency person", stage.LoginOf("emergency"))
	emergency.open("/screens/bulletin")
	emergency.write("order.title", "Lũ quét trên suối Rào Àn")
	emergency.write("order.body", "Không qua ngầm. Đi theo hướng dẫn của công an xã.")
	emergency.pressNamed("Cầu Treo")
	emergency.press("order.to_sign")
	emergency.signByFile(emergencyKey, "order.do_bulletin")
	emergency.awaitText(emergency.say("order.bulletin_given"))
	emergency.sound("emergency person")
	stage.Await(t, 10*time.Second, "the bulletin on the screen", func() bool {
		text, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		return err == nil && strings.Contains(text, "Lũ quét trên suối Rào Àn") && scr.Status().Report.Showing.Kind == wire.ShowBulletin
	})
	if faults, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](`window.faults`)); err != nil || len(faults) > 0 {
		t.Errorf("on the screen: %q, %v", faults, err)
	}

	// What was shown is recorded: here the page leaves before its end.
	if err := chromedp.Do(w.ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	stage.Await(t, time.Minute, "the bulletin among the plays", func() bool {
		var plays struct {
			Items []struct {
				Bulletin *struct{ Title string } `json:"bulletin"`
			} `json:"items"`
		}
		if err := s.Technician.Get(t.Context(), "/screens/"+scr.ID+"/plays", &plays); err != nil {
			t.Fatal(err)
		}
		for _, p := range plays.Items {
			if p.Bulletin != nil && p.Bulletin.Title == "Lũ quét trên suối Rào Àn" {
				return true
			}
		}
		return false
	})
}
