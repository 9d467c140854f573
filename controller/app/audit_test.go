package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/chain"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// TestEveryActIsInTheLog does, through the API, everything that the log keeps
// and wants each act under the name of who did it, no secret in it, and the
// chain whole.
func TestEveryActIsInTheLog(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	w := sqlstoretest.At(t, filepath.Join(data, "cotmoc.db"))
	author, editor := w.Person("author", "unit", playlists.Contributor), w.Person("editor", "unit", playlists.Editor)
	reviewer, approver := w.Person("reviewer", "unit", playlists.Reviewer), w.Person("approver", "unit", playlists.Approver)
	root, technician := w.Person("root", "unit", playlists.Administrator), w.Person("technician", "unit", playlists.Technician)
	inspector := w.Person("inspector", "unit", playlists.Inspector)
	media := w.Media("flag", author, playlists.Terms{})
	objects, err := objectstore.OpenDir(filepath.Join(data, "objects"), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, chunks, err := programme.NewChunks(bytes.NewReader(sqlstoretest.Picture()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := objects.Put(t.Context(), bytes.NewReader(chunks)); err != nil {
		t.Fatal(err)
	}
	before, faults, err := app.VerifyAudit(t.Context(), data, nil)
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}

	address, agents, stop := startWithAgents(t, data)
	clients := map[playlists.ID]*apiclient.Client{}
	as := func(a playlists.Actor) *apiclient.Client {
		t.Helper()
		if clients[a.ID] == nil {
			c, err := apiclient.New(address)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Login(t.Context(), a.Login, sqlstoretest.Password); err != nil {
				t.Fatal(err)
			}
			clients[a.ID] = c
		}
		return clients[a.ID]
	}
	type made struct {
		ID      playlists.ID `json:"id"`
		Secret  string       `json:"secret"`
		Version int          `json:"version"`
	}
	call := func(a playlists.Actor, method, path, body string) (out made) {
		t.Helper()
		c := as(a)
		var err error
		switch method {
		case http.MethodPost:
			err = c.Post(t.Context(), path, json.RawMessage(body), &out)
		case http.MethodPut:
			err = c.Put(t.Context(), path, json.RawMessage(body), &out)
		case http.MethodPatch:
			err = c.Patch(t.Context(), path, json.RawMessage(body), &out)
		case http.MethodDelete:
			err = c.Delete(t.Context(), path)
		}
		if err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		return out
	}
	unit, cluster := playliststest.ID("unit"), playliststest.ID("cautreo")
	seen := fmt.Sprintf(`"renditions":[%q]`, sqlstoretest.Digests()[0])
	at := "/media/" + string(media)

	// Passwords and a token, none of which may be found afterwards.
	const wrong, fresh, given = "a wrong password that was typed", "mật khẩu mới của tôi", "mật khẩu được cấp cho"
	stranger, err := apiclient.New(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Login(t.Context(), "root", wrong); err == nil {
		t.Fatal("logged in")
	}
	token := call(root, http.MethodPost, "/tokens", fmt.Sprintf(`{"password":%q,"name":"nightly"}`, sqlstoretest.Password))
	call(root, http.MethodDelete, "/tokens/"+string(token.ID), "")
	call(inspector, http.MethodPost, "/me/password", fmt.Sprintf(`{"old":%q,"new":%q}`, sqlstoretest.Password, fresh))
	minh := call(root, http.MethodPost, "/people", fmt.Sprintf(`{"login":"minh","name":"Minh","unit_id":%q,"grants":[]}`, unit))
	call(root, http.MethodPatch, "/people/"+string(minh.ID), `{"grants":[{"role":"watch_officer","unit_id":"","cluster_id":""}]}`)
	if err := as(root).Post(t.Context(), "/people/"+string(minh.ID)+"/password", map[string]string{"password": given}, nil); err != nil {
		t.Fatal(err)
	}
	call(root, http.MethodPost, "/me/sessions/end-others", "{}")
	call(root, http.MethodPost, "/people/"+string(minh.ID)+"/sessions/end", "{}")
	call(root, http.MethodDelete, "/people/"+string(minh.ID)+"/factors", "")
	section := call(root, http.MethodPost, "/units", `{"name":"Đơn vị mới","short_name":"ĐVM"}`)
	call(root, http.MethodPatch, "/units/"+string(section.ID), `{"short_name":"DVM"}`)
	site := call(root, http.MethodPost, "/clusters", fmt.Sprintf(`{"name":"Cụm mới","unit_id":%q,"place":""}`, unit))
	call(root, http.MethodPatch, "/clusters/"+string(site.ID), `{"place":"Sơn Kim 1"}`)
	call(technician, http.MethodPost, "/clusters/"+string(site.ID)+"/site-pin", "{}")

	call(author, http.MethodPost, at+"/submit", `{"declared":true}`)
	call(reviewer, http.MethodPost, at+"/review", `{"decision":"return","reason":"sai dấu",`+seen+`}`)
	call(author, http.MethodPost, at+"/submit", `{"declared":true}`)
	call(reviewer, http.MethodPost, at+"/review", `{"decision":"accept",`+seen+`}`)
	call(approver, http.MethodPost, at+"/approve", `{"decision":"accept",`+seen+`}`)
	list := call(editor, http.MethodPost, "/playlists", `{"title":"Vòng lặp"}`)
	call(editor, http.MethodPut, "/playlists/"+string(list.ID), fmt.Sprintf(`{"base_version":1,"title":"Vòng lặp","items":[{"media_id":%q,"duration_ms":5000,"transition":"cut"}]}`, media))
	call(editor, http.MethodPost, "/schedule/entries", fmt.Sprintf(`{"title":"x","playlist_id":%q,"target":{"clusters":[%q],"screens":[],"tags":[]},"rule":{"from":"","until":"","weekdays":[],"windows":[]},"priority":1,"enabled":true}`, list.ID, cluster))
	publication := call(editor, http.MethodPost, "/publish", `{"note":"tuần này"}`)
	pc := pair(t, agents)
	screen := call(technician, http.MethodPost, "/screens/claim", fmt.Sprintf(`{"code":%q,"name":"Cổng","cluster_id":%q,"profile":"1080p-landscape","tags":[]}`, pc.code, cluster))
	logged := func(kind string, times int) {
		t.Helper()
		for end := time.Now().Add(deadline); ; { // each look is a request
			var programmes struct {
				Total int `json:"total"`
			}
			if err := as(root).Get(t.Context(), "/audit?kind="+kind, &programmes); err != nil {
				t.Fatal(err)
			}
			if programmes.Total >= times {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("the screen got no programme: no %s", kind)
			}
		}
	}
	logged("publish.new_screen", 1)
	// The screen becomes a wall; what it may show after all comes by itself.
	call(technician, http.MethodPost, "/profiles", `{"name":"Bảng LED","width":320,"height":96}`)
	call(technician, http.MethodPatch, "/screens/"+string(screen.ID), `{"name":"Cổng chính","profile":"site-320x96"}`)
	logged("publish.new_screen", 2)
	added := w.Widen(media, "site-320x96", sqlstoretest.Picture())
	call(reviewer, http.MethodPost, "/supplements/accept", fmt.Sprintf(`{"act":"review","items":[{"media_id":%q,"seen":[%q]}]}`, media, added))
	call(approver, http.MethodPost, "/supplements/accept", fmt.Sprintf(`{"act":"approve","items":[{"media_id":%q,"seen":[%q]}]}`, media, added))
	logged("publish.supplement", 1)
	call(approver, http.MethodPost, at+"/withdraw", `{"reason":"hết hạn"}`)
	call(technician, http.MethodPatch, "/screens/"+string(screen.ID)+"/settings", `{"camera":"/dev/video0"}`)
	var handed struct{ Ticket, File any }
	if err := as(technician).Post(t.Context(), "/tickets", json.RawMessage(fmt.Sprintf(`{"cluster_id":%q,"profile":"1080p-landscape","controller":"https://h:8443","days":1,"confirm":true,"seats":[{"name":"Sảnh"}]}`, cluster)), &handed); err != nil {
		t.Fatal(err)
	}
	var tickets struct{ Items []struct{ ID string } }
	if err := as(technician).Get(t.Context(), "/tickets", &tickets); err != nil || len(tickets.Items) != 1 {
		t.Fatalf("%+v, %v", tickets, err)
	}
	call(technician, http.MethodDelete, "/tickets/"+tickets.Items[0].ID, "")
	call(technician, http.MethodPut, "/screens/"+string(screen.ID)+"/device", `{"kind":"led","sender":{"maker":"A","model":"","firmware":""},"receiver":{"maker":"","model":"","firmware":""},"password_holder":"tủ sắt","supplier":"","warranty_until":"","switch":"","text":""}`)
	call(technician, http.MethodPost, "/screens/"+string(screen.ID)+"/checks", `{"list":"screen_pc","done":["firewall"]}`)
	call(technician, http.MethodPost, "/screens/"+string(screen.ID)+"/replace", fmt.Sprintf(`{"code":%q}`, pairAs(t, agents, playliststest.Key(8)).code))
	window := call(technician, http.MethodPost, "/maintenance", fmt.Sprintf(`{"screen_id":%q,"until":%q,"reason":"Thay quạt"}`, screen.ID, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)))
	call(technician, http.MethodDelete, "/maintenance/"+string(window.ID), "")
	call(technician, http.MethodDelete, "/screens/"+string(screen.ID), "")
	call(technician, http.MethodDelete, "/profiles/site-320x96", "")
	call(root, http.MethodPut, "/sources/sites", `{"version": 0, "text": "id: bao.example\nname: Báo A\nlike: article\nhosts: [bao.example]\n"}`)
	call(root, http.MethodPut, "/sources/sites/bao.example/policy", `{"policy": "withdrawn"}`)

	theme := call(editor, http.MethodPost, "/themes", `{"name":"Cột mốc"}`)
	var many struct {
		EditID playlists.ID `json:"edit_id"`
	}
	if err := as(editor).Post(t.Context(), "/media/edits", json.RawMessage(fmt.Sprintf(`{"ids":[%q],"marks":[],"change":{"add_themes":[%q]}}`, media, theme.ID)), &many); err != nil {
		t.Fatal(err)
	}
	call(editor, http.MethodPost, "/media/edits/"+string(many.EditID)+"/undo", "{}")

	if resp, _ := fetchAs(t, as(root), address+"/api/v1/audit/export", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("another site's link exports the log: %d", resp.StatusCode)
	}
	resp, export := fetchAs(t, as(root), address+"/api/v1/audit/export", "Sec-Fetch-Site", "same-origin")
	if resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("export: %d %v %s", resp.StatusCode, resp.Header, export)
	}
	lines := bytes.Split(bytes.TrimSuffix(export, []byte("\n")), []byte("\n"))
	done := map[string]playlists.ID{} // who by "kind subject"
	kinds := map[playlists.ActKind]bool{}
	for _, line := range lines[before.Seq : len(lines)-1] {
		var e chain.Entry
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		kinds[e.Kind] = true
		done[string(e.Kind)+" "+string(e.Subject)] = e.Actor
	}
	for want, by := range map[string]playlists.ID{
		"login.ok " + string(root.ID):            root.ID,
		"login.failed " + string(root.ID):        "",
		"login.password " + string(inspector.ID): inspector.ID,
		"token.add " + string(token.ID):          root.ID,
		"token.delete " + string(token.ID):       root.ID,
		"person.add " + string(minh.ID):          root.ID,
		"person.change " + string(minh.ID):       root.ID,
		"person.password " + string(minh.ID):     root.ID,
		"login.end " + string(root.ID):           root.ID,
		"login.endall " + string(minh.ID):        root.ID,
		"factor.drop " + string(minh.ID):         root.ID,
		"unit.add " + string(section.ID):         root.ID,
		"unit.change " + string(section.ID):      root.ID,
		"cluster.add " + string(site.ID):         root.ID,
		"cluster.change " + string(site.ID):      root.ID,
		"site.pin " + string(site.ID):            technician.ID,
		"screen.claim " + string(screen.ID):      technician.ID,
		"screen.change " + string(screen.ID):     technician.ID,
		"screen.revoke " + string(screen.ID):     technician.ID,
		"screen.settings " + string(screen.ID):   technician.ID,
		"screen.replace " + string(screen.ID):    technician.ID,
		"device.change " + string(screen.ID):     technician.ID,
		"device.check " + string(screen.ID):      technician.ID,
		"maintenance.plan " + string(screen.ID):  technician.ID,
		"maintenance.end " + string(screen.ID):   technician.ID,
		"decision.submit " + string(media):       author.ID,
		"decision.return " + string(media):       reviewer.ID,
		"decision.review " + string(media):       reviewer.ID,
		"decision.approve " + string(media):      approver.ID,
		"decision.withdraw " + string(media):     approver.ID,
		"publish.plan " + string(publication.ID): editor.ID,
		"profile.change ":                        technician.ID,
		"profile.drop ":                          technician.ID,
		"site.change ":                           root.ID,
		"theme.change " + string(theme.ID):       editor.ID,
		"library.edit " + string(many.EditID):    editor.ID,
		"library.undo " + string(many.EditID):    editor.ID,
		"export.audit ":                          root.ID,
	} {
		if got, ok := done[want]; !ok || got != by {
			t.Errorf("%s: by %q (there: %v), want %q", want, got, ok, by)
		}
	}
	// Orders, charters, restores and other sites come from elsewhere; a flood, brands, codes and passkeys are
	// other tests', and so are alerts and remote help (TestTheWatchDeskIsInTheLog) and releases (the story of
	// the update).
	elsewhere := []playlists.ActKind{playlists.KeyOffered, playlists.KeyDropped, playlists.BackupMade, playlists.BackupRestored, playlists.ScreenAhead, playlists.ScreenLevel, playlists.OrderTakedown, playlists.OrderBulletin, playlists.OrderSafe, playlists.OrderLifted, playlists.OrderPlaced, playlists.CharterAccepted, playlists.ProgrammesCharter, playlists.LoginsUnwritten, playlists.SourceKept, playlists.SourceHeld, playlists.SourceFlood, playlists.ProgrammesHeld, playlists.ProgrammesReleased, playlists.BrandChanged,
		playlists.CodesTurnedOn, playlists.CodesTurnedOff, playlists.CodesRenewed, playlists.PasskeyAdded, playlists.PasskeyDeleted,
		playlists.AlertAdded, playlists.AlertChanged, playlists.AlertRemoved, playlists.AlertTested, playlists.AlertLost, playlists.AlertDeadMan, playlists.StaffingChanged,
		playlists.ReleaseAdded, playlists.ReleaseProposed, playlists.ReleaseStarted, playlists.ReleasePaused, playlists.ReleaseResumed, playlists.ReleaseHalted, playlists.ReleaseUndone, playlists.ReleaseEnded, playlists.ReleaseFinished,
		playlists.HelpRefresh, playlists.HelpCapture, playlists.HelpLogs, playlists.HelpRestartBrowser, playlists.HelpRestartAgent, playlists.HelpRestartPC, playlists.HelpDisplayOn, playlists.HelpDisplayOff, playlists.HelpBrightness, playlists.HelpVolume}
	for _, kind := range playlists.ActKinds() {
		if !kinds[kind] && !slices.Contains(elsewhere, kind) {
			t.Errorf("nothing of kind %s in the log", kind)
		}
	}
	for _, secret := range []string{wrong, fresh, given, sqlstoretest.Password, token.Secret, "argon2"} {
		if secret == "" || bytes.Contains(export, []byte(secret)) {
			t.Errorf("the log holds %q", secret)
		}
	}

	// The running controller is verified beside itself, and after.
	if head, faults, err := app.VerifyAudit(t.Context(), data, []chain.Head{before}); err != nil || len(faults) > 0 || head.Seq < int64(len(lines)-1) {
		t.Errorf("head %s, %v, %v", head, faults, err)
	}
	stop()
	var again bytes.Buffer
	if err := app.ExportAudit(t.Context(), app.Config{Data: data, KeyPassphrase: passphrase}, func() io.Writer { return &again }); err != nil {
		t.Fatal(err)
	}
	if whole := bytes.Join(lines[:len(lines)-1], []byte("\n")); !bytes.HasPrefix(again.Bytes(), whole) {
		t.Error("a later export does not begin as the earlier one")
	}
}

// fetchAs reads what a person's browser would download.
func fetchAs(t *testing.T, c *apiclient.Client, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	var out struct {
		Secret string `json:"secret"`
	}
	if err := c.Post(t.Context(), "/tokens", map[string]string{"password": sqlstoretest.Password, "name": "download"}, &out); err != nil {
		t.Fatal(err)
	}
	return fetch(t, url, out.Secret, header...)
}

func TestAuditOfNoDataFolder(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for name, err := range map[string]error{
		"verify": func() error { _, _, err := app.VerifyAudit(t.Context(), empty, nil); return err }(),
		"export": app.ExportAudit(t.Context(), app.Config{Data: empty, KeyPassphrase: passphrase}, func() io.Writer { return io.Discard }),
		"key":    func() error { _, err := app.AuditKey(app.Config{Data: empty, KeyPassphrase: passphrase}); return err }(),
	} {
		if playlists.ReasonOf(err) != "data_unknown" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("something was made in the folder: %v, %v", left, err)
	}
}
