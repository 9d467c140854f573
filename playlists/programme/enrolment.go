package programme

import "cotmoc/playlists"

// EnrolmentType is the DSSE payload type that a new key signs to show that its
// holder has it. It is a type of its own, so that what a controller asks for at
// enrolment never is a signature over a decision or an order.
const EnrolmentType = "application/vnd.cotmoc.enrolment.v1+json"

const enrolmentType = "cotmoc/enrolment/v1"

// Enrolment ties a new key to the person who offers it.
type Enrolment struct {
	Type   string       `json:"type"`
	Nonce  []byte       `json:"nonce"` // the controller's
	Person playlists.ID `json:"person"`
	Key    []byte       `json:"key"` // SubjectPublicKeyInfo, DER
}

// NewEnrolment gives the bytes that a new key signs.
func NewEnrolment(nonce []byte, person playlists.ID, key []byte) ([]byte, error) {
	return Marshal(Enrolment{Type: enrolmentType, Nonce: nonce, Person: person, Key: key})
}
