package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

// incident is one as the API tells of it.
type incident struct {
	ID          string                  `json:"id"`
	Rule        string                  `json:"rule"`
	CloseReason string                  `json:"close_reason"`
	Entries     []struct{ Kind string } `json:"entries"`
}

// officer gives the phone of a watch officer of the stage's cluster, on which
// the incidents are open.
func officer(t *testing.T, s *stage.Stage) *desk {
	t.Helper()
	units, err := apiclient.List[struct {
		ID string `json:"id"`
	}](t.Context(), s.Admin, "/units")
	if err != nil {
		t.Fatal(err)
	}
	s.Post(s.Admin, "/people", stage.Object{"login": "story.officer", "name": "Đậu Xuân Trực", "password": stage.Password, "unit_id": units[0].ID,
		"grants": []stage.Object{{"role": "watch_officer", "unit_id": "", "cluster_id": s.Cluster}}})
	d := sit(look(t, "about:blank"), s, "story.officer")
	d.do(chromedp.EmulateViewport(390, 844))
	d.open("/screens/incidents")
	return d
}

// TestAnIncidentOnAPhone tells of a pulled cable from the first sign to the
// end, as a watch officer lives it on a phone: it comes by itself, one touch
// takes it, the runbook is beside it, what was done is written down, the cable
// is back, and the officer says what it was.
func TestAnIncidentOnAPhone(t *testing.T) {
	t.Parallel()
	// A tenth of the patience: seconds instead of minutes.
	s := stage.New(t, programs(t), "--incident-patience", "0.1")
	line := s.Line()
	scr := s.ScreenAt("Quốc môn", stage.Place{Line: line})
	s.Slate(s.Approved("nen.jpg", "Nền", stage.Photo(t, 1)))
	s.Publish()
	stage.OpenPage(t, scr.URL)
	stage.Await(t, time.Minute, "the slate on the board", func() bool { return s.Watch(scr.ID).State == "slate" })

	d := officer(t, s)
	// What was wrong before anything was shown has ended or ends by itself.
	d.await("nothing to be wrong", fmt.Sprintf(`document.body.innerText.includes(%q)`, d.say("incident.none_open")))
	fits := func(where string) {
		t.Helper()
		small, err := ask[[]string](d, `[...document.querySelectorAll("main button, main input[type=radio] + *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.innerText)
			.concat(document.documentElement.scrollWidth > 390 ? ["the page is " + document.documentElement.scrollWidth + " wide"] : [])`)
		if err != nil || len(small) > 0 {
			t.Errorf("%s: %q, %v", where, small, err)
		}
	}
	fits("the empty list")

	line.Cut()
	cut := time.Now()
	d.awaitText(d.say("incident.rule_offline"))
	t.Logf("told %s after the cable was pulled", time.Since(cut).Round(time.Second))
	d.awaitText("Quốc môn")
	d.awaitText(d.say("incident.untaken"))
	fits("the list")
	d.press("incident.take")
	d.awaitText("Đậu Xuân Trực")
	d.do(chromedp.Click(chromedp.JSPath(`document.querySelector("main a[href^='/screens/incidents/']")`)))
	d.awaitText("Màn hình mất kết nối") // the runbook
	d.into(`document.querySelector("textarea[name=comment]")`, "Dây mạng bị tuột, đang cắm lại")
	d.press("incident.comment_go")
	d.await("the note in the time line", `[...document.querySelectorAll("blockquote")].some((e) => e.innerText.includes("đang cắm lại"))`)
	fits("the incident")

	line.Mend()
	d.awaitText(d.say("incident.recovered"))
	d.awaitText(d.say("incident.hint_only_line", "{{screen}}", "Quốc môn"))
	d.press("incident.close")
	d.press("incident.reason_line_back")
	d.into(`document.querySelector("textarea[name=close-text]")`, "Đã cắm chặt lại dây")
	d.press("incident.close")
	d.awaitText(d.say("incident.closed_as", "{{reason}}", d.say("incident.reason_line_back")))
	d.sound("officer")

	closed, err := apiclient.List[incident](t.Context(), s.Technician, "/incidents?state=closed&rule=offline")
	if err != nil || len(closed) != 1 || closed[0].CloseReason != "line_back" {
		t.Fatalf("closed %+v, %v", closed, err)
	}
	var one incident
	if err := s.Technician.Get(t.Context(), "/incidents/"+closed[0].ID, &one); err != nil {
		t.Fatal(err)
	}
	kinds := ""
	for _, e := range one.Entries {
		kinds += e.Kind + " "
	}
	if kinds != "opened acknowledged commented recovered closed " {
		t.Errorf("the journal says %s", kinds)
	}
}
