package programme_test

import (
	"encoding/json"
	"errors"
	"testing"

	"cotmoc/playlists"
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

// A refusal keeps its code as the reason that people are given words for; what
// is no refusal stays as it is.
func TestProblems(t *testing.T) {
	t.Parallel()
	_, refused := programme.ParseStatement([]byte("{}"))
	err := programme.Problem(refused)
	if playlists.ReasonOf(err) != string(programme.Malformed) || playlists.CodeOf(err) != playlists.Conflict || !errors.Is(err, refused) {
		t.Errorf("a refusal became %v", err)
	}
	if other := errors.New("cannot read the disk"); programme.Problem(other) != other {
		t.Error("a fault became a refusal")
	}
	if programme.Problem(nil) != nil {
		t.Error("nothing became a problem")
	}
}
