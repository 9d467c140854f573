package programme

import (
	"crypto/ed25519"

	"cotmoc/playlists"
)

// OfferType is the DSSE payload type of a release's offer to a screen.
const OfferType = "application/vnd.cotmoc.release-offer.v1+json"

// ReleaseOffer says which release one screen is to run now. The programme key
// signs it: it chooses among releases that their own holders have signed, and
// when, and nothing else.
type ReleaseOffer struct {
	Screen   playlists.ID     `json:"screen"`
	Epoch    uint64           `json:"epoch"`
	Counter  uint64           `json:"counter"` // rises with every offer to a screen
	IssuedAt int64            `json:"issued_at"`
	Charter  uint64           `json:"charter"` // the least number it goes with
	Release  playlists.Digest `json:"release"` // of a release's envelope, an object; "" to stay
}

// AcceptedOffer is an offer that the screen's trust has let through.
type AcceptedOffer struct {
	ReleaseOffer
	Payload playlists.Digest
}

// VerifyOffer reads an offer under a charter; held is the newest before it. The
// same offer again is accepted.
func VerifyOffer(envelope []byte, trust Trust, held Held) (*AcceptedOffer, error) {
	if trust.Charter == nil {
		return nil, refuse(CharterMissing, "cannot take an offer of a release without a charter")
	}
	a, err := RereadOffer(envelope, trust.Screen, trust.Charter.ProgrammeKeys)
	if err != nil {
		return nil, err
	}
	return a, trust.admit(a.Charter, a.Epoch, a.Counter, a.Payload, held, "offer")
}

// RereadOffer reads an offer that was accepted before, under keys that counted
// then.
func RereadOffer(envelope []byte, screen playlists.ID, keys []PublicKey) (*AcceptedOffer, error) {
	payload, err := open(envelope, OfferType, keys)
	if err != nil {
		return nil, err
	}
	a := &AcceptedOffer{Payload: playlists.DigestOf(payload)}
	if err := Unmarshal(payload, &a.ReleaseOffer); err != nil {
		return nil, err
	}
	if a.Screen != screen {
		return nil, refuse(OtherScreen, "cannot take the offer to screen %.40s on screen %s", string(a.Screen), screen)
	}
	if a.Counter == 0 || !isInstant(a.IssuedAt) || a.Release != "" && a.Release.Validate() != nil {
		return nil, refuse(Malformed, "cannot read offer %d.%d: a bound is broken", a.Epoch, a.Counter)
	}
	return a, nil
}

// SignOffer gives the envelope of an offer.
func SignOffer(o *ReleaseOffer, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := Marshal(o)
	if err != nil {
		return nil, err
	}
	return Seal(OfferType, payload, key)
}
