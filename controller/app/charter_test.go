package app_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// office is a running controller with its people, each of whom has a key file.
type office struct {
	t            *testing.T
	w            *sqlstoretest.World
	objects      *objectstore.Dir
	root, agents string
	clients      map[string]*apiclient.Client
	people       map[string]playlists.Actor
	held         *programme.HeldCharter
}

func newOffice(t *testing.T, people map[string][]playlists.Role) *office {
	t.Helper()
	data := t.TempDir()
	o := &office{t: t, w: sqlstoretest.At(t, filepath.Join(data, "cotmoc.db")), clients: map[string]*apiclient.Client{}, people: map[string]playlists.Actor{}}
	for word, roles := range people {
		o.people[word] = o.w.Person(word, "unit", roles...)
	}
	var err error
	if o.objects, err = objectstore.OpenDir(filepath.Join(data, "objects"), objectstore.DirOptions{}); err != nil {
		t.Fatal(err)
	}
	_, _, chunks, err := programme.NewChunks(bytes.NewReader(sqlstoretest.Picture()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.objects.Put(t.Context(), bytes.NewReader(chunks)); err != nil {
		t.Fatal(err)
	}
	o.root, o.agents, _ = startWithAgents(t, data)
	return o
}

func (o *office) as(word string) *apiclient.Client {
	o.t.Helper()
	if c := o.clients[word]; c != nil {
		return c
	}
	c, err := apiclient.New(o.root)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := c.Login(o.t.Context(), word, sqlstoretest.Password); err != nil {
		o.t.Fatal(err)
	}
	o.clients[word] = c
	return c
}

// post is a call that must succeed.
func (o *office) post(who, path string, in, out any) {
	o.t.Helper()
	if err := o.as(who).Post(o.t.Context(), path, in, out); err != nil {
		o.t.Fatalf("%s: POST %s: %v", who, path, err)
	}
}

// submitted makes a media that waits for review.
func (o *office) submitted(word, author string) playlists.ID {
	o.t.Helper()
	id := o.w.Media(word, o.people[author], playlists.Terms{})
	o.post(author, "/media/"+string(id)+"/submit", map[string]any{"declared": true}, nil)
	return id
}

// plan puts media on all screens of the first cluster and publishes.
func (o *office) plan(media ...playlists.ID) {
	o.t.Helper()
	var list struct {
		ID string `json:"id"`
	}
	items := []any{}
	for _, id := range media {
		items = append(items, map[string]any{"media_id": id, "duration_ms": 5000, "transition": "cut"})
	}
	o.post("editor", "/playlists", map[string]any{"title": "Vòng lặp"}, &list)
	if err := o.as("editor").Put(o.t.Context(), "/playlists/"+list.ID, map[string]any{"base_version": 1, "title": "Vòng lặp", "items": items}, nil); err != nil {
		o.t.Fatal(err)
	}
	o.post("editor", "/schedule/entries", json.RawMessage(fmt.Sprintf(`{"title":"x","playlist_id":%q,"target":{"clusters":[%q],"screens":[],"tags":[]},"rule":{"from":"","until":"","weekdays":[],"windows":[]},"priority":1,"enabled":true}`, list.ID, playliststest.ID("cautreo"))), nil)
	o.post("editor", "/publish", map[string]any{"note": ""}, nil)
}

// prepared is what the API would have signed.
type prepared struct {
	Statements []struct {
		Statement []byte `json:"statement"`
	} `json:"statements"`
	PayloadType string `json:"payload_type"`
	Payload     []byte `json:"payload"`
	Credentials []struct {
		ID string `json:"id"`
	} `json:"credentials"`
}

func (o *office) prepare(who string, act programme.Act, media ...playlists.ID) (prepared, error) {
	items := []any{}
	for _, id := range media {
		items = append(items, map[string]any{"media_id": id, "seen": sqlstoretest.Digests()})
	}
	var p prepared
	return p, o.as(who).Post(o.t.Context(), "/decisions/prepare", map[string]any{"act": act, "items": items}, &p)
}

// decide signs what was prepared with somebody's key file and sends it.
func (o *office) decide(who string, p prepared, key string) error {
	h, err := programme.SignByHand(p.PayloadType, p.Payload, o.people[who].ID, playliststest.Hand(key))
	if err != nil {
		o.t.Fatal(err)
	}
	var statements [][]byte
	for _, s := range p.Statements {
		statements = append(statements, s.Statement)
	}
	in := map[string]any{"statements": statements, "batch": nil, "signature": map[string]any{"credential": h.Credential, "sig": h.Sig, "authenticator_data": nil, "client_data": nil}}
	if len(statements) > 1 {
		in["batch"] = p.Payload
	}
	return o.as(who).Post(o.t.Context(), "/decisions", in, nil)
}

// sign prepares, signs and sends.
func (o *office) sign(who string, act programme.Act, media ...playlists.ID) error {
	p, err := o.prepare(who, act, media...)
	if err != nil {
		return err
	}
	return o.decide(who, p, who)
}

// person is somebody as a draft names them.
func (o *office) person(word string, standing programme.Standing, kept string, may ...programme.Capacity) map[string]any {
	k, err := programme.FileCredential(playliststest.Hand(word).Public().(ed25519.PublicKey))
	if err != nil {
		o.t.Fatal(err)
	}
	p := map[string]any{"id": o.people[word].ID, "may": may, "clusters": []string{"*"}, "standing": standing, "credentials": []string{k.ID}}
	if kept != "" {
		p["kept"] = kept
	}
	return p
}

// draft asks for the next charter.
func (o *office) draft(people []map[string]any, change map[string]any) (payload []byte, changes []string) {
	o.t.Helper()
	in := map[string]any{"expires_at": time.Now().AddDate(2, 0, 0), "lift_threshold": 2, "independent_decision": false, "max_unattended_days": 60, "people": people}
	if o.held == nil {
		roots := []any{}
		for _, h := range playliststest.Holders() {
			roots = append(roots, map[string]any{"holder": h, "key": []byte(playliststest.Root(h).Public().(ed25519.PublicKey))})
		}
		in["roots"], in["root_threshold"] = roots, 2
	}
	for k, v := range change {
		in[k] = v
	}
	var out struct {
		Payload []byte `json:"payload"`
		Changes []struct{ Kind, Subject string }
	}
	o.post("root", "/charter/draft", in, &out)
	for _, c := range out.Changes {
		changes = append(changes, c.Kind+" "+c.Subject)
	}
	return out.Payload, changes
}

// accept signs a charter with root keys and gives it to the controller.
func (o *office) accept(payload []byte, by ...string) error {
	var envelope []byte
	var err error
	for _, h := range by {
		if envelope, err = programme.SignCharter(envelope, payload, playliststest.Root(h)); err != nil {
			o.t.Fatal(err)
		}
	}
	if err := o.as("root").Post(o.t.Context(), "/charter", map[string]any{"envelope": envelope}, nil); err != nil {
		return err
	}
	if o.held == nil {
		o.held, err = programme.FirstCharter(envelope)
	} else {
		o.held, err = o.held.Next(envelope)
	}
	return err
}

// shown waits until the screen's newest programme goes with the charter and
// shows exactly these media, and loads it as an agent does.
func (o *office) shown(want ...playlists.ID) *programme.Loaded {
	o.t.Helper()
	slices.Sort(want)
	for end := time.Now().Add(deadline); ; { // each look is a query
		p, err := o.w.DB.Publish().LatestProgramme(o.t.Context(), playliststest.ID("screen"))
		if err != nil {
			o.t.Fatal(err)
		}
		got, loaded := o.load(p.Envelope)
		if loaded != nil && slices.Equal(got, want) {
			return loaded
		}
		if time.Now().After(end) {
			o.t.Fatalf("the screen shows %v, want %v", got, want)
		}
	}
}

func (o *office) load(envelope []byte) (media []playlists.ID, l *programme.Loaded) {
	o.t.Helper()
	trust := programme.Trust{Screen: playliststest.ID("screen"), Cluster: playliststest.ID("cautreo"), Charter: o.held, Now: time.Now()}
	a, err := programme.Verify(envelope, trust)
	if err != nil || a.Charter < o.held.Number {
		return nil, nil // not made anew yet
	}
	l, missing, err := programme.Load(a, programme.Grounds{Charter: o.held}, func(d playlists.Digest) ([]byte, bool) {
		r, _, err := o.objects.Open(o.t.Context(), d)
		if err != nil {
			return nil, false
		}
		defer func() { _ = r.Close() }()
		b, err := io.ReadAll(r)
		return b, err == nil
	})
	if err != nil || len(missing) > 0 {
		o.t.Fatalf("an agent refuses what was published: %v, missing %v", err, missing)
	}
	for _, p := range l.Playlists {
		for _, it := range p.Items {
			media = append(media, it.Showing.Media)
		}
	}
	slices.Sort(media)
	return media, l
}

func refusedFor(t *testing.T, what, reason string, err error) {
	t.Helper()
	if got := playlists.ReasonOf(err); err == nil || got != reason {
		t.Errorf("%s: refused for %q (%v), want %q", what, got, err, reason)
	}
}

// TestFromRootKeysToTheScreen tells the line of trust through the API: root
// keys, charter, two people's hands, programme; and people who leave.
func TestFromRootKeysToTheScreen(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string][]playlists.Role{
		"root": {playlists.Administrator}, "author": {playlists.Contributor}, "editor": {playlists.Editor}, "reviewer": {playlists.Reviewer},
		"approver": {playlists.Approver}, "both": {playlists.Contributor, playlists.Reviewer, playlists.Approver}, "narrow": {playlists.Reviewer}, "unnamed": {playlists.Reviewer},
	})
	// Before the first charter nobody signs.
	old, older := o.submitted("flag", "author"), o.submitted("map", "author")
	for _, id := range []playlists.ID{old, older} {
		verdict := map[string]any{"decision": "accept", "renditions": sqlstoretest.Digests()}
		o.post("reviewer", "/media/"+string(id)+"/review", verdict, nil)
		o.post("approver", "/media/"+string(id)+"/approve", verdict, nil)
	}
	o.plan(old, older)
	_, err := o.prepare("reviewer", programme.Review, old)
	refusedFor(t, "signing without a charter", "no_charter", err)

	for _, who := range []string{"reviewer", "approver", "both", "narrow"} {
		key := []byte(playliststest.Hand(who).Public().(ed25519.PublicKey))
		o.post(who, "/signing-credentials/key-file", map[string]any{"password": sqlstoretest.Password, "label": "USB", "public_key": key}, nil)
	}
	err = o.as("narrow").Post(t.Context(), "/signing-credentials/key-file", map[string]any{"password": sqlstoretest.Password, "label": "x", "public_key": []byte(playliststest.Hand("reviewer").Public().(ed25519.PublicKey))}, nil)
	refusedFor(t, "another's key", "credential_taken", err)
	people := func(reviewer, approver map[string]any) []map[string]any {
		return []map[string]any{reviewer, approver, o.person("both", programme.Active, "", programme.MayReview, programme.MayApprove), o.person("narrow", programme.Active, "", programme.MayApprove)}
	}
	reviews, approves := o.person("reviewer", programme.Active, "", programme.MayReview), o.person("approver", programme.Active, "", programme.MayApprove)
	first, changes := o.draft(people(reviews, approves), nil)
	if !slices.Contains(changes, "person_added Ông reviewer") || !slices.Contains(changes, "root anh") {
		t.Errorf("changes: %q", changes)
	}
	refusedFor(t, "one root key", "charter_unsigned", o.accept(first, "anh"))
	other, _ := programme.Marshal(playliststest.FirstCharter(t, nil))
	refusedFor(t, "another controller's charter", "charter_other_key", o.accept(other, "anh", "binh"))
	if err := o.accept(first, "anh", "chi"); err != nil {
		t.Fatal(err)
	}
	if err := o.accept(first, "anh", "chi"); err != nil {
		t.Errorf("the same charter again: %v", err)
	}

	// What nobody's hand stands behind has left the screens, and is decided
	// again in a batch.
	o.shown()
	refusedFor(t, "accepting without a signature", "signature_required",
		o.as("both").Post(t.Context(), "/media/"+string(o.submitted("news", "author"))+"/review", map[string]any{"decision": "accept", "renditions": sqlstoretest.Digests()}, nil))
	again := func(who string) (review, approve []playlists.ID) {
		t.Helper()
		var q struct {
			Review  []apiclient.Media `json:"review_again"`
			Approve []apiclient.Media `json:"approve_again"`
		}
		if err := o.as(who).Get(t.Context(), "/queue", &q); err != nil {
			t.Fatal(err)
		}
		for _, m := range q.Review {
			review = append(review, m.ID)
		}
		for _, m := range q.Approve {
			approve = append(approve, m.ID)
		}
		return review, approve
	}
	if r, _ := again("reviewer"); len(r) != 2 {
		t.Errorf("to be reviewed again: %v", r)
	}
	if _, a := again("approver"); len(a) != 0 {
		t.Errorf("to be approved again before the review: %v", a)
	}
	if err := o.sign("reviewer", programme.Review, old, older); err != nil {
		t.Fatal(err)
	}
	if r, _ := again("reviewer"); len(r) != 0 {
		t.Errorf("still to be reviewed again: %v", r)
	}
	if _, a := again("approver"); len(a) != 2 {
		t.Errorf("to be approved again: %v", a)
	}
	if err := o.sign("approver", programme.Approve, old, older); err != nil {
		t.Fatal(err)
	}
	if _, a := again("approver"); len(a) != 0 {
		t.Errorf("still to be approved again: %v", a)
	}
	o.shown(old, older)

	// One person is one person, and each as the charter says.
	fresh, own := o.submitted("fresh", "author"), o.submitted("own", "both")
	_, err = o.prepare("unnamed", programme.Review, fresh)
	refusedFor(t, "whom the charter does not name", "unknown_person", err)
	_, err = o.prepare("narrow", programme.Review, fresh)
	refusedFor(t, "who may only approve", "capacity_missing", err)
	_, err = o.prepare("both", programme.Review, own)
	refusedFor(t, "the author", "same_person", err)
	p, err := o.prepare("reviewer", programme.Review, fresh, own)
	if err != nil {
		t.Fatal(err)
	}
	refusedFor(t, "another's key", "unknown_credential", o.decide("reviewer", p, "approver"))
	refusedFor(t, "another's statement", "statement_changed", o.decide("both", p, "both"))
	part := p
	part.Statements = p.Statements[:1]
	refusedFor(t, "one statement of a batch", "person_signature", o.decide("reviewer", part, "reviewer"))
	bent := p
	bent.Payload = append([]byte{}, p.Payload...)
	bent.Payload[len(bent.Payload)-5] ^= 1
	refusedFor(t, "another batch", "batch_differs", o.decide("reviewer", bent, "reviewer"))
	if err := o.sign("both", programme.Review, fresh); err != nil {
		t.Fatal(err)
	}
	_, err = o.prepare("both", programme.Approve, fresh)
	refusedFor(t, "one person twice", "same_person", err)

	// Who retires keeps what is kept; who is expelled takes everything along.
	gone := o.person("reviewer", programme.Retired, "all_approved", programme.MayReview)
	second, changes := o.draft(people(gone, approves), nil)
	if !slices.Contains(changes, "person_standing Ông reviewer") || !slices.Contains(changes, "person_kept Ông reviewer") {
		t.Errorf("changes: %q", changes)
	}
	if err := o.accept(second, "anh", "binh"); err != nil {
		t.Fatal(err)
	}
	o.shown(old, older)
	_, err = o.prepare("reviewer", programme.Review, own)
	refusedFor(t, "who has retired", "person_retired", err)
	expelled := o.person("approver", programme.Compromised, "", programme.MayApprove)
	third, _ := o.draft(people(gone, expelled), map[string]any{"raise_epoch": true, "new_programme_key": true})
	if err := o.accept(third, "anh", "binh"); err != nil {
		t.Fatal(err)
	}
	if l := o.shown(); l.Epoch != 2 || l.Counter != 1 {
		t.Errorf("the new epoch begins with %d.%d", l.Epoch, l.Counter)
	}
	if _, a := again("both"); !slices.Contains(a, old) {
		t.Errorf("what an expelled person approved waits for another: %v", a)
	}
	// One reviewed by somebody whose review still stands needs but one hand.
	if err := o.sign("both", programme.Approve, old); err != nil {
		t.Fatal(err)
	}
	o.shown(old)
	refusedFor(t, "a charter that was followed", "charter_old", o.accept(second, "anh", "binh"))
}
