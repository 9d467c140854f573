package chain_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/chain"
	"cotmoc/playlists/playliststest"
)

// log makes a chain of n entries with their hashes.
func log(t *testing.T, n int) ([]chain.Entry, []playlists.Digest) {
	t.Helper()
	head := chain.Empty()
	entries, hashes := make([]chain.Entry, n), make([]playlists.Digest, n)
	for i := range n {
		a := playlists.Act{At: time.UnixMilli(int64(1000 + i)), By: playliststest.ID("ha"), Kind: playlists.LoggedIn, Subject: playliststest.ID("ha"), Detail: map[string]string{"name": "Lê \"Hà\" <&>\u2028"}}
		var err error
		if entries[i], hashes[i], err = chain.Next(head, a); err != nil {
			t.Fatal(err)
		}
		head = chain.Head{Seq: entries[i].Seq, Hash: hashes[i]}
	}
	return entries, hashes
}

func TestTheFormOfAnEntryNeverChanges(t *testing.T) {
	t.Parallel()
	entries, hashes := log(t, 1)
	line, err := entries[0].Line()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"seq":1,"at":1000,"actor":"` + string(playliststest.ID("ha")) + `","kind":"login.ok","subject":"` + string(playliststest.ID("ha")) +
		`","detail":{"name":"Lê \"Hà\" <&>\u2028"},"prev":"` + strings.Repeat("0", 64) + `"}`
	if string(line) != want || hashes[0] != playlists.DigestOf([]byte(want)) {
		t.Errorf("entry\n%s\nwant\n%s", line, want)
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]playlists.Act{
		"no kind":                     {},
		"a kind with a quote":         {Kind: `login"ok`},
		"a kind of three words":       {Kind: "login.ok.twice"},
		"a detail that is a list":     {Kind: "login.ok", Detail: []int{1}},
		"a detail without end":        {Kind: "login.ok", Detail: map[string]string{"name": strings.Repeat("x", 20<<10)}},
		"a detail that has no form":   {Kind: "login.ok", Detail: func() {}},
		"a detail that hides nothing": {Kind: "login.ok", Detail: (*struct{})(nil)},
	} {
		if e, _, err := chain.Next(chain.Empty(), a); err == nil {
			t.Errorf("%s was written: %+v", name, e)
		}
	}
}

// TestTampering changes a good log in every way and wants to be told how and
// where.
func TestTampering(t *testing.T) {
	t.Parallel()
	type logged struct {
		entries []chain.Entry
		hashes  []playlists.Digest
	}
	known := func(l logged, i int) chain.Head { return chain.Head{Seq: l.entries[i].Seq, Hash: l.hashes[i]} }
	// rehash makes everything from an entry on consistent again, as a thief
	// with the database would.
	rehash := func(l *logged, from int) {
		for i := from; i < len(l.entries); i++ {
			if i > 0 {
				l.entries[i].Prev = l.hashes[i-1]
			}
			l.entries[i].Seq = int64(i + 1)
			line, err := l.entries[i].Line()
			if err != nil {
				t.Fatal(err)
			}
			l.hashes[i] = playlists.DigestOf(line)
		}
	}
	for name, test := range map[string]struct {
		tamper func(l *logged) (heads []chain.Head)
		fault  chain.Fault
		seq    int64
	}{
		"nothing": {func(l *logged) []chain.Head { return []chain.Head{known(*l, 2), known(*l, 5)} }, "", 0},
		"number":  {func(l *logged) []chain.Head { l.entries[2].Seq = 40; return nil }, chain.Missing, 3},
		"time":    {func(l *logged) []chain.Head { l.entries[2].At++; return nil }, chain.Changed, 3},
		"actor":   {func(l *logged) []chain.Head { l.entries[2].Actor = playliststest.ID("other"); return nil }, chain.Changed, 3},
		"kind":    {func(l *logged) []chain.Head { l.entries[2].Kind = playlists.LoginFailed; return nil }, chain.Changed, 3},
		"subject": {func(l *logged) []chain.Head { l.entries[2].Subject = ""; return nil }, chain.Changed, 3},
		"detail":  {func(l *logged) []chain.Head { l.entries[2].Detail = json.RawMessage(`{}`); return nil }, chain.Changed, 3},
		"spaces": {func(l *logged) []chain.Head {
			l.entries[2].Detail = append(l.entries[2].Detail[:1:1], append([]byte(" "), l.entries[2].Detail[1:]...)...)
			return nil
		}, chain.Changed, 3},
		"no JSON":   {func(l *logged) []chain.Head { l.entries[2].Detail = json.RawMessage(`{`); return nil }, chain.Changed, 3},
		"link":      {func(l *logged) []chain.Head { l.entries[2].Prev = chain.Zero; return nil }, chain.Changed, 3},
		"kept hash": {func(l *logged) []chain.Head { l.hashes[2] = chain.Zero; return nil }, chain.Changed, 3},
		"an entry and its hash": {func(l *logged) []chain.Head {
			l.entries[2].At++
			line, _ := l.entries[2].Line()
			l.hashes[2] = playlists.DigestOf(line)
			return nil
		}, chain.Unlinked, 4},
		"one taken out": {func(l *logged) []chain.Head {
			l.entries, l.hashes = slices.Delete(l.entries, 2, 3), slices.Delete(l.hashes, 2, 3)
			return nil
		}, chain.Missing, 3},
		"the first taken out": {func(l *logged) []chain.Head { l.entries, l.hashes = l.entries[1:], l.hashes[1:]; return nil }, chain.Missing, 1},
		"one twice": {func(l *logged) []chain.Head {
			l.entries, l.hashes = slices.Insert(l.entries, 3, l.entries[2]), slices.Insert(l.hashes, 3, l.hashes[2])
			return nil
		}, chain.Misplaced, 3},
		"two swapped": {func(l *logged) []chain.Head {
			l.entries[2], l.entries[3] = l.entries[3], l.entries[2]
			l.hashes[2], l.hashes[3] = l.hashes[3], l.hashes[2]
			return nil
		}, chain.Missing, 3},
		"the end cut off": {func(l *logged) []chain.Head {
			held := known(*l, 5)
			l.entries, l.hashes = l.entries[:4], l.hashes[:4]
			return []chain.Head{held}
		}, chain.RolledBack, 4},
		"all cut off": {func(l *logged) []chain.Head {
			held := known(*l, 0)
			l.entries, l.hashes = nil, nil
			return []chain.Head{held}
		}, chain.RolledBack, 0},
		"rewritten from the middle": {func(l *logged) []chain.Head {
			held := known(*l, 4)
			l.entries[2].At++
			rehash(l, 2)
			return []chain.Head{held}
		}, chain.Rewritten, 5},
		"one taken out and all rewritten": {func(l *logged) []chain.Head {
			held := known(*l, 3)
			l.entries, l.hashes = slices.Delete(l.entries, 2, 3), slices.Delete(l.hashes, 2, 3)
			rehash(l, 2)
			return []chain.Head{held}
		}, chain.Rewritten, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l logged
			l.entries, l.hashes = log(t, 6)
			heads := test.tamper(&l)
			v := chain.NewVerifier(chain.Empty(), heads...)
			var first error
			for i := range l.entries {
				if err := v.Add(&l.entries[i], l.hashes[i]); err != nil && first == nil {
					first = err
				}
			}
			if err := v.End(); first == nil {
				first = err
			}
			var at int64
			if e, ok := errors.AsType[*chain.FaultError](first); ok {
				at = e.Seq
			}
			if chain.FaultOf(first) != test.fault || at != test.seq || (first == nil) != (test.fault == "") {
				t.Errorf("%v at %d (%q), want %q at %d", first, at, chain.FaultOf(first), test.fault, test.seq)
			}
		})
	}
}

// TestHeads holds what a screen may notice by itself, and what an auditor can
// with the entries between.
func TestHeads(t *testing.T) {
	t.Parallel()
	entries, hashes := log(t, 6)
	at := func(n int) chain.Head {
		if n == 0 {
			return chain.Empty()
		}
		return chain.Head{Seq: int64(n), Hash: hashes[n-1]}
	}
	forged := chain.Head{Seq: 3, Hash: chain.Zero}
	for _, test := range []struct {
		held, offered chain.Head
		fault         chain.Fault
	}{
		{at(0), at(0), ""}, {at(0), at(6), ""}, {at(3), at(3), ""}, {at(3), at(4), ""},
		{at(3), at(2), chain.RolledBack}, {at(3), at(0), chain.RolledBack}, {at(3), forged, chain.Rewritten},
	} {
		if err := test.offered.Follows(test.held); chain.FaultOf(err) != test.fault {
			t.Errorf("%d after %d: %v, want %q", test.offered.Seq, test.held.Seq, err, test.fault)
		}
	}
	for name, test := range map[string]struct {
		earlier, later chain.Head
		between        []chain.Entry
		fault          chain.Fault
	}{
		"all":                {at(0), at(6), entries, ""},
		"a part":             {at(2), at(5), entries[2:5], ""},
		"none":               {at(3), at(3), nil, ""},
		"too few":            {at(2), at(5), entries[2:4], chain.RolledBack},
		"too many":           {at(2), at(5), entries[2:6], chain.RolledBack},
		"a gap":              {at(2), at(5), entries[3:5], chain.Missing},
		"another log before": {forged, at(5), entries[3:5], chain.Unlinked},
		"another log after":  {at(2), chain.Head{Seq: 5, Hash: chain.Zero}, entries[2:5], chain.Rewritten},
		"backwards":          {at(5), at(2), nil, chain.RolledBack},
	} {
		if err := chain.Extends(test.earlier, test.later, test.between); chain.FaultOf(err) != test.fault || (err == nil) != (test.fault == "") {
			t.Errorf("%s: %v, want %q", name, err, test.fault)
		}
	}
	for _, good := range []chain.Head{at(0), at(6)} {
		if h, err := chain.Parse(good.String()); err != nil || h != good {
			t.Errorf("%s reads as %v, %v", good, h, err)
		}
	}
	for _, bad := range []string{"", "6", "6:", "6:ab", "-1:" + string(chain.Zero), "06:" + string(chain.Zero), "6x:" + string(chain.Zero), fmt.Sprint(":", chain.Zero)} {
		if h, err := chain.Parse(bad); err == nil {
			t.Errorf("%q reads as %v", bad, h)
		}
	}
}
