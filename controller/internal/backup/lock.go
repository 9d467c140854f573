package backup

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"

	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
)

// workFactor bounds what a passphrase costs to try, as a power of two: a
// second and 256 MiB. A forged file must not make us work for hours.
const workFactor = 18

// Lock is what a file is encrypted to: age recipients, whose identities stay
// off this machine, or a passphrase.
type Lock struct {
	Recipients []string
	Passphrase []byte
}

func (l Lock) recipients() ([]age.Recipient, error) {
	if (len(l.Recipients) == 0) == (len(l.Passphrase) == 0) {
		return nil, refused("backup_lock", nil, "cannot encrypt a backup without knowing for whom: give --recipient, or --passphrase-file, and not both")
	}
	if len(l.Passphrase) > 0 {
		if err := keyfile.CheckPassphrase(l.Passphrase); err != nil {
			return nil, err
		}
		r, err := age.NewScryptRecipient(string(norm.NFC.Bytes(l.Passphrase)))
		if err != nil {
			return nil, fmt.Errorf("cannot encrypt a backup: %w", err)
		}
		r.SetWorkFactor(workFactor)
		return []age.Recipient{r}, nil
	}
	all, err := age.ParseRecipients(strings.NewReader(strings.Join(l.Recipients, "\n")))
	if err != nil {
		return nil, refused("backup_recipient", nil, "cannot encrypt to this recipient: it must read age1…, as age-keygen prints it (%w)", err)
	}
	return all, nil
}

// Unlock is what opens a file: the text of age's identity file, or the
// passphrase.
type Unlock struct {
	Identities []byte
	Passphrase []byte
}

func (u Unlock) identities() ([]age.Identity, error) {
	if (len(u.Identities) == 0) == (len(u.Passphrase) == 0) {
		return nil, refused("backup_unlock", nil, "cannot open a backup without what it was encrypted to: give the identity file of its recipient, or the passphrase, and not both")
	}
	if len(u.Passphrase) > 0 {
		i, err := age.NewScryptIdentity(string(norm.NFC.Bytes(u.Passphrase)))
		if err != nil {
			return nil, fmt.Errorf("cannot open a backup: %w", err)
		}
		i.SetMaxWorkFactor(workFactor)
		return []age.Identity{i}, nil
	}
	all, err := age.ParseIdentities(bytes.NewReader(u.Identities))
	if err != nil {
		return nil, refused("backup_identity", nil, "cannot use the identity file: it must hold AGE-SECRET-KEY-… as age-keygen writes it") // the parser's words could show it
	}
	return all, nil
}

// decrypt gives the plain bytes of a file.
func (u Unlock) decrypt(r io.Reader) (io.Reader, error) {
	identities, err := u.identities()
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(r, identities...)
	if err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "backup_locked", nil, "cannot open this backup: the identity or the passphrase is another's, or the file is damaged (%w)", err)
	}
	return plain, nil
}
