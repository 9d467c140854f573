package main

import (
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/playlists/playliststest"
)

func TestAuditCommands(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, login := range []string{"ha.le", "nam.vo", "an.do"} {
		if _, err := run(t, "mật khẩu đủ dài\n", "user", "add", "--data", data, "--login", login, "--name", "Người "+login, "--password-stdin"); err != nil {
			t.Fatal(err)
		}
	}
	out, err := run(t, "", "audit", "verify", "--data", data)
	_, head, _ := strings.Cut(strings.TrimSpace(out), "head ")
	if err != nil || !strings.HasPrefix(out, "the audit log is whole: 4 entries") || head == "" { // a unit and three people
		t.Fatalf("%q, %v", out, err)
	}

	der, err := x509.MarshalPKCS8PrivateKey(playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(data, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "keys", "programme.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	words := filepath.Join(t.TempDir(), "key-passphrase")
	if err := os.WriteFile(words, []byte("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "export.jsonl")
	if out, err := run(t, "", "audit", "export", "--data", data, "--key-passphrase-file", words, "--out", file); err != nil || out != "" {
		t.Fatalf("%q, %v", out, err)
	}
	export, err := os.ReadFile(file)
	if err != nil || strings.Count(string(export), "\n") != 6 || !strings.Contains(string(export), "application/vnd.cotmoc.audit-head.v1+json") {
		t.Errorf("exported %s, %v", export, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the export: %v, %v", info.Mode(), err)
	}
	if out, err := run(t, "", "audit", "key", "--data", data, "--key-passphrase-file", words); err != nil || !strings.HasPrefix(out, "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := run(t, "", "audit", "verify", "--data", data, "--head", "4:nonsense"); err == nil {
		t.Error("a malformed head was taken")
	}

	// Somebody with the file edits an entry, then cuts the end off.
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "cotmoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, step := range []struct{ statement, head, says string }{
		{`drop trigger audit_stays; update audit set kind = 'person.change' where seq = 2`, head, "cannot trust entry 2: it was changed"},
		{`update audit set kind = 'person.add' where seq = 2`, head, ""},
		{`drop trigger audit_is_kept; delete from audit where seq > 3`, head, "it ends at entry 3, and a head that is known is at 4"},
	} {
		if _, err := db.ExecContext(t.Context(), step.statement); err != nil {
			t.Fatal(err)
		}
		out, err := run(t, "", "audit", "verify", "--data", data, "--head", step.head)
		if !strings.Contains(out, step.says) || (err == nil) != (step.says == "") {
			t.Errorf("after %q: %q, %v", step.statement, out, err)
		}
	}
}
