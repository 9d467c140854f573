// Package watch shows the people on watch what every screen does: one state a
// screen, drawn from what is wanted, what is due and what the screen itself
// says, live and in time.
package watch

import (
	"container/heap"
	"context"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Titles gives the titles of media. Those that are not there are left out.
type Titles interface {
	Titles(ctx context.Context, media []playlists.ID) (map[playlists.ID]string, error)
}

// titleAge is how long a title is taken as it was.
const titleAge = time.Minute

// maxIssued is how many programmes of a screen are remembered by when they
// were issued.
const maxIssued = 16

// Board holds the state of every screen. It is safe for concurrent use.
type Board struct {
	titles Titles
	now    func() time.Time
	log    *slog.Logger

	mu      sync.Mutex
	screens map[playlists.ID]*entry
	turns   turns // when states may turn by themselves
	subs    map[*Subscription]struct{}
	names   map[playlists.ID]name
	unnamed map[playlists.ID]bool
	wake    chan struct{}
}

// name is a title and when it was read.
type name struct {
	title string
	at    time.Time
}

// entry is one screen on the board.
type entry struct {
	screen Screen
	heard  Heard
	want   *Wanted
	orders Ordered
	hours  openHours
	marks  marks
	said   sessions
	since  map[string]time.Time // of notices, by code
	issued map[wire.ProgrammeRef]time.Time
	offset time.Duration // of its clock against ours, when it last reported

	captures map[wire.Witness]Captured

	shown View
	next  time.Time // zero: not among the turns
	index int
}

// NewBoard makes an empty board.
func NewBoard(titles Titles, now func() time.Time, log *slog.Logger) *Board {
	return &Board{
		titles: titles, now: now, log: log, screens: map[playlists.ID]*entry{}, subs: map[*Subscription]struct{}{},
		names: map[playlists.ID]name{}, unnamed: map[playlists.ID]bool{}, wake: make(chan struct{}, 1),
	}
}

// Set puts a screen on the board, or changes where it stands.
func (b *Board) Set(s Screen) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.screens[s.ID]
	if e == nil {
		e = &entry{issued: map[wire.ProgrammeRef]time.Time{}, since: map[string]time.Time{}, index: -1}
		b.screens[s.ID] = e
	}
	moved := e.screen.Unit != s.Unit || e.screen.Cluster.ID != s.Cluster.ID
	e.screen = s
	if !b.draw(e) && moved {
		b.announce(s.ID) // others may see it now
	}
}

// Gone takes a screen off the board.
func (b *Board) Gone(screen playlists.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.screens[screen]
	if e == nil {
		return
	}
	delete(b.screens, screen)
	if e.index >= 0 {
		heap.Remove(&b.turns, e.index)
	}
	b.announce(screen)
}

// Replaced says that a screen has another PC, which holds less than the one
// before with good reason, and has said nothing yet.
func (b *Board) Replaced(screen playlists.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.screens[screen]; e != nil {
		e.heard, e.marks, e.said, e.offset, e.since = Heard{}, marks{}, sessions{}, 0, map[string]time.Time{}
		b.draw(e)
	}
}

// Hear takes what a screen said last.
func (b *Board) Hear(screen playlists.ID, h Heard) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.screens[screen]
	if e == nil {
		return
	}
	if h.Report != nil && h.Report != e.heard.Report {
		e.offset = time.UnixMilli(h.Report.At).Sub(h.ReportedAt)
	}
	if h.Report != nil && h.Report != e.heard.Report {
		e.marks.hear(h.Report, h.ReportedAt)
	}
	if h.Boot != "" {
		e.said.hear(h.Boot, h.Session, b.now())
	}
	e.heard = h
	b.draw(e)
}

// Order says what a screen is to obey beside its programme.
func (b *Board) Order(screen playlists.ID, o Ordered) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.screens[screen]; e != nil {
		e.orders = o
		b.draw(e)
	}
}

// Want says which programme a screen should have.
func (b *Board) Want(screen playlists.ID, w Wanted) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.screens[screen]
	if e == nil {
		return
	}
	if e.want != nil && !atLeast(&w.Ref, e.want.Ref) {
		return // overtaken
	}
	if len(e.issued) >= maxIssued {
		clear(e.issued)
	}
	e.want, e.issued[w.Ref] = &w, w.IssuedAt
	b.draw(e)
}

// draw judges a screen anew, plans its next turn and tells who watches. It
// tells whether anything changed. The lock is held.
func (b *Board) draw(e *entry) bool {
	now := b.now()
	verdict := e.hours.judge(Judge(e.want, e.orders, e.heard, now), e.heard, now)
	view := e.view(verdict, now, b.title)
	view.Since = e.shown.Since
	if view.State != e.shown.State || code(view.Reason) != code(e.shown.Reason) {
		view.Since = now.UTC()
	}
	b.plan(e, verdict.Next, now)
	if reflect.DeepEqual(view, e.shown) {
		return false
	}
	e.shown = view
	b.announce(e.screen.ID)
	return true
}

func code(r *Reason) string {
	if r == nil {
		return ""
	}
	return r.Code
}

// plan sets when a screen is judged again by itself: when its state may turn,
// or something else becomes due.
func (b *Board) plan(e *entry, next, now time.Time) {
	if e.want != nil {
		if end := e.orders.due(e.want)(now).End; end.After(now) && (next.IsZero() || end.Before(next)) {
			next = end
		}
	}
	if !next.IsZero() && !next.After(now) {
		next = now.Add(time.Millisecond) // never in a busy circle
	}
	e.next = next
	switch {
	case next.IsZero() && e.index >= 0:
		heap.Remove(&b.turns, e.index)
	case next.IsZero():
	case e.index >= 0:
		heap.Fix(&b.turns, e.index)
	default:
		heap.Push(&b.turns, e)
	}
	if len(b.turns) > 0 && b.turns[0] == e {
		b.nudge()
	}
}

func (b *Board) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// title gives a media's title as far as it is known, and asks for it when it
// is not, or not lately. The lock is held.
func (b *Board) title(media playlists.ID) string {
	n, ok := b.names[media]
	if !ok || b.now().Sub(n.at) > titleAge {
		b.unnamed[media] = true
		b.nudge()
	}
	return n.title
}

// Run turns states with time and finds titles until ctx ends.
func (b *Board) Run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		b.findTitles(ctx)
		timer.Reset(b.turn())
		select {
		case <-ctx.Done():
			return nil
		case <-b.wake:
		case <-timer.C:
		}
	}
}

// turn judges the screens whose time has come and tells how long to wait.
func (b *Board) turn() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for len(b.turns) > 0 && !b.turns[0].next.After(now) {
		b.draw(b.turns[0])
	}
	if len(b.turns) == 0 {
		return time.Hour
	}
	return min(b.turns[0].next.Sub(now), time.Hour)
}

func (b *Board) findTitles(ctx context.Context) {
	b.mu.Lock()
	wanted := slices.Collect(maps.Keys(b.unnamed))
	clear(b.unnamed)
	b.mu.Unlock()
	if len(wanted) == 0 {
		return
	}
	titles, err := b.titles.Titles(ctx, wanted)
	if err != nil {
		if ctx.Err() == nil {
			b.log.Error("titles not found", "error", err)
		}
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.names) > 10_000 {
		clear(b.names)
	}
	changed := map[playlists.ID]bool{}
	for _, id := range wanted {
		if b.names[id].title != titles[id] {
			changed[id] = true
		}
		b.names[id] = name{title: titles[id], at: b.now()}
	}
	for _, e := range b.screens {
		if e.shown.Showing != nil && changed[e.shown.Showing.MediaID] || e.shown.Due != nil && changed[e.shown.Due.MediaID] {
			b.draw(e)
		}
	}
}

// Snapshot gives the screens that the actor may watch, by cluster and name.
func (b *Board) Snapshot(a playlists.Actor) []View {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.snapshot(a)
}

func (b *Board) snapshot(a playlists.Actor) []View {
	out := []View{}
	for _, e := range b.screens {
		if e.mayWatch(a) {
			out = append(out, e.shown)
		}
	}
	slices.SortFunc(out, func(x, y View) int {
		return strings.Compare(x.Cluster.Name+"\x00"+x.Name+"\x00"+string(x.ID), y.Cluster.Name+"\x00"+y.Name+"\x00"+string(y.ID))
	})
	return out
}

func (e *entry) mayWatch(a playlists.Actor) bool {
	return a.May(playlists.Watch, playlists.Scope{Unit: e.screen.Unit, Cluster: e.screen.Cluster.ID})
}

// turns is a heap of the screens whose state may turn, the next one first.
type turns []*entry

func (t turns) Len() int           { return len(t) }
func (t turns) Less(i, j int) bool { return t[i].next.Before(t[j].next) }
func (t turns) Swap(i, j int)      { t[i], t[j] = t[j], t[i]; t[i].index, t[j].index = i, j }

// Push implements heap.Interface.
func (t *turns) Push(x any) {
	e := x.(*entry)
	e.index = len(*t)
	*t = append(*t, e)
}

// Pop implements heap.Interface.
func (t *turns) Pop() any {
	old := *t
	e := old[len(old)-1]
	e.index = -1
	*t = old[:len(old)-1]
	return e
}
