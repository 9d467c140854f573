package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"cotmoc/controller/internal/backup"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
)

// What a backup command works with.
type (
	BackupLock     = backup.Lock
	BackupUnlock   = backup.Unlock
	BackupFile     = backup.File
	BackupManifest = backup.Manifest
	BackupProgress = backup.Progress
)

// layout is what stands in a data folder.
var layout = backup.Layout{Database: databaseFile, Objects: "objects", Keys: "keys", Settings: "settings.yaml", Mark: "restored"}

// Backup writes the data of a folder, on which a controller may be running,
// into a new file. Keys are not among them, nor secrets in the settings.
func Backup(ctx context.Context, cfg Config, settings []byte, version, out string, lock BackupLock, progress BackupProgress) (*BackupManifest, error) {
	about, err := cfg.about(version, madeWritten{What: backup.Data, File: out, Recipients: lock.Recipients})
	if err != nil {
		return nil, err
	}
	objects, err := objectstore.ViewDir(cfg.path(layout.Objects))
	if err != nil {
		return nil, err
	}
	return backup.Write(ctx, out, lock, backup.What{
		About: about, Database: sqlstore.Files{}, Path: cfg.path(databaseFile), Objects: objects, Settings: settings, Progress: progress,
	})
}

// BackupKeys writes the keys of a folder into a new file, sealed ones as they
// are.
func BackupKeys(ctx context.Context, cfg Config, version, out string, lock BackupLock) (*BackupManifest, error) {
	about, err := cfg.about(version, madeWritten{What: backup.Keys, File: out, Recipients: lock.Recipients})
	if err != nil {
		return nil, err
	}
	return backup.WriteKeys(ctx, out, lock, about, cfg.path(layout.Keys))
}

// VerifyBackup reads a whole backup and tells what it holds.
func VerifyBackup(ctx context.Context, file BackupFile, progress BackupProgress) (*BackupManifest, error) {
	return backup.Verify(ctx, file.Path, file.Unlock, progress)
}

// madeWritten is what the audit log keeps of a backup.
type madeWritten struct {
	What       backup.Kind `json:"what"`
	File       string      `json:"file"`
	Recipients []string    `json:"recipients"` // none: a passphrase
}

// restoredWritten is what the audit log keeps of a restore.
type restoredWritten struct {
	MadeAt  int64  `json:"made_at"` // Unix milliseconds
	Version string `json:"version"`
	Head    string `json:"head"`
}

// Restore brings data, and keys unless they are nil, into an empty folder.
func Restore(ctx context.Context, dir string, data BackupFile, keys *BackupFile, progress BackupProgress) (*BackupManifest, error) {
	known, err := sqlstore.KnownMigrations()
	if err != nil {
		return nil, err
	}
	return backup.Restore(ctx, data, keys, backup.Into{
		Dir: dir, Layout: layout, Database: sqlstore.Files{}, Known: known, Progress: progress,
		Objects: func(dir string) (backup.Sink, error) { return objectstore.OpenDir(dir, objectstore.DirOptions{}) },
		Act: func(m *BackupManifest) playlists.Act {
			return playlists.Act{At: time.Now(), By: identity.Operator().ID, Kind: playlists.BackupRestored,
				Detail: restoredWritten{MadeAt: m.MadeAt.UnixMilli(), Version: m.Version, Head: m.Facts.Audit.String()}}
		},
	})
}

func (c *Config) about(version string, made madeWritten) (backup.About, error) {
	if c.Data == "" {
		return backup.About{}, errNoData()
	}
	if _, err := os.Stat(c.path(databaseFile)); err != nil {
		return backup.About{}, noDatabase(c.Data, err)
	}
	authority, err := c.authority()
	if made.Recipients == nil {
		made.Recipients = []string{}
	}
	act := playlists.Act{At: time.Now(), By: identity.Operator().ID, Kind: playlists.BackupMade, Detail: made}
	record := func(ctx context.Context) error { return sqlstore.Files{}.Record(ctx, c.path(databaseFile), act) }
	return backup.About{Version: version, Now: act.At, Authority: authority, Record: record}, err
}

// authority gives the SHA-256 of the authority's certificate file, "" while
// there is none.
func (c *Config) authority() (playlists.Digest, error) {
	text, err := os.ReadFile(c.path(layout.Keys, "ca.crt"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("cannot read the authority's certificate: %w", err)
	}
	return playlists.DigestOf(text), nil
}

// mayOpen refuses a folder that a restore has not filled to its end, and data
// that were restored without their keys: new ones would be made, which no
// screen trusts.
func (c *Config) mayOpen() error {
	half, err := backup.Unfinished(c.Data, layout)
	if err != nil {
		return err
	}
	if half {
		return playlists.Errorf(playlists.Conflict, "restore_unfinished", playlists.Params{"path": c.Data}, "cannot use %s: a restore into it was interrupted; run controller restore again", c.Data)
	}
	mark, err := os.ReadFile(c.path(layout.Mark))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read what was restored: %w", err)
	}
	want := playlists.Digest(strings.TrimSpace(string(mark)))
	if got, err := c.authority(); err != nil || want == "" || got == want {
		return err
	}
	return playlists.Errorf(playlists.Conflict, "keys_not_restored", playlists.Params{"path": c.path(layout.Keys)}, "cannot start on restored data without their keys: bring the backup of the keys into %s, or restore again with --keys; screens trust no other", c.path(layout.Keys))
}
