import type { Cluster, Person, Role, Token, Unit } from "../src/api/types.ts";

export const units: Unit[] = [
  ["u1", "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh", "Sở VHTTDL", null, 6],
  ["u2", "Ban Chỉ huy Bộ đội Biên phòng Hà Tĩnh", "BĐBP Hà Tĩnh", null, 3],
  ["u3", "Ban Quản lý Khu kinh tế tỉnh Hà Tĩnh", "BQL Khu kinh tế", null, 2],
  ["u4", "Ủy ban nhân dân thị xã Kỳ Anh", "UBND TX Kỳ Anh", "2025-07-01", 0],
].map(([id, name, short, ended, count]) => ({
  id: id as string,
  name: name as string,
  short_name: short as string,
  names:
    id === "u2"
      ? [
          { name: "Bộ Chỉ huy Bộ đội Biên phòng Hà Tĩnh", from: "1975-01-01" },
          { name: name as string, from: "2025-07-01" },
        ]
      : [{ name: name as string, from: "2008-03-01" }],
  successors: id === "u4" ? [{ id: "u3", name: "Ban Quản lý Khu kinh tế tỉnh Hà Tĩnh" }] : [],
  ended_on: ended as string | null,
  people_count: count as number,
}));

const unit = (id: string) => {
  const u = units.find((x) => x.id === id);
  return { id, name: u?.name ?? "" };
};

const person = (id: string, login: string, name: string, unitId: string, roles: Role[], cluster = ""): Person => ({
  id,
  login,
  name,
  unit: unit(unitId),
  grants: roles.map((role) => ({ role, unit_id: role === "watch_officer" ? "" : unitId, cluster_id: cluster })),
  disabled: false,
  last_login_at: new Date(Date.now() - Number(id.slice(1)) * 5_400_000).toISOString(),
  created_at: "2026-02-11T02:00:00Z",
});

export const people: Person[] = [
  person("p1", "bientap", "Nguyễn Thị Hồng Nhung", "u1", ["editor", "contributor"]),
  person("p2", "thamdinh", "Trần Đình Phúc", "u1", ["reviewer"]),
  person("p3", "duyet", "Lê Quang Hòa", "u1", ["approver"]),
  person("p8", "khancap", "Phan Thị Thúy", "u1", ["emergency"]),
  person("p4", "trucban", "Phan Văn Đức", "u2", ["watch_officer"], "c1"),
  person("p5", "quantri", "Hoàng Minh Tuấn", "u1", ["administrator", "editor", "reviewer", "approver"]),
  person("p6", "kythuat", "Đặng Thế Anh", "u3", ["technician"]),
  person("p7", "kiemtra", "Võ Thị Ánh Tuyết", "u1", ["inspector"]),
];

export const clusters: Cluster[] = [
  {
    id: "c1",
    name: "Cầu Treo",
    place: "Cửa khẩu quốc tế Cầu Treo, xã Sơn Kim 1",
    unit: unit("u2"),
    tenures: [{ unit: unit("u2"), from: "2026-01-01", until: null }],
    screen_count: 3,
  },
  {
    id: "c2",
    name: "Vũng Áng",
    place: "Khu kinh tế Vũng Áng, phường Vũng Áng",
    unit: unit("u3"),
    tenures: [
      { unit: unit("u4"), from: "2024-05-01", until: "2025-07-01" },
      { unit: unit("u3"), from: "2025-07-01", until: null },
    ],
    screen_count: 2,
  },
];

export const tokens: Token[] = [
  {
    id: "t1",
    name: "Kịch bản nhập ảnh hằng ngày",
    created_at: "2026-09-01T01:00:00Z",
    last_used_at: new Date(Date.now() - 600_000).toISOString(),
    expires_at: null,
  },
];
