package programme_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// What cannot be read at all says why, beside that it is not canonical.
func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	for text, is := range map[string]bool{`{"person":1}`: true, `{"person":"a" }`: false} {
		var s programme.HandSignature
		err := programme.Unmarshal([]byte(text), &s)
		check(t, text, err, programme.Malformed)
		var why *json.UnmarshalTypeError
		if errors.As(err, &why) != is {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// An agent reads chunk lists by themselves, too, before it fetches.
func TestChunkLists(t *testing.T) {
	t.Parallel()
	b := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{})
	r := b.Media.Renditions[0]
	sound := programme.Showing{Rendition: r.Digest, Size: r.Size, Chunks: r.Chunks}
	var list programme.Chunks
	if err := programme.Unmarshal(b.Chunks, &list); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		object []byte
		change func(*programme.Showing)
		want   programme.Refusal
	}{
		"sound":                 {b.Chunks, func(*programme.Showing) {}, ""},
		"under another name":    {b.Chunks, func(s *programme.Showing) { s.Chunks = s.Rendition }, programme.WrongDigest},
		"of another rendition":  {b.Chunks, func(s *programme.Showing) { s.Rendition = s.Chunks }, programme.InternallyWrong},
		"of another size":       {b.Chunks, func(s *programme.Showing) { s.Size++ }, programme.InternallyWrong},
		"with a space":          {append(slices.Clone(b.Chunks), ' '), func(s *programme.Showing) { s.Chunks = playlists.DigestOf(append(slices.Clone(b.Chunks), ' ')) }, programme.Malformed},
		"too large for reading": {make([]byte, programme.MaxObject+1), func(s *programme.Showing) { s.Chunks = playlists.DigestOf(make([]byte, programme.MaxObject+1)) }, programme.Malformed},
	} {
		s := sound
		c.change(&s)
		got, err := programme.ParseChunks(c.object, &s)
		check(t, name, err, c.want)
		if (got != nil) != (c.want == "") {
			t.Errorf("%s: a list beside a refusal, or neither", name)
		}
	}
}
