package programme

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/webauthn"
)

// The DSSE payload types that people sign.
const (
	StatementPayloadType = "application/vnd.in-toto+json"
	BatchPayloadType     = "application/vnd.cotmoc.batch.v1+json"
	OrderType            = "application/vnd.cotmoc.order.v1+json"
)

// HandSignature is a person's own signature over the DSSE pre-authentication
// encoding of a payload: with a key file over the bytes themselves, with a
// passkey as an assertion whose challenge is their SHA-256.
type HandSignature struct {
	Person     playlists.ID `json:"person"`
	Credential string       `json:"credential"`
	Sig        []byte       `json:"sig"`
	// Of a passkey, null of a key file.
	AuthenticatorData []byte `json:"authenticator_data"`
	ClientData        []byte `json:"client_data"`
}

// Challenge is what a passkey signs for a payload.
func Challenge(payloadType string, payload []byte) [sha256.Size]byte {
	return sha256.Sum256(PreAuthEncoding(payloadType, payload))
}

// SignByHand signs a payload with a person's key file.
func SignByHand(payloadType string, payload []byte, person playlists.ID, key ed25519.PrivateKey) (*HandSignature, error) {
	pkix, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("cannot sign: %w", err)
	}
	return &HandSignature{Person: person, Credential: CredentialID(pkix), Sig: ed25519.Sign(key, PreAuthEncoding(payloadType, payload))}, nil
}

// FileCredential names the public half of a key file as a charter does.
func FileCredential(key ed25519.PublicKey) (Credential, error) {
	pkix, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return Credential{}, fmt.Errorf("cannot use this key: %w", err)
	}
	return Credential{ID: CredentialID(pkix), Kind: KeyFile, Algorithm: webauthn.EdDSA, Key: pkix}, nil
}

// Batch is what one signature over several statements is over.
type Batch struct {
	Type       string             `json:"type"`
	Statements []playlists.Digest `json:"statements"` // sorted
}

// NewBatch names statements by the SHA-256 of their canonical bytes.
func NewBatch(statements ...[]byte) ([]byte, error) {
	b := Batch{Type: batchType, Statements: []playlists.Digest{}}
	for _, s := range statements {
		b.Statements = append(b.Statements, playlists.DigestOf(s))
	}
	slices.Sort(b.Statements)
	b.Statements = slices.Compact(b.Statements)
	if n := len(b.Statements); n == 0 || n > maxBatch {
		return nil, playlists.Errorf(playlists.Invalid, "batch_size", playlists.Params{"count": n, "max": maxBatch}, "cannot sign %d decisions at once: choose 1 to %d", n, maxBatch)
	}
	return Marshal(b)
}

// batchNames tells whether a batch covers a statement.
func batchNames(batch, statement []byte) error {
	if len(batch) > maxStatement {
		return refuse(Malformed, "cannot read a batch of %d bytes: the most is %d", len(batch), maxStatement)
	}
	var b Batch
	if err := Unmarshal(batch, &b); err != nil {
		return err
	}
	if b.Type != batchType {
		return refuse(BadType, "cannot use an object of type %.80q as a batch", b.Type)
	}
	if len(b.Statements) > maxBatch || !slices.IsSorted(b.Statements) {
		return refuse(Malformed, "cannot read a batch: it is unsorted or names more than %d statements", maxBatch)
	}
	if !slices.Contains(b.Statements, playlists.DigestOf(statement)) {
		return refuse(PersonSignature, "cannot count the signature: its batch does not name the statement")
	}
	return nil
}

// CheckHand tells whether a person named in the charter has signed the payload
// with a key of theirs, and gives both. Whether they might, and when, is for
// the caller.
func (c *Charter) CheckHand(s *HandSignature, payloadType string, payload []byte) (*Person, *Credential, error) {
	p, ok := c.Person(s.Person)
	if !ok {
		return nil, nil, refuse(UnknownPerson, "cannot count a signature of %.40s: charter %d does not name them", string(s.Person), c.Number)
	}
	k, ok := p.Credential(s.Credential)
	if !ok {
		return nil, nil, refuse(UnknownCredential, "cannot count a signature with the key %.40q: charter %d does not give it to %s", s.Credential, c.Number, p.Name)
	}
	if err := c.checkKey(k, s, payloadType, payload); err != nil {
		return nil, nil, refuse(PersonSignature, "cannot count the signature of %s: %w", p.Name, err)
	}
	if p.Standing == Compromised {
		return nil, nil, refuse(PersonCompromised, "cannot count the signature of %s: charter %d has expelled them", p.Name, c.Number)
	}
	return p, k, nil
}

func (c *Charter) checkKey(k *Credential, s *HandSignature, payloadType string, payload []byte) error {
	key := webauthn.Key{Algorithm: k.Algorithm, PKIX: k.Key}
	if k.Kind == Passkey {
		rp := c.party(k.RPID)
		return webauthn.Verify(webauthn.RelyingParty{ID: rp.ID, Origins: rp.Origins}, key, Challenge(payloadType, payload),
			webauthn.Assertion{AuthenticatorData: s.AuthenticatorData, ClientData: s.ClientData, Signature: s.Sig})
	}
	if s.AuthenticatorData != nil || s.ClientData != nil {
		return fmt.Errorf("it mixes a passkey's parts with a key file")
	}
	return key.VerifyBytes(PreAuthEncoding(payloadType, payload), s.Sig)
}

// payload gives what a decision's signature is over.
func (d *Decision) payload() (payloadType string, payload []byte, err error) {
	if d.Batch == nil {
		return StatementPayloadType, d.Statement, nil
	}
	return BatchPayloadType, d.Batch, batchNames(d.Batch, d.Statement)
}

// checkDecision holds a decision to the charter: signed by the very person it
// names, in a capacity and at a time that the charter gives them. kept
// gives the set of a retired person.
func (c *Charter) checkDecision(d *Decision, s *Statement, may Capacity, kept keptSets) (*Person, *Credential, error) {
	if d.Signature == nil {
		return nil, nil, refuse(Unsigned, "cannot count the decision of %s: it was made before charter %d and nobody signed it; have it decided again", s.Predicate.PersonName, c.Number)
	}
	if d.Signature.Person != s.Predicate.Person {
		return nil, nil, refuse(NotApproved, "cannot count the decision of %s: somebody else signed it", s.Predicate.PersonName)
	}
	payloadType, payload, err := d.payload()
	if err != nil {
		return nil, nil, err
	}
	p, k, err := c.CheckHand(d.Signature, payloadType, payload)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case !slices.Contains(p.May, may):
		return nil, nil, refuse(CapacityMissing, "cannot count the decision of %s: charter %d does not let them %s", p.Name, c.Number, may)
	case !p.At(s.Predicate.DecidedAt):
		return nil, nil, refuse(PersonNotValid, "cannot count the decision of %s: it was made outside their term", p.Name)
	case p.Standing == Retired:
		return p, k, c.checkKept(p, d.Statement, kept)
	}
	return p, k, nil
}

func (c *Charter) checkKept(p *Person, statement []byte, kept keptSets) error {
	if p.Kept != "" {
		set, err := kept(p.Kept)
		if err != nil {
			return err
		}
		if set.name != p.Kept {
			return refuse(WrongDigest, "cannot use the decisions of %s that are kept: the object %s is another", p.Name, set.name)
		}
		if _, found := slices.BinarySearch(set.Statements, playlists.DigestOf(statement)); found {
			return nil
		}
	}
	return refuse(PersonRetired, "cannot count the decision of %s: they have left, and it is not among those that charter %d keeps", p.Name, c.Number)
}
