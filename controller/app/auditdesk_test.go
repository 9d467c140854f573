package app_test

import (
	"crypto/ed25519"
	"testing"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// Whoever sets alerts and staffing, or acts on a screen from afar, is in the
// log with it.
func TestTheWatchDeskIsInTheLog(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string][]playlists.Role{"root": {playlists.Administrator}, "reviewer": {playlists.Reviewer}, "tech": {playlists.Technician}})
	channel := map[string]any{
		"unit_id": playliststest.ID("unit"), "cluster_id": "", "kind": "email", "name": "Đội trực", "language": "vi", "least": "info", "level": 0,
		"quiet_from": "", "quiet_until": "", "quiet_critical": true, "enabled": true, "host": "127.0.0.1", "port": 2525, "security": "tls", "user": "",
		"from": "canh-bao@example.vn", "url": "", "app_id": "", "targets": []string{"truc@example.vn"}, "secrets": map[string]string{}, "version": 0,
	}
	var made struct {
		ID      playlists.ID `json:"id"`
		Version int          `json:"version"`
	}
	o.post("root", "/alerts/channels", channel, &made)
	channel["name"], channel["version"] = "Đội trực đêm", made.Version
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := "/alerts/channels/" + string(made.ID)
	must(o.as("root").Put(t.Context(), at, channel, nil))
	o.post("root", at+"/test", nil, nil)
	must(o.as("root").Delete(t.Context(), at))
	must(o.as("root").Put(t.Context(), "/alerts/dead-man", map[string]any{"url": "https://127.0.0.1:9/still-here"}, nil))
	must(o.as("tech").Put(t.Context(), "/shifts/"+string(playliststest.ID("cautreo"))+"/staffing", map[string]any{"from": "06:00", "until": "22:00", "version": 0}, nil))

	key := []byte(playliststest.Hand("reviewer").Public().(ed25519.PublicKey))
	o.post("reviewer", "/signing-credentials/key-file", map[string]any{"password": sqlstoretest.Password, "label": "USB", "public_key": key}, nil)
	first, _ := o.draft([]map[string]any{o.person("reviewer", programme.Active, "", programme.MayReview)}, nil)
	must(o.accept(first, "anh", "binh"))
	pc := pair(t, o.agents)
	var screen struct {
		ID playlists.ID `json:"id"`
	}
	o.post("root", "/screens/claim", map[string]any{"code": pc.code, "name": "Cổng", "cluster_id": playliststest.ID("cautreo"), "profile": "1080p-landscape", "tags": []string{}}, &screen)
	want := map[playlists.ActKind]playlists.ID{
		playlists.AlertAdded: made.ID, playlists.AlertChanged: made.ID, playlists.AlertTested: made.ID, playlists.AlertRemoved: made.ID,
		playlists.AlertDeadMan: "", playlists.StaffingChanged: playliststest.ID("cautreo"),
	}
	for kind, act := range map[programme.CommandKind]playlists.ActKind{
		programme.CommandRefresh: playlists.HelpRefresh, programme.CommandCapture: playlists.HelpCapture, programme.CommandLogs: playlists.HelpLogs,
		programme.CommandRestartBrowser: playlists.HelpRestartBrowser, programme.CommandRestartAgent: playlists.HelpRestartAgent, programme.CommandRestartPC: playlists.HelpRestartPC,
		programme.CommandDisplayOn: playlists.HelpDisplayOn, programme.CommandDisplayOff: playlists.HelpDisplayOff,
		programme.CommandBrightness: playlists.HelpBrightness, programme.CommandVolume: playlists.HelpVolume,
	} {
		asked := map[string]any{"kind": kind}
		switch kind {
		case programme.CommandLogs, programme.CommandBrightness, programme.CommandVolume, programme.CommandDisplayOff:
			asked["amount"] = 20
		}
		o.post("tech", "/screens/"+string(screen.ID)+"/help", asked, nil)
		want[act] = screen.ID
	}
	by := map[playlists.ActKind]string{playlists.StaffingChanged: "tech"}
	for kind, subject := range want {
		var log struct {
			Items []struct {
				Kind    playlists.ActKind `json:"kind"`
				Subject playlists.ID      `json:"subject"`
				Actor   struct {
					ID playlists.ID `json:"id"`
				} `json:"actor"`
			} `json:"items"`
		}
		must(o.as("root").Get(t.Context(), "/audit?kind="+string(kind), &log))
		who := by[kind]
		switch {
		case who != "":
		case subject == screen.ID:
			who = "tech"
		default:
			who = "root"
		}
		if len(log.Items) != 1 || log.Items[0].Kind != kind || log.Items[0].Subject != subject || log.Items[0].Actor.ID != o.people[who].ID {
			t.Errorf("%s by %s about %q is logged as %+v", kind, who, subject, log.Items)
		}
	}
}
