package approve

import (
	"context"
	"maps"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// signing is what the page sends when the person has decided: what it has shown
// and, without a key file, what the authenticator answered.
type signing struct {
	Seen map[playlists.Profile]playlists.Digest `json:"seen"` // hashed by the page
	Hand *hand                                  `json:"hand"`
}

// hand is a signature as the API takes it.
type hand struct {
	Credential        string `json:"credential"`
	Sig               []byte `json:"sig"`
	AuthenticatorData []byte `json:"authenticator_data"`
	ClientData        []byte `json:"client_data"`
}

// sign signs what was looked at and hands it to the controller.
func (c *Client) sign(ctx context.Context, id string, s signing) (state string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	it := c.item
	if it == nil || it.id != id {
		return "", refuse(NotSeen, "something else was looked at since")
	}
	shown := map[playlists.Profile]playlists.Digest{}
	for _, sub := range it.statement.Subject {
		shown[playlists.Profile(sub.Name)] = sub.Digest.SHA256
	}
	if !maps.Equal(shown, s.Seen) {
		return "", refuse(NotSeen, "the page has not shown every rendition")
	}
	if c.cfg.Now().Sub(time.UnixMilli(it.statement.Predicate.DecidedAt)).Abs() > maxClockOff {
		return "", refuse(TooLate, "it was prepared too long ago")
	}
	h, err := c.hand(it, s.Hand)
	if err != nil {
		return "", err
	}
	var out struct {
		Results []struct {
			MediaID playlists.ID `json:"media_id"`
			State   string       `json:"state"`
		} `json:"results"`
	}
	if err := c.cfg.Controller.Post(ctx, "/decisions", map[string]any{"statements": [][]byte{it.raw}, "batch": nil, "signature": h}, &out); err != nil {
		return "", err
	}
	if len(out.Results) != 1 || out.Results[0].MediaID != it.asked.media {
		return "", refuse(Unreadable, "the controller does not say what became of it")
	}
	return clip(playlists.Clean(out.Results[0].State)), c.drop()
}

// hand signs with the key file, or takes what the authenticator signed.
func (c *Client) hand(it *item, from *hand) (*hand, error) {
	if c.cfg.Key != nil {
		h, err := programme.SignByHand(programme.StatementPayloadType, it.raw, c.me.ID, c.cfg.Key)
		if err != nil {
			return nil, err
		}
		return &hand{Credential: h.Credential, Sig: h.Sig}, nil
	}
	if from == nil || !slices.ContainsFunc(it.signers, func(s signer) bool { return s.ID == from.Credential }) {
		return nil, refuse(NoKey, "no passkey of this page has signed")
	}
	return from, nil
}
