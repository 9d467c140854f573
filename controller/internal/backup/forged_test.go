package backup_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"filippo.io/age"

	"cotmoc/controller/internal/backup"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

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
