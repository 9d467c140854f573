const titles = [
  "Chào mừng đến với Hà Tĩnh",
  "Cửa khẩu quốc tế Cầu Treo",
  "Ngã ba Đồng Lộc – địa chỉ đỏ",
  "Biển Thiên Cầm mùa hè 2026",
  "Cảng nước sâu Vũng Áng",
  "Khu lưu niệm Đại thi hào Nguyễn Du",
  "Hồ Kẻ Gỗ nhìn từ trên cao",
  "Chùa Hương Tích – Hoan Châu đệ nhất danh lam",
  "Dân ca ví, giặm Nghệ Tĩnh",
  "80 năm Quốc khánh 2/9",
  "Tình hữu nghị Việt Nam – Lào",
  "Phòng, chống ma túy tuyến biên giới",
  "Thủ tục xuất nhập cảnh: những điều cần biết",
  "Bưởi Phúc Trạch vào vụ",
  "Cu đơ Hà Tĩnh – quà quê",
  "Vườn quốc gia Vũ Quang",
  "An toàn giao thông Quốc lộ 8A",
  "Lễ hội đền Chiêu Trưng",
  "Phòng cháy rừng mùa khô",
  "Đường ven biển Thạch Khê – Vũng Áng",
  "Làng mộc Thái Yên",
  "Bảo vệ chủ quyền biên giới",
];

export const titleOf = (n: number) => {
  const base = titles[n % titles.length] ?? "";
  return n < titles.length ? base : `${base} (${Math.floor(n / titles.length) + 1})`;
};
