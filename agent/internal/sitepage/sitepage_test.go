package sitepage

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Every text is there in every language with the same parts, and the templates
// use none that is not.
func TestWords(t *testing.T) {
	t.Parallel()
	part := regexp.MustCompile(`\{[0-9]\}`)
	for key, w := range catalogue {
		want := fmt.Sprint(part.FindAllString(w.vi, -1))
		for _, lang := range languages {
			text := w.in(lang)
			if text == "" || fmt.Sprint(part.FindAllString(text, -1)) != want {
				t.Errorf("%s in %s: %q", key, lang, text)
			}
		}
	}
	source, err := assets.ReadFile("page/layout.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\bt (?:\.Lang|\$lang) "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		if _, ok := catalogue[m[1]]; !ok {
			t.Errorf("the page says %q, which is no word", m[1])
		}
	}
	for _, s := range []string{"right", "warning", "critical", "silent", "safe", "unknown"} {
		if _, ok := catalogue["state."+s]; !ok {
			t.Errorf("no word for the state %s", s)
		}
	}
}

// Without the PIN nobody sees anything of the site.
func TestNothingWithoutThePIN(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.phone("10.20.0.9")
	for _, path := range []string{"/", "/screens/" + string(playliststest.ID("bac")), "/runbooks/offline", "/safe?screen=all", "/captures/" + string(d.site.Screens[0].ID) + "/" + string(d.site.Screens[0].Capture)} {
		status, body := p.get(path)
		if status != http.StatusUnauthorized || strings.Contains(body, "Cổng") || strings.Contains(body, "Cầu Treo") || strings.Contains(body, "jpeg") {
			t.Errorf("%s is answered %d: %s", path, status, body)
		}
	}
	if status, _ := p.post("/safe", url.Values{"screen": {"all"}, "pin": {"246810"}}); status != http.StatusUnauthorized || len(d.safes) > 0 {
		t.Errorf("safe without the PIN of the site: %d, %v", status, d.safes)
	}
	for _, pin := range []string{"", "271829", "2718281", strings.Repeat("2", 1000)} {
		d.mono = d.mono.Add(time.Hour)
		if got := p.pin(pin); got != http.StatusForbidden {
			t.Errorf("%.10q is answered %d", pin, got)
		}
	}
	d.site.PIN = nil
	if status, body := p.get("/"); status != http.StatusUnauthorized || !strings.Contains(body, catalogue["pin.none"].vi) || strings.Contains(body, `name="pin"`) {
		t.Errorf("a site without a PIN is answered %d", status)
	}
	if got := p.pin(""); got != http.StatusForbidden {
		t.Errorf("no PIN opens a site without one: %d", got)
	}
}

// A session ends by itself, by leaving, with a restart and with another PIN.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*desk, *phone){
		"an hour":     func(d *desk, _ *phone) { d.mono = d.mono.Add(sessionFor) },
		"leaving":     func(_ *desk, p *phone) { p.post("/leave", nil) },
		"a restart":   func(d *desk, _ *phone) { d.start() },
		"another PIN": func(d *desk, _ *phone) { d.site.PIN = cheapPIN(2, playliststest.SitePIN) },
		"no PIN":      func(d *desk, _ *phone) { d.site.PIN = nil },
		"many sessions": func(d *desk, _ *phone) {
			d.mono = d.mono.Add(time.Second)
			for range maxSessions {
				d.inside()
			}
		},
	} {
		d := newDesk(t)
		p := d.inside()
		end(d, p)
		if status, _ := p.get("/"); status != http.StatusUnauthorized {
			t.Errorf("after %s it is answered %d", name, status)
		}
	}
}

// Guessing is slow, from one address and from many, over restarts; a phone
// that has been in before is not kept out by it.
func TestGuessing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known := d.inside()
	one := d.phone("10.20.0.66")
	for range freeOfOne {
		one.pin("000000")
	}
	if got := one.pin(playliststest.SitePIN); got != http.StatusTooManyRequests {
		t.Errorf("a fourth try at once is answered %d", got)
	}
	d.start()
	if got := one.pin(playliststest.SitePIN); got != http.StatusTooManyRequests {
		t.Errorf("after pulling the plug it is answered %d", got)
	}
	d.mono = d.mono.Add(firstWait)
	if got := one.pin("000000"); got != http.StatusForbidden {
		t.Errorf("a try in its time is answered %d", got)
	}
	d.mono = d.mono.Add(firstWait)
	if got := one.pin("000000"); got != http.StatusTooManyRequests {
		t.Errorf("the wait does not grow: %d", got)
	}
	// A day of guesses from as many addresses as a network has.
	tried, day := 0, d.mono.Add(24*time.Hour)
	for i := 0; d.mono.Before(day); i++ {
		if p := d.phone(fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)); p.pin("000000") == http.StatusForbidden {
			tried++
		} else {
			d.mono = d.mono.Add(20 * time.Second)
		}
	}
	if tried > 24*12+20 {
		t.Errorf("%d guesses in a day", tried)
	}
	if n := len(d.waits.kept.From); n > maxCallers {
		t.Errorf("keeps %d callers", n)
	}
	if got := d.phone("10.99.0.1").pin(playliststest.SitePIN); got != http.StatusTooManyRequests {
		t.Errorf("a stranger in the crowd is answered %d", got)
	}
	known.cookies[sessionCookie] = ""
	if got := known.pin(playliststest.SitePIN); got != http.StatusSeeOther {
		t.Errorf("a known phone is kept out: %d", got)
	}
	for range freeOfOne {
		known.pin("000000")
	}
	if got := known.pin("000000"); got != http.StatusTooManyRequests {
		t.Errorf("a known phone guesses freely: %d", got)
	}
	d.store.full = true
	d.mono = d.mono.Add(time.Hour)
	if got := known.pin(playliststest.SitePIN); got != http.StatusServiceUnavailable {
		t.Errorf("a try that cannot be counted is answered %d", got)
	}
}

// A form of another site, without the session's token, or under another name
// for this machine does nothing.
func TestForgedRequests(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.inside()
	form := url.Values{"screen": {"all"}, "pin": {"246810"}, "token": {p.token}}
	for name, change := range map[string]func(*http.Request){
		"another site":     func(r *http.Request) { r.Header.Set("Origin", "https://xau.example") },
		"no origin":        func(r *http.Request) { r.Header.Del("Origin") },
		"an opaque one":    func(r *http.Request) { r.Header.Set("Origin", "null") },
		"plain HTTP":       func(r *http.Request) { r.Header.Set("Origin", "http://"+r.Host) },
		"a name of theirs": func(r *http.Request) { r.Host = "xau.example:9443"; r.Header.Set("Origin", "https://xau.example:9443") },
	} {
		if resp, _ := p.do(http.MethodPost, "/safe", form, change); resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s is answered %d", name, resp.StatusCode)
		}
	}
	token := p.token
	for _, forged := range []string{"", "x", token[1:]} {
		p.token = forged
		if status, _ := p.post("/safe", url.Values{"screen": {"all"}, "pin": {"246810"}}); status != http.StatusForbidden {
			t.Errorf("token %q is answered %d", forged, status)
		}
	}
	if resp, _ := p.do(http.MethodPost, "/safe", url.Values{"screen": {strings.Repeat("a", maxForm)}}, nil); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a huge form is answered %d", resp.StatusCode)
	}
	if len(d.safes) > 0 {
		t.Errorf("safe was done: %v", d.safes)
	}
	resp, _ := p.do(http.MethodGet, "/", nil, nil)
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	login, _ := d.phone("10.20.0.8").do(http.MethodPost, "/pin", url.Values{"pin": {playliststest.SitePIN}}, nil)
	for _, c := range login.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %+v", c)
		}
	}
	for path, want := range map[string]string{"/lang?to=en&back=//xau.example": "/", "/lang?to=lo&back=https://xau.example": "/", "/lang?to=vi&back=/screens/bac": "/screens/bac", `/lang?to=en&back=/\xau.example`: "/"} {
		if resp, _ := p.do(http.MethodGet, path, nil, nil); resp.Header.Get("Location") != want {
			t.Errorf("%s leads to %s", path, resp.Header.Get("Location"))
		}
	}
}

// What a captured screen says of itself is text on the page.
func TestPoisonedWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	d.site.Screens[1].Name, d.site.Screens[1].Report.Title, d.site.Screens[1].Report.Version = evil, evil, "javascript:alert(1)"
	p := d.inside()
	for _, path := range []string{"/", "/screens/" + string(playliststest.ID("bac")), "/safe?screen=" + string(playliststest.ID("bac"))} {
		if status, body := p.get(path); status != http.StatusOK || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
			t.Errorf("%s (%d) carries it", path, status)
		}
	}
}

// The plan says how each screen is, in the reader's language.
func TestPlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bac := &d.site.Screens[1]
	p := d.inside()
	says := func(lang string, want ...string) {
		t.Helper()
		p.lang = lang
		_, body := p.get("/")
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("in %s it does not say %q", lang, w)
			}
		}
	}
	says("vi-VN,vi;q=0.9", "Cầu Treo", "Cổng chính", "Cổng bắc", "Bình thường", "Đang phát: Chào mừng", `src="/captures/`)
	says("en", "As it should be", "Shows: Chào mừng")
	says("lo", "ປົກກະຕິ", "ກຳລັງຫຼິ້ນ: Chào mừng")
	bac.Silent, bac.Age = true, 90*time.Minute
	at := playliststest.Now.Add(-bac.Age).In(d.zone).Format("15:04")
	says("fr, en-GB;q=0.5", "Does not answer, since "+at)
	says("vi", "Không trả lời, từ "+at)
	d.clock = wire.ClockLost
	says("vi", "Không trả lời, đã 90 phút")
	if _, body := p.get("/screens/" + string(bac.ID)); !strings.Contains(body, `href="/runbooks/offline"`) {
		t.Error("no runbook")
	}
	p.lang = "en"
	if status, body := p.get("/runbooks/offline"); status != http.StatusOK || !strings.Contains(body, "power light") {
		t.Errorf("the runbook is answered %d", status)
	}
	for _, path := range []string{"/runbooks/..%2f..%2fdevice.key", "/runbooks/xyz", "/screens/nobody", "/captures/x/y", "/safe?screen=x", "/nothing"} {
		if status, _ := p.get(path); status != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, status)
		}
	}
	if status, body := p.get("/captures/" + string(d.site.Screens[0].ID) + "/" + string(d.site.Screens[0].Capture)); status != http.StatusOK || body != "jpeg" {
		t.Errorf("the capture is answered %d", status)
	}
	d.clock = wire.ClockTrusted
	p.get("/lang?to=vi&back=/")
	says("en", "Bình thường") // what was chosen counts
}

func TestIncidents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Screen)
		style  string
		want   string
	}{
		"all is well":     {func(*Screen) {}, "right", ""},
		"wrong":           {func(s *Screen) { s.Report.Checks[0].Finding = "wrong" }, "critical", "wrong_content"},
		"black":           {func(s *Screen) { s.Report.Checks[0].Finding = "black" }, "critical", "black"},
		"frozen":          {func(s *Screen) { s.Report.Checks[0].Finding = "frozen" }, "critical", "frozen"},
		"blind":           {func(s *Screen) { s.Report.Checks[0].Finding = "blind" }, "warning", "blind"},
		"unsure":          {func(s *Screen) { s.Report.Checks[0].Finding = "unsure" }, "right", ""},
		"no page":         {func(s *Screen) { s.Report.Showing = "none" }, "critical", "no_picture"},
		"a short blink":   {func(s *Screen) { s.Report.Connected, s.Report.HeardS = false, 30 }, "right", ""},
		"alone":           {func(s *Screen) { s.Report.Connected, s.Report.HeardS = false, 130 }, "warning", "no_controller"},
		"never connected": {func(s *Screen) { s.Report.Connected, s.Report.HeardS = false, -1 }, "warning", "no_controller"},
		"lost clock":      {func(s *Screen) { s.Report.Clock = "lost" }, "warning", "clock_lost"},
		"a problem":       {func(s *Screen) { s.Report.Problems = []programme.PeerProblem{{Code: "disk_low"}} }, "warning", "trouble"},
		"of another":      {func(s *Screen) { s.Report.Problems = []programme.PeerProblem{{Code: "peer_lying"}} }, "right", ""},
		"safe":            {func(s *Screen) { s.Report.Safe = true }, "safe", ""},
		"silent":          {func(s *Screen) { s.Silent, s.Report.Checks[0].Finding = true, "black" }, "silent", "offline"},
		"lying":           {func(s *Screen) { s.Lying = true }, "critical", "peer_lying"},
		"not heard yet":   {func(s *Screen) { s.Report = nil }, "unknown", ""},
		"worst first":     {func(s *Screen) { s.Report.Clock, s.Report.Showing = "lost", "none" }, "critical", "no_picture clock_lost"},
	} {
		r := playliststest.PeerReport("bac", 1)
		r.Problems = nil
		s := Screen{ID: r.Screen, Name: "x", Report: r}
		c.change(&s)
		all := incidents(&s)
		var rules []string
		for _, in := range all {
			rules = append(rules, in.Rule)
			if _, ok := catalogue[in.Rule]; !ok {
				t.Errorf("no words for %s", in.Rule)
			}
			if _, ok := catalogue["runbook."+in.Runbook]; !ok {
				t.Errorf("nothing to do about %s", in.Rule)
			}
		}
		if style, _ := styleOf(&s, all); style != c.style || strings.Join(rules, " ") != c.want {
			t.Errorf("%s: %s, %v", name, style, rules)
		}
	}
}

// Each screen judges the safe PIN; of the whole site the one at hand first, so
// that a wrong PIN costs the others no try.
func TestSafe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.inside()
	own, bac := string(d.site.Screens[0].ID), string(d.site.Screens[1].ID)
	if status, body := p.post("/safe", url.Values{"screen": {"all"}, "pin": {"111111"}}); status != http.StatusForbidden || !strings.Contains(body, "còn 4 lần") || len(d.safes) != 1 || d.safes[0] != own+" 111111" {
		t.Errorf("a wrong PIN: %d, %v", status, d.safes)
	}
	d.safes = nil
	if status, body := p.post("/safe", url.Values{"screen": {bac}, "pin": {"246810"}}); status != http.StatusOK || len(d.safes) != 1 || d.safes[0] != bac+" 246810" || !strings.Contains(body, catalogue["safe.done"].vi) {
		t.Errorf("one screen: %d, %v", status, d.safes)
	}
	d.safes = nil
	d.answers[playliststest.ID("bac")] = Answer{Wait: 10 * time.Minute}
	if status, body := p.post("/safe", url.Values{"screen": {"all"}, "pin": {"246810"}}); status != http.StatusOK || len(d.safes) != 2 || !strings.Contains(body, "chờ 10 phút") {
		t.Errorf("all: %d, %v", status, d.safes)
	}
	d.missing = true
	if status, body := p.post("/safe", url.Values{"screen": {own}, "pin": {"246810"}}); status != http.StatusForbidden || !strings.Contains(body, catalogue["safe.missing"].vi) {
		t.Errorf("without a safe PIN: %d", status)
	}
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	got := fmt.Sprintf("%+v", blocks("# Một\n\n> Đừng **chạm**\n\nHai **ba**\nbốn\n\n1. năm\n   sáu\n2. bảy\n\n- tám\n## Chín\n<b>mười</b>\n"))
	want := "[{Kind:h1 Text:Một Ordered:false Lines:[]} {Kind:warning Text:Đừng chạm Ordered:false Lines:[]} {Kind:p Text:Hai ba bốn Ordered:false Lines:[]} {Kind:list Text: Ordered:true Lines:[năm sáu bảy]} {Kind:list Text: Ordered:false Lines:[tám]} {Kind:h2 Text:Chín Ordered:false Lines:[]} {Kind:p Text:<b>mười</b> Ordered:false Lines:[]}]"
	if got != want {
		t.Errorf("%s", got)
	}
}

// The certificate stays the same over restarts.
func TestCertificate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before := d.Fingerprint()
	d.start()
	if d.Fingerprint() != before || len(before) != 32*3-1 {
		t.Errorf("%s, then %s", before, d.Fingerprint())
	}
}
