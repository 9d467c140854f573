// Package captions reads subtitles of any origin down to plain text and times,
// and lays that text out to be burnt into a film.
package captions

import (
	"fmt"
	"strings"
	"time"

	"cotmoc/playlists"
)

// Cue is text that is seen for a time. Its lines are plain: neither markup nor
// control characters, in NFC.
type Cue struct {
	From  time.Duration
	Until time.Duration // exclusive
	Lines []string
}

// What a file may hold at most.
const (
	MaxBytes = 256 << 10
	MaxCues  = 2000
	maxLines = 4   // of one cue
	maxText  = 200 // characters of one cue
	maxAtOne = 2   // cues at the same time
	maxTime  = 24 * time.Hour
)

// Encode writes cues in the one form that is kept: SubRip in UTF-8. Decode
// gives the same cues again.
func Encode(cues []Cue) []byte {
	var b strings.Builder
	for i, c := range cues {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n", i+1, clock(c.From), clock(c.Until), escape(strings.Join(c.Lines, "\n")))
	}
	return []byte(b.String())
}

// escape keeps text from being read as markup when it is decoded again.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func clock(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d,%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// Within gives the cues that are seen between two times, counted from the
// first.
func Within(cues []Cue, from, length time.Duration) []Cue {
	var out []Cue
	for _, c := range cues {
		c.From, c.Until = max(c.From-from, 0), min(c.Until-from, length)
		if c.From < c.Until {
			out = append(out, c)
		}
	}
	return out
}

func refuse(reason string, line int, params playlists.Params, format string, args ...any) error {
	if params == nil {
		params = playlists.Params{}
	}
	params["line"] = line
	return playlists.Errorf(playlists.Invalid, reason, params, "cannot use the subtitles: line %d "+format, append([]any{line}, args...)...)
}
