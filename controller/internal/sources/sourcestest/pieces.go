package sourcestest

// The addresses of the portal's pictures in their three eras.
const (
	era2024 = "https://cdn.vietnam.vn/wp-content/uploads/2024/12/bien-thien-cam.webp.webp"
	era2025 = "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2025/1/20/0c1d2e3f405162738495a6b7c8d9eaf0"
	era2026 = "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000000_cua-khau-cau-treo.jpeg"
	second  = "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000001_duong-len-cua-khau.jpeg"
	liar    = "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/16/1768500000000_khong-phai-anh.jpeg"
	film    = "https://vstatic.vietnam.vn/vietnam/resource/VIDEO/2026/01/15/le-hoi.mp4"
)

func pieces() []Piece {
	return []Piece{
		{
			Slug: "cua-khau-cau-treo-don-khach-dau-nam", Province: "hatinh",
			Titles: map[string]string{
				"vi": "Cửa khẩu quốc tế Cầu Treo đón đoàn khách đầu năm",
				"en": "Cau Treo international border gate welcomes the first visitors of the year",
				"lo": "ດ່ານສາກົນເກົ່າແຈຕ້ອນຮັບນັກທ່ອງທ່ຽວກຸ່ມທຳອິດຂອງປີ",
			},
			Sapo: "Sáng đầu năm, đoàn khách đi từ Lào sang đã làm thủ tục tại cửa khẩu Cầu Treo.", Paper: "Báo Hà Tĩnh", Date: "15/01/2026",
			Body: map[string][]string{
				"vi": {"Đoàn có hai mươi người, phần lớn đi du lịch biển Thiên Cầm.", "Bộ đội biên phòng hướng dẫn khách khai báo và tặng hoa.", "Cửa khẩu mở từ 7 giờ đến 19 giờ 30 mỗi ngày."},
				"en": {"The group of twenty people travelled to Thien Cam beach.", "Bộ đội biên phòng hướng dẫn khách khai báo và tặng hoa.", "The gate is open from 7:00 to 19:30 every day."},
				"lo": {"ກຸ່ມນັກທ່ອງທ່ຽວມີຊາວຄົນ ສ່ວນຫຼາຍໄປທ່ຽວຫາດທຽນເກິມ.", "Bộ đội biên phòng hướng dẫn khách khai báo và tặng hoa.", "ດ່ານເປີດແຕ່ 7 ໂມງ ຫາ 19 ໂມງ 30 ທຸກວັນ."},
			},
			Pictures: []string{era2026, second}, Repeats: true,
		},
		{
			Slug: "bien-thien-cam-vao-mua-du-lich", Province: "hatinh", Slash: true,
			Titles: map[string]string{"vi": "Biển Thiên Cầm vào mùa du lịch"},
			Sapo:   "Bãi biển dài ba cây số đã sẵn sàng đón khách.", Paper: "Báo Nhân dân", Date: "10/10/2024",
			Body:     map[string][]string{"vi": {"Các hộ kinh doanh đã niêm yết giá.", "Lực lượng cứu hộ trực từ 5 giờ sáng."}},
			Pictures: []string{era2024},
		},
		{
			Slug: "vung-ang-don-tau-hang-lon", Province: "hatinh",
			Titles: map[string]string{"vi": "Cảng Vũng Áng đón tàu hàng lớn", "en": "Vung Ang port receives a large cargo ship"},
			Paper:  "Báo Đầu tư", Date: "20/01/2025",
			Body:     map[string][]string{"vi": {"Con tàu chở bảy mươi nghìn tấn hàng."}, "en": {"The ship carries seventy thousand tonnes of cargo."}},
			Pictures: []string{era2025},
		},
		{
			Slug:   "le-hoi-dau-xuan",
			Titles: map[string]string{"vi": "Lễ hội đầu xuân"}, Sapo: "Đoạn phim về lễ hội.", Paper: "TTXVN", Date: "01/02/2026",
			Body:     map[string][]string{"vi": {"Lễ hội có đua thuyền và hát ví, giặm."}},
			Pictures: []string{second}, Film: film,
		},
		{
			Slug:   "anh-khong-phai-anh",
			Titles: map[string]string{"vi": "Bài có tệp không phải ảnh"}, Paper: "Báo A", Date: "16/01/2026",
			Body:     map[string][]string{"vi": {"Tệp đính kèm là trang HTML mang tên ảnh."}},
			Pictures: []string{liar},
		},
	}
}
