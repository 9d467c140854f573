package shortlink

import (
	"fmt"
	"io"
	"strings"
)

// letters are those of a code: none is taken for another, and no word comes of
// them.
const (
	letters = "23456789bcdfghjkmnpqrstvwxz"
	codeLen = 7
)

func newCode(random io.Reader) (string, error) {
	out := make([]byte, 0, codeLen)
	var b [1]byte
	for len(out) < codeLen {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("cannot make a code: %w", err)
		}
		if n := int(b[0]) & 31; n < len(letters) {
			out = append(out, letters[n])
		}
	}
	return string(out), nil
}

// readCode reads a code as people may type it.
func readCode(text string) (string, bool) {
	if len(text) != codeLen {
		return "", false
	}
	code := strings.ToLower(text)
	return code, strings.Trim(code, letters) == ""
}
