package approve

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// controller answers as an honest one would, until a test has it lie.
type controller struct {
	t       *testing.T
	me      Person
	media   playlists.Media
	bytes   map[playlists.Profile][]byte
	now     time.Time
	decided []map[string]any // what was handed in
	offered []map[string]any // keys

	state  func(*programme.Statement) // changes what is prepared
	answer func(*prepared)            // changes the answer
	list   func(map[string]any)       // changes the media that is listed
	nonce  []byte                     // of an enrolment
}

const portOfTests = "7788"

func newController(t *testing.T) *controller {
	c := &controller{t: t, me: Person{playliststest.ID("approver"), "Hoàng Đức Anh", "anh"}, now: playliststest.Now, bytes: map[playlists.Profile][]byte{}}
	c.media = playlists.Media{
		ID: playliststest.ID("media"), Kind: playlists.Image, Title: "Cửa khẩu Cầu Treo", Revision: 2, Author: playliststest.ID("author"), Unit: playliststest.ID("unit"), State: playlists.Reviewed,
		Terms: playlists.Terms{Territory: []string{string(playliststest.ID("cautreo"))}, Languages: []string{"vi", "lo"}, ValidUntil: playliststest.Now.AddDate(0, 1, 0), RightsBasis: "Ảnh của Sở"},
	}
	for i, p := range playlists.Profiles() {
		b := picture(t, i)
		c.bytes[p] = b
		c.media.Renditions = append(c.media.Renditions, playlists.Rendition{Profile: p, Digest: playlists.DigestOf(b), Size: int64(len(b)), MIME: "image/jpeg"})
	}
	return c
}

// Get implements Controller.
func (c *controller) Get(_ context.Context, path string, out any) error {
	renditions := []any{}
	for _, r := range c.media.Renditions {
		renditions = append(renditions, map[string]any{"profile": r.Profile, "digest": r.Digest})
	}
	m := map[string]any{"id": c.media.ID, "title": c.media.Title, "kind": "image", "author": map[string]any{"name": "Trần Thị Lan"}, "renditions": renditions}
	if c.list != nil {
		c.list(m)
	}
	switch path {
	case "/me":
		return through(c.me, out)
	case "/queue":
		return through(map[string]any{"approve": []any{m}, "review": nil}, out)
	case "/media/" + string(c.media.ID):
		return through(m, out)
	case "/clusters?limit=200":
		return through(map[string]any{"items": []any{map[string]any{"id": playliststest.ID("cautreo"), "name": "Cầu Treo"}}}, out)
	}
	c.t.Errorf("GET %s", path)
	return playlists.Errorf(playlists.NotFound, "missing", nil, "cannot find it")
}

// Post implements Controller.
func (c *controller) Post(_ context.Context, path string, in, out any) error {
	var asks map[string]any
	if err := through(in, &asks); err != nil {
		return err
	}
	switch path {
	case "/decisions/prepare":
		return through(c.prepare(asks), out)
	case "/signing-credentials/independent/begin":
		if asks["password"] != "the person's own" {
			c.t.Errorf("begun with %v", asks)
		}
		return through(map[string]any{"nonce": c.nonce}, out)
	case "/signing-credentials/independent/finish", "/signing-credentials/key-file":
		c.offered = append(c.offered, asks)
		return nil
	case "/decisions":
		c.decided = append(c.decided, asks)
		return through(map[string]any{"results": []any{map[string]any{"media_id": c.media.ID, "state": "approved"}}}, out)
	}
	c.t.Errorf("POST %s", path)
	return playlists.Errorf(playlists.NotFound, "missing", nil, "cannot find it")
}

func (c *controller) prepare(asks map[string]any) prepared {
	act, _ := asks["act"].(string)
	s := programme.NewStatement(&c.media, programme.Act(act), playlists.Actor{ID: c.me.ID, Name: c.me.Name}, "", c.now)
	if c.state != nil {
		c.state(&s)
	}
	raw, err := programme.Marshal(s)
	if err != nil {
		c.t.Error(err)
	}
	challenge := programme.Challenge(programme.StatementPayloadType, raw)
	p := prepared{PayloadType: programme.StatementPayloadType, Payload: raw, Challenge: base64.RawURLEncoding.EncodeToString(challenge[:])}
	p.Statements = append(p.Statements, struct {
		MediaID   playlists.ID `json:"media_id"`
		Statement []byte       `json:"statement"`
	}{c.media.ID, raw})
	if c.answer != nil {
		c.answer(&p)
	}
	return p
}

// Open implements Controller.
func (c *controller) Open(_ context.Context, path string) (io.ReadCloser, error) {
	for p, b := range c.bytes {
		if path == "/media/"+string(c.media.ID)+"/renditions/"+string(p) {
			return io.NopCloser(bytes.NewReader(b)), nil
		}
	}
	return nil, playlists.Errorf(playlists.NotFound, "missing", nil, "cannot find it")
}

// through hands a value on as JSON does.
func through(in, out any) error {
	b, err := json.Marshal(in)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(b, out)
}

// newClient is the client of somebody with a key file.
func newClient(t *testing.T, c *controller, key ed25519.PrivateKey) *Client {
	t.Helper()
	client, err := New(t.Context(), Config{
		Controller: c, Address: "https://cotmoc.example.vn", Port: portOfTests, Folder: t.TempDir(), Key: key, Password: "the person's own",
		Now: func() time.Time { return playliststest.Now }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// ask is a request of the page.
func ask(t *testing.T, c *Client, method, path string, in, out any) problem {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, c.origin()+"/"+c.token+"/api/"+path, bytes.NewReader(b))
	r.Header.Set("Origin", c.origin())
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	var p problem
	switch w.Code {
	case http.StatusOK:
		if out != nil {
			if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
				t.Fatal(err)
			}
		}
	case http.StatusConflict:
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Reason == "" {
			t.Fatalf("%s: %v", w.Body, err)
		}
	default:
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return p
}

func look(t *testing.T, c *Client, act programme.Act) (view, problem) {
	t.Helper()
	var v view
	return v, ask(t, c, http.MethodPost, "look", map[string]any{"media": playliststest.ID("media"), "act": act}, &v)
}

func seen(v view) map[string]any {
	all := map[playlists.Profile]playlists.Digest{}
	for _, f := range v.Files {
		all[f.Profile] = f.Digest
	}
	return map[string]any{"seen": all, "hand": nil}
}

func TestSignsWhatWasShown(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	c := newClient(t, lies, playliststest.Hand("approver"))
	var queue []waiting
	if p := ask(t, c, http.MethodGet, "queue", nil, &queue); p.Reason != "" || len(queue) != 1 || queue[0].Act != programme.Approve {
		t.Fatalf("%+v, %+v", queue, p)
	}
	v, p := look(t, c, programme.Approve)
	if p.Reason != "" {
		t.Fatalf("an honest controller: %+v", p)
	}
	if v.Statement.Predicate.Title != lies.media.Title || len(v.Files) != 2 || v.Files[0].MIME != "image/jpeg" || v.Clusters[string(playliststest.ID("cautreo"))] != "Cầu Treo" {
		t.Errorf("%+v", v)
	}
	for _, f := range v.Files {
		r := httptest.NewRequest(http.MethodGet, c.Page()+"api/items/"+v.ID+"/"+string(f.Digest), nil)
		w := httptest.NewRecorder()
		c.Handler().ServeHTTP(w, r)
		if playlists.DigestOf(w.Body.Bytes()) != f.Digest || w.Header().Get("Content-Type") != "application/octet-stream" {
			t.Errorf("%s: %d %s", f.Profile, w.Code, w.Header())
		}
	}
	for name, some := range map[string]map[string]any{
		"nothing": {"seen": map[string]any{}}, "one": {"seen": map[string]any{"1080p-landscape": v.Files[0].Digest}},
		"another": {"seen": map[string]any{"1080p-landscape": v.Files[0].Digest, "1080p-portrait": v.Files[0].Digest}},
	} {
		if p := ask(t, c, http.MethodPost, "items/"+v.ID+"/sign", some, nil); p.Reason != NotSeen {
			t.Errorf("%s was seen: %+v", name, p)
		}
	}
	if len(lies.decided) != 0 {
		t.Fatal("it was signed before everything was seen")
	}
	var out struct{ State string }
	if p := ask(t, c, http.MethodPost, "items/"+v.ID+"/sign", seen(v), &out); p.Reason != "" || out.State != "approved" {
		t.Fatalf("%+v %+v", out, p)
	}
	if p := ask(t, c, http.MethodPost, "items/"+v.ID+"/sign", seen(v), nil); p.Reason != NotSeen {
		t.Errorf("signed twice: %+v", p)
	}
	var handed struct {
		Statements [][]byte `json:"statements"`
		Signature  hand     `json:"signature"`
	}
	if err := through(lies.decided[0], &handed); err != nil {
		t.Fatal(err)
	}
	if !ed25519.Verify(playliststest.Hand("approver").Public().(ed25519.PublicKey), programme.PreAuthEncoding(programme.StatementPayloadType, handed.Statements[0]), handed.Signature.Sig) || handed.Signature.Credential != c.credential {
		t.Error("the signature is not over the statement that was shown")
	}
	if left, err := os.ReadDir(c.cfg.Folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestRefusesALyingController has a controller lie in every way that could have
// a person sign what they did not see.
func TestRefusesALyingController(t *testing.T) {
	t.Parallel()
	portrait := playlists.Portrait1080
	tests := []struct {
		name string
		want Refusal
		lie  func(*controller)
	}{
		{"other bytes for a digest", OtherBytes, func(c *controller) { c.bytes[portrait] = append(slices.Clone(c.bytes[portrait]), 0) }},
		{"other bytes of the same length", OtherBytes, func(c *controller) {
			b := slices.Clone(c.bytes[portrait])
			b[len(b)-1] ^= 1
			c.bytes[portrait] = b
		}},
		{"no bytes", OtherBytes, func(c *controller) { c.bytes[portrait] = nil }},
		{"no rendition", FromController, func(c *controller) { delete(c.bytes, portrait) }},
		{"a page instead of a picture", NoPicture, func(c *controller) {
			c.bytes[portrait] = []byte("<html><script>alert(1)</script></html>")
			c.media.Renditions[1].Digest = playlists.DigestOf(c.bytes[portrait])
		}},
		{"too short to be anything", NoPicture, func(c *controller) {
			c.bytes[portrait] = []byte{0xff, 0xd8, 0xff}
			c.media.Renditions[1].Digest = playlists.DigestOf(c.bytes[portrait])
		}},
		{"another payload than the statement", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) { p.Payload = bytes.Replace(p.Payload, []byte("Cầu Treo"), []byte("Vũng Áng"), 1) }
		}},
		{"another challenge", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) { p.Challenge = base64.RawURLEncoding.EncodeToString(make([]byte, 32)) }
		}},
		{"another type", OtherStatement, func(c *controller) { c.answer = func(p *prepared) { p.PayloadType = programme.OrderType } }},
		{"a batch with another statement", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) {
				other := bytes.Replace(p.Statements[0].Statement, []byte("Cầu Treo"), []byte("Vũng Áng"), 1)
				batch, err := programme.NewBatch(p.Statements[0].Statement, other)
				if err != nil {
					c.t.Error(err)
				}
				challenge := programme.Challenge(programme.BatchPayloadType, batch)
				p.PayloadType, p.Payload, p.Challenge = programme.BatchPayloadType, batch, base64.RawURLEncoding.EncodeToString(challenge[:])
			}
		}},
		{"two statements", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) { p.Statements = append(p.Statements, p.Statements[0]) }
		}},
		{"no statement", OtherStatement, func(c *controller) { c.answer = func(p *prepared) { p.Statements = nil } }},
		{"a statement with a field more", Unreadable, func(c *controller) {
			c.answer = func(p *prepared) {
				b := bytes.Replace(p.Payload, []byte(`"title":`), []byte(`"also":1,"title":`), 1)
				challenge := programme.Challenge(programme.StatementPayloadType, b)
				p.Payload, p.Statements[0].Statement, p.Challenge = b, b, base64.RawURLEncoding.EncodeToString(challenge[:])
			}
		}},
		{"another kind of statement", Unreadable, func(c *controller) {
			c.state = func(s *programme.Statement) { s.PredicateType = "https://slsa.dev/provenance/v1" }
		}},
		{"somebody else's name", OtherPerson, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Predicate.Person = playliststest.ID("reviewer") }
		}},
		{"another name for the same id", OtherPerson, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Predicate.PersonName = "Phạm Thu Hà" }
		}},
		{"another act", OtherAct, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Act = programme.Review } }},
		{"an act that nobody asks for", OtherAct, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Act = programme.Withdraw } }},
		{"another media", OtherMedia, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Predicate.Media = playliststest.ID("other") }
		}},
		{"own work", OwnWork, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Author = c.me.ID } }},
		{"a hidden reason", Unreadable, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Reason = "vì" } }},
		{"made long ago", OtherTime, func(c *controller) { c.now = c.now.Add(-time.Hour) }},
		{"made in the future", OtherTime, func(c *controller) { c.now = c.now.Add(time.Hour) }},
		{"an extra subject", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) {
				s.Subject = append(s.Subject, programme.Subject{Name: "4k", Digest: programme.SubjectDigest{SHA256: playlists.DigestOf([]byte("evil"))}})
			}
		}},
		{"another type than the bytes are", OtherBytes, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1].MediaType = "video/mp4" }
		}},
		{"no type", OtherBytes, func(c *controller) { c.state = func(s *programme.Statement) { s.Subject[0].MediaType = "" } }},
		{"a profile twice", Unreadable, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1] = s.Subject[0] }
		}},
		{"an unknown profile", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1].Name = "evil" }
			c.media.Renditions[1].Profile = "evil"
		}},
		{"a rendition less", OtherRenditions, func(c *controller) { c.state = func(s *programme.Statement) { s.Subject = s.Subject[:1] } }},
		{"another digest than is listed", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1].Digest.SHA256 = playlists.DigestOf([]byte("evil")) }
		}},
		{"swapped renditions", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) {
				s.Subject[0].Digest, s.Subject[1].Digest = s.Subject[1].Digest, s.Subject[0].Digest
			}
		}},
		{"a title that reads another way", HiddenText, func(c *controller) { c.media.Title = "Cầu\u202eoerT" }},
		{"a rights basis with a line that hides", HiddenText, func(c *controller) { c.media.Terms.RightsBasis = "Sở\n\n\n\nkhông" }},
		{"a profile listed twice", OtherRenditions, func(c *controller) {
			c.list = func(m map[string]any) {
				all, _ := m["renditions"].([]any)
				m["renditions"] = append(all, all[0])
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			lies := newController(t)
			c := newClient(t, lies, playliststest.Hand("approver"))
			test.lie(lies)
			if _, p := look(t, c, programme.Approve); p.Reason != test.want {
				t.Errorf("refused for %q (%s), want %q", p.Reason, p.Detail, test.want)
			}
			if c.item != nil || len(lies.decided) != 0 {
				t.Error("it can still be signed")
			}
			if left, err := os.ReadDir(c.cfg.Folder); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// TestForgetsWhatWasLookedAtBefore holds a signature to the newest look and to
// ten minutes.
func TestForgetsWhatWasLookedAtBefore(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	c := newClient(t, lies, playliststest.Hand("approver"))
	old, _ := look(t, c, programme.Approve)
	fresh, _ := look(t, c, programme.Approve)
	if p := ask(t, c, http.MethodPost, "items/"+old.ID+"/sign", seen(old), nil); p.Reason != NotSeen {
		t.Errorf("the look before: %+v", p)
	}
	c.cfg.Now = func() time.Time { return playliststest.Now.Add(maxClockOff + time.Second) }
	if p := ask(t, c, http.MethodPost, "items/"+fresh.ID+"/sign", seen(fresh), nil); p.Reason != TooLate {
		t.Errorf("eleven minutes later: %+v", p)
	}
	if len(lies.decided) != 0 {
		t.Error("it was signed")
	}
}

// TestTakesOnlyAPasskeyOfThePage refuses to hand on a signature by a key that
// the charter is not said to name for this page.
func TestTakesOnlyAPasskeyOfThePage(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	lies.answer = func(p *prepared) {
		p.Credentials = []signer{
			{ID: "1111111111111111", Kind: programme.Passkey, RPID: "cotmoc.example.vn", CredentialID: "AQID"},
			{ID: "2222222222222222", Kind: programme.KeyFile}, {ID: "3333333333333333", Kind: programme.Passkey, RPID: "localhost", CredentialID: "!"},
			{ID: "4444444444444444", Kind: programme.Passkey, RPID: "localhost", CredentialID: "AQID", Independent: true},
		}
	}
	c := newClient(t, lies, nil)
	v, p := look(t, c, programme.Approve)
	if p.Reason != "" || len(v.Signers) != 1 || v.Signers[0].ID != "4444444444444444" {
		t.Fatalf("%+v %+v", v.Signers, p)
	}
	signed := seen(v)
	signed["hand"] = hand{Credential: "1111111111111111", Sig: []byte{1}}
	if p := ask(t, c, http.MethodPost, "items/"+v.ID+"/sign", signed, nil); p.Reason != NoKey {
		t.Errorf("another page's key: %+v", p)
	}
}

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

// TestAnswersItsOwnPageAlone keeps other sites, other names for this machine
// and those who do not know the secret path out.
func TestAnswersItsOwnPageAlone(t *testing.T) {
	t.Parallel()
	c := newClient(t, newController(t), nil)
	tests := []struct {
		name, method, url string
		header            map[string]string
		status            int
	}{
		{"the page", http.MethodGet, c.Page(), nil, 200},
		{"the page from an address bar", http.MethodGet, c.Page(), map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"its own call", http.MethodGet, c.Page() + "api/state", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"by number", http.MethodGet, "http://127.0.0.1:7788/" + c.token + "/", nil, 421},
		{"a name that leads here", http.MethodGet, "http://evil.example:7788/" + c.token + "/", nil, 421},
		{"another port", http.MethodGet, "http://localhost:8080/" + c.token + "/", nil, 421},
		{"another site's page", http.MethodGet, c.Page() + "api/state", map[string]string{"Origin": "https://evil.example"}, 403},
		{"another site's picture", http.MethodGet, c.Page() + "api/state", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"another port's page", http.MethodGet, c.Page() + "api/state", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"a form without an origin", http.MethodPost, c.Page() + "api/look", nil, 403},
		{"no path", http.MethodGet, c.origin() + "/", nil, 404},
		{"a guessed path", http.MethodGet, c.origin() + "/" + strings.Repeat("A", len(c.token)) + "/api/state", nil, 404},
	}
	for _, test := range tests {
		r := httptest.NewRequest(test.method, test.url, strings.NewReader("{}"))
		for k, v := range test.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		c.Handler().ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%s: %d, want %d", test.name, w.Code, test.status)
		}
		if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.HasPrefix(csp, "default-src 'none'") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s", test.name, w.Header())
		}
		if w.Code != 200 && strings.Contains(w.Body.String(), c.token) {
			t.Errorf("%s: tells the secret path", test.name)
		}
	}
}

// TestSaysEverythingInThreeLanguages holds the page's words to each other and
// to the refusals, without a browser.
func TestSaysEverythingInThreeLanguages(t *testing.T) {
	t.Parallel()
	text, err := assets.ReadFile("page/words.js")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]map[string]bool{}
	language := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "};" {
			language = ""
		}
		if line == "vi: {" || line == "en: {" || line == "lo: {" {
			language = line[:2]
			keys[language] = map[string]bool{}
		} else if key, _, ok := strings.Cut(line, ": \""); ok && language != "" {
			keys[language][strings.Trim(key, `"`)] = true
		}
	}
	if len(keys["vi"]) < 60 || !maps.Equal(keys["vi"], keys["en"]) || !maps.Equal(keys["vi"], keys["lo"]) {
		t.Errorf("%d, %d and %d words", len(keys["vi"]), len(keys["en"]), len(keys["lo"]))
	}
	for _, r := range Refusals() {
		if !keys["vi"]["refusal."+string(r)] {
			t.Errorf("no words for %s", r)
		}
	}
	for _, p := range playlists.Profiles() {
		if !keys["vi"][string(p)] {
			t.Errorf("no words for %s", p)
		}
	}
}
