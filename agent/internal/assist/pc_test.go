package assist_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/assist"
	"cotmoc/agent/internal/state"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// pc is a screen PC in whose bubble an assistant lives; it outlasts starts of
// the agent.
type pc struct {
	t     *testing.T
	began time.Time // of this start of the PC

	mu        sync.Mutex
	kept      []byte
	broken    error // of the disk
	boot      int
	did       []string
	fails     error // of what is done
	pages     uint64
	returns   bool // a page that loads again comes back
	lit       bool
	bulletin  bool
	problems  map[string]string
	clock     wire.ClockState
	ahead     time.Duration // of the wall clock
	floor     time.Time
	results   []wire.Result
	offline   bool
	starts    int
	restarted bool // the agent was told to end
	alone     bool // nothing would start the agent again
}

func newPC(t *testing.T) *pc {
	return &pc{t: t, began: time.Now().Add(-time.Hour), boot: 1, pages: 1, returns: true, lit: true, clock: wire.ClockTrusted, problems: map[string]string{}}
}

func (p *pc) Document(_ state.Name, valid func([]byte) error) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept, p.kept != nil && valid(p.kept) == nil
}

func (p *pc) SetDocument(_ state.Name, data []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken == nil {
		p.kept = data
	}
	return p.broken
}

func (p *pc) Now() (time.Time, wire.ClockState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead), p.clock
}

func (p *pc) Bounds() (earliest, latest time.Time) {
	now, _ := p.Now()
	return now.Add(-time.Minute), now.Add(time.Minute)
}

func (p *pc) Floor() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.floor.IsZero() {
		return time.Now().Add(-time.Minute)
	}
	return p.floor
}

func (p *pc) Set(about, code, _ string) { p.note(func() { p.problems[about] = code }) }
func (p *pc) Clear(about string)        { p.note(func() { delete(p.problems, about) }) }

func (p *pc) Pages() (int, uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(int(p.pages), 1), p.pages
}

func (p *pc) Reload() { _ = p.act("reload") }

// act notes what was done; a page comes back two seconds later.
func (p *pc) act(what string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.did = append(p.did, what)
	if p.returns && (what == "reload" || strings.HasPrefix(what, "browser")) {
		time.AfterFunc(2*time.Second, func() { p.note(func() { p.pages++ }) })
	}
	if p.fails == nil && (what == "on" || what == "off") {
		p.lit = what == "on"
	}
	return p.fails
}

func (p *pc) On(context.Context) error  { return p.act("on") }
func (p *pc) Off(context.Context) error { return p.act("off") }
func (p *pc) Brightness(_ context.Context, n int) error {
	return p.act(fmt.Sprintf("brightness %d", n))
}
func (p *pc) Volume(_ context.Context, n int) error { return p.act(fmt.Sprintf("volume %d", n)) }
func (p *pc) Look(context.Context) error            { return p.act("look") }
func (p *pc) Restart(context.Context) error         { return p.act("restart pc") }
func (p *pc) Uptime() time.Duration                 { return time.Since(p.began) }

func (p *pc) Boot() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint("boot ", p.boot)
}

func (p *pc) note(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

func (p *pc) send(r wire.Result) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.offline {
		return errors.New("no session")
	}
	p.results = append(p.results, r)
	return nil
}

// start starts the agent; stop ends it.
func (p *pc) start() (a *assist.Assistant, stop func()) {
	p.starts++
	o := assist.Options{
		Verify: func(b []byte) (*programme.Command, error) {
			return programme.VerifyCommand(b, programme.Trust{Screen: playliststest.Screen().ID, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
		},
		Send: p.send, Clock: p, Store: p, Problems: p, Player: p, Browser: func(why string) { _ = p.act("browser, " + why) }, Display: p, Eyes: p, Machine: p,
		RestartAgent: func() { p.note(func() { p.restarted = true }) },
		Lines:        func(n int) [][]byte { return [][]byte{fmt.Appendf(nil, "of %d", n)} },
		Bulletin:     func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.bulletin },
		Start:        fmt.Sprint("start ", p.starts), Mono: time.Now, Log: slog.New(slog.DiscardHandler),
	}
	if p.alone {
		o.RestartAgent, o.Browser, o.Eyes = nil, nil, nil
	}
	a = assist.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = a.Run(ctx); close(done) }()
	return a, func() { cancel(); <-done }
}

// ask gives a command for the screen, good for ten minutes.
func ask(t *testing.T, id string, kind programme.CommandKind, amount int) []byte {
	t.Helper()
	c := programme.Command{
		Screen: playliststest.Screen().ID, ID: playliststest.ID(id), Kind: kind, Amount: amount, Person: playliststest.ID("hoa"), By: "Hoà", Epoch: 1,
		IssuedAt: time.Now().UnixMilli(), ExpiresAt: time.Now().Add(10 * time.Minute).UnixMilli(),
	}
	b, err := programme.SignCommand(&c, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// said gives what was told of a command so far: outcomes with their why.
func (p *pc) said(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, r := range p.results {
		if r.ID == playliststest.ID(id) {
			out = append(out, strings.TrimSuffix(string(r.Outcome)+" "+r.Why, " "))
		}
	}
	return strings.Join(out, ", ")
}

func (p *pc) done() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.did)
}

func (p *pc) expect(id, said string) {
	p.t.Helper()
	if got := p.said(id); got != said {
		p.t.Errorf("of %s it was said %q, want %q", id, got, said)
	}
}

func (p *pc) expectDone(did ...string) {
	p.t.Helper()
	if got := p.done(); !slices.Equal(got, did) {
		p.t.Errorf("done was %q, want %q", got, did)
	}
}

// in runs a test in a bubble, whose time is its own.
func in(t *testing.T, test func(p *pc)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(newPC(t)) })
}

func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
