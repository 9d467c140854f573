package console_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"cotmoc/playlists/programme"
)

// The console's tests read documents in the form that people sign now: were it
// another, nobody could sign in a browser.
func TestTheConsoleReadsWhatPeopleSign(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("web", "src", "signing", "vectors.test.data.ts"))
	if err != nil {
		t.Fatal(err)
	}
	vector := func(name string) string {
		t.Helper()
		found := regexp.MustCompile(`\b` + name + `:\s*"([^"]+)"`).FindSubmatch(text)
		if found == nil {
			t.Fatalf("no vector %s", name)
		}
		return string(found[1])
	}
	document := func(name string) []byte {
		t.Helper()
		d, err := base64.StdEncoding.DecodeString(vector(name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return d
	}
	statement, second := document("statement"), document("second")
	for name, form := range map[string]any{"statement": &programme.Statement{}, "second": &programme.Statement{}, "order": &programme.Order{}} {
		if err := programme.Unmarshal(document(name), form); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	batch, err := programme.NewBatch(statement, second)
	if err != nil || !bytes.Equal(batch, document("batch")) {
		t.Errorf("the batch is %s: %v", batch, err)
	}
	for name, of := range map[string][2]string{"statementChallenge": {programme.StatementPayloadType, string(statement)}, "batchChallenge": {programme.BatchPayloadType, string(batch)}} {
		c := programme.Challenge(of[0], []byte(of[1]))
		if got := base64.RawURLEncoding.EncodeToString(c[:]); got != vector(name) {
			t.Errorf("%s is %s, the console's tests have %s", name, got, vector(name))
		}
	}
}
