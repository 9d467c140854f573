package programme

import (
	"errors"
	"fmt"
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
)

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
