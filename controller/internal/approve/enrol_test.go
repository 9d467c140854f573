package approve

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"testing"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// TestEnrolmentSignsNoDecision has a controller choose what a new passkey signs:
// it can choose the nonce, and never has a challenge over a decision.
func TestEnrolmentSignsNoDecision(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	c := newClient(t, lies, nil)
	statement := lies.prepare(map[string]any{"act": "approve"})
	key, err := programme.FileCredential(playliststest.Hand("new").Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]any{"algorithm": key.Algorithm, "public_key": key.Key}
	if p := ask(t, c, http.MethodPost, "enrol/challenge", made, nil); p.Reason != TooLate {
		t.Errorf("before it was begun: %+v", p)
	}
	for _, nonce := range [][]byte{nil, make([]byte, 15), statement.Payload} {
		lies.nonce = nonce
		if p := ask(t, c, http.MethodPost, "enrol/begin", nil, nil); p.Reason != Unreadable {
			t.Errorf("a nonce of %d bytes: %+v", len(nonce), p)
		}
	}
	challenge := programme.Challenge(programme.StatementPayloadType, statement.Payload)
	lies.nonce = challenge[:]
	if p := ask(t, c, http.MethodPost, "enrol/begin", nil, nil); p.Reason != "" {
		t.Fatalf("%+v", p)
	}
	var out struct{ Challenge string }
	if p := ask(t, c, http.MethodPost, "enrol/challenge", made, &out); p.Reason != "" {
		t.Fatalf("%+v", p)
	}
	payload, err := programme.NewEnrolment(lies.nonce, lies.me.ID, key.Key)
	if err != nil {
		t.Fatal(err)
	}
	want := programme.Challenge(programme.EnrolmentType, payload)
	if out.Challenge != base64.RawURLEncoding.EncodeToString(want[:]) || out.Challenge == statement.Challenge {
		t.Errorf("the new key would sign %s", out.Challenge)
	}
	if p := ask(t, c, http.MethodPost, "enrol/challenge", map[string]any{"algorithm": "RS256", "public_key": key.Key}, nil); p.Reason != Unreadable {
		t.Errorf("a key that is none: %+v", p)
	}
	var done enrolled
	if p := ask(t, c, http.MethodPost, "enrol/finish", made, &done); p.Reason != "" || done.Credential != key.ID || len(lies.offered) != 1 {
		t.Errorf("%+v %+v", done, p)
	}
}

// TestOffersAKeyFileAsIndependent sends its public half alone, with the password.
func TestOffersAKeyFileAsIndependent(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	c := newClient(t, lies, playliststest.Hand("approver"))
	var done enrolled
	if p := ask(t, c, http.MethodPost, "enrol/finish", map[string]any{"label": "USB"}, &done); p.Reason != "" || done.Credential != c.credential {
		t.Fatalf("%+v %+v", done, p)
	}
	public := base64.StdEncoding.EncodeToString(playliststest.Hand("approver").Public().(ed25519.PublicKey))
	if len(lies.offered) != 1 || len(lies.offered[0]) != 4 || lies.offered[0]["password"] != "the person's own" || lies.offered[0]["public_key"] != public || lies.offered[0]["independent"] != true {
		t.Errorf("offered %v", lies.offered)
	}
}
