package watch

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// glassAge is how long before a report a witness may have looked last. What it
// found earlier is no longer said of the present.
const glassAge = 3 * time.Minute

// besideAge is how much older than the newest a capture may be to be preferred
// because its witness is nearer to people.
const besideAge = 5 * time.Minute

// nearness orders witnesses: the farther right, the nearer to what people see.
var nearness = []wire.Witness{wire.WitnessBrowser, wire.WitnessDisplay, wire.WitnessCamera}

// badness orders the findings that make a screen wrong, the worst last.
var badness = []wire.Finding{wire.FindingFrozen, wire.FindingBlack, wire.FindingWrong}

// Captured is a picture of a screen's glass.
type Captured struct {
	Digest  playlists.Digest
	Witness wire.Witness
	Finding wire.Finding
	At      time.Time // when the witness looked
	Width   int
	Height  int
}

// CaptureView is what a screen looked like.
type CaptureView struct {
	Witness wire.Witness `json:"witness" enum:"browser,display,camera"`
	Finding wire.Finding `json:"finding" enum:"right,unsure,wrong,black,frozen,blind"`
	At      time.Time    `json:"at"`
	URL     string       `json:"url"`
	Width   int          `json:"width"`
	Height  int          `json:"height"`
}

// Capture puts a picture of a screen's glass on the board, in place of an
// older one by the same witness.
func (b *Board) Capture(screen playlists.ID, c Captured) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.screens[screen]
	if e == nil || c.At.Before(e.captures[c.Witness].At) {
		return
	}
	if e.captures == nil {
		e.captures = map[wire.Witness]Captured{}
	}
	e.captures[c.Witness] = c
	b.draw(e)
}

// Ahead gives how far a screen's clock was ahead of ours when it last
// reported, transport included.
func (b *Board) Ahead(screen playlists.ID) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.screens[screen]; e != nil {
		return e.offset
	}
	return 0
}

// capture gives the picture to show beside what is due: by the witness nearest
// to people of those that looked lately.
func (e *entry) capture() *CaptureView {
	var best *Captured
	newest := time.Time{}
	for c := range maps.Values(e.captures) {
		if c.At.After(newest) {
			newest = c.At
		}
	}
	for _, w := range nearness {
		if c, ok := e.captures[w]; ok && newest.Sub(c.At) <= besideAge {
			best = &c
		}
	}
	if best == nil {
		return nil
	}
	return &CaptureView{
		Witness: best.Witness, Finding: best.Finding, At: best.At.UTC(), Width: best.Width, Height: best.Height,
		URL: fmt.Sprintf("/api/v1/screens/%s/captures/%s", e.screen.ID, best.Digest),
	}
}

// judgeGlass adds what the witnesses of the glass have found to a verdict
// about what the screen says. Something else on the glass is worse than all
// that a screen says of itself, but for what was taken down; black and frozen
// are told of a screen that takes itself to be well.
func judgeGlass(v Verdict, r *wire.Reported) Verdict {
	worst := worstCheck(r)
	if worst == nil || code(v.Reason) == "taken_down_shown" || v.State == Wrong && worst.Finding != wire.FindingWrong {
		return v
	}
	out := because(Wrong, "glass_"+string(worst.Finding), glassParams(worst))
	out.Next = v.Next
	return out
}

// worstCheck gives the finding that makes a screen wrong: the worst, and of
// these the one of the witness nearest to people.
func worstCheck(r *wire.Reported) *wire.Check {
	var out *wire.Check
	for i := range r.Checks {
		c := &r.Checks[i]
		if !slices.Contains(badness, c.Finding) || stale(r, c) {
			continue
		}
		if out == nil || cmp.Or(
			cmp.Compare(slices.Index(badness, c.Finding), slices.Index(badness, out.Finding)),
			cmp.Compare(slices.Index(nearness, c.Witness), slices.Index(nearness, out.Witness))) > 0 {
			out = c
		}
	}
	return out
}

// blind tells of the witness that sees nothing, or has not looked any more:
// nobody is sure of such a screen, and that is no reason to call it wrong.
func blind(r *wire.Reported) (out *wire.Check, why string) {
	for i := range r.Checks {
		c := &r.Checks[i]
		if c.Finding != wire.FindingBlind && !stale(r, c) {
			continue
		}
		if out == nil || slices.Index(nearness, c.Witness) > slices.Index(nearness, out.Witness) {
			out, why = c, c.Why
			if c.Finding != wire.FindingBlind {
				why = "stopped"
			}
		}
	}
	return out, why
}

func stale(r *wire.Reported, c *wire.Check) bool { return r.At-c.At > glassAge.Milliseconds() }

func glassParams(c *wire.Check) playlists.Params {
	return playlists.Params{"witness": string(c.Witness), "why": c.Why, "evidence": string(c.Evidence)}
}
