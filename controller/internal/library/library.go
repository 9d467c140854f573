// Package library arranges media: folders, tags and themes, and edits of many
// media at once, which can be undone.
package library

import (
	"context"
	"io"
	"time"

	"cotmoc/playlists"
)

// Folder is a place for the media of one unit.
type Folder struct {
	ID     playlists.ID
	Unit   playlists.ID
	Parent playlists.ID // "" at the top
	Name   string
	Uses   int // media in it; read only
}

// Tag is a word that media carry. Tags are one when they differ in capitals
// alone.
type Tag struct {
	Key  string // what makes two tags one
	Text string // as it was first written
	Uses int
}

// Labels are how a media is arranged.
type Labels struct {
	Folder playlists.ID
	Tags   []Tag
	Themes []playlists.ID
}

// Item is a media as an edit of many sees it.
type Item struct {
	ID      playlists.ID
	Title   string
	Unit    playlists.ID
	Author  playlists.ID
	State   playlists.MediaState
	Deleted bool
	Mark    int // rises with every change of the media
	Terms   playlists.Terms
	Labels
}

// Store keeps what the library knows.
type Store interface {
	// Folders gives the folders of the units in reach, sisters by name.
	Folders(ctx context.Context, in playlists.Reach) ([]Folder, error)
	// Tags gives the tags of media that the person sees, the most used first.
	Tags(ctx context.Context, person playlists.ID, in playlists.Reach, limit int) ([]Tag, error)
	// Labels gives how media are arranged.
	Labels(ctx context.Context, ids []playlists.ID) (map[playlists.ID]Labels, error)
	// Edits gives a person's edits since a time, the newest first.
	Edits(ctx context.Context, person playlists.ID, since time.Time) ([]Edit, error)
	// Within runs fn in one write transaction.
	Within(ctx context.Context, fn func(Desk) error) error
}

// Desk is the store within one transaction.
type Desk interface {
	// Folder gives one: NotFound, reason "folder_missing".
	Folder(ctx context.Context, id playlists.ID) (*Folder, error)
	// FoldersOf gives all folders of a unit.
	FoldersOf(ctx context.Context, unit playlists.ID) ([]Folder, error)
	SaveFolder(ctx context.Context, f Folder, at time.Time) error
	DropFolder(ctx context.Context, id playlists.ID) error
	// OpenThemes gives the themes that are in use.
	OpenThemes(ctx context.Context) (map[playlists.ID]bool, error)
	// Item gives a media, deleted or not, nil when there never was one.
	Item(ctx context.Context, id playlists.ID) (*Item, error)
	// SaveItem stores what a step made of a media.
	SaveItem(ctx context.Context, i *Item, s Step, at time.Time) error
	// AddEdit keeps an edit, and forgets the person's oldest beyond keep.
	AddEdit(ctx context.Context, e *Edit, keep int) error
	// Edit gives a person's edit with its steps: NotFound, reason "edit_missing".
	Edit(ctx context.Context, id, person playlists.ID) (*Edit, error)
	// Undone notes that an edit was undone.
	Undone(ctx context.Context, id playlists.ID, at time.Time) error
}

// Rules are those of the feature that keeps media.
type Rules interface {
	// MaySee and MayEdit tell what a person may do with a media of this unit
	// and author, whatever its state.
	MaySee(a playlists.Actor, unit, author playlists.ID) bool
	MayEdit(a playlists.Actor, unit, author playlists.ID) bool
	// Editable tells the states in which terms may be changed.
	Editable(playlists.MediaState) bool
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Store  Store
	Rules  Rules
	Now    func() time.Time
	Random io.Reader
}

// Service is the feature. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a service.
func New(cfg Config) *Service { return &Service{cfg} }

// Labels gives how media are arranged that the asker has seen already.
func (s *Service) Labels(ctx context.Context, ids []playlists.ID) (map[playlists.ID]Labels, error) {
	return s.cfg.Store.Labels(ctx, ids)
}

// maxTagsShown bounds what is offered.
const maxTagsShown = 500

// Tags gives the tags of the media that the actor sees.
func (s *Service) Tags(ctx context.Context, a playlists.Actor) ([]Tag, error) {
	if a.ID == "" {
		return nil, a.Require(playlists.ReadMedia, playlists.Scope{})
	}
	return s.cfg.Store.Tags(ctx, a.ID, a.Reach(playlists.ReadMedia), maxTagsShown)
}
