package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
)

// TestMachinesComeAndGo tells how a technician brings two new PCs in with one
// file on a stick, letting each in, and what becomes of a screen whose PC
// breaks: another PC takes its place by the code that it shows, and goes on as
// the same screen, while the one before is locked out.
func TestMachinesComeAndGo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Schedule("Cả ngày", s.Playlist("Danh sách", s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))), 0)
	s.Publish()
	tech := seat(look(t, "about:blank"), s, "technician", stage.LoginOf("technician"))

	tech.open("/screens/devices")
	tech.press("ticket.add")
	tech.into(`document.querySelector("[role=dialog] textarea")`, "Cổng vào\nCổng ra")
	const controller = `[...document.querySelectorAll("[role=dialog] input")].find((e) => e.value.startsWith("https://"))`
	tech.await("the address to be chosen", `(() => { const e = `+controller+`; e?.select(); return !!e })()`)
	tech.into(controller, s.Agents)
	tech.press("ticket.download")
	stick := tech.downloaded("cotmoc-enrol.json")

	var folders []string
	for range 2 {
		data := filepath.Join(t.TempDir(), "agent")
		enrol := s.Enrol(data, stick)
		enrol.Start()
		tech.press("ticket.confirm_go")
		stage.Await(t, time.Minute, "the PC to be let in", func() bool { return !enrol.Running() })
		folders = append(folders, data)
	}
	tech.awaitText(tech.say("ticket.none")) // it is used up
	names := map[string]string{}
	var screens []*stage.Screen
	for _, data := range folders {
		scr := s.Newcomer(stage.Place{Data: data})
		scr.AwaitJoined("")
		scr.AwaitCached(time.Minute)
		names[s.Watch(scr.ID).Name] = scr.ID
		screens = append(screens, scr)
	}
	if len(names) != 2 || names["Cổng vào"] == "" || names["Cổng ra"] == "" {
		t.Fatalf("the screens are %v", names)
	}

	broken := screens[0]
	broken.Kill()
	next := s.Newcomer(stage.Place{})
	code := next.Code()
	tech.open("/screens/" + broken.ID)
	tech.press("app.more")
	tech.press("device.replace")
	tech.into(`document.querySelector("[role=dialog] input")`, code)
	tech.press("device.replace_go")
	next.AwaitJoined(broken.ID)
	next.AwaitCached(time.Minute)
	tech.open("/screens/" + broken.ID)
	tech.awaitText(s.Watch(broken.ID).Name)
	tech.sound("technician")

	// The PC before comes back: it has its keys still, and is nobody.
	said := len(broken.Log())
	broken.Start()
	broken.AwaitServing()
	stage.Await(t, time.Minute, "the PC before to be turned away", func() bool {
		return strings.Contains(broken.Log()[said:], "cannot connect to the broker")
	})
	if broken.Status().Connected || !next.Status().Connected {
		t.Error("the PC before has its place again")
	}
}
