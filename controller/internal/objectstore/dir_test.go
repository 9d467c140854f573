package objectstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/objectstore/objectstoretest"
	"cotmoc/playlists"
)

func openDir(t *testing.T, root string, opts objectstore.DirOptions) *objectstore.Dir {
	t.Helper()
	s, err := objectstore.OpenDir(root, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDir(t *testing.T) {
	t.Parallel()
	objectstoretest.Run(t, func(t *testing.T) objectstore.Store {
		return openDir(t, t.TempDir(), objectstore.DirOptions{})
	})
}

func TestDirOpenedAgain(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	d, _, err := openDir(t, root, objectstore.DirOptions{}).Put(t.Context(), bytes.NewReader(make([]byte, 5000)))
	if err != nil {
		t.Fatal(err)
	}
	// What a crash and a careless person leave behind.
	for _, junk := range []string{"tmp/put-123", "README", "zz"} {
		if err := os.WriteFile(filepath.Join(root, junk), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := openDir(t, root, objectstore.DirOptions{})
	if left, err := os.ReadDir(filepath.Join(root, "tmp")); err != nil || len(left) != 0 {
		t.Errorf("tmp holds %v, %v", left, err)
	}
	if sp, err := s.Space(t.Context()); err != nil || sp.Used != 5000 {
		t.Errorf("Space = %+v, %v; want 5000 used", sp, err)
	}
	if _, err := s.Stat(t.Context(), d); err != nil {
		t.Error(err)
	}
}

func TestDirMendsADamagedObject(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := openDir(t, root, objectstore.DirOptions{})
	d, _, err := s.Put(t.Context(), bytes.NewReader([]byte("whole")))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, string(d[:2]), string(d))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 2); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Put(t.Context(), bytes.NewReader([]byte("whole"))); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "whole" {
		t.Errorf("the object holds %q, %v", b, err)
	}
}

func TestDirQuota(t *testing.T) {
	t.Parallel()
	s := openDir(t, t.TempDir(), objectstore.DirOptions{MaxBytes: 10_000})
	if _, _, err := s.Put(t.Context(), bytes.NewReader(make([]byte, 9000))); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Put(t.Context(), bytes.NewReader(make([]byte, 2000)))
	if playlists.CodeOf(err) != playlists.Unavailable || playlists.ReasonOf(err) != "storage_full" {
		t.Errorf("Put beyond the quota = %v", err)
	}
	if sp, err := s.Space(t.Context()); err != nil || sp.Free != 1000 || sp.Limit != 10_000 {
		t.Errorf("Space = %+v, %v; want 1000 free", sp, err)
	}
	if _, _, err := s.Put(t.Context(), bytes.NewReader(make([]byte, 1000))); err != nil {
		t.Errorf("Put up to the quota: %v", err)
	}
}
