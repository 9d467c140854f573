package orders

import "cotmoc/playlists/programme"

// blank stands in a template where somebody must write.
const blank = "___"

// Template is a bulletin with blanks.
type Template struct {
	ID      string
	Level   programme.BulletinLevel
	Minutes int
	Text    []programme.BulletinText
}

func text(viTitle, vi, loTitle, lo, enTitle, en string) []programme.BulletinText {
	return []programme.BulletinText{
		{Language: "vi", Title: viTitle, Body: vi}, {Language: "lo", Title: loTitle, Body: lo}, {Language: "en", Title: enTitle, Body: en},
	}
}

// Templates gives the bulletins that people start from. A bulletin is not
// taken while a blank is left in it.
func Templates() []Template {
	return []Template{
		{ID: "storm", Level: programme.Urgent, Minutes: 120, Text: text(
			"Cảnh báo bão, lũ", "Bão số ___ dự kiến đổ bộ lúc ___. Không qua ngầm, tràn, suối. Gọi 112 khi cần cứu nạn.",
			"ເຕືອນໄພພາຍຸ ແລະ ນ້ຳຖ້ວມ", "ພາຍຸເລກທີ ___ ຄາດວ່າຈະພັດເຂົ້າເວລາ ___. ຫ້າມຂ້າມຫ້ວຍນ້ຳ. ຕ້ອງການຄວາມຊ່ວຍເຫຼືອໂທ 112.",
			"Storm and flood warning", "Storm No. ___ is expected to make landfall at ___. Do not cross fords or streams. For rescue call 112.")},
		{ID: "road_closed", Level: programme.Urgent, Minutes: 240, Text: text(
			"Đường tạm đóng", "Quốc lộ ___ tạm đóng tại ___ do ___. Đi theo đường ___ hoặc chờ thông báo.",
			"ປິດທາງຊົ່ວຄາວ", "ທາງຫຼວງເລກ ___ ປິດຊົ່ວຄາວຢູ່ ___ ຍ້ອນ ___. ກະລຸນາໄປທາງ ___ ຫຼື ລໍຖ້າແຈ້ງການ.",
			"Road closed", "Road ___ is closed at ___ because of ___. Take ___ or wait for further notice.")},
		{ID: "gate_hours", Level: programme.Notice, Minutes: 720, Text: text(
			"Giờ làm việc của cửa khẩu", "Hôm nay cửa khẩu mở từ ___ đến ___.",
			"ໂມງເຮັດວຽກຂອງດ່ານ", "ມື້ນີ້ດ່ານເປີດແຕ່ ___ ຫາ ___.",
			"Border gate hours", "Today the border gate is open from ___ to ___.")},
		{ID: "gate_closed", Level: programme.Urgent, Minutes: 240, Text: text(
			"Cửa khẩu tạm đóng", "Cửa khẩu tạm đóng từ ___ do ___. Dự kiến mở lại lúc ___.",
			"ດ່ານປິດຊົ່ວຄາວ", "ດ່ານປິດຊົ່ວຄາວແຕ່ ___ ຍ້ອນ ___. ຄາດວ່າຈະເປີດຄືນເວລາ ___.",
			"Border gate closed", "The border gate is closed from ___ because of ___. It is expected to reopen at ___.")},
		{ID: "missing_person", Level: programme.Notice, Minutes: 240, Text: text(
			"Thông báo tìm người", "Tìm ___, ___ tuổi, đặc điểm: ___. Ai thấy xin báo ___.",
			"ແຈ້ງການຊອກຫາຄົນ", "ຊອກຫາ ___, ອາຍຸ ___ ປີ, ລັກສະນະ: ___. ຜູ້ໃດພົບເຫັນກະລຸນາແຈ້ງ ___.",
			"Missing person", "Looking for ___, aged ___: ___. If you see them, tell ___.")},
		{ID: "security", Level: programme.Urgent, Minutes: 120, Text: text(
			"Thông báo an ninh", "___. Đề nghị mọi người làm theo hướng dẫn của lực lượng chức năng.",
			"ແຈ້ງການຄວາມປອດໄພ", "___. ກະລຸນາປະຕິບັດຕາມຄຳແນະນຳຂອງເຈົ້າໜ້າທີ່.",
			"Security notice", "___. Please follow the officers' instructions.")},
		{ID: "test", Level: programme.Notice, Minutes: 5, Text: text(
			"Thử hệ thống thông báo", "Đây là thông báo thử. Không cần làm gì.",
			"ທົດລອງລະບົບແຈ້ງການ", "ນີ້ແມ່ນແຈ້ງການທົດລອງ. ບໍ່ຕ້ອງເຮັດຫຍັງ.",
			"System test", "This is a test. No action is needed.")},
	}
}
