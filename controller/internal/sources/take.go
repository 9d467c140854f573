package sources

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Bounds on a file that is taken. The portal's own are 500 MB for a film.
const (
	maxPicture  = 80 << 20
	maxFilm     = 600 << 20
	pictureTime = 5 * time.Minute
	filmTime    = 30 * time.Minute
	maxTaken    = 20
)

// Draft is a media that was made of a page's file. Place counts the page's
// pictures and films from 1.
type Draft struct {
	Media playlists.ID
	Place int
}

// Failed is a file that could not be taken, and why.
type Failed struct {
	Address string
	Trouble Trouble
}

// Take makes drafts of files that a find's page shows, named by their
// addresses there; they follow each other as on the page. What could be taken
// is a draft, whatever became of the others. Its error is one that all of them
// have in common, or that of the only one.
func (s *Service) Take(ctx context.Context, a playlists.Actor, id playlists.ID, addresses []string) ([]Draft, []Failed, error) {
	f, err := s.Find(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	if len(addresses) == 0 || len(addresses) > maxTaken {
		return nil, nil, playlists.Errorf(playlists.Invalid, "take_count", playlists.Params{"max": maxTaken}, "cannot take %d files at once: choose 1 to %d", len(addresses), maxTaken)
	}
	from, _, err := s.siteByID(ctx, f.Site)
	if err != nil {
		return nil, nil, err
	}
	var drafts []Draft
	var failed []Failed
	for _, address := range f.inOrder(addresses) {
		one, err := s.takeOne(ctx, a, from, f, address)
		if err != nil {
			if len(addresses) == 1 || ctx.Err() != nil {
				return drafts, failed, errors.Join(err, s.keepTaken(context.WithoutCancel(ctx), a, f, drafts))
			}
			s.cfg.Log.WarnContext(ctx, "file of a page not taken", "find", f.ID, "file", address, "error", err)
			failed = append(failed, Failed{address, *troubleOf(err)})
			continue
		}
		if !slices.ContainsFunc(drafts, func(d Draft) bool { return d.Media == one.Media }) {
			drafts = append(drafts, one)
		}
	}
	return drafts, failed, s.keepTaken(ctx, a, f, drafts)
}

// keepTaken keeps what was made of a find.
func (s *Service) keepTaken(ctx context.Context, a playlists.Actor, f *Find, drafts []Draft) error {
	if len(drafts) == 0 {
		return nil
	}
	f.State, f.Reason, f.By, f.DecidedAt = Taken, "", a.ID, s.cfg.Now()
	return s.cfg.Store.DecideFind(ctx, f, drafts)
}

func (s *Service) takeOne(ctx context.Context, a playlists.Actor, from *site.Site, f *Find, address string) (Draft, error) {
	file, film, ok := f.file(address)
	if !ok {
		return Draft{}, playlists.Errorf(playlists.Invalid, "file_not_shown", playlists.Params{"address": address}, "cannot take %.200q: the page does not show it", address)
	}
	r := polite.Request{URL: file.URL, Types: []string{"image/*", "application/octet-stream", "binary/octet-stream"}, Bytes: maxPicture, Within: pictureTime}
	if film {
		r = polite.Request{URL: file.URL, Types: []string{"video/*", "application/octet-stream", "binary/octet-stream"}, Bytes: maxFilm, Within: filmTime}
	}
	local, answer, err := s.fetchFile(ctx, from, r)
	if err != nil {
		return Draft{}, err
	}
	defer os.Remove(local)
	title, place := f.Article.Title, f.place(address)
	if len(f.Article.Pictures)+len(f.Article.Videos) > 1 {
		title = fmt.Sprintf("%s (%d)", shortened(title), place)
	}
	media, err := s.cfg.Library.Bring(ctx, a, Pulled{
		Path: local, Name: path.Base(strings.TrimSuffix(file.URL, "/")), Declared: answer.Type, Title: title, Unit: f.Unit, Origin: f.Origin,
	})
	return Draft{media, place}, err
}

// place counts the page's pictures, then its films, from 1; what it does not
// show comes last.
func (f *Find) place(address string) int {
	all := slices.Concat(f.Article.Pictures, f.Article.Videos)
	i := slices.IndexFunc(all, func(x read.File) bool { return x.URL == address })
	if i < 0 {
		return len(all) + 1
	}
	return i + 1
}

// inOrder gives addresses as their files follow each other on the page.
func (f *Find) inOrder(addresses []string) []string {
	out := slices.Clone(addresses)
	slices.SortStableFunc(out, func(x, y string) int { return cmp.Compare(f.place(x), f.place(y)) })
	return slices.Compact(out)
}

// shortened leaves room for a number after a title.
func shortened(title string) string {
	r := []rune(title)
	return string(r[:min(len(r), playlists.MaxTitle-6)])
}

func (f *Find) file(address string) (file read.File, film, ok bool) {
	is := func(x read.File) bool { return x.URL == address }
	if i := slices.IndexFunc(f.Article.Pictures, is); i >= 0 {
		return f.Article.Pictures[i], false, true
	}
	if i := slices.IndexFunc(f.Article.Videos, is); i >= 0 {
		return f.Article.Videos[i], true, true
	}
	return read.File{}, false, false
}

// fetchFile gets a file to the local disk; the caller removes it.
func (s *Service) fetchFile(ctx context.Context, from *site.Site, r polite.Request) (string, *polite.Answer, error) {
	answer, err := s.cfg.Visitor.Get(ctx, from, r)
	if err != nil {
		return "", nil, err
	}
	defer answer.Body.Close()
	out, err := os.CreateTemp(s.cfg.Work, "pulled-*")
	if err != nil {
		return "", nil, fmt.Errorf("cannot keep what is fetched: %w", err)
	}
	if _, err := io.Copy(out, answer.Body); err != nil {
		return "", nil, errors.Join(unread(err), out.Close(), os.Remove(out.Name()))
	}
	if err := out.Close(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("cannot keep what is fetched: %w", err), os.Remove(out.Name()))
	}
	return out.Name(), answer, nil
}

// Picture gives a small JPEG of a picture that a site shows, made anew from its
// pixels: what a site serves never reaches a browser.
func (s *Service) Picture(ctx context.Context, a playlists.Actor, siteID, address string) ([]byte, error) {
	if _, err := unitOf(a); err != nil && judges(a).None() {
		return nil, err
	}
	from, _, err := s.siteByID(ctx, siteID)
	if err != nil {
		return nil, err
	}
	const most = 20 << 20
	local, _, err := s.fetchFile(ctx, from, polite.Request{URL: address, Types: []string{"image/*", "application/octet-stream"}, Bytes: most, Within: pageTime})
	if err != nil {
		return nil, err
	}
	defer os.Remove(local)
	small, err := s.cfg.Library.Small(ctx, local)
	if err == nil {
		s.remember(ctx, address, small)
	}
	return small, err
}

// Borrow fetches a picture that a find's page shows to the local disk; the
// caller removes it. address "" gives the find alone.
func (s *Service) Borrow(ctx context.Context, a playlists.Actor, id playlists.ID, address string) (*Find, string, error) {
	f, err := s.Find(ctx, a, id)
	if err != nil || address == "" {
		return f, "", err
	}
	file, film, ok := f.file(address)
	if !ok || film {
		return nil, "", playlists.Errorf(playlists.Invalid, "file_not_shown", playlists.Params{"address": address}, "cannot take %.200q: the page does not show such a picture", address)
	}
	from, _, err := s.siteByID(ctx, f.Site)
	if err != nil {
		return nil, "", err
	}
	local, _, err := s.fetchFile(ctx, from, polite.Request{URL: file.URL, Types: []string{"image/*", "application/octet-stream", "binary/octet-stream"}, Bytes: maxPicture, Within: pictureTime})
	return f, local, err
}

// Made notes that a draft was made of a find.
func (s *Service) Made(ctx context.Context, a playlists.Actor, id, media playlists.ID) error {
	f, err := s.Find(ctx, a, id)
	if err != nil {
		return err
	}
	f.State, f.Reason, f.By, f.DecidedAt = Taken, "", a.ID, s.cfg.Now()
	return s.cfg.Store.DecideFind(ctx, f, []Draft{{Media: media}})
}
