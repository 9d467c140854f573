// Package assist does what a technician asks of the screen PC from afar: a
// closed list of signed commands, each at most once, none after its time, and
// none so often or for so long that whoever holds the controller could keep a
// screen dark or starting. What became of each is told until it was heard.
package assist

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Clock is the agent's clock.
type Clock interface {
	Now() (time.Time, wire.ClockState)
	Bounds() (earliest, latest time.Time)
	Floor() time.Time // it never goes back
}

// Store keeps small documents in two places.
type Store interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
}

// Problems takes what a person should know, by the part that it is about.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Player is the page on the screen.
type Player interface {
	Reload()
	Pages() (open int, newest uint64) // newest rises with each page that joins
}

// Display is the display behind the PC.
type Display interface {
	On(ctx context.Context) error
	Off(ctx context.Context) error
	Brightness(ctx context.Context, percent int) error
	Volume(ctx context.Context, percent int) error
}

// Eyes look at the glass and hand over what they see.
type Eyes interface {
	Look(ctx context.Context) error
}

// Machine is this PC. Its uptime is the one clock that nobody can set.
type Machine interface {
	Boot() string // other after each start of the PC; "" when it cannot be told
	Uptime() time.Duration
	Restart(ctx context.Context) error
}

// Options is what an Assistant works with. All is needed that is not said to be
// nil somewhere.
type Options struct {
	Verify       func(envelope []byte) (*programme.Command, error)
	Send         func(wire.Result) error // waits until the broker has it
	Clock        Clock
	Store        Store
	Problems     Problems
	Player       Player
	Browser      func(why string) // restarts it; nil when it is not ours
	Display      Display
	Eyes         Eyes // nil when nothing looks at the glass
	Machine      Machine
	RestartAgent func()               // ends this program; nil when nothing starts it again
	Lines        func(n int) [][]byte // the newest of the log
	Bulletin     func() bool          // one shows, or would
	Start        string               // names this start of the agent
	Mono         func() time.Time     // time.Now: only differences are used
	Log          *slog.Logger
}

const (
	maxOffered = 16
	maxWaiting = 16
	// trustWithin is how long a command waits for the clock to be trusted: a
	// beacon is asked for at each connect.
	trustWithin = time.Minute
	lookEvery   = time.Second
	sendAgain   = 30 * time.Second
)

// Assistant takes commands. It is safe for concurrent use.
type Assistant struct {
	o       Options
	offered chan *programme.Command
	kick    chan struct{}
	power   *power
	budget  *budget

	mu     sync.Mutex
	ledger ledger
	logs   map[playlists.ID][]byte // packed, of this run
	unsent map[playlists.ID]bool   // results that nobody has heard
}

// New restores what was asked before: what a restart has interrupted is judged
// by what came of it.
func New(o Options) *Assistant {
	a := &Assistant{
		o: o, offered: make(chan *programme.Command, maxOffered), kick: make(chan struct{}, 1), budget: newBudget(o.Mono),
		logs: map[playlists.ID][]byte{}, unsent: map[playlists.ID]bool{},
	}
	a.restore()
	a.power = &power{a: a, left: a.ledger.Dark != nil && a.ledger.Dark.Now}
	return a
}

// Offer takes an envelope as it came. It returns at once.
func (a *Assistant) Offer(envelope []byte) {
	c, err := a.o.Verify(envelope)
	if err != nil {
		return // it was counted and told of where it was refused
	}
	select {
	case a.offered <- c:
	default: // it comes again until it is answered
		a.o.Log.Warn("command dropped", "command", c.ID, "kind", c.Kind)
	}
}

// Kick has results handed over: there may be a session.
func (a *Assistant) Kick() {
	select {
	case a.kick <- struct{}{}:
	default:
	}
}

// waiting is a command whose time cannot be judged yet.
type waiting struct {
	c     *programme.Command
	since time.Time // mono
}

// Run does what is asked, one command after the other, until ctx ends.
func (a *Assistant) Run(ctx context.Context) error {
	var minding sync.WaitGroup
	minding.Go(func() { a.power.mind(ctx) })
	defer minding.Wait()
	var held []waiting
	look, again := time.NewTicker(lookEvery), time.NewTicker(sendAgain)
	defer look.Stop()
	defer again.Stop()
	a.handOver()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.kick:
			a.handOver()
		case <-again.C:
			a.handOver()
		case c := <-a.offered:
			switch {
			case a.again(c):
				a.handOver()
			case a.full() || len(held) >= maxWaiting: // it comes again
				a.o.Log.Warn("command dropped", "command", c.ID, "kind", c.Kind)
			default:
				held = a.judge(ctx, append(held, waiting{c, a.o.Mono()}))
			}
		case <-look.C:
			held = a.judge(ctx, held)
		}
	}
}

// judge begins those whose time has not passed, and gives those that wait on.
func (a *Assistant) judge(ctx context.Context, all []waiting) []waiting {
	var held []waiting
	for _, w := range all {
		why, decided := a.timely(w)
		switch {
		case !decided:
			held = append(held, w)
		case a.again(w.c): // it came twice
		case why != "":
			a.refuse(w.c, why, "")
		default:
			a.do(ctx, w.c)
		}
	}
	a.handOver()
	return held
}

// timely tells whether a command may still begin, and why not. Once the floor
// is past its end it never may, however the clock is set.
func (a *Assistant) timely(w waiting) (why string, decided bool) {
	end := w.c.Expires()
	if !a.o.Clock.Floor().Before(end) {
		return "expired", true
	}
	now, clock := a.o.Clock.Now()
	if clock == wire.ClockTrusted {
		if now.Before(end) {
			return "", true
		}
		return "expired", true
	}
	if a.o.Mono().Sub(w.since) < trustWithin {
		return "", false
	}
	if clock == wire.ClockLost {
		return "clock_lost", true
	}
	if _, latest := a.o.Clock.Bounds(); latest.Before(end) {
		return "", true
	}
	return "expired", true
}

// again tells whether a command has come before; its result is told anew.
func (a *Assistant) again(c *programme.Command) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.ledger.find(c.ID)
	if r != nil {
		a.unsent[c.ID] = true
	}
	return r != nil
}

// do executes a command once and keeps what became of it.
func (a *Assistant) do(ctx context.Context, c *programme.Command) {
	if why, detail := a.mayNot(c); why != "" {
		a.refuse(c, why, detail)
		return
	}
	err := a.note(c, wire.OutcomeTaken, "", "")
	if restarts := c.Kind == programme.CommandRestartAgent || c.Kind == programme.CommandRestartPC; err != nil && restarts {
		// After the restart nobody would know that it was done.
		a.refuse(c, "not_kept", err.Error())
		return
	}
	a.o.Log.Info("command taken", "command", c.ID, "kind", c.Kind, "amount", c.Amount, "by", c.By)
	a.handOver() // before what may end us
	packed, err := a.execute(ctx, c)
	switch {
	case ctx.Err() != nil:
		return // the next start judges it
	case err != nil:
		why := playlists.ReasonOf(err)
		if why == "" {
			why = "failed"
		}
		a.o.Log.Warn("command failed", "command", c.ID, "kind", c.Kind, "error", err)
		_ = a.note(c, wire.OutcomeFailed, why, err.Error())
	default:
		a.mu.Lock()
		if packed != nil {
			clear(a.logs) // one is enough to keep in memory
			a.logs[c.ID] = packed
		}
		a.mu.Unlock()
		a.o.Log.Info("command done", "command", c.ID, "kind", c.Kind)
		_ = a.note(c, wire.OutcomeDone, "", "")
	}
	a.handOver()
}

func (a *Assistant) refuse(c *programme.Command, why, detail string) {
	a.o.Log.Warn("command refused", "command", c.ID, "kind", c.Kind, "why", why)
	_ = a.note(c, wire.OutcomeRefused, why, detail)
	a.handOver()
}

// handOver sends the results that nobody has heard, as far as there is a
// session. They come again whenever the command does.
func (a *Assistant) handOver() {
	for _, r := range a.pending() {
		if err := a.o.Send(r); err != nil {
			return
		}
		a.mu.Lock()
		if now := a.ledger.find(r.ID); now == nil || now.Outcome == r.Outcome {
			delete(a.unsent, r.ID)
		}
		a.mu.Unlock()
	}
}

func (a *Assistant) pending() []wire.Result {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []wire.Result
	for i := range a.ledger.Records {
		if r := &a.ledger.Records[i]; a.unsent[r.ID] {
			out = append(out, wire.Result{ID: r.ID, Outcome: r.Outcome, Why: r.Why, Detail: r.Detail, At: r.At, Log: a.logs[r.ID]})
		}
	}
	return out
}
