package tongue_test

import (
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"cotmoc/controller/internal/sources/tongue"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"Cửa khẩu mở từ 7 giờ đến 19 giờ 30 mỗi ngày.", "vi"},
		{norm.NFD.String("Cửa khẩu mở từ 7 giờ đến 19 giờ 30 mỗi ngày."), "vi"},
		{"CỬA KHẨU QUỐC TẾ CẦU TREO", "vi"},
		{"The gate is open from 7:00 to 19:30 every day of the week.", "en"},
		{"The Cầu Treo gate is open every day, and visitors from Laos are welcome here.", "en"},
		{"La porte est ouverte tous les jours et les visiteurs sont les bienvenus.", "fr"},
		{"La puerta está abierta todos los días y los visitantes son bienvenidos.", "es"},
		{"ດ່ານເປີດແຕ່ 7 ໂມງ ຫາ 19 ໂມງ 30 ທຸກວັນ.", "lo"},
		{"ด่านเปิดตั้งแต่ 7 โมงถึง 19 โมงครึ่งทุกวัน", "th"},
		{"口岸每天开放。", "zh"},
		{"ゲートは毎日開いています。", "ja"},
		{"국경 검문소는 매일 열립니다.", "ko"},
		{"2026", tongue.Unknown}, {"", tongue.Unknown}, {"OK", tongue.Unknown}, {"\xff\xfe", tongue.Unknown},
	} {
		if got := tongue.Of(c.text); got != c.want {
			t.Errorf("%q is taken for %q", c.text, got)
		}
	}
}

func TestOfArticle(t *testing.T) {
	t.Parallel()
	m := tongue.OfArticle("lo", []string{
		"ກຸ່ມນັກທ່ອງທ່ຽວມີຊາວຄົນ ສ່ວນຫຼາຍໄປທ່ຽວຫາດທຽນເກິມ.", "Bộ đội biên phòng hướng dẫn khách khai báo.", "7:00", "ດ່ານເປີດທຸກວັນ.",
	})
	if m.Main != "lo" || !slices.Equal(m.Foreign, []int{1}) || !slices.Equal(m.Each, []string{"lo", "vi", "", "lo"}) {
		t.Errorf("it is %+v", m)
	}
	if m := tongue.OfArticle("en", []string{"Bộ đội biên phòng hướng dẫn khách khai báo."}); len(m.Foreign) != 1 || m.Main != "vi" {
		t.Errorf("a page that claims English and is Vietnamese is %+v", m)
	}
}
