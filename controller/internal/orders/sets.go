package orders

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Refresh gives every screen, or those named, the set that it should have now
// and tells the observer. Sets whose content stays keep their counter.
func (s *Service) Refresh(ctx context.Context, only ...playlists.ID) error {
	s.making.Lock()
	defer s.making.Unlock()
	return s.commit(ctx, s.book, &Change{}, only...)
}

// firstSets is how many sets are signed and stored first, together with the
// change: their screens are told while those of all others are still made. More
// transactions than two cost more than they bring.
const firstSets = 128

// commit stores a change together with the sets that follow from the book as
// it is then. The lock of making is held. The change is stored with the first
// sets; the others follow, whatever becomes of whoever asked, and after a
// failure or a crash they are composed anew.
func (s *Service) commit(ctx context.Context, b *book, ch *Change, only ...playlists.ID) error {
	charter := s.cfg.Charters.Current()
	if charter == nil {
		return nil // no screen obeys anything yet
	}
	key := s.cfg.Key()
	same, changed, err := s.compose(charter, key, b, s.cfg.Now().UTC().Truncate(time.Millisecond), only)
	if err != nil {
		return err
	}
	n := min(firstSets, len(changed))
	if err := s.store(ctx, ch, changed[:n], key); err != nil {
		return err
	}
	s.mu.Lock()
	s.book = b
	if len(only) == 0 {
		s.composed = s.under(charter, key)
	}
	s.mu.Unlock()
	s.tell(charter.Number, changed[:n])
	rest := playlists.WithAct(context.WithoutCancel(ctx), nil) // it is written
	if part := changed[n:]; len(part) > 0 {
		if err := s.store(rest, &Change{}, part, key); err != nil {
			s.cfg.Log.Error("orders not composed for all screens", "error", err)
			s.mu.Lock()
			s.composed = under{} // the next round composes them
			s.mu.Unlock()
		} else {
			s.tell(charter.Number, part)
		}
	}
	s.tell(charter.Number, same)
	if len(changed) > 0 {
		s.cfg.Log.Info("orders composed", "screens", len(changed))
	}
	return nil
}

// store signs sets and stores them with a change.
func (s *Service) store(ctx context.Context, ch *Change, part []made, key ed25519.PrivateKey) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range part {
		g.Go(func() (err error) {
			part[i].set.Envelope, err = programme.SignOrders(&part[i].document, key)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i := range part {
		ch.Sets = append(ch.Sets, part[i].set)
	}
	if ch.Record == nil && len(ch.Hands) == 0 && ch.Call == nil && len(ch.Sets) == 0 {
		return nil
	}
	if err := s.cfg.Store.Save(ctx, ch); err != nil {
		return err
	}
	for i := range part {
		part[i].set.Row = ch.Sets[i].Row
	}
	return nil
}

// tell announces sets that are stored. Receipts are open before: a screen
// answers at once.
func (s *Service) tell(charter uint64, part []made) {
	var out []Outgoing
	s.mu.Lock()
	for i := range part {
		m := &part[i]
		if m.changed {
			out = append(out, Outgoing{Row: m.set.Row, Screen: m.set.Screen, Epoch: m.set.Epoch, Counter: m.set.Counter, Envelope: m.set.Envelope})
			m.set.Envelope = nil
			s.sets[m.set.Screen] = m.set
		}
		s.stands[m.set.Screen] = m.cluster
		s.receipts.told(m)
	}
	s.mu.Unlock()
	s.outbox.Put(out)
	for i := range part {
		s.cfg.Observer.Ordered(part[i].set.Screen, part[i].standing(charter))
	}
}

// made is a screen's set as it was composed.
type made struct {
	set     Set
	cluster playlists.ID
	content content
	changed bool

	document programme.Orders // when it has changed, to be signed
}

func (m *made) standing(charter uint64) Standing {
	out := Standing{Ref: wire.ProgrammeRef{Epoch: m.set.Epoch, Counter: m.set.Counter}, Charter: charter, Takedowns: map[playlists.ID]playlists.ID{}}
	for _, r := range m.content.records {
		if r.Order.Kind == programme.Takedown {
			out.Takedowns[r.Order.ID] = r.Order.Media
		}
	}
	for _, c := range m.content.calls {
		out.Safes = append(out.Safes, c.ID)
	}
	return out
}

// compose makes the set of each screen, unsigned: those that stay the same and
// those that change, screens that are there first.
func (s *Service) compose(charter *programme.HeldCharter, key ed25519.PrivateKey, b *book, now time.Time, only []playlists.ID) (same, changed []made, err error) {
	signer := s.under(charter, key).signer
	alike := map[string]said{} // most screens of a cluster are to obey the same
	screens := s.cfg.Fleet.Screens()
	slices.SortStableFunc(screens, func(a, b Screen) int { return cmp.Compare(awaited(a), awaited(b)) })
	for _, screen := range screens {
		if len(only) > 0 && !slices.Contains(only, screen.ID) {
			continue
		}
		m := made{content: b.at(screen, now), cluster: b.where(screen), set: s.sets[screen.ID]}
		key := m.content.key()
		what, ok := alike[key]
		if !ok {
			if what, err = s.say(charter, m.content, signer); err != nil {
				return nil, nil, fmt.Errorf("cannot give screen %q its orders: %w", screen.Name, err)
			}
			alike[key] = what
		}
		m.content = what.content
		before := m.set
		m.set.Screen = screen.ID
		m.changed = before.Counter > 0 && (before.Epoch != charter.Epoch || before.Content != what.digest) ||
			before.Counter == 0 && len(what.document.Orders)+len(what.document.Safe) > 0
		if !m.changed {
			same = append(same, m)
			continue
		}
		m.document = what.document
		m.document.Screen, m.document.Counter, m.document.IssuedAt, m.document.Charter = screen.ID, 1, now.UnixMilli(), charter.Number
		if before.Epoch == charter.Epoch {
			m.document.Counter = before.Counter + 1
		}
		m.set = Set{Screen: screen.ID, Epoch: m.document.Epoch, Counter: m.document.Counter, IssuedAt: now, Content: what.digest}
		changed = append(changed, m)
	}
	return same, changed, nil
}

// awaited gives the turn of a screen.
func awaited(s Screen) int {
	if s.Online {
		return 0
	}
	return 1
}

// said is what a set says, to however many screens.
type said struct {
	content  content
	document programme.Orders // without its numbers and screen
	digest   playlists.Digest
}

func (s *Service) say(charter *programme.HeldCharter, c content, signer string) (said, error) {
	doc, err := s.document(charter, &c)
	if err != nil {
		return said{}, err
	}
	digest, err := digestOf(doc, signer)
	return said{content: c, document: *doc, digest: digest}, err
}

// key tells contents apart.
func (c *content) key() string {
	var b strings.Builder
	for _, r := range c.records {
		b.WriteString(string(r.Order.ID))
	}
	b.WriteByte(' ')
	for _, call := range c.calls {
		b.WriteString(string(call.ID))
	}
	return b.String()
}

// document makes what a set says, without its numbers. What does not stand
// under the charter is left out: screens would refuse it. When there is too
// much for a set, the oldest lifts go first, which leaves things hidden.
func (s *Service) document(charter *programme.HeldCharter, c *content) (*programme.Orders, error) {
	doc := &programme.Orders{Epoch: charter.Epoch, Orders: []programme.SignedOrder{}, Safe: []programme.Safe{}}
	type standing struct {
		record *Record
		verdict
	}
	var all []standing
	size := 0
	for _, r := range c.records {
		if v := s.checked.judge(charter, r); v.err == nil {
			all = append(all, standing{r, v})
			size += v.size
		}
	}
	for len(all) > maxOrders || size > maxContent {
		i := slices.IndexFunc(all, func(st standing) bool { return st.record.Order.Kind == programme.Lift })
		if i < 0 {
			return nil, playlists.Errorf(playlists.Conflict, "orders_full", playlists.Params{"max": maxOrders}, "cannot have more orders stand for one screen: lift some takedowns first, the most is %d", maxOrders)
		}
		size -= all[i].size
		all = slices.Delete(all, i, i+1)
	}
	c.records = c.records[:0:0]
	for _, st := range all {
		c.records = append(c.records, st.record)
		doc.Orders = append(doc.Orders, st.signed)
	}
	for _, call := range c.calls {
		doc.Safe = append(doc.Safe, programme.Safe{ID: call.ID, By: call.ByName, At: call.At.UnixMilli()})
	}
	return doc, nil
}

// digestOf names what a set says and the key that says it: a set that another
// key signed is a new one.
func digestOf(doc *programme.Orders, signer string) (playlists.Digest, error) {
	b, err := programme.Marshal(struct {
		Said   *programme.Orders
		Signer string
	}{doc, signer})
	return playlists.DigestOf(b), err
}
