package programme_test

import (
	"encoding/json"
	"errors"
	"testing"

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
