package playout

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Options is what a playout works with. All but Touch are required.
type Options struct {
	Programmes Programmes
	Ready      Ready
	Clock      Clock
	Rulings    Rulings
	Enrolment  Enrolment
	Recorder   Recorder
	// Touch tells whether visitors may open what plays by touch, and after how
	// long without one the loop goes on. Nil for never.
	Touch     func() (interactive bool, idle time.Duration)
	Monotonic func() time.Time // time.Now: only differences are used
	Random    io.Reader        // for the ids of plays
	Log       *slog.Logger
}

// Playout derives the view and keeps account of what was seen. It is safe for
// concurrent use.
type Playout struct {
	o Options

	mu       sync.Mutex
	active   *plan // whose slots play; nil before the first programme
	waiting  *plan // takes over at the next item boundary; nil when none does
	refused  playlists.Digest
	view     View
	glass    glass
	touch    touch
	problems map[string]wire.Problem
	changed  chan struct{}
	finished []wire.Play // waits for Run to hand it over
}

// maxFinished bounds the plays that wait for a Recorder that does not return.
const maxFinished = 1000

// New makes a playout. It shows nothing before Run.
func New(o Options) *Playout {
	p := &Playout{o: o, problems: map[string]wire.Problem{}, changed: make(chan struct{})}
	p.glass.pages = map[uint64]string{}
	p.refresh()
	return p
}

// beat is how often things that nobody announces are looked at again.
const beat = time.Second

// Run keeps the view true until ctx ends; then it ends the play that is open.
func (p *Playout) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		sources := p.o.Programmes.Changed()
		own := p.Changed()
		wait := p.refresh()
		p.record()
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			p.mu.Lock()
			p.finish(p.o.Monotonic())
			p.mu.Unlock()
			p.record()
			return nil
		case <-timer.C:
		case <-sources:
		case <-own:
		}
	}
}

// View gives what the page is to do now.
func (p *Playout) View() View {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.view
}

// Serves gives the type of a rendition that a page may have: the view names
// it, or did a moment ago, and it is not withdrawn.
func (p *Playout) Serves(d playlists.Digest) (mime string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.view.Slate; s != nil && s.Rendition == d {
		return s.MIME, true
	}
	for i := range p.view.Pages {
		if pic := &p.view.Pages[i].Picture; pic.Rendition == d {
			return pic.MIME, true
		}
	}
	for i := range p.glass.known {
		if pic := &p.glass.known[i].Picture; pic.Rendition == d {
			return pic.MIME, true
		}
	}
	return "", false
}

// Changed gives a channel that is closed at the next change of the view or the
// status, other than the time of the last frame. Ask for it before asking for
// either.
func (p *Playout) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

// Now gives the effective time.
func (p *Playout) Now() time.Time {
	now, _ := p.o.Clock.Now()
	return now
}

// announce wakes those who wait for Changed. The caller holds the lock.
func (p *Playout) announce() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// record hands finished plays over, outside the lock because storing takes
// its time.
func (p *Playout) record() {
	p.mu.Lock()
	plays := p.finished
	p.finished = nil
	p.mu.Unlock()
	for _, play := range plays {
		p.o.Recorder.Record(play)
	}
}
