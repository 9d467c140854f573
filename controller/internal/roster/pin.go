package roster

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// What a screen PC has to spare for a try of the PIN: an agent has 25 MB.
const (
	pinDigits   = 6
	pinTime     = 3
	pinMemoryKB = 8 << 10
	pinThreads  = 1
)

// pinWritten is what the audit log keeps of a PIN.
type pinWritten struct {
	Number uint64 `json:"number"`
}

// RenewPIN gives a site's page another PIN. It is shown this once: only its
// hash is kept. Sessions that the one before has opened end.
func (s *Service) RenewPIN(ctx context.Context, a playlists.Actor, cluster playlists.ID) (digits string, number uint64, err error) {
	if err := s.require(a, playlists.ManageScreens, cluster); err != nil {
		return "", 0, err
	}
	n, err := rand.Int(s.cfg.Random, big.NewInt(1_000_000))
	if err != nil {
		return "", 0, fmt.Errorf("cannot make a PIN: %w", err)
	}
	digits = fmt.Sprintf("%0*d", pinDigits, n)
	salt := make([]byte, 16)
	if _, err := io.ReadFull(s.cfg.Random, salt); err != nil {
		return "", 0, fmt.Errorf("cannot make a PIN: %w", err)
	}
	s.making.Lock()
	now := s.cfg.Now()
	pin := PIN{Cluster: cluster, SetAt: now, SitePIN: programme.SitePIN{
		// By the clock, as the counters of rosters are.
		Number: max(uint64(max(now.Unix(), 1)), s.pin(cluster).Number+1), Salt: salt,
		Hash: argon2.IDKey([]byte(digits), salt, pinTime, pinMemoryKB, pinThreads, 32), Time: pinTime, MemoryKB: pinMemoryKB, Threads: pinThreads,
	}}
	act := &playlists.Act{At: now, By: a.ID, Kind: playlists.SitePINRenewed, Subject: cluster, Detail: pinWritten{pin.Number}}
	err = s.cfg.Store.SetPIN(playlists.WithAct(ctx, act), pin)
	if err == nil {
		s.mu.Lock()
		s.pins[cluster] = pin
		s.mu.Unlock()
	}
	s.making.Unlock()
	if err != nil {
		return "", 0, err
	}
	if err := s.Refresh(ctx); err != nil {
		s.cfg.Log.Error("rosters not made", "error", err)
		s.Wake() // the PIN is kept
	}
	return digits, pin.Number, nil
}

func (s *Service) pin(cluster playlists.ID) PIN {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.pins[cluster]
}

func (s *Service) require(a playlists.Actor, right playlists.Right, cluster playlists.ID) error {
	unit, ok := s.cfg.Fleet.Operator(cluster)
	if !ok {
		return playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": string(cluster)}, "cannot find the cluster %.40q: choose one from the list of clusters", string(cluster))
	}
	return a.Require(right, playlists.Scope{Unit: unit, Cluster: cluster})
}

// Site is what is known of a site's page.
type Site struct {
	PINSetAt time.Time // zero for no PIN
	Screens  []Found   // by name
}

// Found is where a screen of the site is found, as it says itself.
type Found struct {
	Screen Screen
	Place  Place // zero when it has said nothing
}

// Site tells where the screens of a cluster are found.
func (s *Service) Site(a playlists.Actor, cluster playlists.ID) (Site, error) {
	if err := s.require(a, playlists.Watch, cluster); err != nil {
		return Site{}, err
	}
	out := Site{PINSetAt: s.pin(cluster).SetAt}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, screen := range s.cfg.Fleet.Screens() {
		if screen.Cluster == cluster {
			out.Screens = append(out.Screens, Found{screen, s.places[screen.ID]})
		}
	}
	slices.SortFunc(out.Screens, func(a, b Found) int {
		return cmp.Or(cmp.Compare(playlists.Fold(a.Screen.Name), playlists.Fold(b.Screen.Name)), cmp.Compare(a.Screen.ID, b.Screen.ID))
	})
	return out, nil
}
