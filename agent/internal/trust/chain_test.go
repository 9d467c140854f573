package trust

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// shelf gives charters by digest, and some other bytes for those it lies about.
type shelf struct {
	held  map[playlists.Digest][]byte
	fails int // how often it is not there first
	asked int
}

func (s *shelf) put(envelopes ...[]byte) (out []playlists.Digest) {
	for _, e := range envelopes {
		d := playlists.DigestOf(e)
		s.held[d] = e
		out = append(out, d)
	}
	return out
}

func (s *shelf) Object(_ context.Context, d playlists.Digest) ([]byte, error) {
	if s.asked++; s.asked <= s.fails {
		return nil, errors.New("cannot fetch: no line")
	}
	return s.held[d], nil
}

// charters gives a chain of n, the first by change.
func charters(t *testing.T, n int) (out [][]byte, held []*programme.HeldCharter) {
	t.Helper()
	c, envelope := playliststest.Charter(t, nil)
	out, held = [][]byte{envelope}, []*programme.HeldCharter{c}
	for len(out) < n {
		c := held[len(held)-1]
		next := playliststest.NextCharter(t, c, nil)
		h, err := c.Next(next)
		if err != nil {
			t.Fatal(err)
		}
		out, held = append(out, next), append(held, h)
	}
	return out, held
}

// A chain is followed however many charters were missed, one after another, and
// nothing else makes a screen take a charter.
func TestFollowing(t *testing.T) {
	t.Parallel()
	chain, held := charters(t, 4)
	fork := playliststest.NextCharter(t, held[0], func(c *programme.Charter) { c.LiftThreshold = 3 })
	again := playliststest.SignCharter(t, held[1].Charter, "binh", "chi")
	few := playliststest.NextCharter(t, held[0], nil, "anh")
	for name, c := range map[string]struct {
		holds  [][]byte // after the first; the last is enrolment's
		first  uint64
		offers [][]byte
		lie    bool
		want   uint64
		code   programme.Refusal
	}{
		"all that were missed":        {chain[:1], 1, chain, false, 4, ""},
		"beginning with the next":     {chain[:1], 2, chain[1:], false, 4, ""},
		"none was missed":             {chain[:2], 1, chain[:2], false, 2, ""},
		"the first":                   {nil, 1, chain[:1], false, 1, ""},
		"the first seen is the third": {nil, 1, chain[:3], false, 3, ""},
		"a gap":                       {chain[:1], 3, chain[2:], false, 1, programme.CharterGap},
		"an older one":                {chain[:3], 1, chain[:2], false, 3, programme.CharterOld},
		"a fork":                      {chain[:2], 1, [][]byte{chain[0], fork}, false, 2, programme.CharterForked},
		"signed by too few":           {chain[:1], 1, [][]byte{chain[0], few}, false, 1, programme.CharterUnsigned},
		"signed by others as well":    {chain[:2], 1, [][]byte{chain[0], again}, false, 2, ""},
		"other bytes":                 {chain[:1], 1, chain, true, 1, programme.WrongDigest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var envelope []byte
			if len(c.holds) > 0 {
				envelope = c.holds[0]
			}
			d := newDeskUnder(t, envelope)
			from := &shelf{held: map[playlists.Digest][]byte{}}
			for i := 1; i < len(c.holds); i++ {
				if err := d.accept(d.charter, c.holds[i]); err != nil {
					t.Fatal(err)
				}
			}
			changed := 0
			d.o.Changed = func() { changed++ }
			offer := wire.Chain{First: c.first, Envelopes: from.put(c.offers...)}
			if c.lie {
				from.held[offer.Envelopes[1]] = chain[2]
			}
			before := d.Report().Charter
			if err := d.follow(t.Context(), &offer, from); programme.RefusalOf(err) != c.code {
				t.Errorf("refused as %q, want %q: %v", programme.RefusalOf(err), c.code, err)
			}
			if n := d.Report().Charter; n != c.want {
				t.Errorf("charter %d is held, want %d", n, c.want)
			}
			if (changed > 0) != (c.want != before) {
				t.Errorf("told of %d changes from charter %d to %d", changed, before, c.want)
			}
			if late := d.Report().Late; c.want > 0 && late < playliststest.Now.UnixMilli() {
				t.Errorf("being unattended counts from before the charter: %d", late)
			}
			d.start()
			if n := d.Report().Charter; n != c.want {
				t.Errorf("after a restart charter %d is held, want %d", n, c.want)
			}
		})
	}
}

// A charter that cannot be fetched is asked for again, the more rarely the
// longer; one that is refused is not, and both are told of until another comes.
func TestFollowChainGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		chain, held := charters(t, 2)
		d := newDeskUnder(t, chain[0])
		from := &shelf{held: map[playlists.Digest][]byte{}, fails: 6}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.FollowChain(ctx, from) }()
		d.OfferChain(wire.Chain{First: 1, Envelopes: from.put(chain...)})
		synctest.Wait()
		if p := d.problem("charter"); p != "fetch_failed" {
			t.Errorf("no line: %q", p)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if n := d.Report().Charter; n != 2 || d.problem("charter") != "" || from.asked != 7 {
			t.Errorf("charter %d after %d questions, %q", n, from.asked, d.problem("charter"))
		}
		fork := playliststest.NextCharter(t, held[0], func(c *programme.Charter) { c.LiftThreshold = 3 })
		d.OfferChain(wire.Chain{First: 2, Envelopes: from.put(fork)})
		time.Sleep(time.Hour)
		synctest.Wait()
		if p := d.problem("charter"); p != string(programme.CharterForked) || from.asked != 8 {
			t.Errorf("a fork: %q after %d questions", p, from.asked)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Keys of every charter count for reading again; what a damaged disk says does
// not become a key.
func TestKeysAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	held := d.charter
	next := playliststest.NextCharter(t, held, func(c *programme.Charter) {
		c.ProgrammeKeys = []programme.PublicKey{playliststest.PublicKey(7)}
	})
	if err := d.accept(held, next); err != nil {
		t.Fatal(err)
	}
	d.start()
	ids := func() (out []string) {
		for _, k := range d.EveryKey() {
			out = append(out, k.ID)
		}
		slices.Sort(out)
		return out
	}
	want := []string{playliststest.PublicKey(1).ID, playliststest.PublicKey(7).ID}
	slices.Sort(want)
	if got := ids(); !slices.Equal(got, want) {
		t.Errorf("keys %v, want %v", got, want)
	}
}
