package roster

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// firstEpoch is the one before the first charter, which goes on in it.
const firstEpoch = 1

// Refresh gives every screen that has said where it is the roster that it
// should have now. One whose content stays keeps its counter.
func (s *Service) Refresh(ctx context.Context) error {
	s.making.Lock()
	defer s.making.Unlock()
	if err := s.keepPlaces(ctx); err != nil {
		return err
	}
	key, now := s.cfg.Key(), s.cfg.Now().UTC().Truncate(time.Millisecond)
	epoch, charter := uint64(firstEpoch), uint64(0)
	if c := s.cfg.Charters.Current(); c != nil {
		epoch, charter = c.Epoch, c.Number
	}
	var changed []Set
	for _, members := range s.sites() {
		for i := range members {
			doc := s.compose(members, i)
			content, err := contentOf(&doc, key)
			if err != nil {
				return err
			}
			before := s.sets[doc.Screen]
			if before.Counter > 0 && before.Epoch == epoch && before.Content == content {
				continue
			}
			// By the clock, so that a controller that was restored from yesterday
			// is not behind what its screens hold.
			doc.Epoch, doc.Charter, doc.IssuedAt, doc.Counter = epoch, charter, now.UnixMilli(), uint64(max(now.Unix(), 1))
			if before.Epoch == epoch {
				doc.Counter = max(doc.Counter, before.Counter+1)
			}
			set := Set{Screen: doc.Screen, Epoch: epoch, Counter: doc.Counter, IssuedAt: now, Content: content}
			if set.Envelope, err = programme.SignRoster(&doc, key); err != nil {
				return fmt.Errorf("cannot give screen %q its roster: %w", doc.Name, err)
			}
			changed = append(changed, set)
		}
	}
	return s.tell(ctx, changed)
}

// keepPlaces stores what screens have said since the last time.
func (s *Service) keepPlaces(ctx context.Context) error {
	s.mu.Lock()
	news := s.news
	s.news = map[playlists.ID]Place{}
	s.mu.Unlock()
	for id, p := range news {
		if err := s.cfg.Store.SetPlace(ctx, p); err != nil {
			s.mu.Lock()
			for id, p := range news {
				if _, newer := s.news[id]; !newer {
					s.news[id] = p
				}
			}
			s.mu.Unlock()
			return err
		}
		delete(news, id)
	}
	return nil
}

// member is a screen of a site that has said where it is.
type member struct {
	Screen
	place Place
}

// sites gives the screens that have said where they are, by cluster, each by
// id.
func (s *Service) sites() map[playlists.ID][]member {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := map[playlists.ID][]member{}
	for _, screen := range s.cfg.Fleet.Screens() {
		if p, ok := s.places[screen.ID]; ok && len(screen.DeviceKey) == ed25519.PublicKeySize {
			out[screen.Cluster] = append(out[screen.Cluster], member{screen, p})
		}
	}
	for _, members := range out {
		slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.ID, b.ID) })
	}
	return out
}

// compose makes what a member's roster says. Of a site with more screens than
// fit, each gets those that follow it in a ring, so that every screen is some
// others' neighbour.
func (s *Service) compose(members []member, of int) programme.Roster {
	own := &members[of]
	doc := programme.Roster{Screen: own.ID, Name: name(own.Name, own.ID), Cluster: own.Cluster, ClusterName: name(own.ClusterName, own.Cluster), Neighbours: []programme.Neighbour{}}
	for k := 1; k < len(members) && len(doc.Neighbours) < programme.MaxNeighbours; k++ {
		m := &members[(of+k)%len(members)]
		if len(m.place.Addresses) == 0 {
			continue // it does not answer neighbours
		}
		doc.Neighbours = append(doc.Neighbours, programme.Neighbour{
			Screen: m.ID, Name: name(m.Name, m.ID), Profile: m.Profile, Key: m.DeviceKey, Addresses: m.place.Addresses,
		})
	}
	slices.SortFunc(doc.Neighbours, func(a, b programme.Neighbour) int { return cmp.Compare(a.Screen, b.Screen) })
	s.mu.RLock()
	defer s.mu.RUnlock()
	if pin, ok := s.pins[own.Cluster]; ok {
		doc.PIN = &pin.SitePIN
	}
	return doc
}

// name makes a name fit a roster.
func name(s string, id playlists.ID) string {
	return cmp.Or(programme.PeerTitle(s), string(id))
}

// contentOf names what a roster says and the key that says it.
func contentOf(doc *programme.Roster, key ed25519.PrivateKey) (playlists.Digest, error) {
	b, err := programme.Marshal(struct {
		Said   *programme.Roster
		Signer []byte
	}{doc, key.Public().(ed25519.PublicKey)})
	return playlists.DigestOf(b), err
}

// tell stores rosters and has them announced.
func (s *Service) tell(ctx context.Context, changed []Set) error {
	if len(changed) == 0 {
		return nil
	}
	if err := s.cfg.Store.SetRosters(ctx, changed); err != nil {
		return err
	}
	out := make([]Outgoing, len(changed))
	s.mu.Lock()
	for i, set := range changed {
		out[i] = set.Outgoing()
		set.Envelope = nil
		s.sets[set.Screen] = set
	}
	s.mu.Unlock()
	s.outbox.Put(out)
	s.cfg.Log.Info("rosters made", "screens", len(changed))
	return nil
}
