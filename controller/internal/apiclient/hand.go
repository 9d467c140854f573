package apiclient

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Hand is a person's key file beside their session: it signs what the
// controller prepares, after reading that it says what was asked for.
type Hand struct {
	*Client
	Person playlists.ID
	Key    ed25519.PrivateKey
}

// Offer hands in the public half for the next charter, which takes the
// password once more.
func (h Hand) Offer(ctx context.Context, label, password string) error {
	return h.Post(ctx, "/signing-credentials/key-file", map[string]any{"password": password, "label": label, "public_key": []byte(h.Key.Public().(ed25519.PublicKey)), "independent": false}, nil)
}

// Decide signs one decision over all of the media, in one signature.
func (h Hand) Decide(ctx context.Context, act programme.Act, media ...*Media) error {
	var items []map[string]any
	for _, m := range media {
		items = append(items, map[string]any{"media_id": m.ID, "seen": m.Digests()})
	}
	var prepared struct {
		Statements []struct {
			MediaID   playlists.ID `json:"media_id"`
			Statement []byte       `json:"statement"`
		} `json:"statements"`
		PayloadType string `json:"payload_type"`
		Payload     []byte `json:"payload"`
	}
	if err := h.Post(ctx, "/decisions/prepare", map[string]any{"act": act, "items": items}, &prepared); err != nil {
		return err
	}
	var statements [][]byte
	for i, s := range prepared.Statements {
		said, err := programme.ParseStatement(s.Statement)
		if err != nil {
			return err
		}
		if p := &said.Predicate; i >= len(media) || p.Media != media[i].ID || p.Act != act || p.Person != h.Person {
			return fmt.Errorf("cannot sign: the controller asks for %s of %s by %s", p.Act, p.Media, p.Person)
		}
		statements = append(statements, s.Statement)
	}
	signature, err := programme.SignByHand(prepared.PayloadType, prepared.Payload, h.Person, h.Key)
	if err != nil {
		return err
	}
	in := map[string]any{"statements": statements, "batch": nil, "signature": signed(signature)}
	if prepared.PayloadType == programme.BatchPayloadType {
		in["batch"] = prepared.Payload
	}
	return h.Post(ctx, "/decisions", in, nil)
}

func signed(s *programme.HandSignature) map[string]any {
	return map[string]any{"credential": s.Credential, "sig": s.Sig, "authenticator_data": nil, "client_data": nil}
}

// Order prepares an order, signs it and hands it in. It gives the order's id.
func (h Hand) Order(ctx context.Context, order map[string]any) (playlists.ID, error) {
	var prepared struct {
		Order []byte `json:"order"`
	}
	if err := h.Post(ctx, "/orders/prepare", order, &prepared); err != nil {
		return "", err
	}
	signature, err := programme.SignByHand(programme.OrderType, prepared.Order, h.Person, h.Key)
	if err != nil {
		return "", err
	}
	var out struct {
		ID playlists.ID `json:"id"`
	}
	err = h.Post(ctx, "/orders", map[string]any{"order": prepared.Order, "hands": []any{signed(signature)}}, &out)
	return out.ID, err
}

// Countersign adds a hand to an order that waits for more.
func (h Hand) Countersign(ctx context.Context, id playlists.ID) error {
	var waiting struct {
		Items []struct {
			ID    playlists.ID `json:"id"`
			Order []byte       `json:"order"`
		} `json:"items"`
	}
	if err := h.Get(ctx, "/orders?waiting=true", &waiting); err != nil {
		return err
	}
	for _, o := range waiting.Items {
		if o.ID != id {
			continue
		}
		signature, err := programme.SignByHand(programme.OrderType, o.Order, h.Person, h.Key)
		if err != nil {
			return err
		}
		return h.Post(ctx, "/orders/"+string(id)+"/hands", map[string]any{"signature": signed(signature)}, nil)
	}
	return fmt.Errorf("cannot sign order %s: it does not wait for a hand", id)
}
