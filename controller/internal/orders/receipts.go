package orders

import (
	"context"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// ReceiptState is how a screen has taken an order.
type ReceiptState string

// The states. Obeyed is final; the others follow the screen's reports.
const (
	Waiting ReceiptState = "waiting"
	Obeyed  ReceiptState = "obeyed"
	Refused ReceiptState = "refused"
)

// Receipt is how one screen has taken one order or call for the slate.
type Receipt struct {
	Order   playlists.ID
	Screen  playlists.ID
	Epoch   uint64 // of the first set that told the screen
	Counter uint64
	Told    time.Time // when that set was made
	State   ReceiptState
	At      time.Time // since when
}

// receipts are all receipts, by screen. The lock of the service guards them.
type receipts struct {
	of    map[playlists.ID]map[playlists.ID]*Receipt // screen, order
	dirty map[*Receipt]bool
}

func newReceipts(kept []Receipt) *receipts {
	r := &receipts{of: map[playlists.ID]map[playlists.ID]*Receipt{}, dirty: map[*Receipt]bool{}}
	for i := range kept {
		r.screen(kept[i].Screen)[kept[i].Order] = &kept[i]
	}
	return r
}

func (r *receipts) screen(id playlists.ID) map[playlists.ID]*Receipt {
	m := r.of[id]
	if m == nil {
		m = map[playlists.ID]*Receipt{}
		r.of[id] = m
	}
	return m
}

// told opens a receipt for each thing in a set that has none. After a crash
// that happens again, when the set is composed anew.
func (r *receipts) told(m *made) {
	of := r.screen(m.set.Screen)
	open := func(id playlists.ID) {
		if of[id] == nil {
			of[id] = &Receipt{Order: id, Screen: m.set.Screen, Epoch: m.set.Epoch, Counter: m.set.Counter, Told: m.set.IssuedAt, State: Waiting, At: m.set.IssuedAt}
			r.dirty[of[id]] = true
		}
	}
	for _, record := range m.content.records {
		open(record.Order.ID)
	}
	for _, call := range m.content.calls {
		open(call.ID)
	}
}

// Heard takes what a screen says of its orders. It answers fast.
func (s *Service) Heard(screen playlists.ID, report *wire.Reported, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, receipt := range s.receipts.of[screen] {
		if receipt.State == Obeyed || s.book.liftedBy(id, screen, s.stands[screen]) != "" {
			continue
		}
		kind, lifts := kindSafe, playlists.ID("")
		if r, ok := s.book.record(id); ok {
			kind, lifts = r.Order.Kind, r.Order.Lifts
		}
		if state := judge(receipt, kind, lifts, report); state != receipt.State {
			receipt.State, receipt.At = state, at.UTC().Truncate(time.Millisecond)
			s.receipts.dirty[receipt] = true
		}
	}
}

// kindSafe stands for a call for the slate where kinds of orders are told
// apart.
const kindSafe programme.OrderKind = "safe"

// judge tells how a screen has taken an order from what it reports: what
// latches is obeyed when it is latched, the rest when the set has arrived. A
// set that has arrived without its effect was refused in part.
func judge(receipt *Receipt, kind programme.OrderKind, lifts playlists.ID, report *wire.Reported) ReceiptState {
	arrived := reached(report.Trust.Orders, wire.ProgrammeRef{Epoch: receipt.Epoch, Counter: receipt.Counter})
	obeyed := arrived
	switch kind {
	case programme.Takedown, kindSafe:
		obeyed = holds(report, receipt.Order)
	case programme.Bulletin:
		obeyed = arrived || holds(report, receipt.Order)
	case programme.Lift:
		obeyed = arrived && !holds(report, lifts)
	}
	named := slices.ContainsFunc(report.Problems, func(p wire.Problem) bool { return strings.Contains(p.Detail, string(receipt.Order)) })
	switch {
	case named:
		return Refused
	case obeyed:
		return Obeyed
	case arrived:
		return Refused
	}
	return Waiting
}

// holds tells whether a screen reports to have latched something.
func holds(report *wire.Reported, id playlists.ID) bool {
	return report != nil && slices.ContainsFunc(report.Trust.Latched, func(l wire.Latched) bool { return l.ID == id })
}

func reached(held *wire.ProgrammeRef, want wire.ProgrammeRef) bool {
	return held != nil && (held.Epoch > want.Epoch || held.Epoch == want.Epoch && held.Counter >= want.Counter)
}

// flush stores the receipts that have changed.
func (s *Service) flush(ctx context.Context) error {
	s.mu.Lock()
	var changed []*Receipt
	var copies []Receipt
	for r := range s.receipts.dirty {
		changed, copies = append(changed, r), append(copies, *r)
	}
	clear(s.receipts.dirty)
	s.mu.Unlock()
	if len(copies) == 0 {
		return nil
	}
	err := s.cfg.Store.SaveReceipts(ctx, copies)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, r := range changed {
			s.receipts.dirty[r] = true
		}
	}
	return err
}
