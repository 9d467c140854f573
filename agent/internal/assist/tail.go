package assist

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"regexp"
	"sync"
)

// Bounds of what is kept of the log.
const (
	maxLines = 500
	maxLine  = 600 // bytes
)

// Tail keeps the newest lines of the agent's log in memory, without what is
// nobody's business: secrets, and what might be one. It is safe for concurrent
// use.
type Tail struct {
	mu    sync.Mutex
	lines [][]byte // a ring
	next  int
}

// Logger gives one that logs as before and is kept.
func (t *Tail) Logger(to *slog.Logger) *slog.Logger {
	return slog.New(&both{to.Handler(), slog.NewTextHandler(t, nil)})
}

// Write takes one line, as a handler writes it.
func (t *Tail) Write(line []byte) (int, error) {
	kept := redact(bytes.TrimRight(line, "\n"))
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) < maxLines {
		t.lines = append(t.lines, kept)
	} else {
		t.lines[t.next] = kept
		t.next = (t.next + 1) % maxLines
	}
	return len(line), nil
}

// Newest gives at most n lines, oldest first.
func (t *Tail) Newest(n int) [][]byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	n = min(n, len(t.lines))
	out := make([][]byte, 0, n)
	for i := len(t.lines) - n; i < len(t.lines); i++ {
		out = append(out, t.lines[(t.next+i)%len(t.lines)])
	}
	return out
}

// both hands a record to two handlers.
type both struct{ one, other slog.Handler }

// Enabled implements slog.Handler.
func (b *both) Enabled(ctx context.Context, l slog.Level) bool {
	return b.one.Enabled(ctx, l) || b.other.Enabled(ctx, l)
}

// Handle implements slog.Handler.
func (b *both) Handle(ctx context.Context, r slog.Record) error {
	if b.other.Enabled(ctx, r.Level) {
		_ = b.other.Handle(ctx, r.Clone()) // into memory
	}
	if !b.one.Enabled(ctx, r.Level) {
		return nil
	}
	return b.one.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (b *both) WithAttrs(a []slog.Attr) slog.Handler {
	return &both{b.one.WithAttrs(a), b.other.WithAttrs(a)}
}

// WithGroup implements slog.Handler.
func (b *both) WithGroup(name string) slog.Handler {
	return &both{b.one.WithGroup(name), b.other.WithGroup(name)}
}

const hidden = "[hidden]"

var (
	pemBlock = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]+-----.*?(-----END [A-Z0-9 ]+-----|$)`)
	named    = regexp.MustCompile(`(?i)(\b(?:pin|code|pass(?:word|wd|phrase|code)?|token|secret|authorization|cookie|api_?key|private_?key)\b\\?"?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|(?:bearer |basic )?\S+)`)
	userinfo = regexp.MustCompile(`(\w+://)[^/\s@"]+@`)
	query    = regexp.MustCompile(`(\w+://[^\s"?]+)\?[^\s"]+`)
	long     = regexp.MustCompile(`[A-Za-z0-9+/_=-]{40,}`)
)

// redact hides what is or may be secret, and bounds the line.
func redact(line []byte) []byte {
	line = bytes.ToValidUTF8(line, []byte("?"))
	line = pemBlock.ReplaceAll(line, []byte(hidden))
	line = named.ReplaceAll(line, []byte("${1}"+hidden))
	line = userinfo.ReplaceAll(line, []byte("${1}"+hidden+"@"))
	line = query.ReplaceAll(line, []byte("${1}?"+hidden))
	line = long.ReplaceAllFunc(line, func(b []byte) []byte {
		if isDigest(b) || !isKeyLike(b) {
			return b
		}
		return []byte(hidden)
	})
	if len(line) > maxLine {
		line = append(bytes.ToValidUTF8(line[:maxLine], nil), "…"...)
	}
	return bytes.Clone(line)
}

// isDigest tells a SHA-256, which is no secret, from a key.
func isDigest(b []byte) bool {
	if len(b) != 64 {
		return false
	}
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isKeyLike tells whether letters of both cases and digits, or base64 with its
// padding, make a word that is no path and no name.
func isKeyLike(b []byte) bool {
	var lower, upper, digit bool
	for _, c := range b {
		lower, upper, digit = lower || c >= 'a' && c <= 'z', upper || c >= 'A' && c <= 'Z', digit || c >= '0' && c <= '9'
	}
	_, err := base64.StdEncoding.DecodeString(string(b))
	return lower && upper && digit || err == nil && !bytes.Contains(b, []byte("/"))
}
