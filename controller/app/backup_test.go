package app_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"cotmoc/controller/app"
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
