package backup_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"cotmoc/controller/internal/backup"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

var layout = backup.Layout{Database: "cotmoc.db", Objects: "objects", Keys: "keys", Settings: "settings.yaml", Mark: "restored"}

// house is a controller's folder with a real database and real objects.
type house struct {
	*sqlstoretest.World
	t        *testing.T
	dir, out string
	objects  *objectstore.Dir
	identity *age.X25519Identity
	big      playlists.Digest
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), out: filepath.Join(t.TempDir(), "data.age")}
	h.World = sqlstoretest.At(t, filepath.Join(h.dir, layout.Database))
	var err error
	if h.objects, err = objectstore.OpenDir(filepath.Join(h.dir, layout.Objects), objectstore.DirOptions{}); err != nil {
		t.Fatal(err)
	}
	if h.identity, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	author := h.Person("editor", "unit", playlists.Editor)
	h.Media("tranh", author, playlists.Terms{})
	h.put(sqlstoretest.Picture())
	h.put([]byte("tranh")) // its source
	h.put(playliststest.Approved(t, "tranh", sqlstoretest.Picture(), playlists.Terms{}).Chunks)
	film := make([]byte, 700<<10)
	if _, err := rand.Read(film); err != nil {
		t.Fatal(err)
	}
	h.big = h.put(film)
	if err := os.Mkdir(filepath.Join(h.dir, layout.Keys), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(h.dir, layout.Keys, "console"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"ca.crt": "certificate", "ca.key": "sealed", "programme.key": "sealed too", "console/ca.key": "sealed for people", ".tmp": "half"} {
		if err := os.WriteFile(filepath.Join(h.dir, layout.Keys, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.Exec("insert into sessions (token, data, expires_at) values ('t', x'00', 9999999999999)")
	return h
}

func (h *house) put(b []byte) playlists.Digest {
	h.t.Helper()
	d, _, err := h.objects.Put(h.t.Context(), bytes.NewReader(b))
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *house) about() backup.About {
	path := filepath.Join(h.dir, layout.Database)
	return backup.About{Version: "v1", Now: h.Clock.Now(), Authority: playlists.DigestOf([]byte("certificate")), Record: func(ctx context.Context) error {
		return sqlstore.Files{}.Record(ctx, path, playlists.Act{At: h.Clock.Now(), Kind: playlists.BackupMade})
	}}
}

func (h *house) what() backup.What {
	h.t.Helper()
	view, err := objectstore.ViewDir(filepath.Join(h.dir, layout.Objects))
	if err != nil {
		h.t.Fatal(err)
	}
	return backup.What{About: h.about(), Database: sqlstore.Files{}, Path: filepath.Join(h.dir, layout.Database), Objects: view, Settings: []byte("listen: 127.0.0.1:8080\n")}
}

func (h *house) lock() backup.Lock {
	return backup.Lock{Recipients: []string{h.identity.Recipient().String()}}
}

func (h *house) unlock() backup.Unlock { return backup.Unlock{Identities: []byte(h.identity.String())} }

func (h *house) write() *backup.Manifest {
	h.t.Helper()
	m, err := backup.Write(h.t.Context(), h.out, h.lock(), h.what())
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func (h *house) keys() *backup.File {
	h.t.Helper()
	out := filepath.Join(h.t.TempDir(), "keys.age")
	if _, err := backup.WriteKeys(h.t.Context(), out, h.lock(), h.about(), filepath.Join(h.dir, layout.Keys)); err != nil {
		h.t.Fatal(err)
	}
	return &backup.File{Path: out, Unlock: h.unlock()}
}

func into(t *testing.T, dir string) backup.Into {
	t.Helper()
	known, err := sqlstore.KnownMigrations()
	if err != nil {
		t.Fatal(err)
	}
	return backup.Into{
		Dir: dir, Layout: layout, Database: sqlstore.Files{}, Known: known,
		Objects: func(dir string) (backup.Sink, error) { return objectstore.OpenDir(dir, objectstore.DirOptions{}) },
		Act: func(*backup.Manifest) playlists.Act {
			return playlists.Act{At: playliststest.Now, Kind: playlists.BackupRestored}
		},
	}
}

func rows(t *testing.T, path, query string) int {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// What was backed up while others write comes back whole, with who was logged
// in forgotten and every screen asked before it is told anything.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	stop := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = h.TryExec("insert or replace into sessions (token, data, expires_at) values (?, x'00', 1)", i%50) // busy is fine
			}
		}
	})
	m := h.write()
	close(stop)
	writing.Wait()
	if left := names(t, h.dir); slices.ContainsFunc(left, func(n string) bool { return strings.HasPrefix(n, ".backup") }) {
		t.Errorf("a copy of the database is left behind: %v", left)
	}
	if info, err := os.Stat(h.out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v", info, err)
	}
	seen, err := backup.Verify(t.Context(), h.out, h.unlock(), nil)
	if err != nil || seen.Facts.Audit != m.Facts.Audit || seen.Facts.Counts["media"] != 1 || seen.Facts.Counts["screens"] != 2 {
		t.Fatalf("verified: %+v, %v", seen, err)
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	if _, err := backup.Restore(t.Context(), backup.File{Path: h.out, Unlock: h.unlock()}, h.keys(), into(t, dir)); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"cotmoc.db", "keys", "objects", "restored", "settings.yaml"}) {
		t.Errorf("the folder holds %v", got)
	}
	if got := names(t, filepath.Join(dir, "keys")); !slices.Equal(got, []string{"ca.crt", "ca.key", "console", "programme.key"}) {
		t.Errorf("the keys are %v", got)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "keys", "console", "ca.key")); err != nil || string(text) != "sealed for people" {
		t.Errorf("a key in a folder of its own: %q, %v", text, err)
	}
	store, err := objectstore.OpenDir(filepath.Join(dir, "objects"), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Stat(t.Context(), h.big); err != nil {
		t.Error(err)
	}
	db := filepath.Join(dir, layout.Database)
	for query, want := range map[string]int{
		"select count(*) from media": 1, "select count(*) from people": 1, "select count(*) from sessions": 0,
		"select count(*) from waiting_screens where state = 'unheard'": 2, "select count(*) from audit where kind = 'backup.restore'": 1,
		"select count(*) from audit where kind = 'backup.make'": 1, // of the data; the keys came after
	} {
		if got := rows(t, db, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestAPassphraseInsteadOfARecipient(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := backup.Write(t.Context(), h.out, backup.Lock{Passphrase: []byte("quá ngắn")}, h.what()); err == nil {
		t.Error("a short passphrase was taken")
	}
	if _, err := backup.Write(t.Context(), h.out, backup.Lock{Passphrase: []byte("cột mốc biên giới"), Recipients: h.lock().Recipients}, h.what()); playlists.ReasonOf(err) != "backup_lock" {
		t.Errorf("both: %v", err)
	}
	if _, err := backup.Write(t.Context(), h.out, backup.Lock{Passphrase: []byte("cột mốc biên giới")}, h.what()); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Verify(t.Context(), h.out, backup.Unlock{Passphrase: []byte("c\u1ed9t m\u1ed1c bi\u00ean gi\u1edbi")}, nil); err != nil {
		t.Error(err)
	}
	if _, err := backup.Verify(t.Context(), h.out, backup.Unlock{Passphrase: []byte("cột mốc biên phòng")}, nil); playlists.ReasonOf(err) != "backup_locked" {
		t.Errorf("another passphrase: %v", err)
	}
}

func TestKeysAreApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.write()
	for _, p := range m.Parts {
		if strings.Contains(p.Name, "key") || p.SHA256 == playlists.DigestOf([]byte("sealed")) {
			t.Errorf("%s is in the backup of the data", p.Name)
		}
	}
	keys := h.keys()
	dir := filepath.Join(t.TempDir(), "x")
	if _, err := backup.Restore(t.Context(), *keys, nil, into(t, dir)); playlists.ReasonOf(err) != "backup_kind" {
		t.Errorf("keys as data: %v", err)
	}
	if _, err := backup.Restore(t.Context(), backup.File{Path: h.out, Unlock: h.unlock()}, &backup.File{Path: h.out, Unlock: h.unlock()}, into(t, dir)); playlists.ReasonOf(err) != "backup_kind" {
		t.Errorf("data as keys: %v", err)
	}
	about := h.about()
	about.Authority = playlists.DigestOf([]byte("another"))
	other := filepath.Join(t.TempDir(), "other.age")
	if _, err := backup.WriteKeys(t.Context(), other, h.lock(), about, filepath.Join(h.dir, layout.Keys)); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), backup.File{Path: h.out, Unlock: h.unlock()}, &backup.File{Path: other, Unlock: h.unlock()}, into(t, dir)); playlists.ReasonOf(err) != "keys_of_another" {
		t.Errorf("another controller's keys: %v", err)
	}
	if got := names(t, dir); len(got) > 0 {
		t.Errorf("the folder holds %v", got)
	}
}
