package app

import (
	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/themes"
	"cotmoc/playlists"
)

// openLibrary makes what arranges media.
func (a *App) openLibrary() {
	a.services.Themes = themes.New(themes.Config{Store: a.db.Themes(), Now: a.now, Random: a.random})
	a.services.Library = library.New(library.Config{Store: a.db.Library(), Rules: mediaRules{}, Now: a.now, Random: a.random})
}

// mediaRules joins the library with the rules of media.
type mediaRules struct{}

// MaySee implements library.Rules.
func (mediaRules) MaySee(a playlists.Actor, unit, author playlists.ID) bool {
	return media.MaySee(a, &media.Record{Media: playlists.Media{Unit: unit, Author: author}})
}

// MayEdit implements library.Rules.
func (mediaRules) MayEdit(a playlists.Actor, unit, author playlists.ID) bool {
	return media.MayEdit(a, &media.Record{Media: playlists.Media{Unit: unit, Author: author}})
}

// Editable implements library.Rules.
func (mediaRules) Editable(s playlists.MediaState) bool { return media.Editable(s) }
