-- +goose Up
create table themes ( -- a tree; what begins it is the province's plan
  id text primary key,
  parent_id text not null default '', -- '' at the top
  position integer not null, -- among those with the same parent
  name text not null,
  name_en text not null default '',
  name_lo text not null default '',
  retired_at integer not null default 0 -- not given to media any more
);

create table media_themes (
  media_id text not null references media (id),
  theme_id text not null references themes (id),
  primary key (media_id, theme_id)
);
create index media_by_theme on media_themes (theme_id, media_id);

insert into themes (id, parent_id, position, name, name_en, name_lo) values
  ('chudequangbaaaaa', '', 1, 'Quảng bá tỉnh Hà Tĩnh', 'Promotion of Hà Tĩnh province', 'ໂຄສະນາແຂວງຮ່າຕິ້ງ'),
  ('chudekinhteaaaaa', '', 2, 'Đầu tư, thương mại, du lịch', 'Investment, trade, tourism', 'ການລົງທຶນ, ການຄ້າ, ການທ່ອງທ່ຽວ'),
  ('chudedautuaaaaaa', 'chudekinhteaaaaa', 1, 'Đầu tư', 'Investment', 'ການລົງທຶນ'),
  ('chudethuongmaiaa', 'chudekinhteaaaaa', 2, 'Thương mại', 'Trade', 'ການຄ້າ'),
  ('chudedulichaaaaa', 'chudekinhteaaaaa', 3, 'Du lịch', 'Tourism', 'ການທ່ອງທ່ຽວ'),
  ('chudehuunghiaaaa', '', 3, 'Hữu nghị Việt Nam – Lào và biên giới', 'Vietnam–Laos friendship and the border', 'ມິດຕະພາບຫວຽດນາມ–ລາວ ແລະ ຊາຍແດນ'),
  ('chudevietlaoaaaa', 'chudehuunghiaaaa', 1, 'Hữu nghị Việt Nam – Lào', 'Vietnam–Laos friendship', 'ມິດຕະພາບຫວຽດນາມ–ລາວ'),
  ('chudebiengioiaaa', 'chudehuunghiaaaa', 2, 'Biên giới', 'The border', 'ຊາຍແດນ'),
  ('chudebiendaoaaaa', '', 4, 'Biển, đảo; Hoàng Sa, Trường Sa', 'Sea and islands; Hoàng Sa, Trường Sa', 'ທະເລ, ໝູ່ເກາະ; ຮວ່າງຊາ, ເຈື່ອງຊາ'),
  ('chudeiuuaaaaaaaa', '', 5, 'Chống khai thác thủy sản bất hợp pháp (IUU)', 'Against IUU fishing', 'ຕ້ານການຫາປາຜິດກົດໝາຍ (IUU)'),
  ('chudenhanquyenaa', '', 6, 'Quyền con người', 'Human rights', 'ສິດທິມະນຸດ'),
  ('chudengayleaaaaa', '', 7, 'Các ngày lễ lớn', 'Great holidays', 'ວັນບຸນໃຫຍ່'),
  ('chudecanhbaoaaaa', '', 8, 'Cảnh báo, thông báo', 'Warnings and notices', 'ຄຳເຕືອນ, ແຈ້ງການ');

-- +goose Down
drop table media_themes;
drop table themes;
