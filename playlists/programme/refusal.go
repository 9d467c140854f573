package programme

import (
	"errors"
	"fmt"

	"cotmoc/playlists"
)

// Refusal names why a document was not accepted. An agent reports it, so each
// names one attack or fault.
type Refusal string

// The refusals.
const (
	Malformed       Refusal = "malformed"        // not canonical, or breaks a bound
	BadType         Refusal = "bad_type"         // another kind of document
	BadSignature    Refusal = "bad_signature"    // no pinned key signed these bytes
	OtherScreen     Refusal = "other_screen"     // signed for another screen
	RolledBack      Refusal = "rolled_back"      // older than what is held
	Forked          Refusal = "forked"           // same counter, other bytes
	WrongDigest     Refusal = "wrong_digest"     // an object's bytes do not hash to its name
	NotApproved     Refusal = "not_approved"     // a rendition without two people's decisions over it
	OutsideTerms    Refusal = "outside_terms"    // approved, but not for this cluster
	MissingObject   Refusal = "missing_object"   // named but not held
	InternallyWrong Refusal = "internally_wrong" // parts contradict one another

	// Of charters.
	CharterForked   Refusal = "charter_forked"   // another charter of a number that is held, or its successor
	CharterOld      Refusal = "charter_old"      // one before the one held
	CharterGap      Refusal = "charter_gap"      // those between are missing
	CharterUnsigned Refusal = "charter_unsigned" // too few holders of root keys have signed
	CharterExpired  Refusal = "charter_expired"  // nothing new is accepted under it
	CharterMissing  Refusal = "charter_missing"  // a document goes with a later one

	// Of people's signatures.
	Unsigned          Refusal = "unsigned"           // no person has signed the decision
	UnknownPerson     Refusal = "unknown_person"     // the charter does not name the signer
	UnknownCredential Refusal = "unknown_credential" // the charter does not name the key
	PersonSignature   Refusal = "person_signature"   // the signature is not of that key over these bytes
	PersonCompromised Refusal = "person_compromised" // expelled: all that they signed has fallen
	PersonRetired     Refusal = "person_retired"     // not among the decisions that were kept
	PersonNotValid    Refusal = "person_not_valid"   // signed outside their term
	CapacityMissing   Refusal = "capacity_missing"   // may not decide this, or not here
	TooFewPeople      Refusal = "too_few_people"     // one person where it takes more
	NotIndependent    Refusal = "not_independent"    // the charter demands the independent client

	// Of what goes to one screen.
	OtherCluster  Refusal = "other_cluster"  // the screen was not placed in that cluster
	WrongEpoch    Refusal = "wrong_epoch"    // only a charter raises it
	OrdersMissing Refusal = "orders_missing" // a programme goes with later orders
	WrongNonce    Refusal = "wrong_nonce"    // a beacon that answers another question
	Withheld      Refusal = "withheld"       // a beacon names newer documents than have come

	// Of releases.
	ReleaseUnsigned Refusal = "release_unsigned" // too few of those have signed whom the charter names for code
	ReleaseOld      Refusal = "release_old"      // from before one that has shown its picture here
	ReleaseExpired  Refusal = "release_expired"  // not begun to be used any more
	ReleaseUnfit    Refusal = "release_unfit"    // not for this PC, or not after what it runs
)

// Known tells whether a code that a screen reports is a refusal's.
func Known(r Refusal) bool {
	switch r {
	case Malformed, BadType, BadSignature, OtherScreen, RolledBack, Forked, WrongDigest, NotApproved, OutsideTerms, MissingObject, InternallyWrong,
		CharterForked, CharterOld, CharterGap, CharterUnsigned, CharterExpired, CharterMissing,
		Unsigned, UnknownPerson, UnknownCredential, PersonSignature, PersonCompromised, PersonRetired, PersonNotValid, CapacityMissing, TooFewPeople, NotIndependent,
		OtherCluster, WrongEpoch, OrdersMissing, WrongNonce, Withheld:
		return true
	}
	return false
}

// RefusalError is a refusal with its sentence.
type RefusalError struct {
	Refusal Refusal
	Err     error
}

// Error implements error.
func (e *RefusalError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *RefusalError) Unwrap() error { return e.Err }

func refuse(r Refusal, format string, args ...any) error {
	return &RefusalError{Refusal: r, Err: fmt.Errorf(format, args...)}
}

// RefusalOf gives the refusal in err's chain, or "".
func RefusalOf(err error) Refusal {
	if e, ok := errors.AsType[*RefusalError](err); ok {
		return e.Refusal
	}
	return ""
}

// Problem gives a refusal as an error that a person can act on, its code as
// the reason, and any other error as it is.
func Problem(err error) error {
	r := RefusalOf(err)
	if r == "" {
		return err
	}
	return playlists.Errorf(playlists.Conflict, string(r), nil, "%w", err)
}
