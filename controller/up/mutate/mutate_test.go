package mutate

import (
	"bytes"
	"context"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const sample = `package sample

func Accept(n int, odd bool) bool {
	if n < 0 || n > 9 {
		return false
	}
	switch {
	case n == 5:
		return false
	case n == 6:
		return true
	}
	return !odd && n%2 == 0
}

func NewThing(n int) bool { return n > 0 && n < 3 }
`

func TestInstrumentFindsEveryCheckOnce(t *testing.T) {
	t.Parallel()
	checks, text, err := instrument("sample.go", []byte(sample), 1, func(f string) bool { return strings.HasPrefix(f, "New") })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range checks {
		got = append(got, c.Text+"="+c.As)
	}
	const want = "n < 0 || n > 9=false,n < 0=false,n > 9=false,n == 5=false,!odd=true,n%2 == 0=true"
	if strings.Join(got, ",") != want {
		t.Errorf("found %v", got)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "sample.go", text, 0); err != nil {
		t.Errorf("the changed code is none: %v", err)
	}
}

// Of the checks of a sample, those that its test looks at are noticed and the
// others named.
func TestRunNamesWhatNoTestMisses(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module sample\n\ngo 1.24\n",
		"sample/sample.go": sample,
		"sample/sample_test.go": `package sample

import "testing"

func TestAccept(t *testing.T) {
	if Accept(-2, false) || Accept(5, false) || Accept(4, true) || Accept(7, false) || !Accept(8, false) {
		t.Fatal()
	}
}
`,
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	o := Options{Root: root, Parallel: 1, Limit: time.Minute, Out: &out, Targets: []Target{{
		Dir: "sample", Files: func(string) bool { return true }, Pass: func(f string) bool { return strings.HasPrefix(f, "New") },
	}}}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	// 5 is odd, so that the case for it is missed by nobody.
	const want = `nobody missed sample/sample.go:4: n > 9 → false
nobody missed sample/sample.go:8: n == 5 → false
6 checks removed, 4 noticed
`
	if r.Removed != 6 || r.Noticed != 4 || out.String() != want {
		t.Errorf("%+v\n%.600s", r, out.String())
	}
}
