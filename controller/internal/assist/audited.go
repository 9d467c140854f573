package assist

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
)

// written is what the audit log keeps of a command.
type written struct {
	Name    string       `json:"name"` // of the screen
	Command playlists.ID `json:"command"`
	Amount  int          `json:"amount"`
}

// audited brings a command to the write of it.
func audited(ctx context.Context, a playlists.Actor, screen string, c *Command, at time.Time) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{
		At: at, By: a.ID, Kind: playlists.ActKind("help." + string(c.Kind)), Subject: c.Screen, Detail: written{Name: screen, Command: c.ID, Amount: c.Amount},
	})
}

func slicesByIssue(all []*Command) {
	slices.SortFunc(all, func(a, b *Command) int {
		return cmp.Or(cmp.Compare(a.IssuedAt, b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
}
