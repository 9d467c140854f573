package orders

import (
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// written is what the audit log keeps of an order: enough to find it and to
// say who signed.
type written struct {
	Order    playlists.Digest `json:"order"` // SHA-256 of its canonical bytes
	Subject  playlists.ID     `json:"subject"`
	Clusters []string         `json:"clusters"`
	Screens  []playlists.ID   `json:"screens"`
	Reason   string           `json:"reason"`
	Hands    []signature      `json:"hands"`
	Stands   bool             `json:"stands"`
}

type signature struct {
	Person     playlists.ID `json:"person"`
	Credential string       `json:"credential"`
}

func kindOf(k programme.OrderKind) playlists.ActKind {
	switch k {
	case programme.Takedown:
		return playlists.OrderTakedown
	case programme.Bulletin:
		return playlists.OrderBulletin
	case programme.Place:
		return playlists.OrderPlaced
	}
	return playlists.OrderLifted
}

// audited brings an order that somebody gave or signed to the write of it.
func audited(ctx context.Context, a playlists.Actor, r *Record, at time.Time) context.Context {
	o := &r.Order
	w := written{Order: playlists.DigestOf(r.Bytes), Clusters: o.Clusters, Screens: o.Screens, Reason: o.Reason, Stands: !r.Stands.IsZero(), Hands: []signature{}}
	switch o.Kind {
	case programme.Takedown:
		w.Subject = o.Media
	case programme.Lift:
		w.Subject = o.Lifts
	case programme.Place:
		w.Subject = o.Cluster
	}
	for _, h := range r.Hands {
		w.Hands = append(w.Hands, signature{h.Signature.Person, h.Signature.Credential})
	}
	return playlists.WithAct(ctx, &playlists.Act{At: at, By: a.ID, Kind: kindOf(o.Kind), Subject: o.ID, Detail: w})
}

// called is what the audit log keeps of a call for the slate.
type called struct {
	Clusters []string       `json:"clusters"`
	Screens  []playlists.ID `json:"screens"`
}

func auditedCall(ctx context.Context, c *Call) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{At: c.At, By: c.By, Kind: playlists.OrderSafe, Subject: c.ID, Detail: called{c.Clusters, c.Screens}})
}
