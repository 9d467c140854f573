package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists/wire"
)

// noticed is within how long a watch officer must know.
const noticed = 5 * time.Second

// checked gives what the browser's witness on a screen says.
func checked(scr *stage.Screen) wire.Check {
	for _, c := range scr.Status().Report.Checks {
		if c.Witness == wire.WitnessBrowser {
			return c
		}
	}
	return wire.Check{}
}

// TestHijack tells what becomes of a screen into whose browser somebody has got:
// another page in front of the player, the player's page led elsewhere, and
// something laid over it are noticed within seconds, with a picture as evidence,
// and the pages are ended. The watch officer's phone tells it at once, and still
// shows the picture when the page has long gone.
func TestHijack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	red, moving := s.Approved("do.png", "Đỏ", picture(t, "red")), s.Approved("phim.mp4", "Phim", film(t, "green"))
	s.Schedule("Cả ngày", s.Playlist("Danh sách", red, moving), 0)
	s.Publish()
	scr := s.ScreenAt("Quốc môn", stage.Place{Args: stage.KioskArgs()})
	scr.AwaitCached(time.Minute)
	finds := func(f wire.Finding, why string) func() bool {
		return func() bool { c := checked(scr); return c.Finding == f && c.Why == why }
	}
	stage.Await(t, time.Minute, "the glass to be right", finds(wire.FindingRight, ""))

	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if _, err := io.WriteString(w, `<body style="background:#c0c">Not approved</body>`); err != nil {
			t.Log(err)
		}
	}))
	t.Cleanup(elsewhere.Close)
	phone := officer(t, s)
	phone.awaitText(phone.say("incident.title"))
	in := scr.Intrude()
	for name, intrude := range map[string]func(string){"a page in front": in.Open, "the page led away": in.Navigate} {
		intrude(elsewhere.URL)
		stage.Await(t, noticed, name+" to be noticed", finds(wire.FindingWrong, "other_page"))
		if c := checked(scr); c.Evidence.Validate() != nil {
			t.Errorf("%s: the evidence is %q", name, c.Evidence)
		}
		stage.Await(t, noticed, name+" to be ended", func() bool { return slices.Equal(in.Pages(), []string{scr.URL}) })
		stage.Await(t, 2*noticed, "the glass to be right after "+name, finds(wire.FindingRight, ""))
	}
	stage.Await(t, noticed, "the console to name it", func() bool { w := s.Watch(scr.ID); return w.Has("other_page") })

	phone.awaitText(phone.say("incident.rule_wrong_content"))
	phone.do(chromedp.Click(chromedp.JSPath(`[...document.querySelectorAll("main a[href^='/screens/incidents/']")].find((a) => a.innerText.includes(` + strconv.Quote(phone.say("incident.rule_wrong_content")) + `))`)))
	phone.awaitText(phone.say("incident.evidence"))
	phone.await("the picture of the foreign page", `[...document.querySelectorAll("main img")].some((e) => e.complete && e.naturalWidth > 300)`)
	phone.sound("officer")

	in.Run(`{ const e = document.createElement("div"); e.style = "position:fixed;z-index:99;left:45%;top:45%;width:15%;height:12%;background:#fff"; document.body.append(e); }`)
	stage.Await(t, 2*noticed, "a text box to be noticed", finds(wire.FindingWrong, "other_picture"))
}
