package app

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
	"cotmoc/playlists/chain"
	"cotmoc/playlists/programme"
)

// openAudit makes what writes down what people do.
func (a *App) openAudit(context.Context) error {
	var err error
	if a.trust.keys, err = openProgrammeKeys(a.cfg.path("keys"), a.passphrase, a.random); err != nil {
		return err
	}
	a.services.Audit = newAudit(a.db, a.trust.keys.Key, a.now)
	return nil
}

func newAudit(db *sqlstore.DB, current func() ed25519.PrivateKey, now func() time.Time) *audit.Service {
	return audit.New(audit.Config{Store: db.Audit(), Now: now, Sign: func(payloadType string, payload []byte) ([]byte, error) {
		key := current()
		if key == nil {
			return nil, errors.New("cannot sign the end of the audit log: this command has no key")
		}
		return programme.Seal(payloadType, payload, key)
	}})
}

// VerifyAudit walks the audit log of a data folder without changing anything
// and gives where it ends and where it breaks. known are heads that screens or
// earlier exports hold.
func VerifyAudit(ctx context.Context, data string, known []chain.Head) (chain.Head, []error, error) {
	cfg := Config{Data: data}
	if data == "" {
		return chain.Head{}, nil, errNoData()
	}
	path := cfg.path(databaseFile)
	if _, err := os.Stat(path); err != nil {
		return chain.Head{}, nil, noDatabase(data, err)
	}
	file, err := sqlstore.OpenAuditFile(path)
	if err != nil {
		return chain.Head{}, nil, err
	}
	defer file.Close() // it was only read
	return audit.Verify(ctx, file, known...)
}

// ExportAudit writes the audit log of a data folder, whether a controller runs
// on it or not. begin is called before the first byte.
func ExportAudit(ctx context.Context, cfg Config, begin func() io.Writer) error {
	if cfg.Data == "" {
		return errNoData()
	}
	key, err := heldProgrammeKey(&cfg)
	if err != nil {
		return err
	}
	db, err := sqlstore.Open(ctx, cfg.path(databaseFile))
	if err != nil {
		return err
	}
	return errors.Join(newAudit(db, func() ed25519.PrivateKey { return key }, time.Now).Export(ctx, identity.Operator(), begin), db.Close())
}

// AuditKey gives the public key that checks exports of a data folder, as PEM.
func AuditKey(cfg Config) ([]byte, error) {
	if cfg.Data == "" {
		return nil, errNoData()
	}
	key, err := heldProgrammeKey(&cfg)
	if err != nil {
		return nil, err
	}
	return publicPEM(key)
}

func publicPEM(key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("cannot encode the programme key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// heldProgrammeKey reads the key of a data folder that has been used before.
func heldProgrammeKey(cfg *Config) (ed25519.PrivateKey, error) {
	path := cfg.path("keys", programmeKeyFile)
	if _, err := os.Stat(path); err != nil {
		return nil, noDatabase(cfg.Data, err)
	}
	passphrase, err := cfg.passphrase()
	if err != nil {
		return nil, err
	}
	return programmeKey(path, passphrase, rand.Reader)
}

func noDatabase(data string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return playlists.Errorf(playlists.NotFound, "data_unknown", playlists.Params{"path": data}, "cannot find a controller's data in %q: give the folder that controller serve uses", data)
	}
	return fmt.Errorf("cannot read the data folder %q: %w", data, err)
}
