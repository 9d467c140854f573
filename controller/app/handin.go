package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"cotmoc/controller/app/offline"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists/programme"
)

// Handing is a release that is handed in to a controller elsewhere.
type Handing struct {
	Console  string // https://name
	Token    string
	CAFile   string   // certificates that vouch for the console, "" for the system's
	Release  string   // file that was signed
	Programs []string // files
}

// HandIn hands a signed release and its programs in, and gives its version.
func HandIn(ctx context.Context, h Handing) (programme.Version, error) {
	r, err := offline.OpenRelease(h.Release)
	if err != nil {
		return "", err
	}
	if r.Envelope == nil {
		return "", fmt.Errorf("cannot hand %s in: nobody has signed it; use controller release sign first", h.Release)
	}
	files, err := offline.Programs(r, h.Programs)
	if err != nil {
		return "", err
	}
	o := apiclient.Options{Token: h.Token}
	if h.CAFile != "" {
		text, err := os.ReadFile(h.CAFile)
		if err != nil {
			return "", fmt.Errorf("cannot read the certificates: %w", err)
		}
		o.CA = x509.NewCertPool()
		if !o.CA.AppendCertsFromPEM(text) {
			return "", errors.New("cannot use the certificates in " + h.CAFile + ": there are none in PEM")
		}
	}
	c, err := apiclient.NewWary(h.Console, o)
	if err != nil {
		return "", err
	}
	_, err = c.AddRelease(ctx, r.Envelope, func(sha256 string) string { return files[sha256] })
	return r.Release.Version, err
}
