package e2e

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// booth is somebody's own machine: their program, their browser and its
// authenticator, which checks who they are.
type booth struct {
	*window
	port, password string
	program        *stage.Process
	stage          *stage.Stage
}

func newBooth(t *testing.T, s *stage.Stage) *booth {
	t.Helper()
	b := &booth{window: look(t, "about:blank"), port: stage.FreePort(t), password: filepath.Join(t.TempDir(), "password"), stage: s}
	if err := os.WriteFile(b.password, []byte(stage.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var pageAddress = regexp.MustCompile(`http://localhost:\d+/[\w-]+/`)

// begin runs controller approve and opens the address that it prints.
func (b *booth) begin(flags ...string) {
	b.t.Helper()
	args := []string{"approve", "--controller", b.stage.Console, "--login", stage.LoginOf("approver"), "--password-file", b.password, "--listen", "127.0.0.1:" + b.port}
	b.program = b.stage.Command("approve", append(args, flags...)...)
	b.program.Start()
	page := ""
	stage.Await(b.t, 30*time.Second, "the address of the page", func() bool {
		page = pageAddress.FindString(b.program.Log())
		return page != "" || !b.program.Running()
	})
	b.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(page))
}

func (b *booth) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		b.t.Fatalf("%v; the page says %s", err, text)
	}
}

// sees waits until an expression holds in the page.
func (b *booth) sees(what, expression string) {
	b.t.Helper()
	said := ""
	b.t.Cleanup(func() {
		if b.t.Failed() && said != "" {
			b.t.Logf("the page said:\n%s", said)
		}
	})
	stage.Await(b.t, 30*time.Second, what, func() bool {
		said, _ = chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression))
		return err == nil && ok
	})
	said = ""
}

func (b *booth) text(selector string) string {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).innerText`, selector)))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// offerFile offers the key file of a word and gives the key's id.
func offerFile(t *testing.T, c *apiclient.Client, word string) string {
	t.Helper()
	var out struct {
		ID string `json:"id"`
	}
	key := []byte(playliststest.Hand(word).Public().(ed25519.PublicKey))
	if err := c.Post(t.Context(), "/signing-credentials/key-file", stage.Object{"password": stage.Password, "label": "USB", "public_key": key}, &out); err != nil {
		t.Fatal(err)
	}
	return out.ID
}

func personOf(t *testing.T, c *apiclient.Client) playlists.ID {
	t.Helper()
	var me struct {
		ID playlists.ID `json:"id"`
	}
	if err := c.Get(t.Context(), "/me", &me); err != nil {
		t.Fatal(err)
	}
	return me.ID
}

// enact has two holders of root keys sign the charter that an administrator
// prepares.
func enact(t *testing.T, admin *apiclient.Client, draft stage.Object) {
	t.Helper()
	var out struct {
		Payload []byte `json:"payload"`
	}
	if err := admin.Post(t.Context(), "/charter/draft", draft, &out); err != nil {
		t.Fatal(err)
	}
	var envelope []byte
	var err error
	for _, h := range playliststest.Holders()[:2] {
		if envelope, err = programme.SignCharter(envelope, out.Payload, playliststest.Root(h)); err != nil {
			t.Fatal(err)
		}
	}
	if err := admin.Post(t.Context(), "/charter", stage.Object{"envelope": envelope}, nil); err != nil {
		t.Fatal(err)
	}
}

// signByFile decides about a media with a key file, as the console would.
func signByFile(t *testing.T, c *apiclient.Client, act programme.Act, m *apiclient.Media, word string) error {
	t.Helper()
	var p struct {
		PayloadType string `json:"payload_type"`
		Payload     []byte `json:"payload"`
	}
	if err := c.Post(t.Context(), "/decisions/prepare", stage.Object{"act": act, "items": []stage.Object{{"media_id": m.ID, "seen": m.Digests()}}}, &p); err != nil {
		t.Fatal(err)
	}
	h, err := programme.SignByHand(p.PayloadType, p.Payload, personOf(t, c), playliststest.Hand(word))
	if err != nil {
		t.Fatal(err)
	}
	return c.Post(t.Context(), "/decisions", stage.Object{"statements": [][]byte{p.Payload}, "signature": stage.Object{"credential": h.Credential, "sig": h.Sig}}, nil)
}

// An approver makes a passkey on their own machine and has it named in a charter
// that asks for one independent decision. What two people decide in the console
// does not stand; what the approver signs on their own page does.
func TestIndependentApproval(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := newBooth(t, s)

	b.begin("--enrol")
	b.do(chromedp.Click(chromedp.CSS("#make")))
	b.sees("the key's id", `document.querySelector("#credential") !== null`)
	passkey := b.text("#credential")
	var pending struct {
		Pending []struct {
			ID          string `json:"id"`
			Independent bool   `json:"independent"`
		} `json:"pending_credentials"`
	}
	if err := s.Admin.Get(t.Context(), "/charter", &pending); err != nil || len(pending.Pending) != 1 || pending.Pending[0].ID != passkey {
		t.Fatalf("the controller has %+v, the page says %s: %v", pending, passkey, err)
	}
	b.program.Stop()

	person := func(c *apiclient.Client, may programme.Capacity, credentials ...string) stage.Object {
		return stage.Object{"id": personOf(t, c), "may": []programme.Capacity{may}, "clusters": []string{"*"}, "standing": "active", "credentials": credentials}
	}
	var roots []stage.Object
	for _, h := range playliststest.Holders() {
		roots = append(roots, stage.Object{"holder": h, "key": []byte(playliststest.Root(h).Public().(ed25519.PublicKey))})
	}
	origin := (&url.URL{Scheme: "http", Host: "localhost:" + b.port}).String()
	enact(t, s.Admin, stage.Object{
		"expires_at": time.Now().AddDate(2, 0, 0), "roots": roots, "root_threshold": 2, "lift_threshold": 2, "independent_decision": true, "max_unattended_days": 60,
		"relying_parties": []stage.Object{{"id": "localhost", "origins": []string{origin}}},
		"people": []stage.Object{
			person(s.Reviewer, programme.MayReview, offerFile(t, s.Reviewer, "reviewer")),
			person(s.Approver, programme.MayApprove, offerFile(t, s.Approver, "approver"), passkey),
		},
	})

	still, moving := s.Bring("green.png", "Cửa khẩu <b>Cầu Treo</b>", picture(t, "green")), s.Bring("blue.mp4", "Đèo Ngang", film(t, "blue"))
	for _, m := range []*apiclient.Media{still, moving} {
		if err := s.Editor.Post(t.Context(), "/media/"+string(m.ID)+"/submit", stage.Object{"declared": true}, nil); err != nil {
			t.Fatal(err)
		}
		if err := signByFile(t, s.Reviewer, programme.Review, m, "reviewer"); err != nil {
			t.Fatal(err)
		}
	}
	if err := signByFile(t, s.Approver, programme.Approve, still, "approver"); playlists.ReasonOf(err) != "not_independent" {
		t.Errorf("two decisions in the console: %v", err)
	}
	is := func(m *apiclient.Media, want playlists.MediaState) {
		t.Helper()
		var now apiclient.Media
		if err := s.Approver.Get(t.Context(), "/media/"+string(m.ID), &now); err != nil || now.State != want {
			t.Errorf("%s is %s, want %s: %v", m.Title, now.State, want, err)
		}
	}
	is(still, playlists.Reviewed)

	b.begin()
	for m, seen := range map[*apiclient.Media]string{still: "img", moving: "video"} {
		b.do(chromedp.Click(fmt.Sprintf(`//ul[@class="queue"]//button[b[.=%q]]`, m.Title)))
		b.sees("all that is signed", fmt.Sprintf(`document.querySelector("#sign") !== null && !document.querySelector("#sign").disabled && document.querySelectorAll("figure %s").length === 2 && document.querySelector("dd.big + dt + dd").innerText === %q`, seen, m.Title))
		b.do(chromedp.Click(chromedp.CSS("#sign")))
		b.sees("that it was signed", `!document.querySelector("#notice").hidden`)
		is(m, playlists.Approved)
	}
	b.program.Stop()
}
