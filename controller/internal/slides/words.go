package slides

import (
	"fmt"
	"time"
)

// words are what a template says by itself.
type words struct {
	News, Notice, Scan         string
	Warning, Risk, Level, Call string
	Hours, Lane, Days, Open    string
	Rates, Currency, Buy, Sell string
	Updated, From, AsOf        string
	Left, Today                string
	levels                     [5]string
	weekdays                   [7]string // from Sunday
	unit, one                  string    // of days, after a number
	date                       string    // layout of a date
	daily                      string    // layout of a date with its weekday, %s
	moment                     string    // a time and a date, %s and %s
}

func wordsIn(language string) words {
	switch language {
	case "en":
		return words{
			News: "News", Notice: "Announcement", Scan: "Read on your phone",
			Warning: "Warning", Risk: "Disaster risk", Level: "Level", Call: "Hotline",
			Hours: "Border-gate hours", Lane: "Lane", Days: "Days", Open: "Open",
			Rates: "Exchange rates", Currency: "Currency", Buy: "Buy", Sell: "Sell",
			Updated: "Updated", From: "In force from", AsOf: "Counted on",
			Left: "", Today: "Today", unit: "days to go", one: "day to go",
			levels:   [5]string{"Low", "Moderate", "High", "Very high", "Catastrophic"},
			weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
			date:     "2 January 2006", daily: "%s, %s", moment: "%s, %s",
		}
	case "lo":
		return words{
			News: "ຂ່າວ", Notice: "ແຈ້ງການ", Scan: "ອ່ານໃນໂທລະສັບ",
			Warning: "ເຕືອນໄພ", Risk: "ຄວາມສ່ຽງໄພພິບັດ", Level: "ລະດັບ", Call: "ສາຍດ່ວນ",
			Hours: "ໂມງເປີດດ່ານ", Lane: "ຊ່ອງທາງ", Days: "ວັນ", Open: "ເວລາເປີດ",
			Rates: "ອັດຕາແລກປ່ຽນ", Currency: "ສະກຸນເງິນ", Buy: "ຊື້", Sell: "ຂາຍ",
			Updated: "ອັບເດດ", From: "ໃຊ້ແຕ່ວັນທີ", AsOf: "ນັບຮອດວັນທີ",
			Left: "ຍັງເຫຼືອ", Today: "ມື້ນີ້", unit: "ມື້", one: "ມື້",
			levels:   [5]string{"ຕ່ຳ", "ປານກາງ", "ສູງ", "ສູງຫຼາຍ", "ໄພພິບັດ"},
			weekdays: [7]string{"ວັນອາທິດ", "ວັນຈັນ", "ວັນອັງຄານ", "ວັນພຸດ", "ວັນພະຫັດ", "ວັນສຸກ", "ວັນເສົາ"},
			date:     "02/01/2006", daily: "%s, %s", moment: "%s, %s",
		}
	case "zh":
		return words{
			News: "新闻", Notice: "公告", Scan: "手机扫码阅读",
			Warning: "预警", Risk: "灾害风险", Level: "等级", Call: "热线电话",
			Hours: "口岸开放时间", Lane: "通道", Days: "日期", Open: "开放时间",
			Rates: "外币汇率", Currency: "货币", Buy: "买入", Sell: "卖出",
			Updated: "更新时间", From: "生效日期", AsOf: "截至",
			Left: "还有", Today: "今天", unit: "天", one: "天",
			levels:   [5]string{"低", "中等", "高", "很高", "特别重大"},
			weekdays: [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
			date:     "2006年1月2日", daily: "%[2]s %[1]s", moment: "%[2]s %[1]s",
		}
	}
	return words{
		News: "Tin tức", Notice: "Thông báo", Scan: "Đọc trên điện thoại",
		Warning: "Cảnh báo", Risk: "Rủi ro thiên tai", Level: "Cấp", Call: "Đường dây nóng",
		Hours: "Giờ làm việc cửa khẩu", Lane: "Luồng", Days: "Ngày", Open: "Giờ mở cửa",
		Rates: "Tỷ giá ngoại tệ", Currency: "Ngoại tệ", Buy: "Mua vào", Sell: "Bán ra",
		Updated: "Cập nhật", From: "Áp dụng từ", AsOf: "Tính đến",
		Left: "Còn", Today: "Hôm nay", unit: "ngày", one: "ngày",
		levels:   [5]string{"Thấp", "Trung bình", "Lớn", "Rất lớn", "Thảm họa"},
		weekdays: [7]string{"Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"},
		date:     "02/01/2006", daily: "%s, %s", moment: "%s, %s",
	}
}

// day writes a date, "" for none.
func (w words) day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.Format(w.date)
}

// weekday writes a date with its day of the week.
func (w words) weekday(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(w.daily, w.weekdays[t.Weekday()], t.Format(w.date))
}

// at writes a date with a time, which may be "".
func (w words) at(date, clock string) string {
	if date == "" || clock == "" {
		return w.day(date)
	}
	return fmt.Sprintf(w.moment, clock, w.day(date))
}

// days gives the words after a number of them.
func (w words) days(n int) string {
	if n == 1 {
		return w.one
	}
	return w.unit
}
