package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
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

func TestNothingIsWrittenOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write()
	if _, err := backup.Write(t.Context(), h.out, h.lock(), h.what()); playlists.ReasonOf(err) != "backup_exists" {
		t.Errorf("a second backup of this name: %v", err)
	}
	if n := rows(t, filepath.Join(h.dir, layout.Database), "select count(*) from audit where kind = 'backup.make'"); n != 1 {
		t.Errorf("%d backups are written down, one was made", n)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), backup.File{Path: h.out, Unlock: h.unlock()}, nil, into(t, dir)); playlists.ReasonOf(err) != "data_exists" {
		t.Errorf("into a folder with a letter: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"letter.txt"}) {
		t.Errorf("the folder holds %v", got)
	}
}

// There is no copy of which the audit log knows nothing.
func TestNoBackupUnlessItIsWrittenDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.what()
	w.Record = func(context.Context) error { return errFull }
	w.Objects = nil // nothing is looked at
	if _, err := backup.Write(t.Context(), h.out, h.lock(), w); !errors.Is(err, errFull) {
		t.Errorf("the data: %v", err)
	}
	if _, err := backup.WriteKeys(t.Context(), h.out, h.lock(), w.About, filepath.Join(h.dir, layout.Keys)); !errors.Is(err, errFull) {
		t.Errorf("the keys: %v", err)
	}
	if _, err := os.Stat(h.out); err == nil {
		t.Error("there is a backup")
	}
}

var errFull = errors.New("no space left on device")

// breaking is a Source whose objects cannot be read to their ends.
type breaking struct{ backup.Source }

func (b breaking) Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error) {
	r, n, err := b.Source.Open(ctx, d)
	return broken{r}, n, err
}

type broken struct{ io.ReadSeekCloser }

func (b broken) Read([]byte) (int, error) { return 0, errFull }

func TestABackupIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	try := func(what string, change func(*backup.What), ctx context.Context, want func(error) bool) {
		t.Helper()
		w := h.what()
		change(&w)
		if _, err := backup.Write(ctx, h.out, h.lock(), w); !want(err) {
			t.Errorf("%s: %v", what, err)
		}
		if got := names(t, filepath.Dir(h.out)); len(got) > 0 {
			t.Errorf("%s left %v", what, got)
		}
	}
	reason := func(r string) func(error) bool { return func(err error) bool { return playlists.ReasonOf(err) == r } }
	try("an error", func(w *backup.What) { w.Objects = breaking{w.Objects} }, t.Context(), func(err error) bool { return errors.Is(err, errFull) })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	try("an interruption", func(w *backup.What) { w.Progress = func(int64, int64) { cancel() } }, ctx, func(err error) bool { return errors.Is(err, context.Canceled) })

	path := filepath.Join(h.dir, layout.Objects, string(h.big[:2]), string(h.big))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	flip(t, path, 1000)
	try("a damaged object", func(*backup.What) {}, t.Context(), reason("object_damaged"))
	picture := sqlstoretest.Digests()[0]
	if err := h.objects.Delete(t.Context(), picture); err != nil {
		t.Fatal(err)
	}
	try("a missing object", func(*backup.What) {}, t.Context(), reason("object_missing"))
}

func flip(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := []byte{0}
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

// refuses holds that neither Verify nor Restore takes a file, and that
// nothing of it becomes visible.
func (h *house) refuses(what, path string, unlock backup.Unlock) {
	h.t.Helper()
	if _, err := backup.Verify(h.t.Context(), path, unlock, nil); playlists.ReasonOf(err) == "" {
		h.t.Errorf("%s: verified with %v", what, err)
	}
	h.restoreRefuses(what, path, unlock)
}

func (h *house) restoreRefuses(what, path string, unlock backup.Unlock) {
	h.t.Helper()
	dir := filepath.Join(h.t.TempDir(), "new")
	if _, err := backup.Restore(h.t.Context(), backup.File{Path: path, Unlock: unlock}, nil, into(h.t, dir)); playlists.ReasonOf(err) == "" {
		h.t.Errorf("%s: restored with %v", what, err)
	}
	if got := names(h.t, dir); len(got) > 0 {
		h.t.Errorf("%s left %v", what, got)
	}
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write()
	whole, err := os.ReadFile(h.out)
	if err != nil {
		t.Fatal(err)
	}
	another, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	h.refuses("another identity", h.out, backup.Unlock{Identities: []byte(another.String())})
	h.refuses("no identity", h.out, backup.Unlock{})
	file := filepath.Join(t.TempDir(), "damaged.age")
	for part := range 9 {
		at := len(whole) * part / 9
		if err := os.WriteFile(file, whole[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		h.refuses("cut short", file, h.unlock())
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		flip(t, file, int64(at))
		h.refuses("flipped", file, h.unlock())
	}
	if err := os.WriteFile(file, whole[:len(whole)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	h.refuses("without its last byte", file, h.unlock())
	if err := os.WriteFile(file, append(slices.Clone(whole), 0), 0o600); err != nil {
		t.Fatal(err)
	}
	h.refuses("with a byte more", file, h.unlock())
}

// entry is one of a tar, as a forger writes it.
type entry struct {
	tar.Header
	body []byte
}

// forge writes a file that opens with the house's identity, as anybody can
// who knows the recipient.
func (h *house) forge(entries []entry) string {
	h.t.Helper()
	var out bytes.Buffer
	sealed, err := age.Encrypt(&out, h.identity.Recipient())
	if err != nil {
		h.t.Fatal(err)
	}
	tw := tar.NewWriter(sealed)
	for _, e := range entries {
		if e.Typeflag == tar.TypeReg {
			e.Size = int64(len(e.body))
		}
		if err := tw.WriteHeader(&e.Header); err != nil {
			h.t.Fatal(err)
		}
		if _, err := tw.Write(e.body); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), sealed.Close()); err != nil {
		h.t.Fatal(err)
	}
	path := filepath.Join(h.t.TempDir(), "forged.age")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// entries opens a good backup.
func (h *house) entries() []entry {
	h.t.Helper()
	f, err := os.Open(h.out)
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	plain, err := age.Decrypt(f, h.identity)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []entry
	for tr := tar.NewReader(plain); ; {
		head, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			h.t.Fatal(err)
		}
		body, err := io.ReadAll(tr)
		if err != nil {
			h.t.Fatal(err)
		}
		out = append(out, entry{Header: tar.Header{Typeflag: head.Typeflag, Name: head.Name, Mode: 0o600}, body: body})
	}
}

// manifest changes the manifest of a backup's entries.
func (h *house) manifest(all []entry, change func(*backup.Manifest)) []entry {
	h.t.Helper()
	var m backup.Manifest
	if err := json.Unmarshal(all[0].body, &m); err != nil {
		h.t.Fatal(err)
	}
	change(&m)
	body, err := json.Marshal(m)
	if err != nil {
		h.t.Fatal(err)
	}
	all[0].body = body
	return all
}

func TestForgedFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write()
	file := func(name, text string) entry {
		return entry{Header: tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600}, body: []byte(text)}
	}
	named := func(all []entry, e entry) []entry {
		return append(h.manifest(all, func(m *backup.Manifest) {
			m.Parts = append(m.Parts, backup.Part{Name: e.Name, Size: int64(len(e.body)), SHA256: playlists.DigestOf(e.body)})
		}), e)
	}
	for what, change := range map[string]func([]entry) []entry{
		"an extra file":        func(all []entry) []entry { return append(all, file("objects/extra", "x")) },
		"an extra file, named": func(all []entry) []entry { return named(all, file("extra", "x")) },
		"a way out":            func(all []entry) []entry { return append(all, file("../../escaped", "x")) },
		"a way out, named":     func(all []entry) []entry { return named(all, file("objects/../../escaped", "x")) },
		"an absolute path":     func(all []entry) []entry { return named(all, file("/tmp/escaped", "x")) },
		"a key among the data": func(all []entry) []entry { return named(all, file("keys/programme.key", "x")) },
		"an object misnamed": func(all []entry) []entry {
			return named(all, file("objects/"+string(playlists.DigestOf([]byte("y"))), "x"))
		},
		"an object twice": func(all []entry) []entry { return named(all, all[len(all)-1]) },
		"a link": func(all []entry) []entry {
			all[1].Typeflag, all[1].Linkname, all[1].body = tar.TypeSymlink, "/etc/passwd", nil
			return all
		},
		"an object not there":   func(all []entry) []entry { return all[:len(all)-1] },
		"another order":         func(all []entry) []entry { slices.Reverse(all[1:]); return all },
		"no manifest":           func(all []entry) []entry { return all[1:] },
		"nothing":               func([]entry) []entry { return nil },
		"another database":      func(all []entry) []entry { all[1].body = append(slices.Clone(all[1].body), 0); return all },
		"a format of tomorrow":  func(all []entry) []entry { return h.manifest(all, func(m *backup.Manifest) { m.Format = 2 }) },
		"no facts":              func(all []entry) []entry { return h.manifest(all, func(m *backup.Manifest) { m.Facts = nil }) },
		"a negative size":       func(all []entry) []entry { return h.manifest(all, func(m *backup.Manifest) { m.Parts[0].Size = -1 }) },
		"a second database":     func(all []entry) []entry { return named(all, file("database", "x")) },
		"a manifest in garbage": func(all []entry) []entry { all[0].body = []byte(`{"kind":`); return all },
	} {
		h.refuses(what, h.forge(change(h.entries())), h.unlock())
	}
	picture := "objects/" + string(sqlstoretest.Digests()[0])
	// Only who looks into the database sees these.
	for what, change := range map[string]func([]entry) []entry{
		"an object that the database names": func(all []entry) []entry {
			all = slices.DeleteFunc(all, func(e entry) bool { return e.Name == picture })
			return h.manifest(all, func(m *backup.Manifest) {
				m.Parts = slices.DeleteFunc(m.Parts, func(p backup.Part) bool { return p.Name == picture })
			})
		},
		"another end of the audit log": func(all []entry) []entry { return h.manifest(all, func(m *backup.Manifest) { m.Facts.Audit.Seq++ }) },
		"a newer version": func(all []entry) []entry {
			return h.manifest(all, func(m *backup.Manifest) { m.Facts.Migrations = append(m.Facts.Migrations, 99999) })
		},
		"no database at all": func(all []entry) []entry {
			all[1].body = []byte("not a database, though named so")
			return h.manifest(all, func(m *backup.Manifest) {
				m.Parts[0].Size, m.Parts[0].SHA256 = int64(len(all[1].body)), playlists.DigestOf(all[1].body)
			})
		},
	} {
		h.restoreRefuses(what, h.forge(change(h.entries())), h.unlock())
	}
	if _, err := backup.Verify(t.Context(), h.forge(h.entries()), h.unlock(), nil); err != nil {
		t.Errorf("nothing was changed, and yet: %v", err)
	}
}

// A restore that ends in the middle leaves nothing, or what the next one
// clears.
func TestInterruptedRestore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write()
	from := backup.File{Path: h.out, Unlock: h.unlock()}
	dir := filepath.Join(t.TempDir(), "new")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in := into(t, dir)
	in.Progress = func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}
	if _, err := backup.Restore(ctx, from, nil, in); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if got := names(t, dir); len(got) > 0 {
		t.Errorf("an interrupted restore left %v", got)
	}
	// As after a power cut between two names.
	for _, name := range []string{".restoring", "objects/ab"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if half, err := backup.Unfinished(dir, layout); err != nil || !half {
		t.Errorf("unfinished: %v, %v", half, err)
	}
	if _, err := backup.Restore(t.Context(), from, nil, into(t, dir)); err != nil {
		t.Fatal(err)
	}
	if half, err := backup.Unfinished(dir, layout); err != nil || half {
		t.Errorf("unfinished: %v, %v", half, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "objects", "ab")); err == nil {
		t.Error("what an interrupted restore had brought is there still")
	}
	// As after a power cut behind the last name.
	if err := os.Mkdir(filepath.Join(dir, ".restoring"), 0o700); err != nil {
		t.Fatal(err)
	}
	if half, err := backup.Unfinished(dir, layout); err != nil || half || slices.Contains(names(t, dir), ".restoring") {
		t.Errorf("unfinished: %v, %v", half, err)
	}
}
