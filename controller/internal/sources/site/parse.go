package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"cotmoc/playlists"
)

// maxText is the longest description, in bytes.
const maxText = 64 << 10

// Parse reads a description. Unknown keys are refused: a mistyped one would
// silently find nothing. base gives the description that Like names; it may be
// nil when none does.
func Parse(text []byte, base func(id string) (*Site, bool)) (*Site, error) {
	if len(text) > maxText {
		return nil, playlists.Errorf(playlists.TooLarge, "site_too_large", playlists.Params{"max_kib": maxText >> 10},
			"cannot read a site description of %d bytes: the most is %d", len(text), maxText)
	}
	s := &Site{}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(s); err != nil {
		return nil, notYAML(err)
	}
	if err := decoder.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return nil, notYAML(errors.New("there is a second document in it"))
	}
	if s.Like != "" {
		if base == nil {
			return nil, unlike(s.Like)
		}
		from, ok := base(s.Like)
		if !ok {
			return nil, unlike(s.Like)
		}
		s.fill(from)
	}
	s.clean()
	return s, s.Validate()
}

func notYAML(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	return playlists.Errorf(playlists.Invalid, "site_not_yaml", playlists.Params{"fault": text},
		"cannot read the site description: %s: write it in YAML with the keys that the built-in ones have", text)
}

func unlike(id string) error {
	return playlists.Errorf(playlists.Invalid, "site_like_unknown", playlists.Params{"id": id},
		"cannot find the site description %.60q that this one is like: name one that is there", id)
}

// fill takes from another description what this one leaves open: single
// fields of Item and Article, or whole groups.
func (s *Site) fill(from *Site) {
	if s.Pace == 0 {
		s.Pace = from.Pace
	}
	if s.MediaPace == 0 {
		s.MediaPace = from.MediaPace
	}
	if s.Languages.Default == "" && s.Languages.Segments == nil {
		s.Languages = from.Languages
	}
	if s.Rights == "" {
		s.Rights = from.Rights
	}
	if s.Item.Within == "" {
		s.Item.Within = from.Item.Within
	}
	mine, theirs := s.fields(), from.fields()
	for i := range mine {
		if len(*mine[i].Finders) == 0 {
			*mine[i].Finders = *theirs[i].Finders
		}
	}
	if s.Originals == nil {
		s.Originals = from.Originals
	}
	if s.Lists == nil && len(s.Hosts) > 0 {
		s.Lists = onHost(from.Lists, s.Hosts[0])
	}
}

// onHost gives lists that are written for any host, as addresses of one.
func onHost(lists []List, host string) []List {
	out := make([]List, 0, len(lists))
	for _, l := range lists {
		l.URL = strings.ReplaceAll(l.URL, "{host}", host)
		out = append(out, l)
	}
	return out
}

func (s *Site) clean() {
	s.Name = playlists.Clean(s.Name)
	for _, hosts := range [][]string{s.Hosts, s.Media} {
		for i, h := range hosts {
			hosts[i] = strings.ToLower(strings.TrimSuffix(h, "."))
		}
	}
}

// Field is a part of a list's entry or of an article that a description says
// how to find.
type Field struct {
	Name    string // "item.title", "article.published"
	Finders *[]Finder
}

func (s *Site) fields() []Field {
	i, a := &s.Item, &s.Article
	return []Field{
		{"item.link", &i.Link}, {"item.title", &i.Title}, {"item.picture", &i.Picture}, {"item.date", &i.Date},
		{"article.title", &a.Title}, {"article.summary", &a.Summary}, {"article.publisher", &a.Publisher},
		{"article.author", &a.Author}, {"article.published", &a.Published}, {"article.modified", &a.Modified},
		{"article.language", &a.Language}, {"article.body", &a.Body}, {"article.pictures", &a.Pictures},
		{"article.videos", &a.Videos},
	}
}

func invalid(id, format string, args ...any) error {
	fault := fmt.Sprintf(format, args...)
	return playlists.Errorf(playlists.Invalid, "site_invalid", playlists.Params{"id": id, "fault": fault},
		"cannot use the description of %.60q: %s", id, fault)
}
