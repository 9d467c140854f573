package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// Security is how somebody logs in.
type Security struct {
	TOTPSince     *time.Time `json:"totp_since" nullable:"true" doc:"Since when a code of an authenticator is asked for; null when the password is enough."`
	RecoveryCodes int        `json:"recovery_codes" doc:"Those that were not used yet."`
	Passkeys      []Passkey  `json:"passkeys"`
	Sessions      []Session  `json:"sessions"`
	URL           string     `json:"url" doc:"Where the console must be open to use passkeys; empty when they cannot be used."`
}

// Enrolment is a new secret on its way into an authenticator.
type Enrolment struct {
	Secret string `json:"secret" doc:"To type."`
	URL    string `json:"url" doc:"otpauth://, to open."`
	QR     QR     `json:"qr" doc:"The URL to scan."`
}

// QR is a code to scan, drawn as the path of an SVG.
type QR struct {
	Size int    `json:"size" doc:"Width and height of the view box, without a border."`
	Path string `json:"path"`
}

// RecoveryCodes are shown once.
type RecoveryCodes struct {
	Codes []string `json:"codes"`
}

// confirmation is the input of what asks for the password once more.
type confirmation struct {
	Body struct {
		Password string `json:"password" maxLength:"1000"`
	}
}

func (s *Server) registerSecurity() {
	handle(s, http.MethodGet, "/me/security", "get-security", "How one logs in", func(ctx context.Context, a playlists.Actor, _ *none) (Security, error) {
		sec, err := s.Identity.Security(ctx, a)
		return s.securityOf(ctx, sec), err
	})
	handle(s, http.MethodPost, "/me/totp", "begin-totp", "Begin to ask for codes of an authenticator", func(ctx context.Context, _ playlists.Actor, in *confirmation) (Enrolment, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return Enrolment{}, err
		}
		e, err := s.Identity.BeginTOTP(ctx, a)
		if err != nil {
			return Enrolment{}, err
		}
		code, err := draw(e.URL)
		return Enrolment{e.Secret, e.URL, code}, err
	})
	handle(s, http.MethodPost, "/me/totp/confirm", "confirm-totp", "Ask for codes of an authenticator from now on", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"100"`
		}
	}) (RecoveryCodes, error) {
		a, err := bySession(ctx)
		if err != nil {
			return RecoveryCodes{}, err
		}
		codes, err := s.Identity.ConfirmTOTP(ctx, a, in.Body.Code)
		return RecoveryCodes{list(codes)}, err
	})
	handle(s, http.MethodPost, "/me/totp/off", "end-totp", "Ask for no codes any more", func(ctx context.Context, _ playlists.Actor, in *confirmation) (nothing, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, s.Identity.EndTOTP(ctx, a)
	})
	handle(s, http.MethodPost, "/me/recovery-codes", "new-recovery-codes", "Make new recovery codes; the former ones end", func(ctx context.Context, _ playlists.Actor, in *confirmation) (RecoveryCodes, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return RecoveryCodes{}, err
		}
		codes, err := s.Identity.NewRecoveryCodes(ctx, a)
		return RecoveryCodes{list(codes)}, err
	})
	handle(s, http.MethodGet, "/people/{id}/security", "get-security-of", "How a person logs in", func(ctx context.Context, a playlists.Actor, in *ByID) (Security, error) {
		sec, err := s.Identity.SecurityOf(ctx, a, in.ID)
		return s.securityOf(ctx, sec), err
	})
	handle(s, http.MethodDelete, "/people/{id}/factors", "drop-factors", "Take all that a person has beside the password; their sessions end", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Identity.DropFactors(ctx, a, in.ID)
	})
}

func (s *Server) securityOf(ctx context.Context, sec identity.Security) Security {
	return Security{
		TOTPSince: when(sec.TOTPSince), RecoveryCodes: sec.RecoveryCodes, Passkeys: each(sec.Passkeys, passkeyOf),
		Sessions: sessionsOf(ctx, sec.Sessions), URL: s.Identity.Site().Origin,
	}
}

// draw makes a code to scan of a text, one stroke for each dark run.
func draw(text string) (QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QR{}, fmt.Errorf("cannot draw a code: %w", err)
	}
	size := code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return QR{Size: size, Path: path.String()}, nil
}
