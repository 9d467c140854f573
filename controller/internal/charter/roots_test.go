package charter_test

import (
	"crypto/ed25519"
	"slices"
	"testing"

	"cotmoc/controller/internal/charter"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func root(holder, word string) programme.Root {
	return programme.Root{Holder: holder, Key: playliststest.Root(word).Public().(ed25519.PublicKey)}
}

func signedBy(t *testing.T, payload []byte, words ...string) []byte {
	t.Helper()
	var envelope []byte
	for _, w := range words {
		var err error
		if envelope, err = programme.SignCharter(envelope, payload, playliststest.Root(w)); err != nil {
			t.Fatal(err)
		}
	}
	return envelope
}

// A change of roots takes as many holders as the charter that counts asks for,
// and as many of the new ones.
func TestRootsChange(t *testing.T) {
	t.Parallel()
	anh, binh, chi := root("anh", "anh"), root("binh", "binh"), root("chi", "chi")
	for name, test := range map[string]struct {
		roots     []programme.Root
		threshold int
		changes   []string
		few, many [][]string // who sign: too few, enough
	}{
		"another key of a holder": {
			[]programme.Root{anh, root("binh", "binh's second"), chi}, 2, []string{"root binh"},
			[][]string{{"anh"}, {"anh", "binh"}, {"anh", "binh's second"}}, [][]string{{"anh", "chi"}, {"anh", "binh", "binh's second"}},
		},
		"a holder more": {
			[]programme.Root{anh, binh, chi, root("dung", "dung")}, 3, []string{"root_threshold ", "root dung"},
			[][]string{{"anh", "binh"}, {"anh", "dung"}}, [][]string{{"anh", "binh", "dung"}, {"anh", "binh", "chi"}},
		},
		"a holder less": {
			[]programme.Root{anh, chi}, 1, []string{"root_threshold ", "root binh"},
			[][]string{{"anh"}, {"chi"}}, [][]string{{"anh", "binh"}, {"anh", "chi"}},
		},
		"other people": {
			[]programme.Root{root("dung", "dung"), root("giang", "giang")}, 2, []string{"root anh", "root binh", "root chi", "root dung", "root giang"},
			[][]string{{"dung", "giang"}, {"anh", "binh"}, {"anh", "dung", "giang"}}, [][]string{{"anh", "binh", "dung", "giang"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, enough := range test.many {
				o := newOffice(t)
				first := wanted()
				first.Roots = []programme.Root{anh, binh, chi}
				if _, err := o.Accept(t.Context(), o.root, signedBy(t, o.draft(first).Payload, "anh", "binh")); err != nil {
					t.Fatal(err)
				}
				next := wanted()
				next.Roots, next.RootThreshold = test.roots, test.threshold
				d := o.draft(next)
				var changes []string
				for _, c := range d.Changes {
					changes = append(changes, c.Kind+" "+c.Subject)
				}
				if !slices.Equal(changes, test.changes) {
					t.Errorf("it changes %q, want %q", changes, test.changes)
				}
				if i == 0 {
					for _, few := range test.few {
						if _, err := o.Accept(t.Context(), o.root, signedBy(t, d.Payload, few...)); playlists.ReasonOf(err) != string(programme.CharterUnsigned) {
							t.Errorf("signed by %v: %v", few, err)
						}
					}
				}
				if _, err := o.Accept(t.Context(), o.root, signedBy(t, d.Payload, enough...)); err != nil {
					t.Errorf("signed by %v: %v", enough, err)
				}
				if o.Current().Number != 2 || len(o.Current().Roots) != len(test.roots) {
					t.Errorf("charter %d counts, with %d roots", o.Current().Number, len(o.Current().Roots))
				}
			}
		})
	}
}

// What a draft says nothing of stays; the console's own address is always one
// at which people sign.
func TestPlacesOfSigningChange(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	other := programme.RelyingParty{ID: "old.example", Origins: []string{"https://old.example"}}
	names := func(w charter.Wanted) []string {
		var c programme.Charter
		if err := programme.Unmarshal(o.draft(w).Payload, &c); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, rp := range c.RelyingParties {
			out = append(out, rp.ID)
		}
		return out
	}
	first := wanted()
	if got := names(first); !slices.Equal(got, []string{party().ID}) {
		t.Errorf("the first names %v", got)
	}
	first.RelyingParties = []programme.RelyingParty{other}
	o.accept(first)
	next := wanted()
	next.Roots, next.RootThreshold = nil, 0
	if got := names(next); !slices.Equal(got, []string{other.ID, party().ID}) {
		t.Errorf("one that says nothing names %v", got)
	}
	next.RelyingParties = []programme.RelyingParty{}
	if got := names(next); !slices.Equal(got, []string{party().ID}) {
		t.Errorf("one without others names %v", got)
	}
	next.RelyingParties = []programme.RelyingParty{{ID: "old.example", Origins: []string{"https://new.example"}}}
	if _, err := o.Draft(t.Context(), o.root, next); playlists.ReasonOf(err) != "charter_unusable" {
		t.Errorf("an origin of another name: %v", err)
	}
}

// A draft that says nothing of release keys keeps them; an empty list takes
// them away, and screens take no code from then on.
func TestReleaseKeysStay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	giang := programme.Root{Holder: "giang", Key: playliststest.Releaser("giang").Public().(ed25519.PublicKey)}
	for _, step := range []struct {
		signers   []programme.Root
		threshold int
		want      int
	}{{[]programme.Root{giang}, 1, 1}, {nil, 0, 1}, {[]programme.Root{}, 0, 0}} {
		w := wanted()
		w.ReleaseSigners, w.ReleaseThreshold = step.signers, step.threshold
		if c := o.accept(w); len(c.ReleaseSigners) != step.want || c.ReleaseThreshold != step.want {
			t.Errorf("charter %d names %d of %d for releases, want %d", c.Number, c.ReleaseThreshold, len(c.ReleaseSigners), step.want)
		}
	}
}
