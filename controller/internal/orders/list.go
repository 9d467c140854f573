package orders

import (
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// View is an order or a call for the slate as people see it.
type View struct {
	ID        playlists.ID
	Kind      programme.OrderKind // or "safe"
	Title     string              // of the media of a takedown
	Media     playlists.ID
	Lifts     playlists.ID
	Cluster   playlists.ID // of a placement
	Clusters  []string
	Screens   []playlists.ID
	Reason    string
	By        []string // who signed or called
	At        time.Time
	Until     time.Time // of a bulletin, zero otherwise
	Text      []programme.BulletinText
	Level     programme.BulletinLevel
	LiftedBy  []playlists.ID // lifts that ended it for some or all screens
	Standing  bool           // it is in the set of some screen, or waits for one
	Signed    int
	Needs     int
	Mine      bool              // the actor has signed or called
	Refusal   programme.Refusal // why it does not stand under the charter, "" when it does
	Order     []byte            // canonical bytes, to sign; nil of a call
	Told      int
	ObeyedBy  int
	Receipts  []ReceiptView
	signedAll bool
	spent     bool // it waits for hands, and what it would end has ended
}

// ReceiptView is how a screen has taken an order.
type ReceiptView struct {
	Screen playlists.ID
	Name   string
	State  ReceiptState
	At     time.Time
}

// Which chooses what List gives.
type Which string

// The choices.
const (
	InForce Which = "standing"
	Unready Which = "waiting" // for more hands
	All     Which = "all"     // ended ones too, these without receipts
)

// maxListed is how many orders All gives at most, the newest.
const maxListed = 200

// List gives orders and calls, newest first, with the receipts of the screens
// that the actor may watch.
func (s *Service) List(a playlists.Actor, which Which) ([]View, error) {
	if err := a.Require(playlists.Watch, playlists.Scope{}); err != nil {
		return nil, err
	}
	l := lister{s: s, person: a.ID, charter: s.cfg.Charters.Current(), now: s.cfg.Now()}
	for _, screen := range s.cfg.Fleet.Screens() {
		if a.May(playlists.Watch, playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster}) {
			l.screens = append(l.screens, screen)
		}
	}
	slices.SortFunc(l.screens, func(x, y Screen) int { return strings.Compare(x.Name+"\x00"+string(x.ID), y.Name+"\x00"+string(y.ID)) })
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []View
	for i := range s.book.records {
		if v := l.record(&s.book.records[i]); l.wanted(&v, which) {
			out = append(out, v)
		}
	}
	for i := range s.book.calls {
		if v := l.call(&s.book.calls[i]); l.wanted(&v, which) {
			out = append(out, v)
		}
	}
	slices.Reverse(out)
	slices.SortStableFunc(out, func(x, y View) int { return y.At.Compare(x.At) })
	return out[:min(len(out), maxListed)], nil
}

// lister draws views; the service's lock is held.
type lister struct {
	s       *Service
	person  playlists.ID // who looks
	charter *programme.HeldCharter
	now     time.Time
	screens []Screen // that the actor may watch
}

func (l *lister) wanted(v *View, which Which) bool {
	switch which {
	case Unready:
		return !v.signedAll && !v.spent
	case All:
		if !v.Standing {
			v.Receipts = nil
		}
		return true
	}
	return v.signedAll && v.Standing
}

func (l *lister) record(r *Record) View {
	o := &r.Order
	v := View{
		ID: o.ID, Kind: o.Kind, Title: r.Title, Media: o.Media, Lifts: o.Lifts, Cluster: o.Cluster, Clusters: o.Clusters, Screens: o.Screens,
		Reason: o.Reason, At: r.At, Text: o.Text, Level: o.Level, Order: r.Bytes, signedAll: !r.Stands.IsZero(), Needs: 1, Mine: r.by(l.person),
	}
	for _, h := range r.Hands {
		v.By = append(v.By, h.PersonName)
	}
	if o.Until > 0 {
		v.Until = time.UnixMilli(o.Until).UTC()
	}
	if l.charter != nil {
		v.spent = o.Kind == programme.Lift && !v.signedAll && l.ended(o)
		verdict := l.s.checked.judge(l.charter, r)
		v.Needs, v.Signed = needs(l.charter, o.Kind), len(verdict.signed.Hands)
		if v.signedAll {
			v.Refusal = programme.RefusalOf(verdict.err)
		}
	}
	l.receipts(&v, func(screen Screen, cluster playlists.ID) bool {
		switch o.Kind {
		case programme.Lift:
			return l.now.Sub(r.Stands) < liftStays && o.Concerns(screen.ID, cluster)
		case programme.Place:
			return o.Screens[0] == screen.ID && cluster == o.Cluster
		case programme.Bulletin:
			return l.now.UnixMilli() < o.Until && o.Concerns(screen.ID, cluster)
		}
		return o.Concerns(screen.ID, cluster)
	})
	if o.Kind == programme.Lift || o.Kind == programme.Place {
		// They are done when every screen has heard of them.
		v.Standing = v.Standing && (v.Told == 0 || v.ObeyedBy < v.Told)
	}
	return v
}

// ended tells whether what a lift would end has ended wherever it would: two
// people may each have begun to lift it.
func (l *lister) ended(lift *programme.Order) bool {
	if r, ok := l.s.book.record(lift.Lifts); ok && r.Order.Kind == programme.Bulletin && l.now.UnixMilli() >= r.Order.Until {
		return true
	}
	reaches := false
	for _, screen := range l.screens {
		cluster := l.s.book.where(screen)
		if !lift.Concerns(screen.ID, cluster) {
			continue
		}
		if reaches = true; l.s.book.liftedBy(lift.Lifts, screen.ID, cluster) == "" {
			return false
		}
	}
	return reaches
}

func (l *lister) call(c *Call) View {
	v := View{ID: c.ID, Kind: kindSafe, Clusters: c.Clusters, Screens: c.Screens, By: []string{c.ByName}, At: c.At, Mine: c.By == l.person, signedAll: true}
	l.receipts(&v, c.concernsScreen)
	return v
}

func (c *Call) concernsScreen(screen Screen, cluster playlists.ID) bool {
	return c.concerns(screen.ID, cluster)
}

// receipts adds how the screens have taken an order and whether it still
// stands for one of them.
func (l *lister) receipts(v *View, concerns func(Screen, playlists.ID) bool) {
	concerned := false
	for _, screen := range l.screens {
		cluster := l.s.book.where(screen)
		lifted := l.s.book.liftedBy(v.ID, screen.ID, cluster)
		if lifted != "" && !slices.Contains(v.LiftedBy, lifted) {
			v.LiftedBy = append(v.LiftedBy, lifted)
		}
		if concerns(screen, cluster) {
			concerned = true
			v.Standing = v.Standing || lifted == ""
		}
		receipt := l.s.receipts.of[screen.ID][v.ID]
		if receipt == nil {
			continue
		}
		v.Told++
		if receipt.State == Obeyed {
			v.ObeyedBy++
		}
		v.Receipts = append(v.Receipts, ReceiptView{Screen: screen.ID, Name: screen.Name, State: receipt.State, At: receipt.At})
	}
	if !concerned && v.Kind != programme.Lift && v.Kind != programme.Place {
		// It is for screens that are elsewhere, out of sight or to come.
		v.Standing = v.Until.IsZero() || l.now.Before(v.Until)
		v.Standing = v.Standing && len(l.s.book.lifts[v.ID]) == 0
	}
}
