package captions

import (
	"bytes"
	"encoding/binary"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cotmoc/playlists"
)

// Decode reads SubRip or WebVTT, as people and programs write it. Styles,
// places, voices and all other markup are left out; of what is no such file,
// or more than a film's subtitles are, the error says which line it is.
func Decode(b []byte) ([]Cue, error) {
	text, err := textOf(b)
	if err != nil {
		return nil, err
	}
	d := decoder{lines: strings.Split(text, "\n")}
	if strings.HasPrefix(d.lines[0], "WEBVTT") {
		d.skipBlock()
	}
	var cues []Cue
	for d.skipBlank(); d.at < len(d.lines); d.skipBlank() {
		if isNote(d.lines[d.at]) {
			d.skipBlock()
			continue
		}
		c, err := d.cue()
		if err != nil {
			return nil, err
		}
		if len(c.Lines) > 0 {
			cues = append(cues, c)
		}
		if len(cues) > MaxCues {
			return nil, playlists.Errorf(playlists.Invalid, "subtitle_cues", playlists.Params{"max": MaxCues}, "cannot use more than %d subtitles: the film is shorter than that", MaxCues)
		}
	}
	if len(cues) == 0 {
		return nil, playlists.Errorf(playlists.Invalid, "subtitle_empty", nil, "cannot use the subtitles: there is no text in them; choose an SRT or WebVTT file")
	}
	slices.SortStableFunc(cues, func(a, b Cue) int { return int(a.From - b.From) })
	if len(Encode(cues)) > MaxBytes {
		return nil, tooLarge(len(b))
	}
	return cues, crowded(cues)
}

// textOf is the file as UTF-8 with one kind of line end.
func textOf(b []byte) (string, error) {
	if len(b) > MaxBytes {
		return "", tooLarge(len(b))
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		b = fromUTF16(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		b = fromUTF16(b[2:], binary.BigEndian)
	default:
		b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	if !utf8.Valid(b) || bytes.ContainsRune(b, 0) || bytes.ContainsRune(b, utf8.RuneError) {
		return "", playlists.Errorf(playlists.Invalid, "subtitle_encoding", nil, "cannot read the letters of the subtitles: save the file as UTF-8")
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(b)), nil
}

func tooLarge(size int) error {
	return playlists.Errorf(playlists.Invalid, "subtitle_too_large", playlists.Params{"max_kb": MaxBytes >> 10}, "cannot use a subtitle file of %d bytes: %d are enough for every film", size, MaxBytes)
}

func fromUTF16(b []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

type decoder struct {
	lines []string
	at    int
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func (d *decoder) skipBlank() {
	for d.at < len(d.lines) && blank(d.lines[d.at]) {
		d.at++
	}
}

func (d *decoder) skipBlock() {
	for d.at < len(d.lines) && !blank(d.lines[d.at]) {
		d.at++
	}
}

// isNote tells WebVTT's blocks that are not seen.
func isNote(line string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return word == "NOTE" || word == "STYLE" || word == "REGION"
}

// timing is a line of times; what WebVTT writes behind it is a place.
var timing = regexp.MustCompile(`^\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})\s*-->\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})(?:\s.*)?$`)

// cue reads a name or number if there is one, the times, and the text to the
// next empty line.
func (d *decoder) cue() (Cue, error) {
	m := timing.FindStringSubmatch(d.lines[d.at])
	if m == nil && d.at+1 < len(d.lines) {
		d.at++
		m = timing.FindStringSubmatch(d.lines[d.at])
	}
	if m == nil {
		return Cue{}, refuse("subtitle_malformed", d.at+1, nil, "is no line of times (00:00:01,000 --> 00:00:02,000); choose an SRT or WebVTT file")
	}
	c := Cue{From: instant(m[1:5]), Until: instant(m[5:9])}
	at := d.at + 1
	if c.From >= c.Until || c.Until > maxTime {
		return Cue{}, refuse("subtitle_time", at, nil, "ends before it begins, or after a day")
	}
	begin := d.at + 1
	d.at = begin
	d.skipBlock()
	var err error
	c.Lines, err = plain(strings.Join(d.lines[begin:d.at], "\n"), at)
	return c, err
}

func instant(m []string) time.Duration {
	n := func(s string) time.Duration {
		v, _ := strconv.Atoi(s) // digits, few: the pattern says so; none is 0
		return time.Duration(v)
	}
	fraction := (m[3] + "00")[:3]
	return n(m[0])*time.Hour + n(m[1])*time.Minute + n(m[2])*time.Second + n(fraction)*time.Millisecond
}

// tags are WebVTT's and SubRip's, and the orders of SubStation that some
// programs write between braces.
var tags = regexp.MustCompile(`<[^<>]*>|\{\\[^{}]*\}`)

// plain takes the markup out of a cue's text.
func plain(s string, at int) ([]string, error) {
	s = strings.ReplaceAll(tags.ReplaceAllString(s, ""), `\N`, "\n")
	s = norm.NFC.String(html.UnescapeString(s))
	var lines []string
	count := 0
	for line := range strings.Lines(s) {
		line = playlists.Clean(strings.Map(sign, line))
		if line == "" {
			continue
		}
		if letter, ok := undrawable(line); ok {
			return nil, refuse("subtitle_letter", at, playlists.Params{"letter": string(letter)}, "has the sign %q: the fonts have Vietnamese, English and Lao; take it out or use another one", letter)
		}
		lines = append(lines, line)
		count += utf8.RuneCountInString(line)
	}
	if len(lines) > maxLines || count > maxText {
		return nil, refuse("subtitle_too_long", at, playlists.Params{"max_lines": maxLines, "max": maxText}, "begins a subtitle of more than %d lines or %d characters: nobody reads that in time; make two of it", maxLines, maxText)
	}
	return lines, nil
}

// wordBreak is the space without width that Lao texts have between words.
const wordBreak = '\u200b'

// sign changes what would be an order to whatever draws the text, and takes
// out what cannot be seen.
func sign(r rune) rune {
	switch {
	case r == '{':
		return '('
	case r == '}':
		return ')'
	case r == '\\':
		return '/'
	case r >= 0x2010 && r <= 0x2012: // hyphens
		return '-'
	case r == '\n' || r == wordBreak:
		return r
	case r == '♪' || r == '♫': // it is heard
		return -1
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
		return -1
	}
	return r
}

// maxMarks is how many marks stand on one letter in any of the languages.
const maxMarks = 3

// undrawable gives the first sign that the fonts do not have, or the first
// mark too many on a letter.
func undrawable(s string) (rune, bool) {
	marks := 0
	for _, r := range s {
		if marks++; !unicode.Is(unicode.Mn, r) {
			marks = 0
		}
		if marks > maxMarks || !known(r) {
			return r, true
		}
	}
	return 0, false
}

// known are the signs of the fonts that come with the console.
func known(r rune) bool {
	switch {
	case r >= 0x20 && r <= 0x7e, r >= 0xa0 && r <= 0xff, // Latin
		r >= 0x1ea0 && r <= 0x1ef9, r == 0x20ab, // Vietnamese
		unicode.Is(unicode.Lao, r) && r <= 0xedd,
		r == 0x2013, r == 0x2014, r >= 0x2018 && r <= 0x201a, r >= 0x201c && r <= 0x201e, r == 0x2022, r == 0x2026, // punctuation
		r == 0x2032, r == 0x2033, r == 0x2039, r == 0x203a,
		r == wordBreak:
		return true
	}
	return strings.ContainsRune("ĂăĐđĨĩŨũƠơƯưıŒœ€™−", r)
}

// crowded refuses what would fill the picture.
func crowded(cues []Cue) error {
	var open []time.Duration
	for _, c := range cues {
		open = append(slices.DeleteFunc(open, func(until time.Duration) bool { return until <= c.From }), c.Until)
		if len(open) > maxAtOne {
			return playlists.Errorf(playlists.Invalid, "subtitle_crowded", playlists.Params{"at": clock(c.From), "max": maxAtOne}, "cannot show more than %d subtitles at the same time, as there are at %s: correct their times", maxAtOne, clock(c.From))
		}
	}
	return nil
}
