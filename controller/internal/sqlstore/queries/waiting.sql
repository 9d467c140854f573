-- name: WaitingScreens :many
select * from waiting_screens order by screen_id;

-- name: SaveWaiting :exec
insert into waiting_screens (screen_id, state, ours_epoch, ours_counter, held_epoch, held_counter, held_charter, held_orders_epoch, held_orders_counter, since)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (screen_id) do update set state = excluded.state, ours_epoch = excluded.ours_epoch, ours_counter = excluded.ours_counter,
  held_epoch = excluded.held_epoch, held_counter = excluded.held_counter, held_charter = excluded.held_charter,
  held_orders_epoch = excluded.held_orders_epoch, held_orders_counter = excluded.held_orders_counter, since = excluded.since;

-- name: DropWaiting :exec
delete from waiting_screens where screen_id = ?;

-- name: WaitForScreens :exec
insert into waiting_screens (screen_id, state, ours_epoch, ours_counter, since)
select s.id, 'unheard',
  coalesce((select p.epoch from programmes p where p.screen_id = s.id order by p.epoch desc, p.counter desc limit 1), 0),
  coalesce((select p.counter from programmes p where p.screen_id = s.id order by p.epoch desc, p.counter desc limit 1), 0),
  cast(sqlc.arg(since) as bigint)
from screens s where s.revoked_at = 0
on conflict (screen_id) do nothing;

-- name: EndSessions :exec
delete from sessions;

-- name: NamedObjects :many
select r.digest as object from renditions r
union select r.chunks from renditions r where r.chunks <> ''
union select r.prints from renditions r where r.prints <> ''
union select r.poster from renditions r where r.poster <> ''
union select r.thumbnail from renditions r where r.thumbnail <> ''
union select m.sha256 from media m where m.sha256 <> ''
union select m.preview from media m where m.preview <> ''
union select m.proxy from media m where m.proxy <> ''
union select o.object from media_parts o
union select p.digest from programme_objects p
union select c.object from charters c
order by 1;

-- name: BackupCounts :one
select (select count(*) from people) as people, (select count(*) from media) as media, (select count(*) from decisions) as decisions,
  (select count(*) from playlists) as playlists, (select count(*) from screens where screens.revoked_at = 0) as screens,
  (select count(*) from programmes) as programmes, (select count(*) from plays) as plays;

-- name: OrdersNumber :one
select epoch, counter from order_sets where screen_id = ?;
