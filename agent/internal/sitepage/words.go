package sitepage

import (
	"fmt"
	"slices"
	"strings"
)

// languages in the order in which they are offered.
var languages = []string{"vi", "en", "lo"}

// names of the languages, each in itself.
var names = map[string]string{"vi": "Tiếng Việt", "en": "English", "lo": "ລາວ"}

// word is a text in every language of the page.
type word struct{ vi, en, lo string }

func (w word) in(lang string) string {
	switch lang {
	case "en":
		return w.en
	case "lo":
		return w.lo
	}
	return w.vi
}

// catalogue is every text of the page.
var catalogue = map[string]word{
	"title":     {"Màn hình tại chỗ", "Screens at this site", "ໜ້າຈໍຢູ່ສະຖານທີ່"},
	"lead":      {"Trang của màn hình {0}. Không cần đường truyền về tỉnh.", "Page of the screen {0}. It needs no line to the province.", "ໜ້າຂອງໜ້າຈໍ {0}. ບໍ່ຕ້ອງມີສາຍເຊື່ອມຫາແຂວງ."},
	"languages": {"Ngôn ngữ", "Language", "ພາສາ"},
	"lao":       {"Bản tiếng Lào chưa được người bản ngữ xem lại.", "The Lao has not been checked by a native reader.", "ພາສາລາວຍັງບໍ່ໄດ້ກວດໂດຍເຈົ້າຂອງພາສາ."},
	"leave":     {"Thoát", "Log out", "ອອກ"},
	"back":      {"Tất cả màn hình", "All screens", "ໜ້າຈໍທັງໝົດ"},
	"stale":     {"Mất liên lạc với màn hình này. Đang hiện tình trạng lần cuối.", "This screen does not answer. What you see is the last known state.", "ຂາດການຕິດຕໍ່ກັບໜ້າຈໍນີ້. ກຳລັງສະແດງສະຖານະຫຼ້າສຸດ."},
	"own":       {"màn hình này", "this screen", "ໜ້າຈໍນີ້"},

	"pin.title":   {"Nhập mã PIN của điểm", "Enter the PIN of the site", "ປ້ອນ PIN ຂອງສະຖານທີ່"},
	"pin.label":   {"Mã PIN", "PIN", "ລະຫັດ PIN"},
	"pin.enter":   {"Mở trang", "Open", "ເປີດ"},
	"pin.wrong":   {"Mã PIN chưa đúng.", "Not the right PIN.", "ລະຫັດ PIN ບໍ່ຖືກ."},
	"pin.wait":    {"Nhập sai nhiều lần. Chờ {0} rồi thử lại.", "Too many wrong tries. Wait {0} and try again.", "ປ້ອນຜິດຫຼາຍເທື່ອ. ລໍຖ້າ {0} ແລ້ວລອງໃໝ່."},
	"pin.none":    {"Điểm này chưa có mã PIN. Kỹ thuật viên đặt mã trong phần cài đặt cụm.", "This site has no PIN yet. A technician sets it in the settings of the cluster.", "ສະຖານທີ່ນີ້ຍັງບໍ່ມີ PIN. ນັກວິຊາການຕັ້ງໃນການຕັ້ງຄ່າກຸ່ມ."},
	"pin.expired": {"Phiên đã hết. Nhập lại mã PIN.", "The session has ended. Enter the PIN again.", "ໝົດເວລາແລ້ວ. ປ້ອນ PIN ອີກ."},

	"state.right":    {"Bình thường", "As it should be", "ປົກກະຕິ"},
	"state.warning":  {"Cần xem", "Look at it", "ຄວນກວດເບິ່ງ"},
	"state.critical": {"Có sự cố", "Incident", "ມີເຫດການຂັດຂ້ອງ"},
	"state.silent":   {"Không trả lời", "Does not answer", "ບໍ່ຕອບ"},
	"state.safe":     {"Đang ở nội dung dự phòng", "On its slate", "ສະແດງເນື້ອຫາສຳຮອງ"},
	"state.unknown":  {"Chưa nghe thấy", "Not heard yet", "ຍັງບໍ່ໄດ້ຍິນ"},

	"show.item":     {"Đang phát: {0}", "Shows: {0}", "ກຳລັງຫຼິ້ນ: {0}"},
	"show.untitled": {"Đang phát nội dung đã duyệt", "Shows approved content", "ກຳລັງຫຼິ້ນເນື້ອຫາທີ່ອະນຸມັດ"},
	"show.slate":    {"Đang hiện nội dung dự phòng", "Shows the slate", "ສະແດງເນື້ອຫາສຳຮອງ"},
	"show.pairing":  {"Đang chờ ghép nối", "Waits to be paired", "ລໍຖ້າຈັບຄູ່"},
	"show.bulletin": {"Đang hiện bản tin khẩn cấp", "Shows a bulletin", "ສະແດງຂ່າວສຸກເສີນ"},
	"show.none":     {"Chưa có trang phát nào mở", "No player page is open", "ບໍ່ມີໜ້າຫຼິ້ນເປີດຢູ່"},
	"seen.right":    {"Đã nhìn thấy đúng nội dung", "Seen to be right", "ເຫັນວ່າຖືກຕ້ອງ"},
	"seen.unsure":   {"Nhìn thấy nhưng không so được", "Seen, and not comparable", "ເຫັນແຕ່ສົມທຽບບໍ່ໄດ້"},
	"seen.nobody":   {"Chưa có gì kiểm tra hình trên màn", "Nothing looks at the glass yet", "ຍັງບໍ່ມີຫຍັງກວດຮູບໃນຈໍ"},

	"capture":     {"Ảnh chụp {0}", "Capture of {0}", "ຮູບຖ່າຍ {0}"},
	"capture.ago": {"chụp {0} trước", "taken {0} ago", "ຖ່າຍ {0} ກ່ອນ"},
	"capture.no":  {"Chưa có ảnh chụp", "No capture yet", "ຍັງບໍ່ມີຮູບຖ່າຍ"},

	"since":    {"từ {0}", "since {0}", "ຕັ້ງແຕ່ {0}"},
	"for":      {"đã {0}", "for {0}", "ໄດ້ {0}"},
	"seconds":  {"{0} giây", "{0} s", "{0} ວິນາທີ"},
	"minutes":  {"{0} phút", "{0} min", "{0} ນາທີ"},
	"hours":    {"{0} giờ", "{0} h", "{0} ຊົ່ວໂມງ"},
	"days":     {"{0} ngày", "{0} days", "{0} ມື້"},
	"check":    {"Hình trên màn", "The glass", "ຮູບໃນຈໍ"},
	"facts":    {"Chi tiết", "Details", "ລາຍລະອຽດ"},
	"version":  {"Phiên bản", "Version", "ສະບັບ"},
	"clock":    {"Đồng hồ", "Clock", "ໂມງ"},
	"contact":  {"Trung tâm điều khiển", "Controller", "ສູນຄວບຄຸມ"},
	"online":   {"đang nối", "connected", "ເຊື່ອມຕໍ່ຢູ່"},
	"never":    {"chưa nghe thấy", "never heard", "ຍັງບໍ່ເຄີຍໄດ້ຍິນ"},
	"heard":    {"nghe lần cuối {0} trước", "last heard {0} ago", "ໄດ້ຍິນຫຼ້າສຸດ {0} ກ່ອນ"},
	"problems": {"Mã vấn đề", "Problem codes", "ລະຫັດບັນຫາ"},
	"alone":    {"Chưa biết màn hình nào khác trong cụm.", "No other screens of the cluster are known yet.", "ຍັງບໍ່ຮູ້ຈັກໜ້າຈໍອື່ນໃນກຸ່ມ."},

	"clock.trusted":   {"tin được", "trusted", "ເຊື່ອຖືໄດ້"},
	"clock.plausible": {"có thể đúng", "plausible", "ອາດຖືກຕ້ອງ"},
	"clock.lost":      {"mất giờ", "lost", "ໂມງເສຍ"},

	"incidents":     {"Sự cố", "Incidents", "ເຫດການຂັດຂ້ອງ"},
	"incidents.no":  {"Không có sự cố.", "No incidents.", "ບໍ່ມີເຫດການຂັດຂ້ອງ."},
	"runbook":       {"Việc cần làm", "What to do", "ສິ່ງທີ່ຕ້ອງເຮັດ"},
	"offline":       {"Không trả lời", "Does not answer", "ບໍ່ຕອບ"},
	"wrong_content": {"Hình trên màn không đúng", "The glass shows something else", "ຮູບໃນຈໍບໍ່ຖືກ"},
	"black":         {"Màn hình đen", "The glass is black", "ໜ້າຈໍດຳ"},
	"frozen":        {"Hình bị đứng", "The picture stands still", "ຮູບຄ້າງ"},
	"blind":         {"Không chụp được hình trên màn", "Nothing can be seen of the glass", "ຖ່າຍຮູບໜ້າຈໍບໍ່ໄດ້"},
	"no_picture":    {"Không có trang phát", "No player page", "ບໍ່ມີໜ້າຫຼິ້ນ"},
	"no_controller": {"Mất liên lạc với trung tâm điều khiển", "No contact with the controller", "ຂາດການຕິດຕໍ່ກັບສູນຄວບຄຸມ"},
	"clock_lost":    {"Đồng hồ không tin được", "The clock is lost", "ໂມງເຊື່ອບໍ່ໄດ້"},
	"peer_lying":    {"Báo cáo của máy này không tin được", "What this PC reports cannot be believed", "ລາຍງານຂອງເຄື່ອງນີ້ເຊື່ອບໍ່ໄດ້"},
	"trouble":       {"Máy báo vấn đề: {0}", "It reports a problem: {0}", "ເຄື່ອງລາຍງານບັນຫາ: {0}"},

	"safe":         {"Màn hình an toàn", "Safe", "ໜ້າຈໍປອດໄພ"},
	"safe.all":     {"Đưa cả điểm về nội dung dự phòng", "Put the whole site on its slate", "ໃຫ້ທັງສະຖານທີ່ສະແດງເນື້ອຫາສຳຮອງ"},
	"safe.one":     {"Đưa màn hình này về nội dung dự phòng", "Put this screen on its slate", "ໃຫ້ໜ້າຈໍນີ້ສະແດງເນື້ອຫາສຳຮອງ"},
	"safe.of":      {"Sẽ chuyển: {0}", "This concerns: {0}", "ຈະປ່ຽນ: {0}"},
	"safe.whole":   {"cả điểm", "the whole site", "ທັງສະຖານທີ່"},
	"safe.what":    {"Màn hình chỉ hiện nội dung dự phòng cho đến khi người có thẩm quyền ký lệnh gỡ. Không gỡ được tại đây.", "The screen shows its slate alone until people with the right sign a lift. It cannot be lifted here.", "ໜ້າຈໍຈະສະແດງແຕ່ເນື້ອຫາສຳຮອງ ຈົນກວ່າຜູ້ມີສິດລົງນາມຍົກເລີກ. ຍົກເລີກຢູ່ນີ້ບໍ່ໄດ້."},
	"safe.pin":     {"Mã PIN an toàn (không phải mã mở trang)", "Safe PIN (not the one that opened this page)", "PIN ປອດໄພ (ບໍ່ແມ່ນອັນທີ່ເປີດໜ້ານີ້)"},
	"safe.do":      {"Chuyển ngay", "Do it now", "ປ່ຽນດຽວນີ້"},
	"safe.done":    {"Đã chuyển về nội dung dự phòng", "On its slate", "ສະແດງເນື້ອຫາສຳຮອງແລ້ວ"},
	"safe.wrong":   {"Mã PIN chưa đúng, còn {0} lần", "Not the right PIN, {0} tries left", "PIN ບໍ່ຖືກ, ຍັງ {0} ເທື່ອ"},
	"safe.wait":    {"Nhập sai nhiều lần, chờ {0}", "Too many wrong tries, wait {0}", "ປ້ອນຜິດຫຼາຍເທື່ອ, ລໍຖ້າ {0}"},
	"safe.missing": {"Chưa có mã PIN an toàn cho cụm này. Hãy gọi trực ban.", "This cluster has no safe PIN. Call the watch officer.", "ກຸ່ມນີ້ຍັງບໍ່ມີ PIN ປອດໄພ. ໂທຫາຜູ້ເຂົ້າເວນ."},
	"safe.failed":  {"Không liên lạc được. Đến tận máy: phím F9 hoặc giữ góc trên bên trái.", "Not reached. Go there: F9, or hold the upper left corner.", "ຕິດຕໍ່ບໍ່ໄດ້. ໄປທີ່ເຄື່ອງ: F9 ຫຼື ກົດຄ້າງມຸມຊ້າຍເທິງ."},
	"safe.not":     {"Chưa chuyển, vì mã PIN chưa đúng ở màn hình này", "Not asked: the PIN was not right at this screen", "ຍັງບໍ່ປ່ຽນ, ເພາະ PIN ບໍ່ຖືກທີ່ໜ້າຈໍນີ້"},

	"runbook.offline":       {"Xem đèn nguồn của máy phát và bộ chia mạng. Nếu mất điện: chờ có điện lại, máy tự phát. Nếu có điện mà vẫn im: rút nguồn máy phát 10 giây rồi cắm lại. Sau 5 phút vẫn im: gọi kỹ thuật viên.", "Look at the power light of the screen PC and of the switch. After a power cut it starts by itself. With power and no answer: unplug the PC for 10 seconds. Still silent after 5 minutes: call the technician.", "ເບິ່ງໄຟເຄື່ອງຫຼິ້ນ ແລະ ສະວິດ. ຖ້າໄຟດັບ: ລໍຖ້າ. ຖ້າມີໄຟແຕ່ບໍ່ຕອບ: ຖອດປລັກ 10 ວິນາທີ. ຫຼັງ 5 ນາທີຍັງບໍ່ຕອບ: ໂທຫານັກວິຊາການ."},
	"runbook.wrong_content": {"Nhìn thẳng vào màn hình. Nếu hình lạ: bấm Màn hình an toàn; không được thì ngắt nguồn màn hình. Chụp ảnh, ghi giờ, gọi trực ban. Không tắt máy phát.", "Look at the screen itself. If it shows something strange: press Safe; if that fails, switch the display off. Take a photo, note the time, call the watch officer. Leave the PC on.", "ເບິ່ງໜ້າຈໍໂດຍກົງ. ຖ້າຮູບແປກ: ກົດ ໜ້າຈໍປອດໄພ; ຖ້າບໍ່ໄດ້ ປິດໄຟຈໍ. ຖ່າຍຮູບ, ຈົດເວລາ, ໂທຫາຜູ້ເຂົ້າເວນ. ຢ່າປິດເຄື່ອງຫຼິ້ນ."},
	"runbook.black":         {"Kiểm tra nguồn và cáp hình của màn. Bật lại màn hình. Nếu vẫn đen: gọi kỹ thuật viên.", "Check power and picture cable of the display. Switch it off and on. Still black: call the technician.", "ກວດໄຟ ແລະ ສາຍຮູບຂອງຈໍ. ເປີດຈໍໃໝ່. ຖ້າຍັງດຳ: ໂທຫານັກວິຊາການ."},
	"runbook.frozen":        {"Chờ 2 phút: máy tự mở lại trình duyệt. Nếu hình vẫn đứng: rút nguồn máy phát 10 giây rồi cắm lại.", "Wait 2 minutes: the PC starts its browser again. Still frozen: unplug the PC for 10 seconds.", "ລໍຖ້າ 2 ນາທີ. ຖ້າຮູບຍັງຄ້າງ: ຖອດປລັກເຄື່ອງຫຼິ້ນ 10 ວິນາທີ."},
	"runbook.blind":         {"Nhìn thẳng vào màn hình; trang này không thấy được hình. Báo kỹ thuật viên trong ca.", "Look at the screen itself; this page cannot see it. Tell the technician during the shift.", "ເບິ່ງໜ້າຈໍໂດຍກົງ. ແຈ້ງນັກວິຊາການໃນເວນ."},
	"runbook.no_picture":    {"Chờ 2 phút: máy tự mở lại trình duyệt. Nếu chưa được: rút nguồn máy phát 10 giây rồi cắm lại.", "Wait 2 minutes: the PC starts its browser again. If not: unplug the PC for 10 seconds.", "ລໍຖ້າ 2 ນາທີ. ຖ້າບໍ່ໄດ້: ຖອດປລັກເຄື່ອງຫຼິ້ນ 10 ວິນາທີ."},
	"runbook.no_controller": {"Màn hình vẫn phát nội dung đã duyệt. Ghi sổ trực, báo đường truyền hỏng. Cần dừng gấp: bấm Màn hình an toàn ở trang này.", "The screens go on with what was approved. Note it in the shift log and report the line. To stop them at once: press Safe on this page.", "ໜ້າຈໍຍັງຫຼິ້ນເນື້ອຫາທີ່ອະນຸມັດ. ຈົດໃສ່ປຶ້ມເຂົ້າເວນ. ຢາກຢຸດດ່ວນ: ກົດ ໜ້າຈໍປອດໄພ."},
	"runbook.clock":         {"Báo kỹ thuật viên: pin đồng hồ của máy có thể đã hết. Nội dung có hạn có thể không phát.", "Tell the technician: the battery of the PC's clock may be empty. Dated content may not play.", "ແຈ້ງນັກວິຊາການ: ຖ່ານໂມງຂອງເຄື່ອງອາດໝົດ."},
	"runbook.peer_lying":    {"Không tin tình trạng và ảnh của màn này. Nhìn thẳng vào màn; nếu hình lạ, bấm Màn hình an toàn hoặc ngắt nguồn màn. Gọi trực ban và kỹ thuật viên ngay.", "Do not believe this screen's state or captures. Look at it; if it shows something strange, press Safe or switch the display off. Call the watch officer and the technician now.", "ຢ່າເຊື່ອສະຖານະ ແລະ ຮູບຂອງຈໍນີ້. ໄປເບິ່ງໂດຍກົງ; ຖ້າຮູບແປກ ກົດ ໜ້າຈໍປອດໄພ ຫຼື ປິດໄຟຈໍ. ໂທຫາຜູ້ເຂົ້າເວນ ແລະ ນັກວິຊາການທັນທີ."},
	"runbook.trouble":       {"Báo mã vấn đề cho kỹ thuật viên trong ca.", "Tell the technician the problem code during the shift.", "ແຈ້ງລະຫັດບັນຫາໃຫ້ນັກວິຊາການໃນເວນ."},

	"missing": {"Không có trang này.", "There is no such page.", "ບໍ່ມີໜ້ານີ້."},
}

// say gives a text with its parts filled in.
func say(lang, key string, parts ...any) (string, error) {
	w, ok := catalogue[key]
	if !ok {
		return "", fmt.Errorf("cannot say %q: the catalogue has no such word", key)
	}
	text := w.in(lang)
	for i, p := range parts {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), fmt.Sprint(p))
	}
	return text, nil
}

// speaks tells whether the page has a language.
func speaks(lang string) bool { return slices.Contains(languages, lang) }
