package orders

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// How old an order may be when it comes in, and how far ahead of our clock.
// Whoever signs offline walks to a networked machine the same day.
const (
	staleAfter = 24 * time.Hour
	aheadMost  = 5 * time.Minute
	maxHands   = 8
)

// Taken is what became of a signed order.
type Taken struct {
	ID            playlists.ID
	Signed, Needs int
}

// Submit takes an order with the hands that signed it. It stands as soon as
// enough people whom the charter names have signed; a lift waits until then.
// The same order again adds its hands.
func (s *Service) Submit(ctx context.Context, a playlists.Actor, signed programme.SignedOrder) (*Taken, error) {
	s.making.Lock()
	defer s.making.Unlock()
	if err := mayBring(a); err != nil {
		return nil, err
	}
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	if len(signed.Hands) == 0 {
		return nil, errNoHand()
	}
	_, err = charter.CheckOrder(&signed)
	if err != nil && programme.RefusalOf(err) != programme.TooFewPeople {
		return nil, programme.Problem(err)
	}
	var o programme.Order
	if err := programme.Unmarshal(signed.Order, &o); err != nil {
		return nil, programme.Problem(err)
	}
	if err := s.mayOrder(a, &o); err != nil {
		return nil, err
	}
	if known, ok := s.book.record(o.ID); ok {
		if string(known.Bytes) != string(signed.Order) {
			return nil, playlists.Errorf(playlists.Conflict, "order_known", playlists.Params{"id": string(o.ID)}, "cannot take another order with the id %s: prepare it again", o.ID)
		}
		return s.sign(ctx, a, charter, known, signed.Hands)
	}
	if err := s.admit(&o); err != nil {
		return nil, err
	}
	now := s.cfg.Now().UTC().Truncate(time.Millisecond)
	r := Record{Order: o, Bytes: signed.Order, At: now, Hands: hands(charter, nil, signed.Hands, now)}
	if o.Kind == programme.Takedown {
		m, err := s.cfg.Store.Media(ctx, o.Media)
		if err != nil {
			return nil, err
		}
		r.Title = m.Title
	}
	if v := s.checked.judge(charter, &r); v.err == nil {
		r.Stands = now
	}
	change := &Change{Record: &r}
	if err := s.commit(audited(ctx, a, &r, now), s.book.with(r), change); err != nil {
		return nil, err
	}
	return s.done(ctx, a, charter, &r)
}

// mayBring refuses a person who may give no order of any kind.
func mayBring(a playlists.Actor) error {
	if a.May(playlists.IssueBulletin, playlists.Scope{}) || a.May(playlists.ManageScreens, playlists.Scope{}) {
		return nil
	}
	return a.Require(playlists.TakeDown, playlists.Scope{})
}

func errNoHand() error {
	return playlists.Errorf(playlists.Invalid, "hand_missing", nil, "cannot take an order that nobody has signed: sign it first")
}

// admit refuses what is too old, ahead of time, over or pointless.
func (s *Service) admit(o *programme.Order) error {
	now := s.cfg.Now()
	switch issued := time.UnixMilli(o.IssuedAt); {
	case now.Sub(issued) > staleAfter:
		return playlists.Errorf(playlists.Invalid, "order_stale", nil, "cannot take an order of %s: prepare and sign it again", issued.UTC().Format(time.RFC3339))
	case issued.Sub(now) > aheadMost:
		return playlists.Errorf(playlists.Invalid, "order_ahead", nil, "cannot take an order of %s, which is to come: check the clock where it was made", issued.UTC().Format(time.RFC3339))
	case o.Kind == programme.Bulletin && now.UnixMilli() >= o.Until:
		return playlists.Errorf(playlists.Invalid, "bulletin_over", nil, "cannot take a bulletin that is over: prepare it again")
	}
	if o.Kind == programme.Place {
		screen, ok := s.screen(o.Screens[0])
		if !ok {
			return playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(o.Screens[0])}, "cannot find the screen %.40q: choose one from the list of screens", string(o.Screens[0]))
		}
		if from := string(s.book.where(screen)); !slices.Contains(o.Clusters, from) || !slices.Contains(o.Clusters, string(o.Cluster)) {
			return errMoved()
		}
		// A screen goes by the newest placement that it has heard of, whenever
		// an older one is brought in.
		if last, ok := s.book.placed[screen.ID]; ok && o.IssuedAt <= last.issuedAt {
			return errMoved()
		}
	}
	return nil
}

func errMoved() error {
	return playlists.Errorf(playlists.Conflict, "place_moved", nil, "cannot place the screen: it was placed in another cluster since the order was prepared; prepare it again")
}

// Sign adds a person's hand to an order that waits.
func (s *Service) Sign(ctx context.Context, a playlists.Actor, id playlists.ID, hand programme.HandSignature) (*Taken, error) {
	s.making.Lock()
	defer s.making.Unlock()
	if err := mayBring(a); err != nil {
		return nil, err
	}
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	r, ok := s.book.record(id)
	if !ok {
		return nil, errNoOrder(id)
	}
	if err := s.mayOrder(a, &r.Order); err != nil {
		return nil, err
	}
	return s.sign(ctx, a, charter, r, []programme.HandSignature{hand})
}

func (s *Service) sign(ctx context.Context, a playlists.Actor, charter *programme.HeldCharter, r Record, more []programme.HandSignature) (*Taken, error) {
	_, err := charter.CheckOrder(&programme.SignedOrder{Order: r.Bytes, Hands: more})
	if err != nil && programme.RefusalOf(err) != programme.TooFewPeople {
		return nil, programme.Problem(err)
	}
	now := s.cfg.Now().UTC().Truncate(time.Millisecond)
	added := hands(charter, r.Hands, more, now)
	if len(added) == 0 {
		return s.taken(charter, &r), nil
	}
	if len(r.Hands)+len(added) > maxHands {
		return nil, playlists.Errorf(playlists.Conflict, "order_signed", nil, "cannot add another signature: the order has %d, which is enough", len(r.Hands))
	}
	r.Hands = slices.Concat(r.Hands, added)
	change := &Change{Hands: added, To: r.Order.ID}
	if v := s.checked.judge(charter, &r); v.err == nil && r.Stands.IsZero() {
		r.Stands, change.Stands = now, now
	}
	if err := s.commit(audited(ctx, a, &r, now), s.book.with(r), change); err != nil {
		return nil, err
	}
	return s.taken(charter, &r), nil
}

// hands gives those of the signatures that are of people who have not signed
// yet, each once.
func hands(c *programme.HeldCharter, before []Hand, more []programme.HandSignature, now time.Time) []Hand {
	var out []Hand
	for _, h := range more {
		signed := func(x Hand) bool { return x.Signature.Person == h.Person }
		if slices.ContainsFunc(before, signed) || slices.ContainsFunc(out, signed) {
			continue
		}
		p, _ := c.Person(h.Person) // it was checked
		out = append(out, Hand{Signature: h, PersonName: p.Name, At: now})
	}
	return out
}

func (s *Service) taken(c *programme.HeldCharter, r *Record) *Taken {
	return &Taken{ID: r.Order.ID, Signed: len(s.checked.judge(c, r).signed.Hands), Needs: needs(c, r.Order.Kind)}
}

// done does what an order asks of us: a placed screen moves.
func (s *Service) done(ctx context.Context, a playlists.Actor, c *programme.HeldCharter, r *Record) (*Taken, error) {
	s.cfg.Log.Info("order taken", "order", r.Order.ID, "kind", string(r.Order.Kind), "person", a.ID, "stands", !r.Stands.IsZero())
	if r.Order.Kind == programme.Place && !r.Stands.IsZero() {
		if err := s.cfg.Fleet.Place(ctx, r.Order.Screens[0], r.Order.Cluster); err != nil {
			return nil, err
		}
	}
	return s.taken(c, r), nil
}

// settle moves screens that an order placed and a crash left where they were.
func (s *Service) settle(ctx context.Context) error {
	for _, screen := range s.cfg.Fleet.Screens() {
		if to := s.where(screen); to != screen.Cluster {
			if err := s.cfg.Fleet.Place(ctx, screen.ID, to); err != nil {
				return err
			}
		}
	}
	return nil
}

// Safe puts screens on their slate until people lift it, and gives the id of
// the call. Screens that stand on it already are not called again.
func (s *Service) Safe(ctx context.Context, a playlists.Actor, clusters []string, screens []playlists.ID) ([]playlists.ID, error) {
	if err := a.Require(playlists.MakeSafe, playlists.Scope{}); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	if _, err := s.charter(); err != nil {
		return nil, err
	}
	var aim programme.Order
	if err := s.fillTargets(&aim, Wish{Clusters: clusters, Screens: screens}); err != nil {
		return nil, err
	}
	if len(aim.Clusters) == 0 {
		return nil, errNoTarget()
	}
	if err := s.require(a, playlists.MakeSafe, aim.Clusters); err != nil {
		return nil, err
	}
	if ids, all := s.safeAlready(&aim); all {
		return ids, nil
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	c := Call{ID: id, By: a.ID, ByName: shorten(a.Name), At: s.cfg.Now().UTC().Truncate(time.Millisecond), Clusters: aim.Clusters, Screens: aim.Screens}
	if err := s.commit(auditedCall(ctx, &c), s.book.called(c), &Change{Call: &c}); err != nil {
		return nil, err
	}
	s.cfg.Log.Info("slate called", "call", c.ID, "person", a.ID)
	return []playlists.ID{c.ID}, nil
}

// safeAlready tells whether calls of before cover every screen that is aimed
// at.
func (s *Service) safeAlready(aim *programme.Order) (ids []playlists.ID, all bool) {
	for _, screen := range s.cfg.Fleet.Screens() {
		cluster := s.book.where(screen)
		if !aim.Concerns(screen.ID, cluster) {
			continue
		}
		calls := s.book.at(screen, s.cfg.Now()).calls
		if len(calls) == 0 {
			return nil, false
		}
		if !slices.Contains(ids, calls[0].ID) {
			ids = append(ids, calls[0].ID)
		}
	}
	return ids, len(ids) > 0
}

// shorten keeps a name within what a set carries.
func shorten(name string) string {
	const most = 400
	for len(name) > most {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return name
}
