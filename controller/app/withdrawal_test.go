package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// crashed is a controller that dies right after a withdrawal is decided.
type crashed struct{}

var errCrash = errors.New("the power went")

func (crashed) Withdraw(context.Context, playlists.Actor, string) error { return errCrash }

// TestWithdrawalOutlivesACrash decides a withdrawal in a controller that dies
// before it has told any screen; the next start tells them.
func TestWithdrawalOutlivesACrash(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	w := sqlstoretest.At(t, filepath.Join(data, "cotmoc.db"))
	author, editor := w.Person("author", "unit", playlists.Contributor), w.Person("editor", "unit", playlists.Editor)
	reviewer, approver := w.Person("reviewer", "unit", playlists.Reviewer), w.Person("approver", "unit", playlists.Approver)
	media := w.Media("flag", author, playlists.Terms{})
	objects, err := objectstore.OpenDir(filepath.Join(data, "objects"), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, chunks, err := programme.NewChunks(bytes.NewReader(sqlstoretest.Picture()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := objects.Put(t.Context(), bytes.NewReader(chunks)); err != nil {
		t.Fatal(err)
	}
	decide := approval.New(approval.Config{Store: w.DB.Approval(), Screens: crashed{}, Now: w.Clock.Now, Random: rand.Reader})
	accept := approval.Verdict{Accept: true, Seen: sqlstoretest.Digests()}
	if err := errors.Join(decide.Submit(t.Context(), author, media, approval.Submission{Declared: true}), decide.Review(t.Context(), reviewer, media, accept), decide.Approve(t.Context(), approver, media, accept)); err != nil {
		t.Fatal(err)
	}

	root, stop := start(t, data)
	c, err := apiclient.New(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Login(t.Context(), editor.Login, sqlstoretest.Password); err != nil {
		t.Fatal(err)
	}
	var list struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}
	steps := []func() error{
		func() error {
			return c.Post(t.Context(), "/playlists", map[string]string{"title": "Vòng lặp"}, &list)
		},
		func() error {
			return c.Put(t.Context(), "/playlists/"+list.ID, json.RawMessage(fmt.Sprintf(`{"base_version":1,"title":"Vòng lặp","items":[{"media_id":%q,"duration_ms":5000,"transition":"cut"}]}`, media)), &list)
		},
		func() error {
			return c.Post(t.Context(), "/schedule/entries", json.RawMessage(fmt.Sprintf(`{"title":"x","playlist_id":%q,"target":{"clusters":[%q],"screens":[],"tags":[]},"rule":{"from":"","until":"","weekdays":[],"windows":[]},"priority":1,"enabled":true}`, list.ID, playliststest.ID("cautreo"))), nil)
		},
		func() error { return c.Post(t.Context(), "/publish", map[string]string{"note": ""}, nil) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	kind := func(c *apiclient.Client) string {
		var p struct {
			Kind string `json:"kind"`
		}
		if err := c.Get(t.Context(), "/preview?source=published&screen="+string(playliststest.ID("screen")), &p); err != nil {
			t.Fatal(err)
		}
		return p.Kind
	}
	if got := kind(c); got != "item" {
		t.Fatalf("the screen shows %q after publishing", got)
	}
	stop()

	if err := decide.Withdraw(t.Context(), approver, media, "wrong date"); !errors.Is(err, errCrash) {
		t.Fatalf("withdrawal: %v", err)
	}
	root, _ = start(t, data)
	if c, err = apiclient.New(root); err != nil {
		t.Fatal(err)
	}
	if err := c.Login(t.Context(), editor.Login, sqlstoretest.Password); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); kind(c) != "slate"; { // each look is a request
		if time.Now().After(end) {
			t.Fatal("the screen still shows what was withdrawn")
		}
	}
}
