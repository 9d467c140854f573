package releases

import (
	"context"
	"crypto/ed25519"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// offerAll makes offers to members of a plan: of its release, or of what each
// had before. The lock of making is held.
func (s *Service) offerAll(p *Plan, members []int, forward bool) ([]Offer, error) {
	var out []Offer
	for _, i := range members {
		m := &p.Members[i]
		release := m.Before
		if forward {
			if m.Counter == 0 { // the first time: what it had is what it may go back to
				m.Before = s.offers[m.Screen].Release
			}
			release = p.Release
		}
		o, err := s.offer(m.Screen, release)
		if err != nil {
			return nil, err
		}
		m.Epoch, m.Counter = o.Epoch, o.Counter
		out = append(out, *o)
	}
	return out, nil
}

// offer signs the next offer to a screen.
func (s *Service) offer(screen playlists.ID, release playlists.Digest) (*Offer, error) {
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	key := s.cfg.Key()
	o := &Offer{Screen: screen, Epoch: charter.Epoch, Counter: 1, IssuedAt: s.cfg.Now().UTC(), Release: release, Signer: signer(key)}
	if before, ok := s.offers[screen]; ok && before.Epoch == o.Epoch {
		o.Counter = before.Counter + 1
	}
	if release != "" {
		r := s.find(release)
		if r == nil {
			return nil, missingRelease(release)
		}
		o.Object = r.Object()
	}
	o.Envelope, err = programme.SignOffer(&programme.ReleaseOffer{
		Screen: screen, Epoch: o.Epoch, Counter: o.Counter, IssuedAt: o.IssuedAt.UnixMilli(), Charter: charter.Number, Release: o.Object,
	}, key)
	return o, err
}

func signer(key ed25519.PrivateKey) string {
	return programme.NewPublicKey(key.Public().(ed25519.PublicKey)).ID
}

// refresh signs offers anew whose epoch, key or release's signatures are not
// those of now. The lock of making is held.
func (s *Service) refresh(ctx context.Context) error {
	charter := s.cfg.Charters.Current()
	if charter == nil || len(s.offers) == 0 {
		return nil
	}
	now := signer(s.cfg.Key())
	trusted := map[playlists.ID]bool{}
	var offers []Offer
	for screen, o := range s.offers {
		object := playlists.Digest("")
		if r := s.find(o.Release); r != nil {
			object = r.Object()
		}
		if o.Epoch == charter.Epoch && o.Signer == now && o.Object == object {
			continue
		}
		if len(trusted) == 0 {
			for _, t := range s.cfg.Fleet.Screens() {
				trusted[t.ID] = true
			}
		}
		if !trusted[screen] {
			continue
		}
		anew, err := s.offer(screen, o.Release)
		if err != nil {
			return err
		}
		offers = append(offers, *anew)
	}
	if len(offers) == 0 {
		return nil
	}
	ch := &Change{Offers: offers}
	if open := s.openPlan(); open != nil { // its members answer to the new numbers
		p := open.clone()
		for i := range p.Members {
			if m := &p.Members[i]; m.Counter > 0 {
				if j := slices.IndexFunc(offers, func(o Offer) bool { return o.Screen == m.Screen }); j >= 0 {
					m.Epoch, m.Counter = offers[j].Epoch, offers[j].Counter
				}
			}
		}
		return s.save(ctx, playlists.Actor{}, p, "", offers)
	}
	if err := s.cfg.Store.Save(ctx, ch); err != nil {
		return err
	}
	s.told(ch.Offers)
	return nil
}

// told announces offers that are stored.
func (s *Service) told(offers []Offer) {
	var out []Outgoing
	s.mu.Lock()
	for _, o := range offers {
		out = append(out, Outgoing{Row: o.Row, Screen: o.Screen, Epoch: o.Epoch, Counter: o.Counter, Envelope: o.Envelope})
		o.Envelope = nil
		s.offers[o.Screen] = o
	}
	s.mu.Unlock()
	s.outbox.Put(out)
}

// Desired calls yield with the newest offer to each screen that is trusted, so
// that a broker which lost everything can be filled again.
func (s *Service) Desired(ctx context.Context, yield func(*Offer) error) error {
	offers, err := s.cfg.Store.Offers(ctx)
	if err != nil {
		return err
	}
	trusted := seenBy(s.cfg.Fleet.Screens())
	for i := range offers {
		if _, ok := trusted[offers[i].Screen]; ok {
			if err := yield(&offers[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
