package approve

import (
	"bytes"
	"encoding/base64"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of what is signed.
const (
	maxClockOff = 10 * time.Minute // between the controller's clock and ours, and from preparing to signing
	maxSubjects = 20
)

// asked is what the person wants to decide about.
type asked struct {
	media      playlists.ID
	act        programme.Act
	by         Person
	renditions map[playlists.Profile]playlists.Digest // as the controller has listed them
}

// prepared is a controller's answer: what it would have signed.
type prepared struct {
	Statements []struct {
		MediaID   playlists.ID `json:"media_id"`
		Statement []byte       `json:"statement"`
	} `json:"statements"`
	PayloadType string   `json:"payload_type"`
	Payload     []byte   `json:"payload"`
	Challenge   string   `json:"challenge"`
	Credentials []signer `json:"credentials"`
}

// signer is a key that the charter gives to the person, as the controller says.
type signer struct {
	ID           string                   `json:"id"`
	Kind         programme.CredentialKind `json:"kind"`
	Label        string                   `json:"label"`
	RPID         string                   `json:"rp_id"`
	CredentialID string                   `json:"credential_id"`
	Independent  bool                     `json:"independent"`
}

// hold reads what would be signed and holds it to what was asked for. The
// statement that it gives is all that a signature will be over.
func hold(p *prepared, a asked, now time.Time) ([]byte, *programme.Statement, error) {
	if len(p.Statements) != 1 {
		return nil, nil, refuse(OtherStatement, "the controller has prepared %d statements instead of one", len(p.Statements))
	}
	raw := p.Statements[0].Statement
	challenge := programme.Challenge(programme.StatementPayloadType, raw)
	if p.PayloadType != programme.StatementPayloadType || !bytes.Equal(p.Payload, raw) || p.Challenge != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		return nil, nil, refuse(OtherStatement, "the controller would have something else signed than the statement")
	}
	s, err := programme.ParseStatement(raw)
	if err != nil {
		return nil, nil, refuse(Unreadable, "%v", err)
	}
	return raw, s, a.check(s, now)
}

func (a *asked) check(s *programme.Statement, now time.Time) error {
	p := &s.Predicate
	switch {
	case p.Media != a.media:
		return refuse(OtherMedia, "the statement is about the media %s, not %s", p.Media, a.media)
	case p.Act != a.act:
		return refuse(OtherAct, "the statement says %.20q, not %s", string(p.Act), a.act)
	case p.Person != a.by.ID || p.PersonName != a.by.Name:
		return refuse(OtherPerson, "the statement is in the name of %.80q (%s)", p.PersonName, p.Person)
	case p.Author == a.by.ID:
		return refuse(OwnWork, "you are the author of %s", p.Media)
	case p.Reason != "" || p.Revision < 1:
		return refuse(Unreadable, "the statement has a reason, or no revision")
	case now.Sub(time.UnixMilli(p.DecidedAt)).Abs() > maxClockOff:
		return refuse(OtherTime, "the statement is of %s", time.UnixMilli(p.DecidedAt).UTC().Format(time.RFC3339))
	}
	if err := plain(p.Title, p.PersonName, p.RightsBasis); err != nil {
		return err
	}
	return a.checkSubjects(s.Subject)
}

// checkSubjects refuses a statement over more, fewer or other renditions than
// the person is shown.
func (a *asked) checkSubjects(subjects []programme.Subject) error {
	if len(subjects) == 0 || len(subjects) > maxSubjects || len(subjects) != len(a.renditions) {
		return refuse(OtherRenditions, "the statement names %d renditions, and %d are listed", len(subjects), len(a.renditions))
	}
	seen := map[playlists.Profile]bool{}
	for _, s := range subjects {
		profile := playlists.Profile(s.Name)
		if profile.Validate() != nil || seen[profile] || a.renditions[profile] != s.Digest.SHA256 {
			return refuse(OtherRenditions, "the statement names the rendition %.40q twice, or another one than is listed", s.Name)
		}
		seen[profile] = true
	}
	return nil
}
