package app_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"filippo.io/age"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// A folder that a restore has not finished, or has filled without the keys,
// is not started on: new keys would be made, which no screen trusts.
func TestHalfRestoredFolders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ folder, file, text, reason string }{
		"interrupted":  {".restoring", "settings.yaml", "", "restore_unfinished"},
		"without keys": {"objects", "restored", string(playlists.DigestOf([]byte("a certificate"))) + "\n", "keys_not_restored"},
	} {
		data := t.TempDir()
		if err := os.Mkdir(filepath.Join(data, c.folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, c.file), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg := app.Config{Data: data, Listen: "127.0.0.1:0", AgentListen: "127.0.0.1:0", MQTTListen: "127.0.0.1:0", KeyPassphrase: passphrase}
		if _, err := app.New(t.Context(), cfg, "test", slog.New(slog.DiscardHandler)); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
		for _, made := range []string{"keys", "cotmoc.db"} {
			if _, err := os.Stat(filepath.Join(data, made)); err == nil {
				t.Errorf("%s: %s was made", name, made)
			}
		}
	}
}

// A backup that is made beside a running controller stands in the log that this
// controller shows, and the chain goes on from it.
func TestBackupsAreWrittenDown(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	w := sqlstoretest.At(t, filepath.Join(data, "cotmoc.db"))
	w.Person("root", "unit", playlists.Administrator)
	w.Person("inspector", "unit", playlists.Inspector)
	root, _ := start(t, data)
	to, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	cfg, lock := app.Config{Data: data}, app.BackupLock{Recipients: []string{to.Recipient().String()}}
	out := filepath.Join(t.TempDir(), "data.age")
	if _, err := app.Backup(t.Context(), cfg, nil, "test", out, lock, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := app.BackupKeys(t.Context(), cfg, "test", out+".keys", app.BackupLock{Passphrase: []byte("cột mốc biên giới")}); err != nil {
		t.Fatal(err)
	}
	c, err := apiclient.New(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Login(t.Context(), "inspector", sqlstoretest.Password); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Items []struct {
			Kind   playlists.ActKind `json:"kind"`
			Actor  struct{ ID playlists.ID }
			Detail json.RawMessage `json:"detail"`
		} `json:"items"`
	}
	if err := c.Get(t.Context(), "/audit?kind=backup", &log); err != nil || len(log.Items) != 2 {
		t.Fatalf("written down: %+v, %v", log.Items, err)
	}
	slices.Reverse(log.Items) // the oldest first
	for i, want := range []struct {
		what, file string
		recipients []string
	}{{"cotmoc data", out, lock.Recipients}, {"cotmoc keys", out + ".keys", []string{}}} {
		var detail struct {
			What, File string
			Recipients []string
		}
		if err := json.Unmarshal(log.Items[i].Detail, &detail); err != nil {
			t.Fatal(err)
		}
		if log.Items[i].Kind != playlists.BackupMade || log.Items[i].Actor.ID != identity.Operator().ID || detail.What != want.what || detail.File != want.file || !slices.Equal(detail.Recipients, want.recipients) {
			t.Errorf("%s %s %+v, want %+v", log.Items[i].Kind, log.Items[i].Actor.ID, detail, want)
		}
	}
}
