package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"cotmoc/controller/internal/orders"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Order is what screens are to obey beside their programme: signed by people,
// or a call for the slate.
type Order struct {
	ID            playlists.ID   `json:"id"`
	Kind          string         `json:"kind" enum:"takedown,bulletin,lift,place,safe"`
	Title         string         `json:"title" doc:"Of the media that is taken down."`
	MediaID       playlists.ID   `json:"media_id"`
	Lifts         playlists.ID   `json:"lifts" doc:"The order or call that a lift ends."`
	Cluster       playlists.ID   `json:"cluster" doc:"Where a placement puts the screen."`
	Clusters      []string       `json:"clusters" doc:"Ids, or the single element *."`
	Screens       []playlists.ID `json:"screens" doc:"Only these of the clusters; empty for all."`
	Reason        string         `json:"reason"`
	By            []string       `json:"by" doc:"Who signed, or called."`
	At            time.Time      `json:"at"`
	Until         *time.Time     `json:"until" doc:"When a bulletin ends."`
	Text          []BulletinText `json:"text"`
	Level         string         `json:"level"`
	LiftedBy      []playlists.ID `json:"lifted_by" doc:"Lifts that ended it for some or all screens."`
	Standing      bool           `json:"standing"`
	Signed        int            `json:"signed"`
	Needs         int            `json:"needs"`
	Mine          bool           `json:"mine" doc:"The caller has signed it, or called."`
	Refusal       string         `json:"refusal" doc:"Why it does not stand under the charter any more; empty when it does."`
	Order         []byte         `json:"order" doc:"The bytes to sign; empty of a call for the slate."`
	ScreensTold   int            `json:"screens_told"`
	ScreensObeyed int            `json:"screens_obeyed"`
	Receipts      []Receipt      `json:"receipts"`
}

// Receipt is how a screen has taken an order.
type Receipt struct {
	ScreenID playlists.ID        `json:"screen_id"`
	Name     string              `json:"name"`
	State    orders.ReceiptState `json:"state" enum:"waiting,obeyed,refused"`
	At       time.Time           `json:"at"`
}

// BulletinText is a bulletin in one language.
type BulletinText struct {
	Language string `json:"language" enum:"vi,lo,en"`
	Title    string `json:"title" maxLength:"2400"`
	Body     string `json:"body" maxLength:"2400"`
}

// PreparedOrder is an order that waits for a signature.
type PreparedOrder struct {
	Order       []byte     `json:"order"`
	PayloadType string     `json:"payload_type"`
	Challenge   string     `json:"challenge" doc:"What a passkey signs, base64url."`
	Credentials []Signer   `json:"credentials"`
	Signed      int        `json:"signed" doc:"How many people have signed."`
	Needs       int        `json:"needs" doc:"How many people must sign."`
	Says        OrderWords `json:"says" doc:"What is signed, read back from its bytes."`
}

// OrderWords is an order for people to read before they sign it.
type OrderWords struct {
	ID         playlists.ID   `json:"id"`
	Kind       string         `json:"kind"`
	Clusters   []string       `json:"clusters"`
	Screens    []playlists.ID `json:"screens"`
	Reason     string         `json:"reason"`
	MediaID    playlists.ID   `json:"media_id"`
	Renditions int            `json:"renditions"`
	Lifts      playlists.ID   `json:"lifts"`
	Cluster    playlists.ID   `json:"cluster"`
	Text       []BulletinText `json:"text"`
	Level      string         `json:"level"`
	Until      *time.Time     `json:"until"`
}

// OrderHand is a person's signature under an order.
type OrderHand struct {
	Hand
	Person playlists.ID `json:"person,omitempty" doc:"Who signed; the caller when empty."`
}

func (h *OrderHand) by(a playlists.Actor) programme.HandSignature {
	out := h.of()
	if out.Person = h.Person; out.Person == "" {
		out.Person = a.ID
	}
	return out
}

// TakenOrder is what became of a signed order.
type TakenOrder struct {
	ID     playlists.ID `json:"id"`
	Signed int          `json:"signed"`
	Needs  int          `json:"needs"`
}

// BulletinTemplate is a bulletin with blanks, written ___.
type BulletinTemplate struct {
	ID      string         `json:"id"`
	Level   string         `json:"level" enum:"notice,urgent"`
	Minutes int            `json:"minutes"`
	Text    []BulletinText `json:"text"`
}

func (s *Server) registerOrders() {
	handle(s, http.MethodGet, "/orders", "list-orders", "Orders and calls for the slate, newest first, and how each screen has taken them", func(_ context.Context, a playlists.Actor, in *struct {
		Waiting bool `query:"waiting" doc:"Those that wait for more signatures."`
		All     bool `query:"all" doc:"Also those that have ended, these without receipts."`
	}) (List[Order], error) {
		which := orders.InForce
		switch {
		case in.Waiting:
			which = orders.Unready
		case in.All:
			which = orders.All
		}
		views, err := s.Orders.List(a, which)
		return List[Order]{Items: each(views, orderOf), Total: len(views)}, err
	})
	handle(s, http.MethodGet, "/bulletin-templates", "list-bulletin-templates", "Bulletins to start from", func(_ context.Context, a playlists.Actor, _ *none) (List[BulletinTemplate], error) {
		if err := a.Require(playlists.IssueBulletin, playlists.Scope{}); err != nil {
			return List[BulletinTemplate]{}, err
		}
		all := orders.Templates()
		return List[BulletinTemplate]{Total: len(all), Items: each(all, func(t orders.Template) BulletinTemplate {
			return BulletinTemplate{ID: t.ID, Level: string(t.Level), Minutes: t.Minutes, Text: each(t.Text, textOf)}
		})}, nil
	})
	s.registerOrderSigning()
	handle(s, http.MethodPost, "/safe", "make-safe", "Put screens on their slate until people lift it", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Clusters []string       `json:"clusters" maxItems:"500"`
			Screens  []playlists.ID `json:"screens" maxItems:"500"`
		}
	}) (struct {
		IDs []playlists.ID `json:"ids"`
	}, error) {
		ids, err := s.Orders.Safe(ctx, a, in.Body.Clusters, in.Body.Screens)
		return struct {
			IDs []playlists.ID `json:"ids"`
		}{list(ids)}, err
	})
}

// registerOrderSigning registers the calls by which orders are signed.
func (s *Server) registerOrderSigning() {
	handle(s, http.MethodPost, "/orders/prepare", "prepare-order", "The bytes of an order, to sign", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Kind     string         `json:"kind" enum:"takedown,bulletin,lift,place"`
			MediaID  playlists.ID   `json:"media_id,omitempty"`
			Clusters []string       `json:"clusters,omitempty" maxItems:"500"`
			Screens  []playlists.ID `json:"screens,omitempty" maxItems:"500"`
			Reason   string         `json:"reason,omitempty" maxLength:"2000"`
			Text     []BulletinText `json:"text,omitempty" maxItems:"3"`
			Level    string         `json:"level,omitempty" enum:"notice,urgent"`
			Minutes  int            `json:"minutes,omitempty" minimum:"0" maximum:"1440"`
			Lifts    playlists.ID   `json:"lifts,omitempty"`
			Cluster  playlists.ID   `json:"cluster,omitempty"`
		}
	}) (PreparedOrder, error) {
		b := &in.Body
		p, err := s.Orders.Prepare(ctx, a, orders.Wish{
			Kind: programme.OrderKind(b.Kind), Media: b.MediaID, Lifts: b.Lifts, Cluster: b.Cluster, Clusters: b.Clusters, Screens: b.Screens, Reason: b.Reason,
			Text:  each(b.Text, func(t BulletinText) programme.BulletinText { return programme.BulletinText(t) }),
			Level: programme.BulletinLevel(b.Level), Lasts: time.Duration(b.Minutes) * time.Minute,
		})
		return s.toSign(ctx, a, p, err)
	})
	handle(s, http.MethodGet, "/orders/{id}/to-sign", "prepare-hand", "The bytes of an order that waits, and the keys with which the caller may sign them too", func(ctx context.Context, a playlists.Actor, in *ByID) (PreparedOrder, error) {
		p, err := s.Orders.Waiting(a, in.ID)
		return s.toSign(ctx, a, p, err)
	})
	handle(s, http.MethodPost, "/orders", "give-order", "Give a signed order; a lift waits until enough people have signed it", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Order []byte      `json:"order" maxLength:"32768"`
			Hands []OrderHand `json:"hands" maxItems:"8"`
		}
	}) (TakenOrder, error) {
		taken, err := s.Orders.Submit(ctx, a, programme.SignedOrder{Order: in.Body.Order, Hands: each(in.Body.Hands, func(h OrderHand) programme.HandSignature { return h.by(a) })})
		return takenOf(taken), err
	})
	handle(s, http.MethodPost, "/orders/{id}/hands", "sign-order", "Sign an order that waits", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Signature OrderHand `json:"signature"`
		}
	}) (TakenOrder, error) {
		taken, err := s.Orders.Sign(ctx, a, in.ID, in.Body.Signature.by(a))
		return takenOf(taken), err
	})
}

// toSign gives a person an order and the keys that sign it.
func (s *Server) toSign(ctx context.Context, a playlists.Actor, p *orders.Prepared, err error) (PreparedOrder, error) {
	if err != nil {
		return PreparedOrder{}, err
	}
	signers, err := s.Charter.Signers(ctx, a.ID)
	out := preparedOf(p)
	out.Credentials = each(signers, signerOf)
	return out, err
}

func takenOf(t *orders.Taken) TakenOrder {
	if t == nil {
		return TakenOrder{}
	}
	return TakenOrder(*t)
}

func textOf(t programme.BulletinText) BulletinText { return BulletinText(t) }

func orderOf(v orders.View) Order {
	return Order{
		ID: v.ID, Kind: string(v.Kind), Title: v.Title, MediaID: v.Media, Lifts: v.Lifts, Cluster: v.Cluster, Clusters: list(v.Clusters), Screens: list(v.Screens),
		Reason: v.Reason, By: list(v.By), At: v.At.UTC(), Until: when(v.Until), Text: each(v.Text, textOf), Level: string(v.Level),
		LiftedBy: list(v.LiftedBy), Standing: v.Standing, Signed: v.Signed, Needs: v.Needs, Mine: v.Mine, Refusal: string(v.Refusal), Order: v.Order,
		ScreensTold: v.Told, ScreensObeyed: v.ObeyedBy,
		Receipts: each(v.Receipts, func(r orders.ReceiptView) Receipt {
			return Receipt{ScreenID: r.Screen, Name: r.Name, State: r.State, At: r.At.UTC()}
		}),
	}
}

func preparedOf(p *orders.Prepared) PreparedOrder {
	o := p.Order
	challenge := programme.Challenge(programme.OrderType, p.Bytes)
	out := PreparedOrder{
		Order: p.Bytes, PayloadType: programme.OrderType, Challenge: base64.RawURLEncoding.EncodeToString(challenge[:]), Signed: p.Signed, Needs: p.Needs,
		Says: OrderWords{
			ID: o.ID, Kind: string(o.Kind), Clusters: list(o.Clusters), Screens: list(o.Screens), Reason: o.Reason, MediaID: o.Media,
			Renditions: len(o.Renditions), Lifts: o.Lifts, Cluster: o.Cluster, Text: each(o.Text, textOf), Level: string(o.Level),
		},
	}
	if o.Until > 0 {
		until := time.UnixMilli(o.Until).UTC()
		out.Says.Until = &until
	}
	return out
}
