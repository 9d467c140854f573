package programme

import (
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// The fixed parts of a statement: an in-toto attestation, Statement v1.
const (
	statementType = "https://in-toto.io/Statement/v1"
	predicateType = "https://cotmoc.vn/approval/v1"
)

// Act is what a person decided.
type Act string

// The acts. Review and Approve make an approval, by different people.
const (
	Submit   Act = "submit"
	Review   Act = "review"
	Approve  Act = "approve"
	Return   Act = "return"
	Withdraw Act = "withdraw"
)

// Statement is one person's decision over the exact renditions of a media and
// its terms, as an in-toto statement whose subjects are the renditions.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is a rendition: its profile, digest and type. Without the type, bytes
// that were signed as a picture could be shown as a film.
type Subject struct {
	Name      string        `json:"name"`
	Digest    SubjectDigest `json:"digest"`
	MediaType string        `json:"mediaType"`
}

// SubjectDigest is in-toto's digest set with the one algorithm we use.
type SubjectDigest struct {
	SHA256 playlists.Digest `json:"sha256"`
}

// Predicate is what was decided, by whom and under which terms.
type Predicate struct {
	Media       playlists.ID `json:"media"`
	Revision    int          `json:"revision"`
	Title       string       `json:"title"`
	Act         Act          `json:"act"`
	Reason      string       `json:"reason"`
	Person      playlists.ID `json:"person"`
	PersonName  string       `json:"person_name"` // as it was that day
	Author      playlists.ID `json:"author"`
	Territory   []string     `json:"territory"`
	Languages   []string     `json:"languages"`
	ValidFrom   int64        `json:"valid_from"`  // Unix milliseconds, 0 at once
	ValidUntil  int64        `json:"valid_until"` // Unix milliseconds, exclusive, 0 no end
	RightsBasis string       `json:"rights_basis"`
	Origin      From         `json:"origin"`
	DecidedAt   int64        `json:"decided_at"` // Unix milliseconds
}

// From is where the media comes from, as playlists.Origin has it.
type From struct {
	Page        string           `json:"page"`
	Canonical   string           `json:"canonical"`
	Publisher   string           `json:"publisher"`
	Author      string           `json:"author"`
	PublishedAt int64            `json:"published_at"` // Unix milliseconds, 0 unknown
	FetchedAt   int64            `json:"fetched_at"`   // Unix milliseconds, 0 brought in by hand
	PageSHA256  playlists.Digest `json:"page_sha256"`
	MediaSHA256 playlists.Digest `json:"media_sha256"` // of the bytes as they came
}

// NewStatement states a decision about a media as it is now.
func NewStatement(m *playlists.Media, act Act, by playlists.Actor, reason string, at time.Time) Statement {
	s := Statement{Type: statementType, Subject: []Subject{}, PredicateType: predicateType, Predicate: Predicate{
		Media: m.ID, Revision: m.Revision, Title: m.Title, Act: act, Reason: reason,
		Person: by.ID, PersonName: by.Name, Author: m.Author,
		Territory: slices.Sorted(slices.Values(m.Terms.Territory)), Languages: slices.Sorted(slices.Values(m.Terms.Languages)),
		ValidFrom: millis(m.Terms.ValidFrom), ValidUntil: millis(m.Terms.ValidUntil),
		RightsBasis: m.Terms.RightsBasis, Origin: from(m), DecidedAt: at.UnixMilli(),
	}}
	if s.Predicate.Territory == nil {
		s.Predicate.Territory = []string{}
	}
	if s.Predicate.Languages == nil {
		s.Predicate.Languages = []string{}
	}
	for _, r := range m.Renditions {
		s.Subject = append(s.Subject, Subject{Name: string(r.Profile), Digest: SubjectDigest{SHA256: r.Digest}, MediaType: r.MIME})
	}
	slices.SortFunc(s.Subject, func(a, b Subject) int { return strings.Compare(a.Name, b.Name) })
	return s
}

func from(m *playlists.Media) From {
	o := &m.Origin
	return From{
		Page: o.Page, Canonical: o.Canonical, Publisher: o.Publisher, Author: o.Author,
		PublishedAt: millis(o.Published), FetchedAt: millis(o.Fetched), PageSHA256: o.PageBytes, MediaSHA256: m.Source.SHA256,
	}
}

// origin gives the origin back.
func (f From) origin() playlists.Origin {
	return playlists.Origin{
		Page: f.Page, Canonical: f.Canonical, Publisher: f.Publisher, Author: f.Author,
		Published: fromMillis(f.PublishedAt), Fetched: fromMillis(f.FetchedAt), PageBytes: f.PageSHA256,
	}
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Terms gives the terms that the statement was made under.
func (s *Statement) Terms() playlists.Terms {
	p := &s.Predicate
	return playlists.Terms{Territory: p.Territory, Languages: p.Languages, ValidFrom: fromMillis(p.ValidFrom), ValidUntil: fromMillis(p.ValidUntil), RightsBasis: p.RightsBasis}
}

// Covers tells whether the rendition for the profile is among the subjects.
func (s *Statement) Covers(p playlists.Profile, rendition playlists.Digest) bool {
	return slices.ContainsFunc(s.Subject, func(o Subject) bool { return o.Name == string(p) && o.Digest.SHA256 == rendition })
}

// covers tells whether the rendition of a showing, as the type that it names,
// is the one for the profile.
func (s *Statement) covers(p playlists.Profile, sh *Showing) bool {
	return slices.Contains(s.Subject, Subject{Name: string(p), Digest: SubjectDigest{SHA256: sh.Rendition}, MediaType: sh.MIME})
}

// ParseStatement reads a statement's canonical bytes.
func ParseStatement(data []byte) (*Statement, error) {
	if len(data) > maxStatement {
		return nil, refuse(Malformed, "cannot read a statement of %d bytes: the most is %d", len(data), maxStatement)
	}
	var s Statement
	if err := Unmarshal(data, &s); err != nil {
		return nil, err
	}
	if s.Type != statementType || s.PredicateType != predicateType {
		return nil, refuse(BadType, "cannot use a statement of type %.80q about %.80q as a decision", s.Type, s.PredicateType)
	}
	if err := s.Terms().Validate(); err != nil {
		return nil, refuse(Malformed, "cannot read a statement's terms: %w", err)
	}
	for _, id := range []playlists.ID{s.Predicate.Media, s.Predicate.Person, s.Predicate.Author} {
		if err := id.Validate(); err != nil {
			return nil, refuse(Malformed, "cannot read a statement: %w", err)
		}
	}
	if err := s.Predicate.Origin.check(); err != nil {
		return nil, err
	}
	if p := &s.Predicate; !isBound(p.ValidFrom) || !isBound(p.ValidUntil) || !isInstant(p.DecidedAt) {
		return nil, refuse(Malformed, "cannot read a statement: it was decided, begins or ends at no time")
	}
	for i, sub := range s.Subject {
		if err := sub.Digest.SHA256.Validate(); err != nil {
			return nil, refuse(Malformed, "cannot read a statement: %w", err)
		}
		// One rendition a profile: a second would be approved unseen.
		if i > 0 && sub.Name <= s.Subject[i-1].Name {
			return nil, refuse(Malformed, "cannot read a statement: its subjects are unsorted, or two are for one profile")
		}
	}
	return &s, nil
}

// check refuses an origin that nobody could have meant.
func (f From) check() error {
	if !isBound(f.PublishedAt) || !isBound(f.FetchedAt) {
		return refuse(Malformed, "cannot read a statement's origin: it was published or fetched at no time")
	}
	if err := f.MediaSHA256.Validate(); err != nil {
		return refuse(Malformed, "cannot read a statement's origin: %w", err)
	}
	if err := f.origin().Validate(); err != nil {
		return refuse(Malformed, "cannot read a statement's origin: %w", err)
	}
	return nil
}
