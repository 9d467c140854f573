package programme

import (
	"crypto/ed25519"

	"cotmoc/playlists"
)

// HeldCharter is a charter that a screen has accepted.
type HeldCharter struct {
	Charter
	Payload playlists.Digest // of the signed bytes
}

// FirstCharter reads the charter that is taken on trust, at enrolment: it is
// signed by its own root keys, and nothing is known to hold it against.
func FirstCharter(envelope []byte) (*HeldCharter, error) {
	c, err := readCharter(envelope)
	if err != nil {
		return nil, err
	}
	if err := c.signedBy(&c.held.Charter); err != nil {
		return nil, err
	}
	return c.held, nil
}

// Next holds a charter against the one that is held. The same one again is
// accepted; every other must be its successor, signed by the threshold of the
// held one's root keys and of its own (as The Update Framework rotates its
// root, specification 1.0.33, §5.3).
func (h *HeldCharter) Next(envelope []byte) (*HeldCharter, error) {
	c, err := readCharter(envelope)
	if err != nil {
		return nil, err
	}
	next := c.held
	switch {
	case next.Payload == h.Payload:
		return h, nil
	case next.Number == h.Number:
		return nil, refuse(CharterForked, "cannot accept a second charter %d with other bytes", next.Number)
	case next.Number < h.Number:
		return nil, refuse(CharterOld, "cannot go back to charter %d: %d is held", next.Number, h.Number)
	case next.Number > h.Number+1:
		return nil, refuse(CharterGap, "cannot accept charter %d: those after %d are missing", next.Number, h.Number)
	case next.Previous != h.Payload:
		return nil, refuse(CharterForked, "cannot accept charter %d: it follows another charter %d than the one held", next.Number, h.Number)
	}
	if err := c.signedBy(&h.Charter); err != nil {
		return nil, err
	}
	if err := c.signedBy(&next.Charter); err != nil {
		return nil, err
	}
	if next.Epoch < h.Epoch || next.IssuedAt < h.IssuedAt {
		return nil, refuse(CharterOld, "cannot accept charter %d: it goes back to epoch %d or before the issue of the one held", next.Number, next.Epoch)
	}
	return next, nil
}

// readIn is a charter as it came, with what its signatures are over.
type readIn struct {
	held   *HeldCharter
	signed []byte
	sigs   []Signature
}

func readCharter(envelope []byte) (*readIn, error) {
	e, err := readEnvelope(envelope, CharterType)
	if err != nil {
		return nil, err
	}
	in := &readIn{held: &HeldCharter{Payload: playlists.DigestOf(e.Payload)}, signed: PreAuthEncoding(e.PayloadType, e.Payload), sigs: e.Signatures}
	if err := Unmarshal(e.Payload, &in.held.Charter); err != nil {
		return nil, err
	}
	if err := in.held.Validate(); err != nil {
		return nil, err
	}
	return in, nil
}

// signedBy counts the holders of by's root keys who have signed.
func (in *readIn) signedBy(by *Charter) error {
	holders := map[string]bool{}
	for _, s := range in.sigs {
		for _, r := range by.Roots {
			if r.signed(in.signed, s) {
				holders[r.Holder] = true
			}
		}
	}
	if len(holders) < by.RootThreshold {
		return refuse(CharterUnsigned, "cannot accept charter %d: %d of the %d holders that charter %d asks for have signed it", in.held.Number, len(holders), by.RootThreshold, by.Number)
	}
	return nil
}

// signed tells whether a signature is by this root key.
func (r *Root) signed(signed []byte, s Signature) bool {
	key := NewPublicKey(r.Key)
	return key.ID == s.KeyID && key.verifies(signed, s.Sig)
}

// SignCharter adds a root key's signature to a charter's envelope, or begins
// one from its payload.
func SignCharter(envelope, payload []byte, key ed25519.PrivateKey) ([]byte, error) {
	return addSignature(CharterType, envelope, payload, key)
}

// ReadCharter reads a charter without trusting it, for showing it to people,
// and gives the ids of the keys that have validly signed it among its own
// roots' and those of before, which may be nil.
func ReadCharter(envelope []byte, before *Charter) (*HeldCharter, []string, error) {
	in, err := readCharter(envelope)
	if err != nil {
		return nil, nil, err
	}
	roots := in.held.Roots
	if before != nil {
		roots = append(append([]Root{}, roots...), before.Roots...)
	}
	signed := []string{}
	for _, s := range in.sigs {
		for _, r := range roots {
			if r.signed(in.signed, s) {
				signed = append(signed, s.KeyID)
				break
			}
		}
	}
	return in.held, signed, nil
}
