package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/library"
	"cotmoc/playlists"
)

// Folder is a place for the media of one unit.
type Folder struct {
	ID       playlists.ID `json:"id"`
	UnitID   playlists.ID `json:"unit_id"`
	ParentID playlists.ID `json:"parent_id" doc:"Empty at the top."`
	Name     string       `json:"name"`
	Uses     int          `json:"uses" doc:"Media in it itself."`
	May      bool         `json:"may_edit"`
}

func (s *Server) registerFolders() {
	handle(s, http.MethodGet, "/folders", "list-folders", "Folders of the units whose media one sees, sisters by name", func(ctx context.Context, a playlists.Actor, _ *none) (List[Folder], error) {
		all, err := s.Library.Folders(ctx, a)
		items := each(all, func(f library.Folder) Folder {
			return Folder{f.ID, f.Unit, f.Parent, f.Name, f.Uses, a.May(playlists.EditMedia, playlists.Scope{Unit: f.Unit})}
		})
		return List[Folder]{Items: items, Total: len(items)}, err
	})
	handle(s, http.MethodPost, "/folders", "add-folder", "Make a folder", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			UnitID   playlists.ID `json:"unit_id" pattern:"^[a-z2-7]{16}$"`
			ParentID playlists.ID `json:"parent_id,omitempty" maxLength:"16"`
			Name     string       `json:"name" maxLength:"1000"`
		}
	}) (Made, error) {
		id, err := s.Library.AddFolder(ctx, a, in.Body.UnitID, in.Body.ParentID, in.Body.Name)
		return Made{id}, err
	})
	handle(s, http.MethodPatch, "/folders/{id}", "change-folder", "Rename a folder, or put it elsewhere", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			ParentID *playlists.ID `json:"parent_id,omitempty" maxLength:"16" doc:"Empty for the top."`
			Name     *string       `json:"name,omitempty" maxLength:"1000"`
		}
	}) (nothing, error) {
		return nothing{}, s.Library.ChangeFolder(ctx, a, in.ID, in.Body.ParentID, in.Body.Name)
	})
	handle(s, http.MethodDelete, "/folders/{id}", "delete-folder", "Delete an empty folder", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Library.DeleteFolder(ctx, a, in.ID)
	})
}
