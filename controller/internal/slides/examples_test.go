package slides_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// example is a slide whose looks are kept.
type example struct {
	name     string
	slide    slides.Slide
	pictured bool
	emblem   []byte
}

// said are the texts of the examples in each language, as units write them.
var said = map[string]struct {
	news, text, source, unit            string
	notice, noticeText                  string
	warning, warningText, office, phone string
	gate, note, bank, table, tableNote  string
	lanes                               [][]string
	rates                               [][]string
	holiday, holidayText                string
}{
	"vi": {
		news: long["vi"][0], text: texts["vi"], source: sources["vi"], unit: "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh",
		notice: "Tạm dừng thông quan chiều 30 tháng Chạp", noticeText: "Cửa khẩu quốc tế Cầu Treo dừng làm thủ tục từ 17:00.\nMở lại lúc 07:00 sáng mùng 2 Tết.",
		warning: "Mưa rất to, nguy cơ lũ quét và sạt lở đất ở Hương Sơn, Hương Khê, Vũ Quang", warningText: "Không qua ngầm, tràn khi nước chảy xiết.\nSơ tán khỏi sườn đồi, ven suối trước 18:00.\nQuốc lộ 8A: xe tải dừng tại Sơn Kim 1.",
		office: "Ban Chỉ huy Phòng thủ dân sự tỉnh Hà Tĩnh", phone: "0239 3 855 555",
		gate: "Cửa khẩu quốc tế Cầu Treo", note: "Ngày lễ, Tết: theo thông báo riêng.",
		lanes: [][]string{{"Người và xe khách", "Thứ Hai – Chủ nhật", "07:00–19:30"}, {"Xe tải hàng xuất khẩu", "Thứ Hai – Thứ Bảy", "07:00–17:00"}, {"Nông sản tươi (luồng ưu tiên)", "Hằng ngày", "06:00–21:00"}},
		table: "1 đơn vị ngoại tệ bằng", bank: "Ngân hàng Nhà nước chi nhánh Hà Tĩnh", tableNote: "Đơn vị: đồng Việt Nam. Tỷ giá tham khảo.",
		rates:   [][]string{{"USD – Đô la Mỹ", "26.150", "26.390"}, {"LAK – Kíp Lào (100)", "118,20", "124,50"}, {"THB – Bạt Thái", "801,4", "838,9"}, {"CNY – Nhân dân tệ", "3.652", "3.740"}, {"EUR – Euro", "30.210", "31.080"}},
		holiday: "Quốc khánh nước Cộng hòa xã hội chủ nghĩa Việt Nam", holidayText: "Lễ thượng cờ tại Quốc môn Cầu Treo lúc 06:30",
	},
	"en": {
		news: long["en"][0], text: texts["en"], source: sources["en"], unit: "Ha Tinh Department of Culture, Sports and Tourism",
		notice: "No clearance on the afternoon of New Year's Eve", noticeText: "Cau Treo International Border Gate closes its counters at 17:00.\nIt opens again at 07:00 on the second day of Tet.",
		warning: "Very heavy rain: flash floods and landslides are likely in Huong Son, Huong Khe and Vu Quang", warningText: "Do not cross fords while the water runs fast.\nLeave slopes and stream banks before 18:00.\nNational Road 8A: lorries stop at Son Kim 1.",
		office: "Ha Tinh Civil Defence Command", phone: "+84 239 3 855 555",
		gate: "Cau Treo International Border Gate", note: "Public holidays: see separate notices.",
		lanes: [][]string{{"People and coaches", "Monday – Sunday", "07:00–19:30"}, {"Export lorries", "Monday – Saturday", "07:00–17:00"}, {"Fresh produce (priority lane)", "Every day", "06:00–21:00"}},
		table: "One unit of foreign currency", bank: "State Bank of Vietnam, Ha Tinh branch", tableNote: "In Vietnamese dong. For reference only.",
		rates:   [][]string{{"USD – US dollar", "26,150", "26,390"}, {"LAK – Lao kip (100)", "118.20", "124.50"}, {"THB – Thai baht", "801.4", "838.9"}, {"CNY – Chinese yuan", "3,652", "3,740"}, {"EUR – Euro", "30,210", "31,080"}},
		holiday: "National Day of the Socialist Republic of Vietnam", holidayText: "Flag raising at the Cau Treo gate at 06:30",
	},
	"lo": {
		news: long["lo"][0], text: texts["lo"], source: sources["lo"], unit: "ພະແນກວັດທະນະທຳ ກິລາ ແລະ ທ່ອງທ່ຽວ ແຂວງຮ່າຕິ້ງ",
		notice: "ດ່ານສາກົນນ້ຳພາວຢຸດການກວດສິນຄ້າໃນວັນພັກ", noticeText: "ຢຸດຮັບເອກະສານແຕ່ເວລາ 17:00.\nເປີດຄືນເວລາ 07:00 ຂອງວັນທີ 2 ປີໃໝ່.",
		warning: "ຝົນຕົກໜັກຫຼາຍ, ສ່ຽງເກີດນ້ຳຖ້ວມກະທັນຫັນ ແລະ ດິນເຈື່ອນຢູ່ເຂດພູດອຍ", warningText: "ຢ່າຂ້າມຫ້ວຍເມື່ອນ້ຳໄຫຼແຮງ.\nອົບພະຍົບອອກຈາກຕີນພູ ແລະ ແຄມຫ້ວຍກ່ອນເວລາ 18:00.\nທາງຫຼວງເລກ 8A: ລົດບັນທຸກຈອດຢູ່ເຊີນກິມ 1.",
		office: "ຄະນະບັນຊາການປ້ອງກັນພົນລະເຮືອນ ແຂວງຮ່າຕິ້ງ", phone: "+84 239 3 855 555",
		gate: "ດ່ານສາກົນນ້ຳພາວ – ເກົ່າແຈວ", note: "ວັນພັກລັດຖະການ: ຕາມແຈ້ງການຕ່າງຫາກ.",
		lanes: [][]string{{"ຄົນ ແລະ ລົດໂດຍສານ", "ວັນຈັນ – ວັນອາທິດ", "07:00–19:30"}, {"ລົດບັນທຸກສິນຄ້າສົ່ງອອກ", "ວັນຈັນ – ວັນເສົາ", "07:00–17:00"}, {"ຜົນລະປູກສົດ (ຊ່ອງທາງບູລິມະສິດ)", "ທຸກວັນ", "06:00–21:00"}},
		table: "1 ໜ່ວຍເງິນຕາຕ່າງປະເທດ", bank: "ທະນາຄານແຫ່ງລັດຫວຽດນາມ ສາຂາຮ່າຕິ້ງ", tableNote: "ໜ່ວຍ: ດົ່ງຫວຽດນາມ. ໃຊ້ເປັນຂໍ້ມູນອ້າງອີງ.",
		rates:   [][]string{{"USD – ໂດລາສະຫະລັດ", "26.150", "26.390"}, {"LAK – ກີບລາວ (100)", "118,20", "124,50"}, {"THB – ບາດໄທ", "801,4", "838,9"}, {"CNY – ຢວນຈີນ", "3.652", "3.740"}, {"EUR – ເອີໂຣ", "30.210", "31.080"}},
		holiday: "ວັນຊາດ ສາທາລະນະລັດ ປະຊາທິປະໄຕ ປະຊາຊົນລາວ", holidayText: "ພິທີເຊີນທຸງຂຶ້ນຢູ່ດ່ານເວລາ 06:30",
	},
	"zh": {
		news: "河静省与老挝波里坎赛省商定二〇二六至二〇三〇年口岸经济合作，进一步缩短货物通关时间", text: "今年以来，口岸进出口额同比增长18.4%；双方职能部门将通关时间缩短至30分钟以内。", source: "《河静报》", unit: "河静省文化体育和旅游厅",
		notice: "除夕下午暂停办理通关手续", noticeText: "高桥国际口岸17:00起停止办理手续。\n正月初二07:00恢复通关。",
		warning: "特大暴雨：山区可能发生山洪和山体滑坡", warningText: "水流湍急时请勿涉水过桥。\n请于18:00前撤离山坡和溪边。\n8A国道：货车在山金一社停车等候。",
		office: "河静省民防指挥部", phone: "+84 239 3 855 555",
		gate: "高桥国际口岸", note: "节假日开放时间另行通知。",
		lanes: [][]string{{"旅客和客车", "星期一至星期日", "07:00–19:30"}, {"出口货车", "星期一至星期六", "07:00–17:00"}, {"生鲜农产品（优先通道）", "每天", "06:00–21:00"}},
		table: "一单位外币", bank: "越南国家银行河静分行", tableNote: "单位：越南盾，仅供参考。",
		rates:   [][]string{{"USD 美元", "26,150", "26,390"}, {"LAK 老挝基普（100）", "118.20", "124.50"}, {"THB 泰铢", "801.4", "838.9"}, {"CNY 人民币", "3,652", "3,740"}, {"EUR 欧元", "30,210", "31,080"}},
		holiday: "越南社会主义共和国国庆节", holidayText: "06:30在高桥口岸国门举行升旗仪式",
	},
}

// address is as long as those of the portal are.
const address = "https://www.vietnam.vn/lo/ha-tinh-cua-khau-quoc-te-cau-treo-day-manh-thong-quan-hang-hoa-viet-nam-lao-trong-nhung-thang-cuoi-nam-2026"

// examples are every template in every language.
func examples() []example {
	var out []example
	var branded []slides.Slide
	for _, language := range slides.Languages() {
		w := said[language]
		add := func(name string, s slides.Slide, pictured bool) {
			s.Version, s.Language = slides.Newest(s.Template), language
			out = append(out, example{name: fmt.Sprintf("%s-%s", name, language), slide: s.Clean(), pictured: pictured})
			if name == s.Template && (language == "vi" || language == "lo" && name == slides.Hours) {
				branded = append(branded, s.Clean())
			}
		}
		add("tin", slides.Slide{Template: slides.News, Title: w.news, Text: w.text, Source: w.source, Date: "2026-11-26", Page: address}, true)
		add("thong-bao", slides.Slide{Template: slides.Notice, Title: w.notice, Text: w.noticeText, Source: w.unit, Date: "2026-11-26"}, false)
		warning := slides.Slide{Template: slides.Warning, Level: 3, Title: w.warning, Text: w.warningText, Phone: w.phone, Source: w.office, Date: "2026-11-26", Time: "14:30", Page: address}
		add("canh-bao", warning, false)
		add("gio-cua-khau", slides.Slide{Template: slides.Hours, Title: w.gate, Rows: w.lanes, Text: w.note, Source: w.unit, Date: "2026-12-01", Page: address}, false)
		add("ti-gia", slides.Slide{Template: slides.Rates, Title: w.table, Rows: w.rates, Text: w.tableNote, Source: w.bank, Date: "2026-11-26", Time: "08:30", Page: address}, false)
		days := slides.Slide{Template: slides.Countdown, Title: w.holiday, Until: "2027-09-02", Date: "2027-08-21", Text: w.holidayText, Source: w.unit}
		add("dem-ngay", days, false)
		switch language {
		case "vi":
			add("tin-khong-anh", slides.Slide{Template: slides.News, Title: long["vi"][2], Source: w.source, Date: "2026-11-26", Page: "https://www.vietnam.vn/bai"}, false)
			for _, level := range []int{1, 2, 4, 5} {
				warning.Level = level
				add(fmt.Sprintf("canh-bao-%d", level), warning, false)
			}
			days.Date = ""
			add("dem-ngay-khong-dem", days, false)
			add("chao-mung", slides.Slide{
				Template: slides.Welcome, Title: "Cửa khẩu quốc tế Cầu Treo", Source: "Hà Tĩnh – Việt Nam",
				Rows: [][]string{{"Chào mừng quý khách đến Hà Tĩnh"}, {"ຍິນດີຕ້ອນຮັບທ່ານສູ່ແຂວງຮ່າຕິ້ງ"}, {"Welcome to Ha Tinh"}, {"欢迎您来到河静"}},
			}, false)
		case "lo":
			days.Date = days.Until
			add("dem-ngay-hom-nay", days, false)
		case "en":
			days.Date = "2027-09-01"
			add("dem-ngay-mot", days, false)
		}
	}
	emblem := emblem()
	for _, s := range branded {
		s.Brand = &slides.Brand{Name: "Ban Quản lý Khu kinh tế tỉnh Hà Tĩnh", Main: "#123a63", Accent: "#f2b632", Emblem: playlists.DigestOf(emblem)}
		out = append(out, example{name: fmt.Sprintf("%s-%s-nhan-dien", s.Template, s.Language), slide: s, emblem: emblem})
	}
	return out
}

// emblem is a round sign as units have them.
func emblem() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 120, 120))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	for y := range 120 {
		for x := range 120 {
			if d := (x-60)*(x-60) + (y-60)*(y-60); d < 58*58 && d > 44*44 || d < 24*24 {
				img.Set(x, y, color.RGBA{0, 110, 70, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return nil
	}
	return b.Bytes()
}
