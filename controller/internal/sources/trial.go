package sources

import (
	"context"
	"slices"

	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// The kinds of pages that a description is tested against.
const (
	ListPage    = "list"
	ArticlePage = "article"
)

// Trial is what a description makes of a page.
type Trial struct {
	Site     string
	Kind     string
	Address  string
	Findings []read.Finding
	Article  *read.Article // of an article's page
	Items    []read.Item   // of a list's page
	Problem  error         // why the page could not be read as one
}

// Try reads a page with a description, saved or not, and says what each finder
// found. An unsaved one may only be tried by those who may save it.
func (s *Service) Try(ctx context.Context, a playlists.Actor, text, id, kind, address string) (*Trial, error) {
	described, _, err := s.tried(ctx, a, text, id)
	if err != nil {
		return nil, err
	}
	at, err := described.Read(address)
	if err != nil {
		return nil, err
	}
	page, _, err := s.fetchPage(ctx, described, at.Canonical, "", "")
	if err != nil {
		return nil, err
	}
	trial := &Trial{Site: described.ID, Kind: kind, Address: at.Canonical}
	if kind == ListPage {
		trial.Items, trial.Findings, trial.Problem = read.ReadList(described, page, s.cfg.Zone)
	} else {
		trial.Article, trial.Findings, trial.Problem = read.ReadArticle(described, page, s.cfg.Zone)
	}
	return trial, nil
}

func (s *Service) tried(ctx context.Context, a playlists.Actor, text, id string) (*site.Site, int, error) {
	if text == "" {
		if _, err := unitOf(a); err != nil && a.Require(playlists.ManagePeople, playlists.Scope{}) != nil {
			return nil, 0, err
		}
		return s.siteByID(ctx, id)
	}
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return nil, 0, err
	}
	described, err := s.parse(ctx, text)
	return described, 0, err
}

// Confirm keeps that a person has seen a saved description read a page right.
func (s *Service) Confirm(ctx context.Context, a playlists.Actor, id, kind, address string) error {
	if _, err := unitOf(a); err != nil && a.Require(playlists.ManagePeople, playlists.Scope{}) != nil {
		return err
	}
	described, version, err := s.siteByID(ctx, id)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{ListPage, ArticlePage}, kind) {
		return playlists.Errorf(playlists.Invalid, "page_kind_unknown", playlists.Params{"kind": kind}, "cannot confirm a page of kind %.20q: choose list or article", kind)
	}
	at, err := described.Read(address)
	if err != nil {
		return err
	}
	return s.cfg.Store.SaveTest(ctx, id, kind, Tested{Version: version, Address: at.Canonical, By: a.ID, At: s.cfg.Now()})
}
