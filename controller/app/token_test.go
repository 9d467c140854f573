package app_test

import (
	"crypto/ed25519"
	"testing"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// TestStayingTakesThePassword holds that whoever finds an open console cannot
// stay: a token, which no second step is asked of, a key that signs and another
// way to log in take the password once more.
func TestStayingTakesThePassword(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string][]playlists.Role{"root": {playlists.Administrator}, "reviewer": {playlists.Reviewer}})
	key := []byte(playliststest.Hand("reviewer").Public().(ed25519.PublicKey))
	with := func(password string, more map[string]any) map[string]any {
		in := map[string]any{"password": password}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	calls := map[string]map[string]any{
		"/tokens":                                {"name": "x"},
		"/signing-credentials/key-file":          {"label": "x", "public_key": key},
		"/signing-credentials/passkey/begin":     {},
		"/signing-credentials/independent/begin": {},
		"/me/passkeys":                           {"label": "x"},
		"/me/totp":                               {},
		"/me/totp/off":                           {},
		"/me/recovery-codes":                     {},
	}
	for path, more := range calls {
		refusedFor(t, path, "password_wrong", o.as("reviewer").Post(t.Context(), path, with("somebody's guess", more), nil))
	}
	for _, path := range []string{"/tokens", "/signing-credentials"} {
		if all, err := apiclient.List[map[string]any](t.Context(), o.as("reviewer"), path); err != nil || len(all) != 0 {
			t.Errorf("%s holds %v, %v", path, all, err)
		}
	}
	for _, path := range []string{"/tokens", "/signing-credentials/key-file", "/signing-credentials/independent/begin"} {
		o.post("reviewer", path, with(sqlstoretest.Password, calls[path]), nil)
	}
}

// TestATokenIsNoHand holds that whoever has the tokens of all who decide still
// decides nothing: what counts takes a hand, and no token makes one.
func TestATokenIsNoHand(t *testing.T) {
	t.Parallel()
	people := map[string][]playlists.Role{
		"root": {playlists.Administrator}, "author": {playlists.Contributor}, "reviewer": {playlists.Reviewer}, "approver": {playlists.Approver}, "emergency": {playlists.Emergency},
	}
	o := newOffice(t, people)
	for _, who := range []string{"reviewer", "approver", "emergency"} {
		key := []byte(playliststest.Hand(who).Public().(ed25519.PublicKey))
		o.post(who, "/signing-credentials/key-file", map[string]any{"password": sqlstoretest.Password, "label": "USB", "public_key": key}, nil)
	}
	all := []map[string]any{
		o.person("reviewer", programme.Active, "", programme.MayReview), o.person("approver", programme.Active, "", programme.MayApprove, programme.MayTakeDown),
		o.person("emergency", programme.Active, "", programme.MayTakeDown, programme.MayBulletin),
	}
	first, _ := o.draft(all, nil)
	if err := o.accept(first, "anh", "binh"); err != nil {
		t.Fatal(err)
	}
	media, reviewed := o.submitted("flag", "author"), o.submitted("news", "author")
	if err := o.sign("reviewer", programme.Review, reviewed); err != nil {
		t.Fatal(err)
	}
	next, _ := o.draft(all, nil)
	for who := range people {
		var made struct {
			Secret string `json:"secret"`
		}
		o.post(who, "/tokens", map[string]any{"password": sqlstoretest.Password, "name": "leaked"}, &made)
		c, err := apiclient.NewWary(o.root, apiclient.Options{Token: made.Secret})
		if err != nil {
			t.Fatal(err)
		}
		o.clients[who] = c // from here on everybody is whoever has their token
	}

	verdict := map[string]any{"decision": "accept", "renditions": sqlstoretest.Digests()}
	for who, path := range map[string]string{"reviewer": "/media/" + string(media) + "/review", "approver": "/media/" + string(reviewed) + "/approve"} {
		refusedFor(t, who+" without a hand", "signature_required", o.as(who).Post(t.Context(), path, verdict, nil))
		refusedFor(t, who+" begins to keep a key", "session_required", o.as(who).Post(t.Context(), "/signing-credentials/key-file",
			map[string]any{"password": sqlstoretest.Password, "label": "x", "public_key": []byte(playliststest.Hand("thief").Public().(ed25519.PublicKey))}, nil))
		refusedFor(t, who+" makes another token", "session_required", o.as(who).Post(t.Context(), "/tokens", map[string]any{"password": sqlstoretest.Password, "name": "x"}, nil))
	}
	p, err := o.prepare("reviewer", programme.Review, media)
	if err != nil {
		t.Fatal(err)
	}
	refusedFor(t, "a decision by a key of the thief's", "unknown_credential", o.decide("reviewer", p, "thief"))
	refusedFor(t, "a decision by another's key", "unknown_credential", o.decide("reviewer", p, "approver"))

	for _, who := range []string{"approver", "emergency"} {
		var prepared struct {
			Order []byte `json:"order"`
		}
		o.post(who, "/orders/prepare", map[string]any{"kind": "takedown", "media_id": media, "reason": "x"}, &prepared)
		refusedFor(t, who+" orders without a hand", "hand_missing", o.as(who).Post(t.Context(), "/orders", map[string]any{"order": prepared.Order, "hands": []any{}}, nil))
		h, err := programme.SignByHand(programme.OrderType, prepared.Order, o.people[who].ID, playliststest.Hand("thief"))
		if err != nil {
			t.Fatal(err)
		}
		refusedFor(t, who+" orders with a key of the thief's", "unknown_credential", o.as(who).Post(t.Context(), "/orders",
			map[string]any{"order": prepared.Order, "hands": []any{map[string]any{"credential": h.Credential, "sig": h.Sig}}}, nil))
	}
	refusedFor(t, "a charter that one root key signed", "charter_unsigned", o.accept(next, "anh"))
	// It is read before it is refused, however long it is.
	err = o.as("root").Post(t.Context(), "/charter", map[string]any{"envelope": make([]byte, programme.MaxEnvelope+1)}, nil)
	refusedFor(t, "what is longer than any charter", "malformed", err)
}
