package orders

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// How long and how many things stand in a set.
const (
	liftStays  = 400 * 24 * time.Hour // a screen that was off for a year still hears of it
	maxPlaces  = 20                   // of one screen
	maxOrders  = 200
	maxSafes   = 50
	maxContent = 500 << 10 // bytes of orders in a set
)

// book is all orders and calls. It is replaced as a whole and never changed.
type book struct {
	records []Record
	calls   []Call
	byID    map[playlists.ID]int
	placed  map[playlists.ID]placement // newest of each screen
	lifts   map[playlists.ID][]int     // records that lift, by what they lift
}

// placement is where a signed order has put a screen.
type placement struct {
	cluster  playlists.ID
	issuedAt int64 // Unix milliseconds
}

func newBook(records []Record, calls []Call) *book {
	b := &book{records: records, calls: calls, byID: map[playlists.ID]int{}, placed: map[playlists.ID]placement{}, lifts: map[playlists.ID][]int{}}
	for i := range records {
		r := &records[i]
		b.byID[r.Order.ID] = i
		if r.Stands.IsZero() {
			continue
		}
		switch r.Order.Kind {
		case programme.Place:
			b.placed[r.Order.Screens[0]] = placement{r.Order.Cluster, r.Order.IssuedAt}
		case programme.Lift:
			b.lifts[r.Order.Lifts] = append(b.lifts[r.Order.Lifts], i)
		}
	}
	return b
}

// with gives the book with a record added or replaced.
func (b *book) with(r Record) *book {
	records := slices.Clone(b.records)
	if i, ok := b.byID[r.Order.ID]; ok {
		records[i] = r
	} else {
		records = append(records, r)
	}
	return newBook(records, b.calls)
}

func (b *book) called(c Call) *book { return newBook(b.records, append(slices.Clone(b.calls), c)) }

func (b *book) record(id playlists.ID) (Record, bool) {
	i, ok := b.byID[id]
	if !ok {
		return Record{}, false
	}
	return b.records[i], true
}

func (b *book) call(id playlists.ID) (Call, bool) {
	i := slices.IndexFunc(b.calls, func(c Call) bool { return c.ID == id })
	if i < 0 {
		return Call{}, false
	}
	return b.calls[i], true
}

// where gives the cluster in which a screen stands: where the newest order
// placed it, even while the fleet has not heard.
func (b *book) where(s Screen) playlists.ID {
	if placed, ok := b.placed[s.ID]; ok {
		return placed.cluster
	}
	return s.Cluster
}

// concerns tells whether a call is for a screen.
func (c *Call) concerns(screen, cluster playlists.ID) bool {
	return (len(c.Screens) == 0 || slices.Contains(c.Screens, screen)) &&
		(slices.Contains(c.Clusters, playlists.Everywhere) || slices.Contains(c.Clusters, string(cluster)))
}

// liftedBy gives the lift that ended an order or a call for a screen, "" when
// none has.
func (b *book) liftedBy(id, screen, cluster playlists.ID) playlists.ID {
	for _, i := range b.lifts[id] {
		if o := &b.records[i].Order; o.Concerns(screen, cluster) {
			return o.ID
		}
	}
	return ""
}

// content is what a set says.
type content struct {
	records []*Record
	calls   []*Call
}

// at gives what concerns a screen at an instant: orders in force, what lifted
// others, and calls for the slate.
func (b *book) at(s Screen, now time.Time) content {
	var out content
	cluster := b.where(s)
	places := 0
	for i := len(b.records) - 1; i >= 0; i-- {
		r := &b.records[i]
		o := &r.Order
		if r.Stands.IsZero() {
			continue
		}
		stands := false
		switch o.Kind {
		case programme.Takedown:
			stands = o.Concerns(s.ID, cluster) && b.liftedBy(o.ID, s.ID, cluster) == ""
		case programme.Bulletin:
			stands = now.UnixMilli() < o.Until && o.Concerns(s.ID, cluster) && b.liftedBy(o.ID, s.ID, cluster) == ""
		case programme.Lift:
			stands = now.Sub(r.Stands) < liftStays && o.Concerns(s.ID, cluster)
		case programme.Place:
			if stands = o.Screens[0] == s.ID && places < maxPlaces; stands {
				places++
			}
		}
		if stands {
			out.records = append(out.records, r)
		}
	}
	slices.Reverse(out.records)
	for i := range b.calls {
		if c := &b.calls[i]; c.concerns(s.ID, cluster) && len(out.calls) < maxSafes && b.liftedBy(c.ID, s.ID, cluster) == "" {
			out.calls = append(out.calls, c)
		}
	}
	return out
}
