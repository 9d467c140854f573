package programme_test

import (
	"testing"

	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"cotmoc/playlists"
)

// A decision's statement is a plain in-toto attestation: the framework's own
// library reads it, finds it sound, and sees what we see.
func TestStatementsAreInToto(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for word, d := range w.decisions {
		var s intoto.Statement
		if err := protojson.Unmarshal(d.Statement, &s); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(); err != nil {
			t.Errorf("the %s's: %v", word, err)
		}
		if len(s.GetSubject()) != len(w.media.Renditions) {
			t.Fatalf("%d subjects", len(s.GetSubject()))
		}
		for _, sub := range s.GetSubject() {
			r := w.media.Renditions[0] // all have the same bytes
			if playlists.Digest(sub.GetDigest()["sha256"]) != r.Digest || sub.GetMediaType() != r.MIME {
				t.Errorf("the subject %s is another", sub.GetName())
			}
		}
		if got := s.GetPredicate().GetFields()["media"].GetStringValue(); got != string(w.media.ID) {
			t.Errorf("about the media %s", got)
		}
	}
}
