package wire

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestResults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		r  Result
		ok bool
	}{
		"taken":              {Result{ID: screen, Outcome: OutcomeTaken}, true},
		"done":               {Result{ID: screen, Outcome: OutcomeDone, Log: make([]byte, maxPackedLog)}, true},
		"refused":            {Result{ID: screen, Outcome: OutcomeRefused, Why: "expired", Detail: strings.Repeat("x", maxShortText)}, true},
		"failed":             {Result{ID: screen, Outcome: OutcomeFailed, Why: "tool_missing"}, true},
		"nothing":            {Result{ID: screen}, false},
		"something else":     {Result{ID: screen, Outcome: "shell"}, false},
		"of no command":      {Result{Outcome: OutcomeDone}, false},
		"with a large log":   {Result{ID: screen, Outcome: OutcomeDone, Log: make([]byte, maxPackedLog+1)}, false},
		"with a long why":    {Result{ID: screen, Outcome: OutcomeFailed, Why: strings.Repeat("x", maxShortText+1)}, false},
		"with a long detail": {Result{ID: screen, Outcome: OutcomeFailed, Detail: strings.Repeat("x", maxShortText+1)}, false},
	} {
		b, err := Encode(c.r)
		if err != nil {
			t.Fatal(err)
		}
		if err := Decode(b, &Result{}); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLogsTravel(t *testing.T) {
	t.Parallel()
	noise := rand.NewChaCha8([32]byte{})
	line := func(n int) []byte {
		b := make([]byte, n)
		_, _ = noise.Read(b)
		return bytes.ReplaceAll(b, []byte("\n"), []byte("."))
	}
	var incompressible, long [][]byte
	for range 500 {
		incompressible = append(incompressible, line(500))
		long = append(long, bytes.Repeat([]byte("x"), 2000))
	}
	for name, lines := range map[string][][]byte{
		"none": nil, "a few": {[]byte("first"), []byte("last")}, "what does not compress": incompressible, "too much text": long, "one line that is too long": {line(MaxLog)},
	} {
		packed, err := PackLog(lines)
		if err != nil || len(packed) > maxPackedLog {
			t.Fatalf("%s: %d bytes, %v", name, len(packed), err)
		}
		text, err := UnpackLog(packed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name != "none" && !strings.HasPrefix(name, "one line") && !bytes.HasSuffix(text, append(bytes.Clone(lines[len(lines)-1]), '\n')) {
			t.Errorf("%s: the newest line is not there", name)
		}
		if name == "a few" && string(text) != "first\nlast\n" {
			t.Errorf("%s: %q", name, text)
		}
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	for name, packed := range map[string][]byte{"a bomb": bomb.Bytes(), "no gzip": []byte("plain"), "a torn one": bomb.Bytes()[:40]} {
		if _, err := UnpackLog(packed); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
