package approve

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
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
		Terms:  playlists.Terms{Territory: []string{string(playliststest.ID("cautreo"))}, Languages: []string{"vi", "lo"}, ValidUntil: playliststest.Now.AddDate(0, 1, 0), RightsBasis: "Ảnh của Sở"},
		Source: playlists.Source{SHA256: playlists.DigestOf([]byte("source"))}, Origin: playliststest.Origin(),
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
	renditions, deciding := []any{}, []any{}
	for _, r := range c.media.Renditions {
		deciding = append(deciding, r.Profile)
		renditions = append(renditions, map[string]any{"profile": r.Profile, "digest": r.Digest})
	}
	m := map[string]any{"id": c.media.ID, "title": c.media.Title, "kind": "image", "author": map[string]any{"name": "Trần Thị Lan"}, "renditions": renditions, "to_decide": deciding}
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

// TestSupplement: what was approved before is neither fetched nor signed for
// again.
func TestSupplement(t *testing.T) {
	t.Parallel()
	controls := newController(t)
	c := newClient(t, controls, playliststest.Hand("approver"))
	controls.list = func(m map[string]any) { m["to_decide"] = []any{playlists.Portrait1080} }
	controls.state = func(s *programme.Statement) { s.Subject = s.Subject[1:] }
	delete(controls.bytes, playlists.Landscape1080)
	v, p := look(t, c, programme.Approve)
	if p.Reason != "" || len(v.Files) != 1 || v.Files[0].Profile != playlists.Portrait1080 {
		t.Errorf("looked at %+v, %+v", v, p)
	}
}
