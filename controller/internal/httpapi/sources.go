package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// SourceSite is a site that media may be taken from, and how it is read.
type SourceSite struct {
	ID        string                `json:"id"`
	Name      string                `json:"name"`
	Note      string                `json:"note"`
	Hosts     []string              `json:"hosts" doc:"Empty of a description that others are like."`
	Lists     []SourceList          `json:"lists"`
	Languages []string              `json:"languages" doc:"Besides the default one."`
	Default   string                `json:"default_language"`
	Text      string                `json:"text" doc:"YAML."`
	Version   int                   `json:"version" doc:"0 of a built-in one."`
	BuiltIn   bool                  `json:"built_in"`
	Rights    site.Rights           `json:"rights" doc:"author: what it shows is each author's own."`
	Policy    sources.Policy        `json:"policy" enum:"none,withdrawn,changed" doc:"Whether media is held while nobody has decided about its page: never, when the page was withdrawn, or when it has changed or was withdrawn."`
	Tests     map[string]SourceTest `json:"tests" doc:"By list and article: who has found the description right, and when. One of another version says nothing of this one."`
}

// SourceList is a list that a site has.
type SourceList struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Kind    site.ListKind  `json:"kind" enum:"page,feed,sitemap,wp_json"`
	Topic   string         `json:"topic"`
	Choices []SourceChoice `json:"choices"`
	Legacy  bool           `json:"legacy"`
}

// SourceChoice is a part of a list.
type SourceChoice struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// SourceTest is a confirmation.
type SourceTest struct {
	Version int       `json:"version"`
	Address string    `json:"address"`
	By      Named     `json:"by"`
	At      time.Time `json:"at"`
}

// SourceTrial is what a description makes of a page.
type SourceTrial struct {
	Site     string          `json:"site"`
	Kind     string          `json:"kind" enum:"list,article"`
	Address  string          `json:"address"`
	Findings []SourceFinding `json:"findings"`
	Article  *SourceArticle  `json:"article,omitempty"`
	Items    []SourceItem    `json:"items"`
	Problem  string          `json:"problem" doc:"The reason code when the page could not be read as one; empty when it could."`
}

// SourceFinding is what one finder came upon.
type SourceFinding struct {
	Field  string   `json:"field"`
	Where  string   `json:"where"`
	Values []string `json:"values"`
	Used   bool     `json:"used"`
}

// SourceItem is an entry of a site's list.
type SourceItem struct {
	URL         string        `json:"url"`
	Title       string        `json:"title"`
	PictureURL  string        `json:"picture_url" doc:"Of this API; empty when there is none."`
	PublishedAt *time.Time    `json:"published_at" nullable:"true"`
	FindID      playlists.ID  `json:"find_id" doc:"Of one that somebody has looked at; empty otherwise."`
	State       sources.State `json:"state" doc:"waiting, taken, rejected, or empty."`
	Changed     bool          `json:"changed" doc:"It is not as it was when approved media was taken from it, and nobody has decided about that yet."`
}

func (s *Server) registerSources() {
	handle(s, http.MethodGet, "/sources/sites", "list-source-sites", "Sites that media may be taken from", func(ctx context.Context, a playlists.Actor, _ *none) (List[SourceSite], error) {
		all, err := s.Sources.Sites(ctx, a)
		if err != nil {
			return List[SourceSite]{}, err
		}
		items := each(all, siteShape)
		return List[SourceSite]{Items: items, Total: len(items)}, nil
	})
	handle(s, http.MethodPut, "/sources/sites", "save-source-site", "Save how a site is read", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Text    string `json:"text" maxLength:"65536"`
			Version int    `json:"version" minimum:"0" doc:"The one that was changed."`
		}
	}) (Named, error) {
		saved, err := s.Sources.SaveSite(ctx, a, in.Body.Text, in.Body.Version)
		if err != nil {
			return Named{}, err
		}
		return Named{playlists.ID(saved.ID), saved.Name}, nil
	})
	handle(s, http.MethodPost, "/sources/try", "try-source-site", "Read a page with a description and say what each finder found", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Site    string `json:"site,omitempty" maxLength:"60" doc:"A saved description."`
			Text    string `json:"text,omitempty" maxLength:"65536" doc:"One that is not saved yet."`
			Kind    string `json:"kind" enum:"list,article"`
			Address string `json:"address" maxLength:"2048"`
		}
	}) (SourceTrial, error) {
		t, err := s.Sources.Try(ctx, a, in.Body.Text, in.Body.Site, in.Body.Kind, in.Body.Address)
		if err != nil {
			return SourceTrial{}, err
		}
		return trialShape(t), nil
	})
	handle(s, http.MethodPost, "/sources/sites/{site}/confirm", "confirm-source-site", "Say that a description read a page right", func(ctx context.Context, a playlists.Actor, in *struct {
		Site string `path:"site" maxLength:"60"`
		Body struct {
			Kind    string `json:"kind" enum:"list,article"`
			Address string `json:"address" maxLength:"2048"`
		}
	}) (nothing, error) {
		return nothing{}, s.Sources.Confirm(ctx, a, in.Site, in.Body.Kind, in.Body.Address)
	})
	handle(s, http.MethodGet, "/sources/list", "browse-source", "A list of a site, as it is now", func(ctx context.Context, a playlists.Actor, in *struct {
		Site     string `query:"site" required:"true" maxLength:"60"`
		List     string `query:"list" required:"true" maxLength:"60"`
		Slug     string `query:"slug" maxLength:"200"`
		Language string `query:"language" maxLength:"3"`
		Page     int    `query:"page" minimum:"1" maximum:"100" default:"1"`
		Words    string `query:"words" maxLength:"200" doc:"Only titles that hold all of these; diacritics do not matter."`
		From     string `query:"from" maxLength:"10" doc:"Only articles from this day on, as 2026-08-05; those without a date stay."`
		Until    string `query:"until" maxLength:"10" doc:"Only articles until this day; those without a date stay."`
	}) (List[SourceItem], error) {
		all, err := s.Sources.Browse(ctx, a, sources.Query{Site: in.Site, List: in.List, Slug: in.Slug, Language: in.Language, Page: in.Page, Words: in.Words, From: in.From, Until: in.Until})
		if err != nil {
			return List[SourceItem]{}, err
		}
		items := each(all, func(l sources.Listed) SourceItem { return itemShape(in.Site, l) })
		return List[SourceItem]{Items: items, Total: len(items)}, nil
	})
}

func siteShape(d sources.Described) SourceSite {
	out := SourceSite{
		ID: d.Site.ID, Name: d.Site.Name, Note: d.Site.Note, Hosts: list(d.Site.Hosts), Languages: list(d.Site.Languages.Segments), Default: d.Site.Languages.Default,
		Text: d.Text, Version: d.Version, BuiltIn: d.BuiltIn, Policy: d.Policy, Rights: d.Site.Rights, Tests: map[string]SourceTest{}, Lists: []SourceList{},
	}
	for _, l := range d.Site.Lists {
		choices := each(l.Choices, func(c site.Choice) SourceChoice { return SourceChoice(c) })
		out.Lists = append(out.Lists, SourceList{ID: l.ID, Name: l.Name, Kind: l.Kind, Topic: l.Topic, Choices: choices, Legacy: l.Legacy})
	}
	for kind, t := range d.Tests {
		out.Tests[kind] = SourceTest{Version: t.Version, Address: t.Address, By: Named{t.By, t.ByName}, At: t.At}
	}
	return out
}

func trialShape(t *sources.Trial) SourceTrial {
	out := SourceTrial{
		Site: t.Site, Kind: t.Kind, Address: t.Address, Problem: playlists.ReasonOf(t.Problem),
		Findings: each(t.Findings, func(f read.Finding) SourceFinding { return SourceFinding{f.Field, f.Where, list(f.Values), f.Used} }),
		Items:    each(t.Items, func(i read.Item) SourceItem { return itemShape(t.Site, sources.Listed{Item: i}) }),
	}
	if t.Article != nil {
		shape := articleShape(t.Site, t.Article, nil)
		out.Article = &shape
	}
	return out
}

func itemShape(siteID string, l sources.Listed) SourceItem {
	out := SourceItem{URL: l.URL, Title: l.Title, PictureURL: pictureURL(siteID, l.Picture), PublishedAt: when(l.Published)}
	if l.Mark != nil {
		out.FindID, out.State, out.Changed = l.Mark.Find, l.Mark.State, l.Mark.Upstream != ""
	}
	return out
}
