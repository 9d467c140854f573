package programme

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/webauthn"
)

// CharterType is the DSSE payload type of a charter.
const CharterType = "application/vnd.cotmoc.charter.v1+json"

// Bounds of a charter.
const (
	maxRoots         = 8
	maxProgrammeKeys = 4
	maxPeople        = 500
	maxCredentials   = 8
	maxParties       = 8
	maxOrigins       = 16
	maxPins          = 200
	maxReleasers     = 8
	maxUnattended    = 3650 // days
)

// Charter says who may approve and sign what: the root of trust of every
// screen. It is signed offline by the holders of root keys.
type Charter struct {
	Number        uint64           `json:"number"`   // rises by one
	Previous      playlists.Digest `json:"previous"` // of the payload of the one before, "" of the first
	Epoch         uint64           `json:"epoch"`    // of programmes and orders; raised after a restore
	IssuedAt      int64            `json:"issued_at"`
	ExpiresAt     int64            `json:"expires_at"` // no new document is accepted after it
	Roots         []Root           `json:"roots"`
	RootThreshold int              `json:"root_threshold"` // holders that sign a charter
	ProgrammeKeys []PublicKey      `json:"programme_keys"`
	// RelyingParties are the places where passkeys sign.
	RelyingParties []RelyingParty `json:"relying_parties"`
	People         []Person       `json:"people"`
	// LiftThreshold is how many people lift a takedown or the slate, at least 2.
	LiftThreshold int `json:"lift_threshold"`
	// IndependentDecision demands that one of the two decisions comes from a
	// credential that is used outside the console.
	IndependentDecision bool `json:"independent_decision"`
	// MaxUnattendedDays is how long a screen plays on without word from the
	// controller before it goes to the slate.
	MaxUnattendedDays int   `json:"max_unattended_days"`
	Pins              []Pin `json:"pins"`
	// ReleaseSigners hold the keys that sign code for screen PCs, offline, and
	// ReleaseThreshold of them sign a release. Where the charter names none, no
	// screen takes code from anybody.
	ReleaseSigners   []Root `json:"release_signers,omitempty"`
	ReleaseThreshold int    `json:"release_threshold,omitempty"`
}

// Root is a key that signs offline, charters or releases, and the person who
// holds it.
type Root struct {
	Holder string            `json:"holder"`
	Key    ed25519.PublicKey `json:"key"`
}

// independentParty is the relying party of the independent client: a page that
// a program on the person's own computer serves.
const independentParty = "localhost"

// RelyingParty is a host name with the origins at which people sign.
type RelyingParty struct {
	ID      string   `json:"id"`
	Origins []string `json:"origins"`
}

// Capacity is what a person's signature counts for.
type Capacity string

// The capacities.
const (
	MayReview   Capacity = "review"
	MayApprove  Capacity = "approve"
	MayTakeDown Capacity = "take_down"
	MayBulletin Capacity = "bulletin"
	MayLift     Capacity = "lift"
	MayPlace    Capacity = "place" // move a screen to another cluster
)

// Capacities lists all capacities in the order people see them.
func Capacities() []Capacity {
	return []Capacity{MayReview, MayApprove, MayTakeDown, MayBulletin, MayLift, MayPlace}
}

// Standing is how a person's past signatures count.
type Standing string

// The standings.
const (
	Active Standing = "active"
	// Retired people sign nothing more; of their decisions those in Kept stay
	// good.
	Retired Standing = "retired"
	// Compromised people's decisions all fall until others decide again.
	Compromised Standing = "compromised"
)

// Person is somebody whose signature counts.
type Person struct {
	ID          playlists.ID     `json:"id"`
	Name        string           `json:"name"`
	May         []Capacity       `json:"may"`
	Clusters    []string         `json:"clusters"` // ids, or the single element "*"
	ValidFrom   int64            `json:"valid_from"`
	ValidUntil  int64            `json:"valid_until"` // exclusive, 0 no end
	Standing    Standing         `json:"standing"`
	Kept        playlists.Digest `json:"kept"` // of a KeptSet, "" unless retired with one
	Credentials []Credential     `json:"credentials"`
}

// CredentialKind is how a person signs.
type CredentialKind string

// The kinds.
const (
	KeyFile CredentialKind = "key_file" // an Ed25519 key in a file with a passphrase
	Passkey CredentialKind = "passkey"  // WebAuthn, user verified
)

// Credential is a key of a person.
type Credential struct {
	ID        string             `json:"id"` // CredentialID of Key
	Kind      CredentialKind     `json:"kind"`
	Algorithm webauthn.Algorithm `json:"algorithm"`
	Key       []byte             `json:"key"`   // SubjectPublicKeyInfo, DER
	RPID      string             `json:"rp_id"` // of a passkey, "" of a key file
	// Independent marks a credential that signs in the independent client
	// alone, never in the console.
	Independent bool `json:"independent"`
}

// CredentialID derives a credential's id: the first 16 hex digits of the
// SHA-256 of its public key, so that nobody chooses it.
func CredentialID(pkix []byte) string {
	sum := sha256.Sum256(pkix)
	return hex.EncodeToString(sum[:8])
}

// Pin lets a person at a screen PC put it on the slate without a network. The
// hash is argon2id (RFC 9106) over the digits.
type Pin struct {
	Clusters []string `json:"clusters"` // ids, or the single element "*"
	Salt     []byte   `json:"salt"`
	Hash     []byte   `json:"hash"`
	Time     uint32   `json:"time"`
	MemoryKB uint32   `json:"memory_kb"`
	Threads  uint8    `json:"threads"`
}

// KeptSet is the object that lists the decisions of a retired person that stay
// good, by the SHA-256 of their statements, sorted.
type KeptSet struct {
	Type       string             `json:"type"`
	Statements []playlists.Digest `json:"statements"`

	name playlists.Digest // of the object as it was read
}

const keptType = "cotmoc/kept/v1"

// NewKeptSet makes the object of a kept set.
func NewKeptSet(statements []playlists.Digest) ([]byte, error) {
	s := slices.Compact(slices.Sorted(slices.Values(statements)))
	if s == nil {
		s = []playlists.Digest{}
	}
	return Marshal(KeptSet{Type: keptType, Statements: s})
}

func parseKept(object []byte) (*KeptSet, error) {
	if len(object) > MaxObject {
		return nil, refuse(Malformed, "cannot read a set of decisions of %d bytes: the most is %d", len(object), MaxObject)
	}
	var k KeptSet
	if err := Unmarshal(object, &k); err != nil {
		return nil, err
	}
	if k.Type != keptType {
		return nil, refuse(BadType, "cannot use an object of type %.80q as a set of decisions", k.Type)
	}
	if !slices.IsSorted(k.Statements) {
		return nil, refuse(Malformed, "cannot read a set of decisions: it is not sorted")
	}
	k.name = playlists.DigestOf(object)
	return &k, nil
}

// Person finds somebody by id.
func (c *Charter) Person(id playlists.ID) (*Person, bool) {
	i := slices.IndexFunc(c.People, func(p Person) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return &c.People[i], true
}

// Expires gives when the charter ends.
func (c *Charter) Expires() time.Time { return time.UnixMilli(c.ExpiresAt).UTC() }

// KeptSets lists the objects that the charter names.
func (c *Charter) KeptSets() []playlists.Digest {
	var out []playlists.Digest
	for _, p := range c.People {
		if p.Kept != "" {
			out = append(out, p.Kept)
		}
	}
	return out
}

// PinsFor lists the PINs that count at a cluster.
func (c *Charter) PinsFor(cluster playlists.ID) []Pin {
	var out []Pin
	for _, p := range c.Pins {
		if covers(p.Clusters, cluster) {
			out = append(out, p)
		}
	}
	return out
}

func covers(clusters []string, cluster playlists.ID) bool {
	return slices.Contains(clusters, playlists.Everywhere) || slices.Contains(clusters, string(cluster))
}

// Credential finds one of the person's keys.
func (p *Person) Credential(id string) (*Credential, bool) {
	i := slices.IndexFunc(p.Credentials, func(c Credential) bool { return c.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.Credentials[i], true
}

// At tells whether the person's validity includes an instant.
func (p *Person) At(ms int64) bool {
	return ms >= p.ValidFrom && (p.ValidUntil == 0 || ms < p.ValidUntil)
}
