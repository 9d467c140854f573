package slides_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// fonts are those of the console, which the gate builds first.
func fonts() fs.FS { return os.DirFS(filepath.Join("..", "console", "dist")) }

func studio(t *testing.T) *slides.Studio {
	t.Helper()
	s := slides.NewStudio(slides.StudioConfig{
		Chromium: os.Getenv("COTMOC_CHROMIUM"), Fonts: fonts(), Work: t.TempDir(), Confine: func(*exec.Cmd) {}, Log: slog.New(slog.DiscardHandler),
	})
	if err := s.Lacks(); err != nil {
		t.Fatal(err)
	}
	return s
}

// photo is a JPEG of one colour that no template uses.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []byte{20, 160, 90, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// long are headlines as papers print them, of about 200 characters.
var long = map[string][]string{
	"vi": {
		"Phó Chủ tịch Thường trực Ủy ban nhân dân tỉnh Hà Tĩnh tiếp và làm việc với Đoàn đại biểu cấp cao tỉnh Bô-ly-khăm-xay, nước Cộng hòa Dân chủ nhân dân Lào về hợp tác phát triển kinh tế cửa khẩu giai đoạn 2026–2030",
		"Khẩn trương triển khai các giải pháp ứng phó với mưa lũ lớn, nguy cơ sạt lở đất và lũ quét tại các huyện miền núi Hương Sơn, Hương Khê, Vũ Quang; bảo đảm tuyệt đối an toàn tính mạng, tài sản của nhân dân",
		"Nghiêng nghiêng những chuyến xe xuyên Trường Sơn: chuyện về những người lính quân hàm xanh giữ bình yên đường biên, cột mốc nơi Cửa khẩu quốc tế Cầu Treo và tình hữu nghị đặc biệt Việt Nam – Lào",
	},
	"lo": {
		"ຄະນະຜູ້ແທນຂັ້ນສູງແຂວງບໍລິຄຳໄຊເຂົ້າຢ້ຽມຢາມແລະເຮັດວຽກກັບຄະນະກຳມະການປະຊາຊົນແຂວງຮ່າຕິ້ງ ກ່ຽວກັບການຮ່ວມມືພັດທະນາເສດຖະກິດດ່ານຊາຍແດນໃນໄລຍະປີ 2026–2030 ແລະການອຳນວຍຄວາມສະດວກໃຫ້ແກ່ການຂົນສົ່ງສິນຄ້າ",
		"ສອງປະເທດລາວແລະຫວຽດນາມສືບຕໍ່ເສີມຂະຫຍາຍສາຍພົວພັນມິດຕະພາບທີ່ຍິ່ງໃຫຍ່ ຄວາມສາມັກຄີພິເສດ ແລະການຮ່ວມມືຮອບດ້ານ ເພື່ອຜົນປະໂຫຍດຂອງປະຊາຊົນສອງຊາດຕາມແນວຊາຍແດນດ່ານສາກົນນ້ຳພາວ–ເກົ່າແຈວ",
	},
	"en": {
		"Standing Vice Chairman of the Ha Tinh Provincial People's Committee receives a high-ranking delegation from Bolikhamxay Province of Laos to discuss border-gate economic cooperation in the years from 2026 to 2030",
	},
}

var texts = map[string]string{
	"vi": "Từ đầu năm đến nay, kim ngạch xuất nhập khẩu qua cửa khẩu tăng 18,4% so với cùng kỳ; lực lượng chức năng hai bên rút ngắn thời gian thông quan còn dưới 30 phút.",
	"lo": "ແຕ່ຕົ້ນປີມາຮອດປັດຈຸບັນ ມູນຄ່າການສົ່ງອອກ-ນຳເຂົ້າຜ່ານດ່ານເພີ່ມຂຶ້ນ 18,4% ເມື່ອທຽບໃສ່ໄລຍະດຽວກັນ; ເຈົ້າໜ້າທີ່ສອງຝ່າຍຫຼຸດເວລາການກວດສິນຄ້າລົງເຫຼືອບໍ່ຮອດ 30 ນາທີ.",
	"en": "Trade through the gate has grown by 18.4% this year; officers of both sides have cut clearance to less than 30 minutes.",
}

var sources = map[string]string{"vi": "Báo Hà Tĩnh", "lo": "ໜັງສືພິມຮ່າຕິ້ງ", "en": "Ha Tinh Newspaper"}

// keep writes a picture where somebody who looks at them asks for it.
func keep(t *testing.T, name string, img image.Image) {
	t.Helper()
	dir := os.Getenv("COTMOC_SLIDES_TO")
	if dir == "" {
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// decode reads the code in a picture as a phone does: after JPEG.
func decode(t *testing.T, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}); err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return err.Error()
	}
	return read.GetText()
}

// share is how much of a picture has about a colour.
func share(img image.Image, want color.RGBA) float64 {
	found, all := 0, 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 8 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 8 {
			r, g, b, _ := img.At(x, y).RGBA()
			all++
			if near(r, want.R) && near(g, want.G) && near(b, want.B) {
				found++
			}
		}
	}
	return float64(found) / float64(all)
}

func near(got uint32, want uint8) bool {
	d := int(got>>8) - int(want)
	return d > -12 && d < 12
}

// TestUnfittingIsRefused: what does not fit at a size that is read from afar is
// said, never cut off; so is one word that is too wide.
func TestUnfittingIsRefused(t *testing.T) {
	t.Parallel()
	s := studio(t)
	err := slides.Sit(t.Context(), s, func(browser slides.Sitting) error {
		for name, x := range map[string]struct {
			change func(*slides.Slide)
			reason string
		}{
			"much text":          {func(x *slides.Slide) { x.Text = strings.TrimSpace(strings.Repeat("Từ đầu năm đến nay ", 100)) }, "slide_too_long"},
			"one word":           {func(x *slides.Slide) { x.Title = strings.Repeat("W", 120) }, "slide_too_long"},
			"a letter of no use": {func(x *slides.Slide) { x.Language, x.Title = "zh", "高桥㐀" }, "slide_letter"},
		} {
			slide := slides.Slide{Template: slides.News, Version: 1, Language: "vi", Title: "Cầu Treo"}
			x.change(&slide)
			if err := browser.Fits(slide, slides.Parts{}); playlists.ReasonOf(err) != x.reason {
				t.Errorf("%s: Fits = %v", name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	x := slides.Slide{Template: slides.News, Version: 1, Language: "vi", Title: strings.Repeat("W", 120)}
	if _, err := s.Draw(t.Context(), x, slides.Parts{}); playlists.ReasonOf(err) != "slide_too_long" {
		t.Errorf("Draw = %v", err)
	}
}

// TestWordsAreOnlyWords: what a text says is never markup, and the page reaches
// nothing.
func TestWordsAreOnlyWords(t *testing.T) {
	t.Parallel()
	s := studio(t)
	x := slides.Slide{Template: slides.Notice, Version: 1, Language: "en", Title: `<style> body { background: red } </style>`, Text: `</div> <script> document.body.remove() </script>`}
	drawn, err := s.Draw(t.Context(), x, slides.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	for p, img := range drawn {
		keep(t, "markup-"+string(p), img)
		if got := share(img, color.RGBA{0xf6, 0xf2, 0xea, 255}); got < 0.4 {
			t.Errorf("%s: paper takes %.2f of it", p, got)
		}
	}
}

// TestWithoutChromium: all else works, and who asks is told what to install.
func TestWithoutChromium(t *testing.T) {
	t.Parallel()
	s := slides.NewStudio(slides.StudioConfig{Chromium: "/nowhere/chromium", Fonts: fonts(), Work: t.TempDir(), Confine: func(*exec.Cmd) {}, Log: slog.New(slog.DiscardHandler)})
	if _, err := s.Draw(t.Context(), sound(), slides.Parts{}); playlists.ReasonOf(err) != "chromium_missing" {
		t.Errorf("Draw = %v", err)
	}
}
