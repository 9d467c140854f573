package programme

import (
	"bytes"
	"crypto/ed25519"
	"time"

	"cotmoc/playlists"
)

// BeaconType is the DSSE payload type of a beacon.
const BeaconType = "application/vnd.cotmoc.beacon.v1+json"

// NonceSize is the length of the question that a beacon answers, in bytes.
const NonceSize = 32

// Beacon is the controller's time and the highest numbers it has given this
// screen, in answer to the screen's nonce: what is older cannot be passed off
// as new, and what is withheld shows.
type Beacon struct {
	Screen    playlists.ID `json:"screen"`
	Nonce     []byte       `json:"nonce"`
	Time      int64        `json:"time"` // Unix milliseconds
	Epoch     uint64       `json:"epoch"`
	Charter   uint64       `json:"charter"`   // newest number
	Programme uint64       `json:"programme"` // newest counter in the epoch, 0 none
	Orders    uint64       `json:"orders"`    // newest counter in the epoch, 0 none
	Settings  uint64       `json:"settings"`  // newest counter in the epoch, 0 none
	// Reported is the newest programme that this screen has reported, so that
	// one restored from an old disk image notices.
	Reported Numbers `json:"reported"`
}

// Numbers name a programme.
type Numbers struct {
	Epoch   uint64 `json:"epoch"`
	Counter uint64 `json:"counter"`
}

// When gives the controller's time.
func (b *Beacon) When() time.Time { return time.UnixMilli(b.Time).UTC() }

// VerifyBeacon reads the answer to a nonce.
func VerifyBeacon(envelope []byte, nonce []byte, trust Trust) (*Beacon, error) {
	payload, err := open(envelope, BeaconType, trust.keys())
	if err != nil {
		return nil, err
	}
	var b Beacon
	if err := Unmarshal(payload, &b); err != nil {
		return nil, err
	}
	switch {
	case b.Screen != trust.Screen:
		return nil, refuse(OtherScreen, "cannot use a beacon for screen %.40s on screen %s", string(b.Screen), trust.Screen)
	case len(nonce) != NonceSize || !bytes.Equal(b.Nonce, nonce):
		return nil, refuse(WrongNonce, "cannot use a beacon that answers another question")
	case !isInstant(b.Time):
		return nil, refuse(Malformed, "cannot use a beacon without a time")
	}
	return &b, nil
}

// SignBeacon gives the envelope of a beacon.
func SignBeacon(b *Beacon, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := Marshal(b)
	if err != nil {
		return nil, err
	}
	return Seal(BeaconType, payload, key)
}
