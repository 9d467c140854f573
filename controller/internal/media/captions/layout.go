package captions

import (
	"fmt"
	"image"
	"math"
	"strings"
	"time"
	"unicode"
)

// How subtitles stand on a picture, as parts of its shorter side or of its
// width and height.
const (
	textSize   = 0.05 // of an em
	sideMargin = 0.05
	footMargin = 0.05
	fewLines   = 3   // what is longer gets smaller
	smallest   = 0.6 // of the size
)

// Script writes cues for libass, as they are seen on a canvas. All that it
// says besides their text is ours, and the text has no sign that would be an
// order.
func (f *Fonts) Script(cues []Cue, canvas image.Point) []byte {
	var b strings.Builder
	side := math.Min(float64(canvas.X), float64(canvas.Y))
	em := side * textSize
	fmt.Fprintf(&b, `[Script Info]
ScriptType: v4.00+
PlayResX: %d
PlayResY: %d
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: text,%s,%.2f,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,%.2f,%.2f,2,0,0,%d,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`, canvas.X, canvas.Y, f.faces[0].name, em*f.faces[0].height/f.faces[0].em, em*0.07, em*0.03, int(float64(canvas.Y)*footMargin))
	for _, c := range cues {
		size, lines := f.fit(c.Lines, em, float64(canvas.X)*(1-2*sideMargin))
		fmt.Fprintf(&b, "Dialogue: 0,%s,%s,text,,0,0,0,,", assTime(c.From), assTime(c.Until))
		for i, line := range lines {
			if i > 0 {
				b.WriteString(`\N`)
			}
			f.write(&b, line, size)
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// assTime counts hundredths.
func assTime(d time.Duration) string {
	cs := (d + 5*time.Millisecond).Milliseconds() / 10
	return fmt.Sprintf("%d:%02d:%02d.%02d", cs/360_000, cs/6000%60, cs/100%60, cs%100)
}

// fit breaks lines to a width in pixels, smaller where they would be many.
func (f *Fonts) fit(lines []string, em, width float64) (size float64, broken []string) {
	for size = em; ; size *= 0.9 {
		broken = nil
		for _, line := range lines {
			broken = append(broken, f.breakLine(line, width/size)...)
		}
		if len(broken) <= max(fewLines, len(lines)) || size*0.9 < em*smallest {
			return size, broken
		}
	}
}

// breakLine breaks a line to a width in ems: at spaces; in Lao, which has
// none between words, before a vowel that is written in front of its
// consonant, which always begins a syllable; and in the midst of a word that
// is longer than a line.
func (f *Fonts) breakLine(line string, width float64) []string {
	var out []string
	var done, word strings.Builder
	doneWidth, wordWidth := 0.0, 0.0
	endLine := func() {
		if s := strings.TrimSpace(done.String()); s != "" {
			out = append(out, s)
		}
		done.Reset()
		doneWidth = 0
	}
	endWord := func() {
		done.WriteString(word.String())
		doneWidth += wordWidth
		word.Reset()
		wordWidth = 0
	}
	var before rune
	for _, r := range line {
		if r == ' ' || r == wordBreak || leads(r) && unicode.Is(unicode.Lao, before) {
			endWord()
		}
		w := f.advance(r)
		if !unicode.Is(unicode.Mn, r) && doneWidth+wordWidth+w > width && r != ' ' {
			if doneWidth == 0 {
				endWord() // it is longer than a line
			}
			endLine()
		}
		if before = r; r == wordBreak || r == ' ' && doneWidth+wordWidth == 0 {
			continue
		}
		word.WriteRune(r)
		wordWidth += w
	}
	endWord()
	endLine()
	return out
}

// leads tells Lao's vowels that are written before their consonant.
func leads(r rune) bool { return r >= 'ເ' && r <= 'ໄ' }

// write writes a line, each part in the face that has its letters.
func (f *Fonts) write(b *strings.Builder, line string, size float64) {
	last := -1
	for _, r := range line {
		i := f.faceOf(r)
		if i < 0 || strings.ContainsRune("{}\\\n", r) {
			continue // Decode lets none through
		}
		if (r == ' ' || unicode.Is(unicode.Mn, r)) && last >= 0 && f.has(last, r) {
			i = last
		}
		if i != last {
			last = i
			fmt.Fprintf(b, `{\fn%s\fs%.2f}`, f.faces[i].name, size*f.faces[i].height/f.faces[i].em)
		}
		b.WriteRune(r)
	}
}

func (f *Fonts) has(i int, r rune) bool {
	one := Fonts{faces: f.faces[i : i+1]}
	return one.faceOf(r) == 0
}
