package slides

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"cotmoc/playlists"
)

// fontSet is the fonts of slides: those of the console, in its assets, and the
// pieces of a Chinese one, of which a page gets those that it needs.
type fontSet struct {
	every  template.CSS
	assets fs.FS
	pieces []piece
}

// piece is one file of the Chinese font, and the letters in it.
type piece struct {
	file   string
	ranges [][2]rune
}

func (p piece) has(r rune) bool {
	return slices.ContainsFunc(p.ranges, func(x [2]rune) bool { return r >= x[0] && r <= x[1] })
}

func fontsMissing() error {
	return playlists.Errorf(playlists.Unavailable, "slide_fonts_missing", nil, "cannot make slides: this program was built without the console, whose fonts they use; build it with the console")
}

func openFonts(assets fs.FS) (*fontSet, error) {
	var b strings.Builder
	for _, script := range []string{"latin", "vietnamese", "lao"} {
		for _, weight := range []string{"400", "600"} {
			pattern := "assets/noto-sans-" + script + "-" + weight + "-normal-*.woff2"
			if script == "lao" {
				pattern = "assets/noto-sans-lao-lao-" + weight + "-normal-*.woff2"
			}
			names, err := fs.Glob(assets, pattern)
			if err != nil || len(names) != 1 {
				return nil, fontsMissing()
			}
			font, err := fs.ReadFile(assets, names[0])
			if err != nil {
				return nil, fmt.Errorf("cannot read the font %s: %w", names[0], err)
			}
			fmt.Fprintf(&b, "@font-face{font-family:%s;font-weight:%s;src:url(%s) format('woff2')}\n", script, weight, dataURL("font/woff2", font))
		}
	}
	pieces, err := chinesePieces(assets)
	return &fontSet{every: template.CSS(b.String()), assets: assets, pieces: pieces}, err
}

func chinesePieces(assets fs.FS) ([]piece, error) {
	list, err := fs.ReadFile(assets, "slides/noto-sans-sc.json")
	if err != nil {
		return nil, fontsMissing()
	}
	var ranges map[string]string
	if err := json.Unmarshal(list, &ranges); err != nil {
		return nil, fmt.Errorf("cannot read the list of Chinese fonts: %w", err)
	}
	out := make([]piece, 0, len(ranges))
	for name, spans := range ranges {
		p := piece{file: "slides/noto-sans-sc-" + name + ".woff2"}
		for span := range strings.SplitSeq(spans, ",") {
			from, to, several := strings.Cut(strings.TrimPrefix(span, "U+"), "-")
			if !several {
				to = from
			}
			first, err := strconv.ParseInt(from, 16, 32)
			if err != nil {
				return nil, fmt.Errorf("cannot read the letters of the font %s: %w", name, err)
			}
			last, err := strconv.ParseInt(to, 16, 32)
			if err != nil {
				return nil, fmt.Errorf("cannot read the letters of the font %s: %w", name, err)
			}
			p.ranges = append(p.ranges, [2]rune{rune(first), rune(last)})
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b piece) int { return strings.Compare(a.file, b.file) })
	return out, nil
}

// faces gives the style that brings the fonts for a text along; chinese are the
// letters of it that are written in Chinese.
func (s *fontSet) faces(chinese []rune) (template.CSS, error) {
	letters := map[int][]string{}
	for _, r := range chinese {
		n := slices.IndexFunc(s.pieces, func(p piece) bool { return p.has(r) })
		if n < 0 {
			return "", noLetter(r)
		}
		letters[n] = append(letters[n], fmt.Sprintf("U+%x", r))
	}
	var b strings.Builder
	b.WriteString(string(s.every))
	for n, p := range s.pieces {
		if letters[n] == nil {
			continue
		}
		font, err := fs.ReadFile(s.assets, p.file)
		if err != nil {
			return "", fmt.Errorf("cannot read the font %s: %w", p.file, err)
		}
		fmt.Fprintf(&b, "@font-face{font-family:chinese;font-weight:100 900;src:url(%s) format('woff2');unicode-range:%s}\n", dataURL("font/woff2", font), strings.Join(letters[n], ","))
	}
	return template.CSS(b.String()), nil
}

func noLetter(r rune) error {
	return playlists.Errorf(playlists.Invalid, "slide_letter", playlists.Params{"letter": string(r)}, "cannot write %q on a slide: the fonts of its language have no sign for it; take it out, use another sign or another language", r)
}
