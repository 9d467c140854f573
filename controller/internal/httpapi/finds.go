package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/tongue"
	"cotmoc/playlists"
)

// SourceFind is a page of another site in a unit's tray.
type SourceFind struct {
	ID        playlists.ID   `json:"id"`
	Site      string         `json:"site"`
	Address   string         `json:"address" doc:"Canonical."`
	Language  string         `json:"language"`
	State     sources.State  `json:"state" enum:"waiting,taken,rejected"`
	Reason    string         `json:"reason"`
	By        Named          `json:"by"`
	FetchedAt time.Time      `json:"fetched_at"`
	Article   SourceArticle  `json:"article"`
	Media     []playlists.ID `json:"media" doc:"Drafts made of it."`
	Search    *Named         `json:"search,omitempty" doc:"The saved search that came upon it; missing when a person did."`
	Alike     []SourceAlike  `json:"alike" doc:"What is known to show almost the same picture, rejections first. Only pictures that somebody has looked at are compared."`
}

// SourceAlike is a media or another page that shows almost the same picture.
type SourceAlike struct {
	MediaID playlists.ID `json:"media_id" doc:"Empty of a page."`
	FindID  playlists.ID `json:"find_id" doc:"Empty of a media."`
	Title   string       `json:"title"`
	State   string       `json:"state" doc:"Of the media or page."`
	Reason  string       `json:"reason" doc:"Why a page was rejected."`
	By      string       `json:"by" doc:"Who rejected it."`
}

// SourceArticle is what a page says.
type SourceArticle struct {
	Title       string            `json:"title"`
	Summary     string            `json:"summary"`
	Publisher   string            `json:"publisher"`
	Author      string            `json:"author"`
	PublishedAt *time.Time        `json:"published_at" nullable:"true"`
	Language    string            `json:"language" doc:"Of most of its text; empty when it cannot be told."`
	Mixed       bool              `json:"mixed" doc:"Some of it is in another language than the page claims."`
	Paragraphs  []SourceParagraph `json:"paragraphs"`
	Pictures    []SourceFile      `json:"pictures"`
	Videos      []SourceFile      `json:"videos"`
}

// SourceParagraph is a piece of an article's text.
type SourceParagraph struct {
	Kind     read.ParagraphKind `json:"kind" enum:"plain,heading,caption"`
	Text     string             `json:"text"`
	Language string             `json:"language"`
	Foreign  bool               `json:"foreign" doc:"In another language than the page claims."`
}

// SourceFile is a picture or film that a page shows.
type SourceFile struct {
	Address    string `json:"address"`
	Alt        string `json:"alt"`
	PictureURL string `json:"picture_url" doc:"Of this API; empty of a film."`
}

// SourceTaken is what became of files that were taken.
type SourceTaken struct {
	Items  []playlists.ID `json:"items" doc:"Drafts, in the page's order."`
	Failed []SourceFailed `json:"failed" doc:"What could not be taken; try these again, or leave them."`
}

// SourceFailed is a file that could not be taken.
type SourceFailed struct {
	Address string       `json:"address"`
	Problem SearchReason `json:"problem"`
}

// SourceInLanguage is a page of an article in one language.
type SourceInLanguage struct {
	Language string `json:"language"`
	Address  string `json:"address" doc:"Canonical."`
}

func (s *Server) registerFinds() {
	handle(s, http.MethodPost, "/sources/finds", "look-at-page", "Fetch a page of a site into the tray", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Address string `json:"address" maxLength:"2048"`
		}
	}) (SourceFind, error) {
		f, err := s.Sources.Look(ctx, a, in.Body.Address)
		return s.findOr(ctx, a, f, err)
	})
	handle(s, http.MethodGet, "/sources/finds", "list-finds", "The tray", func(ctx context.Context, a playlists.Actor, in *struct {
		State  sources.State `query:"state" enum:"waiting,taken,rejected" default:"waiting"`
		Search playlists.ID  `query:"search" maxLength:"16" doc:"Only what this saved search found."`
	}) (List[SourceFind], error) {
		all, err := s.Sources.Tray(ctx, a, in.State, in.Search)
		if err != nil {
			return List[SourceFind]{}, err
		}
		items, err := s.findShapes(ctx, a, all...)
		return List[SourceFind]{Items: items, Total: len(items)}, err
	})
	handle(s, http.MethodGet, "/sources/finds/{id}", "get-find", "One page of the tray", func(ctx context.Context, a playlists.Actor, in *ByID) (SourceFind, error) {
		f, err := s.Sources.Find(ctx, a, in.ID)
		return s.findOr(ctx, a, f, err)
	})
	handle(s, http.MethodGet, "/sources/finds/{id}/languages", "get-find-languages", "The page in other languages, as far as they are in the tray or taken", func(ctx context.Context, a playlists.Actor, in *ByID) (List[SourceInLanguage], error) {
		pages, err := s.Sources.InLanguages(ctx, a, in.ID)
		if err != nil {
			return List[SourceInLanguage]{}, err
		}
		items := each(pages, func(p sources.InLanguage) SourceInLanguage { return SourceInLanguage(p) })
		return List[SourceInLanguage]{Items: items, Total: len(items)}, nil
	})
	handle(s, http.MethodPost, "/sources/finds/{id}/take", "take-from-find", "Make drafts of files that the page shows", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Files []string `json:"files" minItems:"1" maxItems:"20" doc:"Addresses of its pictures and videos."`
		}
	}) (SourceTaken, error) {
		drafts, failed, err := s.Sources.Take(ctx, a, in.ID, in.Body.Files)
		if err != nil {
			return SourceTaken{}, err
		}
		return SourceTaken{
			Items:  each(drafts, func(d sources.Draft) playlists.ID { return d.Media }),
			Failed: each(failed, func(f sources.Failed) SourceFailed { return SourceFailed{f.Address, *troubleShape(&f.Trouble)} }),
		}, nil
	})
	handle(s, http.MethodPost, "/sources/finds/{id}/reject", "reject-find", "Say no to a page", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"2400"`
		}
	}) (nothing, error) {
		return nothing{}, s.Sources.Reject(ctx, a, in.ID, in.Body.Reason)
	})
	handle(s, http.MethodPost, "/sources/finds/{id}/return", "return-find", "Put a rejected page back into the tray", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Sources.Return(ctx, a, in.ID)
	})
	s.mountSourcePicture()
}

// mountSourcePicture gives pictures of other sites, made anew from their
// pixels.
func (s *Server) mountSourcePicture() {
	const path = "/sources/picture"
	op := operation(http.MethodGet, path, "get-source-picture", "A small copy of a picture that a site shows")
	op.Parameters = []*huma.Param{
		{Name: "site", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: "address", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
	}
	op.Responses = map[string]*huma.Response{
		"200":     {Description: "The picture.", Content: map[string]*huma.MediaType{"image/jpeg": {}}},
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc("GET "+prefix+path, func(w http.ResponseWriter, r *http.Request) {
		a := actor(r.Context())
		if a.ID == "" {
			s.writeError(w, r, playlists.Errorf(playlists.Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again"))
			return
		}
		small, err := s.Sources.Picture(r.Context(), a, r.URL.Query().Get("site"), r.URL.Query().Get("address"))
		if err != nil {
			s.writeError(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		w.Header().Set("Content-Disposition", "attachment")
		w.Header().Set("Cache-Control", "private, max-age=3600")
		_, _ = w.Write(small) // the reader may be gone
	})
}

func pictureURL(siteID, address string) string {
	if address == "" {
		return ""
	}
	return prefix + "/sources/picture?" + url.Values{"site": {siteID}, "address": {address}}.Encode()
}

// findShapes gives finds that the actor may see, with what looks like them.
func (s *Server) findShapes(ctx context.Context, a playlists.Actor, finds ...*sources.Find) ([]SourceFind, error) {
	alike, err := s.Sources.Alike(ctx, a, finds...)
	if err != nil {
		return nil, err
	}
	return each(finds, func(f *sources.Find) SourceFind {
		out := findShape(f)
		out.Alike = each(alike[f.ID], func(x sources.Alike) SourceAlike {
			return SourceAlike{x.Media, x.Find, x.Title, x.State, x.Reason, x.By}
		})
		return out
	}), nil
}

func (s *Server) findOr(ctx context.Context, a playlists.Actor, f *sources.Find, err error) (SourceFind, error) {
	if err != nil {
		return SourceFind{}, err
	}
	all, err := s.findShapes(ctx, a, f)
	if err != nil {
		return SourceFind{}, err
	}
	return all[0], nil
}

func findShape(f *sources.Find) SourceFind {
	out := SourceFind{
		ID: f.ID, Site: f.Site, Address: f.Origin.Canonical, Language: f.Language, State: f.State, Reason: f.Reason, By: Named{f.By, f.ByName},
		FetchedAt: f.Origin.Fetched, Article: articleShape(f.Site, &f.Article, &f.Mix), Media: list(f.Media), Alike: []SourceAlike{},
	}
	if f.Search != "" {
		out.Search = &Named{f.Search, f.SearchName}
	}
	return out
}

// articleShape gives an article; mix, when it is known, begins with the title.
func articleShape(siteID string, a *read.Article, mix *tongue.Mix) SourceArticle {
	out := SourceArticle{
		Title: a.Title, Summary: a.Summary, Publisher: a.Publisher, Author: a.Author, PublishedAt: when(a.Published), Paragraphs: []SourceParagraph{},
		Pictures: each(a.Pictures, func(f read.File) SourceFile { return SourceFile{f.URL, f.Alt, pictureURL(siteID, f.Shown)} }),
		Videos:   each(a.Videos, func(f read.File) SourceFile { return SourceFile{f.URL, f.Alt, ""} }),
	}
	foreign := map[int]bool{}
	if mix != nil {
		out.Language, out.Mixed = mix.Main, len(mix.Foreign) > 0
		for _, i := range mix.Foreign {
			foreign[i] = true
		}
	}
	for i, p := range a.Paragraphs {
		one := SourceParagraph{Kind: p.Kind, Text: p.Text, Foreign: foreign[i+1]}
		if mix != nil && i+1 < len(mix.Each) {
			one.Language = mix.Each[i+1]
		}
		out.Paragraphs = append(out.Paragraphs, one)
	}
	return out
}
