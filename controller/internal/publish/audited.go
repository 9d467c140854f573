package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"cotmoc/playlists"
)

// published is what the audit log keeps of a publication.
type published struct {
	Name    string `json:"name"` // what the person noted, or the title withdrawn
	Screens int    `json:"screens"`
	// Programmes is the SHA-256 over a line for each programme, by screen:
	// screen, epoch, counter and the SHA-256 of its envelope.
	Programmes playlists.Digest `json:"programmes"`
}

// act gives the entry of a publication in the audit log.
func act(p *Publication) playlists.Act {
	kinds := map[Kind]playlists.ActKind{Published: playlists.ProgrammesPublished, Withdrawal: playlists.ProgrammesWithdrawn, ScreenNew: playlists.ProgrammesNewScreen, Charter: playlists.ProgrammesCharter, Supplement: playlists.ProgrammesMore, Held: playlists.ProgrammesHeld, Released: playlists.ProgrammesReleased}
	order := make([]*Programme, len(p.Programmes))
	for i := range p.Programmes {
		order[i] = &p.Programmes[i]
	}
	slices.SortFunc(order, func(a, b *Programme) int { return strings.Compare(string(a.Screen), string(b.Screen)) })
	all := sha256.New()
	for _, made := range order {
		fmt.Fprintf(all, "%s %d %d %s\n", made.Screen, made.Epoch, made.Counter, playlists.DigestOf(made.Envelope))
	}
	return playlists.Act{At: p.At, By: p.By, Kind: kinds[p.Kind], Subject: p.ID, Detail: published{
		Name: p.Note, Screens: len(order), Programmes: playlists.Digest(hex.EncodeToString(all.Sum(nil))),
	}}
}
