package orders

import (
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

// commit stores a change together with the sets that follow from the book as
// it is then. The lock of making is held.
func (s *Service) commit(ctx context.Context, b *book, ch *Change, only ...playlists.ID) error {
	charter := s.cfg.Charters.Current()
	if charter == nil {
		return nil // no screen obeys anything yet
	}
	key := s.cfg.Key()
	made, err := s.compose(charter, key, b, s.cfg.Now().UTC().Truncate(time.Millisecond), only)
	if err != nil {
		return err
	}
	for i := range made {
		if made[i].changed {
			ch.Sets = append(ch.Sets, made[i].set)
		}
	}
	if ch.Record != nil || len(ch.Hands) > 0 || ch.Call != nil || len(ch.Sets) > 0 {
		if err := s.cfg.Store.Save(ctx, ch); err != nil {
			return err
		}
	}
	s.outbox.Wake()
	s.mu.Lock()
	s.book = b
	if len(only) == 0 {
		s.composed = s.under(charter, key)
	}
	for i := range made {
		m := &made[i]
		if m.changed {
			m.set.Envelope = nil
			s.sets[m.set.Screen] = m.set
		}
		s.stands[m.set.Screen] = m.cluster
		s.receipts.told(m)
	}
	s.mu.Unlock()
	for i := range made {
		s.cfg.Observer.Ordered(made[i].set.Screen, made[i].standing(charter.Number))
	}
	if len(ch.Sets) > 0 {
		s.cfg.Log.Info("orders composed", "screens", len(ch.Sets))
	}
	return nil
}

// made is a screen's set as it was composed.
type made struct {
	set     Set
	cluster playlists.ID
	content content
	changed bool
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

// compose makes the set of each screen and signs those that change.
func (s *Service) compose(charter *programme.HeldCharter, key ed25519.PrivateKey, b *book, now time.Time, only []playlists.ID) ([]made, error) {
	signer := s.under(charter, key).signer
	var out []made
	var documents []programme.Orders
	alike := map[string]said{} // most screens of a cluster are to obey the same
	for _, screen := range s.cfg.Fleet.Screens() {
		if len(only) > 0 && !slices.Contains(only, screen.ID) {
			continue
		}
		m := made{content: b.at(screen, now), cluster: b.where(screen), set: s.sets[screen.ID]}
		key := m.content.key()
		same, ok := alike[key]
		if !ok {
			var err error
			if same, err = s.say(charter, m.content, signer); err != nil {
				return nil, fmt.Errorf("cannot give screen %q its orders: %w", screen.Name, err)
			}
			alike[key] = same
		}
		doc, digest := same.document, same.digest
		m.content = same.content
		before := m.set
		m.changed = before.Counter > 0 && (before.Epoch != charter.Epoch || before.Content != digest) || before.Counter == 0 && len(doc.Orders)+len(doc.Safe) > 0
		if m.changed {
			doc.Screen, doc.Counter, doc.IssuedAt, doc.Charter = screen.ID, 1, now.UnixMilli(), charter.Number
			if before.Epoch == charter.Epoch {
				doc.Counter = before.Counter + 1
			}
			m.set = Set{Epoch: doc.Epoch, Counter: doc.Counter, IssuedAt: now, Content: digest}
		}
		m.set.Screen = screen.ID
		out, documents = append(out, m), append(documents, doc)
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range out {
		if !out[i].changed {
			continue
		}
		g.Go(func() (err error) {
			out[i].set.Envelope, err = programme.SignOrders(&documents[i], key)
			return err
		})
	}
	return out, g.Wait()
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
