package assist

import (
	"fmt"
	"time"

	"cotmoc/playlists/programme"
)

// What bounds a controller that somebody has captured. Hours and minutes are
// of the PC's uptime, which neither a beacon nor a time server moves.
const (
	// pcRested is how long the PC must have been up to be restarted: at most
	// three times an hour.
	pcRested = 20 * time.Minute
	// An hour's restarts of the agent and of the browser.
	maxAgentRestarts   = 3
	maxBrowserRestarts = 6
	restartWindow      = time.Hour
	// An hour's commands of all kinds.
	maxCommands   = 60
	commandWindow = time.Hour
)

// mayNot tells why a command is refused, "" when it is not.
func (a *Assistant) mayNot(c *programme.Command) (why, detail string) {
	if !a.budget.take() {
		return "too_often", fmt.Sprintf("no more than %d commands an hour", maxCommands)
	}
	up := a.o.Machine.Uptime()
	switch c.Kind {
	case programme.CommandRestartPC:
		if a.o.Machine.Boot() == "" {
			return "not_here", "this system does not tell one start of the PC from another"
		}
		if up < pcRested {
			return "too_often", fmt.Sprintf("the PC has been up for %s; it is restarted after %s at the earliest", up.Round(time.Second), pcRested)
		}
	case programme.CommandRestartAgent:
		if a.o.RestartAgent == nil {
			return "not_supervised", "the agent does not run as a service that would be started again"
		}
		return a.spend(c.Kind, up, maxAgentRestarts)
	case programme.CommandRestartBrowser:
		if a.o.Browser == nil {
			return "browser_not_ours", ""
		}
		return a.spend(c.Kind, up, maxBrowserRestarts)
	case programme.CommandDisplayOff:
		if a.o.Bulletin() {
			return "bulletin", "a bulletin is in force"
		}
		if rest := a.rest(up); rest > 0 {
			return "too_often", fmt.Sprintf("the display was off a short while ago; it stays on for %s more", rest.Round(time.Second))
		}
	}
	return "", ""
}

// spend counts a restart unless there were too many within the hour.
func (a *Assistant) spend(kind programme.CommandKind, up time.Duration, most int) (why, detail string) {
	boot := a.o.Machine.Boot()
	a.mu.Lock()
	defer a.mu.Unlock()
	var kept []restart
	n := 0
	for _, r := range a.ledger.Restarts {
		if r.Boot == boot && up-time.Duration(r.Uptime)*time.Millisecond < restartWindow {
			kept = append(kept, r)
			if r.Kind == kind {
				n++
			}
		}
	}
	a.ledger.Restarts = kept
	if n >= most {
		return "too_often", fmt.Sprintf("no more than %d restarts an hour", most)
	}
	a.ledger.Restarts = append(a.ledger.Restarts, restart{Kind: kind, Boot: boot, Uptime: up.Milliseconds()})
	return "", "" // kept with the record that follows
}

// rest gives how long the display must stay on before it may go off again: as
// long as it was off last, so that it is never dark for more than half the time.
// What was powered between two starts of the PC is not known and not counted.
func (a *Assistant) rest(up time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := a.ledger.Dark
	if d == nil || d.Now {
		return 0 // off it is: another command prolongs nothing, see power
	}
	was := time.Duration(d.To-d.From) * time.Millisecond
	since := up
	if d.Boot == a.o.Machine.Boot() {
		since = up - time.Duration(d.To)*time.Millisecond
	}
	return max(was-since, 0)
}

// budget counts commands of this run. It belongs to one goroutine.
type budget struct {
	mono func() time.Time
	at   []time.Time
}

func newBudget(mono func() time.Time) *budget { return &budget{mono: mono} }

func (b *budget) take() bool {
	now := b.mono()
	for len(b.at) > 0 && now.Sub(b.at[0]) >= commandWindow {
		b.at = b.at[1:]
	}
	if len(b.at) >= maxCommands {
		return false
	}
	b.at = append(b.at, now)
	return true
}
