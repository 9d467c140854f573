package controllertest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

func (c *Controller) openPairing(w http.ResponseWriter, r *http.Request) {
	var req wire.PairingRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, wire.MaxPairingBody)).Decode(&req); err != nil || len(req.DeviceKey) != ed25519.PublicKeySize {
		http.Error(w, "bad pairing", http.StatusBadRequest)
		return
	}
	nonce := make([]byte, 32)
	if _, err := rand.Read(nonce); err != nil {
		c.t.Error(err)
	}
	id, err := playlists.NewID(rand.Reader)
	if err != nil {
		c.t.Error(err)
	}
	p := &pairing{
		Pairing: wire.Pairing{Pairing: id, Nonce: nonce, ExpiresAt: time.Now().Add(15 * time.Minute).UnixMilli(), PollS: 1},
		device:  req.DeviceKey, code: wire.PairingCode(req.DeviceKey, c.CASHA256(), nonce),
	}
	c.mu.Lock()
	c.pairings[id] = p
	c.mu.Unlock()
	if c.Ticket != nil && req.Ticket != nil {
		screen, reason := c.Ticket(req.Ticket)
		if reason != "" {
			answer(w, http.StatusForbidden, map[string]string{"reason": reason})
			return
		}
		p.grant = c.Identity(screen, req.DeviceKey)
	}
	answer(w, http.StatusCreated, p.Pairing)
}

// Claim enters a code, as a person would in the console. It tells whether a
// pairing has it.
func (c *Controller) Claim(code string, screen playlists.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pairings {
		if p.code == code && !p.expired {
			p.grant = c.Identity(screen, p.device)
			return true
		}
	}
	return false
}

// Expire ends all pairings.
func (c *Controller) Expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pairings {
		p.expired = true
	}
}

func (c *Controller) pollPairing(w http.ResponseWriter, r *http.Request) {
	id := playlists.ID(r.PathValue("pairing"))
	c.mu.Lock()
	var p *pairing
	if known := c.pairings[id]; known != nil {
		now := *known // it may be claimed while we answer
		p = &now
	}
	c.mu.Unlock()
	proof, err := base64.StdEncoding.DecodeString(r.Header.Get(wire.ProofHeader))
	switch {
	case p == nil || err != nil || !ed25519.Verify(p.device, wire.PollProof(id, p.Nonce), proof):
		http.NotFound(w, r)
	case p.expired:
		w.WriteHeader(http.StatusGone)
	case p.grant == nil:
		answer(w, http.StatusOK, wire.PairingState{State: "waiting"})
	default:
		answer(w, http.StatusOK, wire.PairingState{State: "claimed", Grant: p.grant})
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return // the agent left
	}
}
