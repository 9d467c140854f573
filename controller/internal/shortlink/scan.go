package shortlink

import (
	"context"
	"net/url"
	"slices"
	"time"

	"golang.org/x/text/language"

	"cotmoc/playlists"
)

// Other is the language of readers who want none of Counted.
const Other = "other"

// Counted lists the languages by which uses are counted: few, so that a count
// points at nobody.
func Counted() []string { return []string{"vi", "en", "lo", "zh"} }

// Scan is somebody who uses a code: no more is known of them.
type Scan struct {
	Code      string
	Accept    string // languages, as Accept-Language has them
	Uncounted bool   // a machine that looks ahead
}

// Follow gives the page that a code leads to, in the reader's language where
// there is one, and counts the use. A code that nothing approved names leads
// nowhere.
func (s *Service) Follow(ctx context.Context, scan Scan) (string, error) {
	nowhere := playlists.Errorf(playlists.NotFound, "code_nowhere", nil, "cannot follow this code: it leads nowhere at present")
	code, ok := readCode(scan.Code)
	if !ok {
		return "", nowhere
	}
	l, err := s.cfg.Store.Live(ctx, code)
	if err != nil {
		return "", err
	}
	if l == nil {
		return "", nowhere
	}
	wanted := languages(scan.Accept)
	page := l.pageFor(wanted)
	if !leads(page) {
		return "", nowhere
	}
	if !scan.Uncounted {
		s.count(Count{Code: code, Day: s.cfg.Now().In(s.cfg.Zone).Format(time.DateOnly), Language: bucket(wanted)})
	}
	return page, nil
}

// pageFor gives the page in the first of the languages that there is. Page is
// in the language of what the code stands on, unless Pages says otherwise.
func (l *Link) pageFor(wanted []string) string {
	for _, w := range wanted {
		if page := l.Pages[w]; page != "" {
			return page
		}
		if w == l.Language {
			break
		}
	}
	return l.Page
}

// leads tells whether an address is one that a code may lead to.
func leads(page string) bool {
	u, err := url.Parse(page)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// maxAccept is the longest list of languages that is read.
const maxAccept = 256

// languages gives the languages that a reader wants, the dearest first.
func languages(accept string) []string {
	if len(accept) > maxAccept {
		return nil
	}
	tags, quality, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return nil
	}
	var out []string
	for i, tag := range tags {
		if base, _ := tag.Base(); quality[i] > 0 {
			out = append(out, base.String())
		}
	}
	return out
}

func bucket(wanted []string) string {
	if len(wanted) > 0 && slices.Contains(Counted(), wanted[0]) {
		return wanted[0]
	}
	return Other
}
