package captions

import (
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"cotmoc/playlists"
)

// fonts are those of the console, which the gate builds first.
func fonts(t testing.TB) *Fonts {
	t.Helper()
	f, err := OpenFonts(os.DirFS(filepath.Join("..", "..", "console", "dist")))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What Decode lets through can be drawn.
func TestFontsHaveEverySign(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for r := range rune(0x3000) {
		if known(r) && r != wordBreak && f.faceOf(r) < 0 && utf8.ValidRune(r) {
			t.Errorf("no face has %q %U", r, r)
		}
	}
}

func TestFontsMissing(t *testing.T) {
	t.Parallel()
	if _, err := OpenFonts(fstest.MapFS{}); playlists.ReasonOf(err) != "subtitle_fonts_missing" {
		t.Errorf("no fonts: %v", err)
	}
	damaged := fstest.MapFS{}
	for _, s := range scripts {
		damaged["assets/"+s+"-normal-x.woff"] = &fstest.MapFile{Data: []byte("wOFF" + strings.Repeat("\xff", 60))}
	}
	if _, err := OpenFonts(damaged); err == nil {
		t.Error("a damaged font was used")
	}
}

// Lines never get wider than the picture, no text is lost, and Lao breaks
// before a syllable.
func TestBreakLine(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	lao := "ດ່ານຊາຍແດນສາກົນນ້ຳພາວແຂວງບໍລິຄຳໄຊເປັນປະຕູສູ່ທະເລຂອງລາວ"
	for _, line := range []string{
		"Cửa khẩu quốc tế Cầu Treo nối Hà Tĩnh với Bolikhamxay, mở cửa từ bảy giờ sáng mỗi ngày",
		lao, strings.Repeat("W", 90), strings.Repeat("ñ ", 60), "Một " + strings.Repeat("dài", 40) + " hết", "ດ່ານ\u200bຊາຍ\u200bແດນ",
	} {
		for _, width := range []float64{8, 17, 32} {
			lines := f.breakLine(line, width)
			for _, l := range lines {
				total := 0.0
				for _, r := range l {
					total += f.advance(r)
				}
				if total > width+0.01 {
					t.Errorf("%q is %.1f wide, more than %.0f", l, total, width)
				}
			}
			bare := strings.NewReplacer(" ", "", "\u200b", "")
			if got := bare.Replace(strings.Join(lines, "")); got != bare.Replace(line) {
				t.Errorf("%q became %q", line, lines)
			}
		}
	}
	for _, l := range f.breakLine(lao, 12)[1:] {
		if r, _ := utf8.DecodeRuneInString(l); !leads(r) {
			t.Errorf("a line begins with %q", l)
		}
	}
}

// However a cue came to be, its text gives no order and no second event.
func TestScriptIsOurs(t *testing.T) {
	t.Parallel()
	hostile := []Cue{{0, 1000 * ms, []string{"a{\\fs900}\\N\nDialogue: 0,x", "[Fonts]"}}}
	s := string(fonts(t).Script(hostile, image.Pt(1920, 1080)))
	if strings.Count(s, "\nDialogue: ") != 1 || strings.Contains(s, "fs900}") || strings.Count(s, "{") != strings.Count(s, `{\fncaptions`) {
		t.Errorf("script:\n%s", s)
	}
}
