package wire

import (
	"crypto/sha256"
	"encoding/binary"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// The paths of the agents' HTTPS listener. Pairing needs no client
// certificate; objects do.
const (
	PathPairings = "/agent/v1/pairings"
	PathObjects  = "/agent/v1/objects/"
	// ProofHeader carries the signature of PollProof by the device key.
	ProofHeader = "Cotmoc-Proof"
)

// MaxPairingBody is the most bytes of a pairing request, MaxPairingAnswer of
// an answer, which may carry a charter.
const (
	MaxPairingBody   = 16 << 10
	MaxPairingAnswer = 2 << 20
)

// PairingRequest opens a pairing.
type PairingRequest struct {
	DeviceKey []byte `json:"device_key"` // Ed25519 public key, 32 bytes
	Facts     Facts  `json:"facts"`
	// Ticket is shown by a PC that has one; left out without.
	Ticket *TicketShown `json:"ticket,omitempty"`
}

// TicketShown is a ticket as it is presented: its secret, and what this PC may
// be known by.
type TicketShown struct {
	Batch  playlists.ID `json:"batch"`
	Secret []byte       `json:"secret"`
	Marks  []string     `json:"marks"` // as programme.NormalMark gives them
}

// Facts describe a screen PC to the person who claims it.
type Facts struct {
	Hostname string `json:"hostname"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Version  string `json:"version"`
}

// Pairing is the controller's answer.
type Pairing struct {
	Pairing   playlists.ID `json:"pairing"`
	Nonce     []byte       `json:"nonce"`      // 32 bytes
	ExpiresAt int64        `json:"expires_at"` // Unix milliseconds
	PollS     int          `json:"poll_s"`     // seconds between polls
}

// PairingState is what a poll says: waiting, or claimed with the identity.
type PairingState struct {
	State string    `json:"state"` // "waiting" or "claimed"
	Grant *Identity `json:"grant"` // set when claimed
}

// Identity is what a screen PC becomes by being claimed. CA and keys are
// pinned from then on.
type Identity struct {
	Screen        playlists.ID          `json:"screen"`
	Name          string                `json:"name"`
	Profile       playlists.Profile     `json:"profile"`
	Certificate   []byte                `json:"certificate"` // DER, of the device key, CN = screen
	CA            []byte                `json:"ca"`          // DER
	MQTTURL       string                `json:"mqtt_url"`
	ProgrammeKeys []programme.PublicKey `json:"programme_keys"`
	// Cluster is where the screen was placed. From then on a person whom the
	// charter names must sign to place it elsewhere.
	Cluster playlists.ID `json:"cluster"`
	// Charter is the envelope of the newest charter, taken on trust; null while
	// the controller has none.
	Charter []byte `json:"charter"`
	Time    int64  `json:"time"` // Unix milliseconds
}

// codeAlphabet has 32 characters that people do not confuse.
const codeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// PairingCode is what both sides compute and a person compares by typing it:
// it binds the device key to the CA that the agent saw, so that somebody in
// between with another CA has another code. It has 40 bits and lives for
// minutes; the form is XXXX-XXXX.
func PairingCode(deviceKey []byte, caSHA256 [32]byte, nonce []byte) string {
	h := sha256.New()
	h.Write([]byte("cotmoc pairing code v1\x00"))
	for _, part := range [][]byte{deviceKey, caSHA256[:], nonce} {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(part)))
		h.Write(n[:])
		h.Write(part)
	}
	v := binary.BigEndian.Uint64(h.Sum(nil))
	code := make([]byte, 0, 9)
	for i := range 8 {
		if i == 4 {
			code = append(code, '-')
		}
		code = append(code, codeAlphabet[v>>(59-5*i)&31])
	}
	return string(code)
}

// PollProof is what the device key signs to poll a pairing.
func PollProof(pairing playlists.ID, nonce []byte) []byte {
	return append([]byte("cotmoc pairing poll v1\x00"+string(pairing)+"\x00"), nonce...)
}
