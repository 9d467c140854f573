package site

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"

	"cotmoc/playlists"
)

// Bounds on what a description may ask for.
const (
	minPace    = 200 * time.Millisecond
	maxPace    = time.Minute
	maxHosts   = 20
	maxLists   = 100
	maxChoices = 200
	maxFinders = 20
	maxPattern = 500
)

// Validate refuses a description that could not be followed.
func (s *Site) Validate() error {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,59}$`).MatchString(s.ID) {
		return invalid(s.ID, "its id is made of up to 60 small letters, digits, dots and hyphens")
	}
	if _, err := playlists.CleanTitle("the site's name", s.Name); err != nil {
		return err
	}
	if len(s.Hosts) > maxHosts || len(s.Media) > maxHosts || len(s.Lists) > maxLists {
		return invalid(s.ID, "it may name %d hosts of each kind and %d lists", maxHosts, maxLists)
	}
	for _, h := range slices.Concat(s.Hosts, s.Media) {
		if !regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+$`).MatchString(h) {
			return invalid(s.ID, "%.80q is no host name: write it without https:// and without a path", h)
		}
	}
	if s.Rights != Publishers && s.Rights != Authors {
		return invalid(s.ID, "its rights are %.20q: write author, or leave them out", string(s.Rights))
	}
	if s.Pace < minPace || s.Pace > maxPace {
		return invalid(s.ID, "its pace is %s: choose %s to %s between two requests", s.Pace, minPace, maxPace)
	}
	if s.MediaPace < minPace || s.MediaPace > maxPace {
		return invalid(s.ID, "its media_pace is %s: choose %s to %s between two requests", s.MediaPace, minPace, maxPace)
	}
	for _, l := range s.Lists {
		if err := s.checkList(l); err != nil {
			return err
		}
	}
	if s.Item.Within != "" {
		if _, err := cascadia.ParseGroup(s.Item.Within); err != nil {
			return invalid(s.ID, "item.within %.80q is no CSS selector", s.Item.Within)
		}
	}
	for _, f := range s.fields() {
		if err := s.checkField(f); err != nil {
			return err
		}
	}
	for _, o := range s.Originals {
		if _, err := expression(o.From); err != nil || o.To == "" {
			return invalid(s.ID, "the rule for originals %.80q is no regular expression with a result", o.From)
		}
	}
	return nil
}

func (s *Site) checkList(l List) error {
	if l.ID == "" || l.Name == "" {
		return invalid(s.ID, "each list has an id and a name")
	}
	if !slices.Contains([]ListKind{Page, Feed, Sitemap, WPJSON}, l.Kind) {
		return invalid(s.ID, "the list %.60q is of kind %.20q: choose page, feed, sitemap or wp_json", l.ID, string(l.Kind))
	}
	if len(l.Choices) > maxChoices {
		return invalid(s.ID, "the list %.60q has %d choices: the most is %d", l.ID, len(l.Choices), maxChoices)
	}
	if strings.Contains(l.URL, "{slug}") && len(l.Choices) == 0 {
		return invalid(s.ID, "the list %.60q needs choices for {slug}", l.ID)
	}
	if len(s.Hosts) == 0 { // a description that others are like
		return nil
	}
	if _, err := s.at(strings.NewReplacer("{lang}/", "", "{slug}", "x", "{query}", "x", "{page}", "1").Replace(l.URL), s.Hosts); err != nil {
		return invalid(s.ID, "the list %.60q does not lie on one of its hosts", l.ID)
	}
	return nil
}

func (s *Site) checkField(field Field) error {
	if len(*field.Finders) > maxFinders {
		return invalid(s.ID, "%s has %d finders: the most is %d", field.Name, len(*field.Finders), maxFinders)
	}
	for _, f := range *field.Finders {
		places := 0
		for _, set := range []bool{f.CSS != "", f.Near != "", f.Meta != "", f.LD != "", f.Lines, f.Self, f.Readable} {
			if set {
				places++
			}
		}
		if places != 1 {
			return invalid(s.ID, "a finder of %s says %d places to look in: one of css, near, meta, ld, lines, self, readable", field.Name, places)
		}
		for _, selector := range []string{f.CSS, f.Near} {
			if selector == "" {
				continue
			}
			if _, err := cascadia.ParseGroup(selector); err != nil {
				return invalid(s.ID, "%.80q of %s is no CSS selector", selector, field.Name)
			}
		}
		if _, err := expression(f.Pattern); err != nil {
			return invalid(s.ID, "%.80q of %s is no regular expression", f.Pattern, field.Name)
		}
		if f.Lines && f.Pattern == "" {
			return invalid(s.ID, "a finder of %s looks at lines and does not say by which pattern", field.Name)
		}
	}
	return nil
}

// expression compiles a pattern; RE2 takes linear time, whatever the pattern.
func expression(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, invalid("", "a pattern has %d characters: the most is %d", len(pattern), maxPattern)
	}
	return regexp.Compile(pattern)
}
