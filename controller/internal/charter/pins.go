package charter

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// WantedPin is a PIN for screens of clusters: one that is there already, by its
// id, or a new one, as digits or as NewPin's text.
type WantedPin struct {
	ID       string
	Clusters []string
	Pin      string
}

// The cost of trying a PIN: a screen PC has little memory, and few digits are
// soon tried by whoever holds the charter.
const (
	pinTime     = 4
	pinMemoryKB = 16 << 10
	pinThreads  = 1
	pinSalt     = 16
	pinHash     = 32
	minDigits   = 6
	maxDigits   = 12
)

// NewPin hashes a PIN for a charter.
func NewPin(clusters []string, digits string, random io.Reader) (programme.Pin, error) {
	if n := len(digits); n < minDigits || n > maxDigits || strings.Trim(digits, "0123456789") != "" {
		return programme.Pin{}, playlists.Errorf(playlists.Invalid, "pin_malformed", playlists.Params{"min": minDigits, "max": maxDigits}, "cannot use this PIN: take %d to %d digits", minDigits, maxDigits)
	}
	p := programme.Pin{Clusters: nonNil(clusters), Salt: make([]byte, pinSalt), Time: pinTime, MemoryKB: pinMemoryKB, Threads: pinThreads}
	if _, err := io.ReadFull(random, p.Salt); err != nil {
		return p, fmt.Errorf("cannot hash a PIN: %w", err)
	}
	p.Hash = argon2.IDKey([]byte(digits), p.Salt, p.Time, p.MemoryKB, p.Threads, pinHash)
	return p, nil
}

// PinID names a PIN without telling anything of it.
func PinID(p *programme.Pin) string {
	return string(playlists.DigestOf(p.Salt))[:16]
}

// PinText writes a hashed PIN as others write argon2id.
func PinText(p programme.Pin) string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.MemoryKB, p.Time, p.Threads, enc.EncodeToString(p.Salt), enc.EncodeToString(p.Hash))
}

// parsePin reads PinText.
func parsePin(text string) (programme.Pin, error) {
	bad := playlists.Errorf(playlists.Invalid, "pin_malformed", playlists.Params{"min": minDigits, "max": maxDigits}, "cannot read the PIN: give its digits, or what controller keys pin has printed")
	parts := strings.Split(text, "$")
	if len(parts) != 6 {
		return programme.Pin{}, bad
	}
	var p programme.Pin
	var version int
	if n, err := fmt.Sscanf(strings.Join(parts[1:4], " "), "argon2id v=%d m=%d,t=%d,p=%d", &version, &p.MemoryKB, &p.Time, &p.Threads); n != 4 || err != nil || version != argon2.Version {
		return programme.Pin{}, bad
	}
	var err1, err2 error
	p.Salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.Hash, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || PinText(p) != text {
		return programme.Pin{}, bad
	}
	return p, nil
}

func (s *Service) pins(before *programme.Charter, wanted []WantedPin) ([]programme.Pin, error) {
	var had []programme.Pin
	if before != nil {
		had = before.Pins
	}
	if wanted == nil {
		return nonNil(had), nil
	}
	out := []programme.Pin{}
	for _, w := range wanted {
		p, err := s.pin(had, w)
		if err != nil {
			return nil, err
		}
		p.Clusters = nonNil(w.Clusters)
		out = append(out, p)
	}
	return out, nil
}

func (s *Service) pin(had []programme.Pin, w WantedPin) (programme.Pin, error) {
	if w.ID != "" {
		for i := range had {
			if PinID(&had[i]) == w.ID {
				return had[i], nil
			}
		}
		return programme.Pin{}, playlists.Errorf(playlists.NotFound, "pin_missing", nil, "cannot keep the PIN %.40q: the charter has none of this name", w.ID)
	}
	if strings.HasPrefix(w.Pin, "$") {
		return parsePin(w.Pin)
	}
	return NewPin(w.Clusters, w.Pin, s.cfg.Random)
}
