package beacon_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	"cotmoc/controller/internal/beacon"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

type facts struct {
	held             *programme.HeldCharter
	newest, reported programme.Numbers
	settings         programme.Numbers
}

func (f facts) Current() *programme.HeldCharter { return f.held }
func (f facts) Counter(playlists.ID) uint64     { return 3 }
func (f facts) Settings(playlists.ID) programme.Numbers {
	return f.settings
}
func (f facts) Newest(context.Context, playlists.ID) (programme.Numbers, error) {
	return f.newest, nil
}
func (f facts) Reported(context.Context, playlists.ID) (programme.Numbers, error) {
	return f.reported, nil
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	held, _ := playliststest.Charter(t, func(c *programme.Charter) { c.Epoch = 2 })
	for name, test := range map[string]struct {
		facts facts
		want  programme.Beacon
	}{
		"before the first charter": {
			facts{newest: programme.Numbers{Epoch: 1, Counter: 7}, settings: programme.Numbers{Epoch: 1, Counter: 2}},
			programme.Beacon{Epoch: 1, Programme: 7, Orders: 3, Settings: 2},
		},
		"under a charter": {
			facts{held: held, newest: programme.Numbers{Epoch: 2, Counter: 4}, reported: programme.Numbers{Epoch: 2, Counter: 3}},
			programme.Beacon{Epoch: 2, Charter: 1, Programme: 4, Orders: 3, Reported: programme.Numbers{Epoch: 2, Counter: 3}},
		},
		"nothing published in the new epoch yet": {
			facts{held: held, newest: programme.Numbers{Epoch: 1, Counter: 9}, reported: programme.Numbers{Epoch: 1, Counter: 9}, settings: programme.Numbers{Epoch: 1, Counter: 2}},
			programme.Beacon{Epoch: 2, Charter: 1, Orders: 3, Reported: programme.Numbers{Epoch: 1, Counter: 9}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := beacon.New(beacon.Config{
				Charters: test.facts, Programmes: test.facts, Orders: test.facts, Settings: test.facts,
				Key: func() ed25519.PrivateKey { return playliststest.Key(1) }, Now: func() time.Time { return playliststest.Now },
			})
			nonce := bytes.Repeat([]byte{7}, programme.NonceSize)
			screen := playliststest.ID("screen")
			envelope, err := s.Answer(t.Context(), screen, nonce)
			if err != nil {
				t.Fatal(err)
			}
			got, err := programme.VerifyBeacon(envelope, nonce, programme.Trust{Screen: screen, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
			if err != nil {
				t.Fatal(err)
			}
			want := test.want
			want.Screen, want.Nonce, want.Time = screen, nonce, playliststest.Now.UnixMilli()
			g, _ := programme.Marshal(got)
			w, _ := programme.Marshal(want)
			if !bytes.Equal(g, w) {
				t.Errorf("got %s, want %s", g, w)
			}
		})
	}
}
