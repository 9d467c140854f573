package captions

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"cotmoc/playlists"
)

const ms = time.Millisecond

func TestDecode(t *testing.T) {
	t.Parallel()
	one := func(lines ...string) []Cue { return []Cue{{From: 1000 * ms, Until: 2500 * ms, Lines: lines}} }
	const at = "00:00:01,000 --> 00:00:02,500\n"
	for name, c := range map[string]struct {
		file string
		want []Cue
	}{
		"SubRip":                             {"1\n" + at + "Cầu Treo\n", one("Cầu Treo")},
		"line ends of Windows and a mark":    {"\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nCầu\r\nTreo\r\n\r\n", one("Cầu", "Treo")},
		"line ends of old":                   {"1\r00:00:01,000 --> 00:00:02,500\rCầu\r", one("Cầu")},
		"no number":                          {at + "Cầu Treo", one("Cầu Treo")},
		"two in any order":                   {"2\n00:01:00.000 --> 00:01:01.000\nB\n\n1\n" + at + "A\n", append(one("A"), Cue{60_000 * ms, 61_000 * ms, []string{"B"}})},
		"WebVTT with all it can":             {"WEBVTT - a title\nKind: captions\n\nNOTE nothing\nof it\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\nname\n00:01.000 --> 00:02.500 position:10% line:0 align:left\n<v Lan><c.red>Cầu</c> <00:01.500><i>Treo</i>\n", one("Cầu Treo")},
		"tags of the web":                    {at + `<font color="#ff0000" face="Impact">Cầu</font> <b onclick="x">Treo</b><script>`, one("Cầu Treo")},
		"orders of SubStation":               {at + `{\an8\fs200\p1}m 0 0 l 100 100{\p0}\NTreo {not one}`, one("m 0 0 l 100 100", "Treo (not one)")},
		"orders without an end":              {at + `{\an8 Treo \h \n`, one(`(/an8 Treo /h /n`)},
		"an order inside of a tag":           {at + `{<b>\fs200}Treo`, one(`(/fs200)Treo`)},
		"signs by name":                      {at + "A &amp; B &lt;b&gt; &#123;\\fs9&#125;", one("A & B <b> (/fs9)")},
		"letters put together":               {at + "Ca\u0302\u0300u", one("Cầu")},
		"signs that are not seen":            {at + "C\u0007ầ\u202eu\u00ad \u200dTreo\ufeff", one("Cầu Treo")},
		"Lao with breaks between its words":  {at + "ດ່ານ\u200bຊາຍແດນ", one("ດ່ານ\u200bຊາຍແດນ")},
		"a line feed of the page":            {at + "Cầu\u2028Treo", one("Cầu Treo")},
		"a cue without text is none":         {at + "<b></b>\n\n3\n" + at + "Treo", one("Treo")},
		"a hundred hours are read in a name": {"00:00\n" + at + "Treo", one("Treo")},
	} {
		got, err := Decode([]byte(c.file))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v %+v, want %+v", name, err, got, c.want)
			continue
		}
		if again, err := Decode(Encode(got)); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%s: kept as %q, read again as %+v %v", name, Encode(got), again, err)
		}
	}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		b := order.AppendUint16(nil, 0xfeff)
		for _, u := range utf16.Encode([]rune(at + "Cầu Treo")) {
			b = order.AppendUint16(b, u)
		}
		if got, err := Decode(b); err != nil || !reflect.DeepEqual(got, one("Cầu Treo")) {
			t.Errorf("%v: %v %+v", order, err, got)
		}
	}
}

// Every refusal has its reason and, where there is one, its line.
func TestRefuse(t *testing.T) {
	t.Parallel()
	const at = "00:00:01,000 --> 00:00:02,500\n"
	many := func(n int, apart time.Duration) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%s --> %s\nA\n\n", clock(time.Duration(i)*apart), clock(time.Duration(i)*apart+time.Second))
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		file   string
		reason string
		line   any
	}{
		"nothing":              {"", "subtitle_empty", nil},
		"only a header":        {"WEBVTT\n\nNOTE x", "subtitle_empty", nil},
		"too large":            {strings.Repeat("x", MaxBytes+1), "subtitle_too_large", nil},
		"Windows-1258":         {at + "C\xe2\xccu", "subtitle_encoding", nil},
		"UTF-16 without mark":  {"1\x00\n\x00", "subtitle_encoding", nil},
		"half of a pair":       {"\xff\xfe\x00\xd8", "subtitle_encoding", nil},
		"another format":       {"[Script Info]\nScriptType: v4.00+\n", "subtitle_malformed", 2},
		"a playlist":           {"#EXTM3U\nfile:///etc/passwd\n", "subtitle_malformed", 2},
		"times of elsewhere":   {"1\n" + at + "A\n\n2\n1s --> 2s\nB", "subtitle_malformed", 6},
		"text alone":           {"Cầu Treo", "subtitle_malformed", 1},
		"it ends first":        {"00:00:02,000 --> 00:00:01,000\nA", "subtitle_time", 1},
		"it takes no time":     {"00:00:02,000 --> 00:00:02,000\nA", "subtitle_time", 1},
		"after a day":          {"25:00:00,000 --> 25:00:01,000\nA", "subtitle_time", 1},
		"letters of elsewhere": {"1\n" + at + "你好", "subtitle_letter", 2},
		"a tower of marks":     {at + "A" + strings.Repeat("\u0301", 5), "subtitle_letter", 1},
		"five lines":           {at + "A\nB\nC\nD\nE", "subtitle_too_long", 1},
		"a book":               {at + strings.Repeat("A", 201), "subtitle_too_long", 1},
		"too many":             {many(MaxCues+1, time.Second), "subtitle_cues", nil},
		"three at a time":      {many(3, 100*ms), "subtitle_crowded", nil},
	} {
		_, err := Decode([]byte(c.file))
		var e *playlists.Error
		if e, _ = err.(*playlists.Error); e == nil || e.Code != playlists.Invalid || e.Reason != c.reason || e.Params["line"] != c.line {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	cues := []Cue{{0, 1000 * ms, []string{"a"}}, {900 * ms, 2000 * ms, []string{"b"}}, {2500 * ms, 4000 * ms, []string{"c"}}, {4000 * ms, 5000 * ms, []string{"d"}}}
	want := []Cue{{0, 1000 * ms, []string{"b"}}, {1500 * ms, 3000 * ms, []string{"c"}}}
	if got := Within(cues, 1000*ms, 3000*ms); !reflect.DeepEqual(got, want) {
		t.Errorf("within: %+v", got)
	}
}

// FuzzDecode: whatever comes in, what comes out is plain text of ours within
// bounds, the same when it is read again, or a refusal.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("1\n00:00:01,000 --> 00:00:02,500\nCầu <b>Treo</b> {\\an8}&lt;\n\n2\n00:00:03.000 --> 00:00:04.000\nນ້ຳ\u200b\n"))
	f.Add([]byte("WEBVTT\n\nNOTE\n\n00:01.000 --> 00:02.500 line:0\n<v Lan>A&amp;amp;\n"))
	f.Add([]byte("\xff\xfe1\x00\n\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		cues, err := Decode(b)
		if err != nil {
			if playlists.CodeOf(err) != playlists.Invalid || playlists.ReasonOf(err) == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if len(cues) == 0 || len(cues) > MaxCues {
			t.Fatalf("%d cues", len(cues))
		}
		for _, c := range cues {
			if c.From < 0 || c.Until <= c.From || len(c.Lines) == 0 || len(c.Lines) > maxLines {
				t.Fatalf("cue %+v", c)
			}
			text := strings.Join(c.Lines, "")
			if strings.ContainsAny(text, "{}\\\n\r\x00") || strings.ContainsFunc(text, unicode.IsControl) || !norm.NFC.IsNormalString(text) {
				t.Fatalf("text %q", text)
			}
		}
		kept := Encode(cues)
		again, err := Decode(kept)
		if err != nil || !bytes.Equal(Encode(again), kept) {
			t.Fatalf("%q is read again as %+v: %v", kept, again, err)
		}
	})
}
