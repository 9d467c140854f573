package screencheck

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/color"
	"image/jpeg"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"cotmoc/agent/internal/devtools"
	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// stubborn is a browser that closes no page.
type stubborn struct {
	t    *testing.T
	out  *os.File
	shot string // base64

	mu     sync.Mutex
	called map[string]int
}

func (s *stubborn) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := fmt.Fprintf(s.out, format+"\x00", args...); err != nil {
		s.t.Logf("the agent has left: %v", err)
	}
}

func (s *stubborn) times(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.called[method]
}

func (s *stubborn) serve(in *os.File) {
	r := bufio.NewReader(in)
	for {
		b, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var asked struct {
			ID        int64
			Method    string
			SessionID string
			Params    struct{ TargetID string }
		}
		if err := json.Unmarshal(bytes.TrimSuffix(b, []byte{0}), &asked); err != nil {
			s.t.Error(err)
		}
		s.mu.Lock()
		s.called[asked.Method]++
		s.mu.Unlock()
		switch asked.Method {
		case "Target.setDiscoverTargets":
			s.say(`{"method":"Target.targetCreated","params":{"targetInfo":{"targetId":"a","type":"page","url":"http://127.0.0.1:9/"}}}`)
			s.say(`{"method":"Target.targetCreated","params":{"targetInfo":{"targetId":"w","type":"service_worker","url":"http://elsewhere.example/"}}}`)
			s.say(`{"method":"Target.targetCreated","params":{"targetInfo":{"targetId":"b","type":"page","url":"about:blank"}}}`)
			s.say(`{"method":"Target.targetInfoChanged","params":{"targetInfo":{"targetId":"b","type":"page","url":"http://elsewhere.example/"}}}`)
		case "Page.startScreencast":
			s.say(`{"method":"Page.screencastFrame","sessionId":%q,"params":{"data":%q,"sessionId":1}}`, asked.SessionID, s.shot)
		}
		s.say(`{"id":%d,"result":{"sessionId":"s-%s"}}`, asked.ID, asked.Params.TargetID)
	}
}

// neutralPlayout is a playout that shows its neutral page.
type neutralPlayout struct{}

func (neutralPlayout) View() playout.View {
	return playout.View{Slots: []playout.Slot{{Key: "neutral", Kind: playout.Neutral}}}
}
func (neutralPlayout) Changed() <-chan struct{} { return nil }
func (neutralPlayout) Status() playout.Status   { return playout.Status{} }
func (neutralPlayout) Now() time.Time           { return time.Now() }

type noted struct {
	mu  sync.Mutex
	set map[string]string
}

func (n *noted) Set(about, code, detail string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set[about] = code + ": " + detail
}
func (n *noted) Clear(about string) { n.mu.Lock(); defer n.mu.Unlock(); delete(n.set, about) }

// A page that does not go takes the browser with it, and until then the glass
// is wrong however right the player's own page is.
func TestPageThatDoesNotGo(t *testing.T) {
	t.Parallel()
	fromAgent, toBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBrowser, toAgent, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var shot bytes.Buffer
	if err := jpeg.Encode(&shot, wall(0x40, color.RGBA{0, 0, 255, 255}), nil); err != nil {
		t.Fatal(err)
	}
	s := &stubborn{t: t, out: toAgent, shot: base64.StdEncoding.EncodeToString(shot.Bytes()), called: map[string]int{}}
	conn := devtools.New(fromBrowser, toBrowser)
	restarts, posts := make(chan string, 8), make(chan wire.Capture, 8)
	problems := &noted{set: map[string]string{}}
	b := NewBrowser("http://127.0.0.1:9/")
	c := New(Options{
		Browser: b, Playout: neutralPlayout{}, Prints: func(playlists.Digest) *programme.Prints { return nil }, Covered: func() string { return "" },
		Post:    func(_ context.Context, of wire.Capture, _ []byte) error { posts <- of; return nil },
		Restart: func(why string) { restarts <- why }, Problems: problems, Changed: func() {}, Mono: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.serve(fromAgent) })
	running.Go(func() { b.Talk(ctx, conn) })
	running.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		_, _, _ = conn.Close(), toAgent.Close(), fromAgent.Close()
		running.Wait()
	})
	if of := <-posts; of.Finding != wire.FindingWrong || of.Witness != wire.WitnessBrowser {
		t.Errorf("posted %+v", of)
	}
	if why := <-restarts; why != "foreign page" {
		t.Errorf("restarted for %q", why)
	}
	if n := s.times("Target.closeTarget"); n != endTries {
		t.Errorf("%d pages were closed before, want %d tries at the one that is foreign", n, endTries)
	}
	for n := s.times("Page.startScreencast"); s.times("Page.startScreencast") < n+4; time.Sleep(20 * time.Millisecond) {
	}
	if checks := c.Checks(); len(checks) != 1 || checks[0].Finding != wire.FindingWrong || checks[0].Why != otherPage || checks[0].Evidence != playlists.DigestOf(shot.Bytes()) {
		t.Errorf("found %+v", checks)
	}
	if len(restarts) > 0 {
		t.Error("the browser is restarted again within a minute")
	}
	problems.mu.Lock()
	defer problems.mu.Unlock()
	if p := problems.set[about]; p != "other_page: another page was in the kiosk browser and was sent away: http://elsewhere.example/" {
		t.Errorf("the problem is %q", p)
	}
}
