package alerts

// words are a language's. Lao has not been checked by a native reader.
type words struct {
	severities map[Severity]string
	kinds      map[EventKind]string
	rules      map[string]string // of incidents
	digest     string            // cluster, all, opened, critical, closed
	lost       string            // channel
	test       string            // channel
	again      string
}

func wordsIn(language string) words {
	switch language {
	case "en":
		return english()
	case "lo":
		return lao()
	}
	return vietnamese()
}

func vietnamese() words {
	return words{
		severities: map[Severity]string{Info: "Lưu ý", Warning: "Cảnh báo", Critical: "NGHIÊM TRỌNG"},
		kinds:      map[EventKind]string{Escalated: "CHƯA AI XỬ LÝ", Acknowledged: "Đã có người nhận", Closed: "ĐÃ HẾT"},
		digest:     "Cụm %s: %d tin trong một lúc, %d sự cố mới (%d nghiêm trọng), %d đã hết",
		lost:       "Kênh cảnh báo “%s” không gửi được. Có tin đã không đến nơi, xem lại kênh này",
		test:       "Thử kênh cảnh báo “%s”: tin này đến nơi là kênh dùng được",
		again:      "(gửi lại, có thể đã nhận)",
		rules: map[string]string{
			"offline": "mất kết nối", "group_offline": "nhiều màn hình mất kết nối cùng lúc", "late": "chậm báo", "wrong_content": "hiện sai nội dung",
			"black": "tối đen", "frozen": "đứng hình", "no_picture": "không có hình", "slate": "chỉ hiện nội dung dự phòng", "behind": "còn phát chương trình cũ",
			"refused": "từ chối chương trình phát", "cache": "không tải đủ nội dung", "disk": "sắp đầy đĩa", "temperature": "quá nóng", "clock": "sai giờ",
			"certificate": "chứng thư sắp hết hạn", "stale": "lâu không được xác nhận", "takedown": "chưa gỡ nội dung có lệnh gỡ", "peer_lying": "báo cáo mâu thuẫn với màn hình bên cạnh",
			"contested": "hai máy cùng nhận là một màn hình", "tampered": "có dấu hiệu bị can thiệp", "restarting": "khởi động lại nhiều lần", "nobody_on_shift": "không có người trực", "trouble": "có sự cố",
		},
	}
}

func english() words {
	return words{
		severities: map[Severity]string{Info: "Notice", Warning: "Warning", Critical: "CRITICAL"},
		kinds:      map[EventKind]string{Escalated: "NOBODY HAS TAKEN IT", Acknowledged: "Somebody has taken it", Closed: "OVER"},
		digest:     "Cluster %s: %d messages at once, %d new incidents (%d critical), %d over",
		lost:       "The alert channel “%s” does not get through. Messages were lost; look at the channel",
		test:       "Test of the alert channel “%s”: when this arrives, the channel works",
		again:      "(sent again, you may have it)",
		rules: map[string]string{
			"offline": "offline", "group_offline": "several screens went offline at once", "late": "reports late", "wrong_content": "shows wrong content",
			"black": "is black", "frozen": "is frozen", "no_picture": "has no picture", "slate": "shows only its slate", "behind": "plays an older programme",
			"refused": "refuses its programme", "cache": "cannot fetch its content", "disk": "its disk is nearly full", "temperature": "is too hot", "clock": "has a wrong clock",
			"certificate": "its certificate ends soon", "stale": "has long had no confirmation", "takedown": "has not confirmed a takedown", "peer_lying": "contradicts its neighbours",
			"contested": "two PCs claim to be it", "tampered": "may have been tampered with", "restarting": "keeps restarting", "nobody_on_shift": "nobody is on duty", "trouble": "has a problem",
		},
	}
}

func lao() words {
	return words{
		severities: map[Severity]string{Info: "ຂໍ້ສັງເກດ", Warning: "ການແຈ້ງເຕືອນ", Critical: "ຮ້າຍແຮງ"},
		kinds:      map[EventKind]string{Escalated: "ຍັງບໍ່ມີຜູ້ຮັບ", Acknowledged: "ມີຜູ້ຮັບແລ້ວ", Closed: "ຈົບແລ້ວ"},
		digest:     "ກຸ່ມ %s: %d ຂໍ້ຄວາມພ້ອມກັນ, ເຫດໃໝ່ %d (ຮ້າຍແຮງ %d), ຈົບແລ້ວ %d",
		lost:       "ຊ່ອງແຈ້ງເຕືອນ “%s” ສົ່ງບໍ່ໄດ້. ມີຂໍ້ຄວາມບໍ່ຮອດ, ກະລຸນາກວດຊ່ອງນີ້",
		test:       "ທົດສອບຊ່ອງແຈ້ງເຕືອນ “%s”: ຖ້າຂໍ້ຄວາມນີ້ຮອດ ຊ່ອງໃຊ້ໄດ້",
		again:      "(ສົ່ງຄືນ, ອາດໄດ້ຮັບແລ້ວ)",
		rules: map[string]string{
			"offline": "ຂາດການເຊື່ອມຕໍ່", "group_offline": "ຫຼາຍໜ້າຈໍຂາດການເຊື່ອມຕໍ່ພ້ອມກັນ", "late": "ລາຍງານຊ້າ", "wrong_content": "ສະແດງເນື້ອຫາຜິດ",
			"black": "ຈໍມືດ", "frozen": "ພາບຄ້າງ", "no_picture": "ບໍ່ມີພາບ", "slate": "ສະແດງແຕ່ເນື້ອຫາສຳຮອງ", "behind": "ຫຼິ້ນລາຍການເກົ່າ",
			"refused": "ປະຕິເສດລາຍການ", "cache": "ດຶງເນື້ອຫາບໍ່ໄດ້", "disk": "ດິສເກືອບເຕັມ", "temperature": "ຮ້ອນເກີນໄປ", "clock": "ໂມງຜິດ",
			"certificate": "ໃບຢັ້ງຢືນໃກ້ໝົດອາຍຸ", "stale": "ບໍ່ໄດ້ຮັບການຢືນຢັນມາດົນ", "takedown": "ຍັງບໍ່ຢືນຢັນການຖອນອອກ", "peer_lying": "ລາຍງານຂັດກັບຈໍຂ້າງຄຽງ",
			"contested": "ສອງເຄື່ອງອ້າງເປັນໜ້າຈໍດຽວກັນ", "tampered": "ອາດຖືກແຊກແຊງ", "restarting": "ເປີດຄືນໃໝ່ຊ້ຳໆ", "nobody_on_shift": "ບໍ່ມີຜູ້ເຂົ້າເວນ", "trouble": "ມີເຫດຂັດຂ້ອງ",
		},
	}
}
