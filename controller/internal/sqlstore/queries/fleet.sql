-- name: Clusters :many
select c.id, c.name, c.place,
  cast((select count(*) from screens s where s.cluster_id = c.id and s.revoked_at = 0) as bigint) as screens
from clusters c order by c.name_folded, c.id;

-- name: Tenures :many
select t.cluster_id, t.valid_from, t.unit_id,
  cast(coalesce((select n.name from unit_names n where n.unit_id = t.unit_id order by n.valid_from desc limit 1), '') as text) as unit_name
from tenures t order by t.cluster_id, t.valid_from;

-- name: AddCluster :exec
insert into clusters (id, name, name_folded, place, created_at) values (?, ?, ?, ?, ?);

-- name: UpdateCluster :exec
update clusters set name = ?, name_folded = ?, place = ? where id = ?;

-- name: ClearTenures :exec
delete from tenures where cluster_id = ?;

-- name: AddTenure :exec
insert into tenures (cluster_id, valid_from, unit_id) values (?, ?, ?);

-- name: UnitEnd :one
select ended_on from units where id = ?;

-- name: AllScreens :many
select id, name, cluster_id, profile, tags, time_zone, device_key, created_at, revoked_at from screens order by name_folded, id;

-- name: FindScreens :many
select s.id, s.name, s.name_folded, s.cluster_id, s.profile, s.tags, s.time_zone, s.device_key, s.created_at
from screens s
join tenures t on t.cluster_id = s.cluster_id and t.valid_from = (
  select coalesce(max(o.valid_from), (select min(f.valid_from) from tenures f where f.cluster_id = s.cluster_id))
  from tenures o where o.cluster_id = s.cluster_id and o.valid_from <= cast(sqlc.arg(today) as text))
where s.revoked_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || t.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || s.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || t.unit_id || '/' || s.cluster_id || ',%')
  and (cast(sqlc.arg(cluster) as text) = '' or s.cluster_id = cast(sqlc.arg(cluster) as text))
  and s.name_folded like cast(sqlc.arg(pattern) as text)
  and (s.name_folded > cast(sqlc.arg(after_name) as text) or s.name_folded = cast(sqlc.arg(after_name) as text) and s.id > cast(sqlc.arg(after_id) as text))
order by s.name_folded, s.id
limit cast(sqlc.arg(most) as bigint);

-- name: CountScreens :one
select count(*)
from screens s
join tenures t on t.cluster_id = s.cluster_id and t.valid_from = (
  select coalesce(max(o.valid_from), (select min(f.valid_from) from tenures f where f.cluster_id = s.cluster_id))
  from tenures o where o.cluster_id = s.cluster_id and o.valid_from <= cast(sqlc.arg(today) as text))
where s.revoked_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || t.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || s.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || t.unit_id || '/' || s.cluster_id || ',%')
  and (cast(sqlc.arg(cluster) as text) = '' or s.cluster_id = cast(sqlc.arg(cluster) as text))
  and s.name_folded like cast(sqlc.arg(pattern) as text);

-- name: AddScreen :exec
insert into screens (id, name, name_folded, cluster_id, profile, tags, time_zone, device_key, certificate, created_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: UpdateScreen :exec
update screens set name = ?, name_folded = ?, cluster_id = ?, profile = ?, tags = ?, time_zone = ? where id = ?;

-- name: RevokeScreen :exec
update screens set revoked_at = ? where id = ? and revoked_at = 0;

-- name: RevokedCertificates :many
select certificate, revoked_at from screens where revoked_at <> 0 order by id;

-- name: Certificate :one
select certificate from screens where id = ? and revoked_at = 0;

-- name: AddPairing :exec
insert into pairings (id, device_key, nonce, facts, address, created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?);

-- name: OpenPairings :many
select * from pairings where screen_id = '' and expires_at > ? order by created_at, id;

-- name: Pairing :one
select * from pairings where id = ?;

-- name: ClaimPairing :execrows
update pairings set screen_id = ?, expires_at = ? where id = ? and screen_id = '';

-- name: DropPairings :exec
delete from pairings where expires_at < ?;

-- name: Heard :many
select * from reported;

-- name: SaveHeard :exec
insert into reported (screen_id, payload, boot, session, online, reported_at, seen_at) values (?, ?, ?, ?, ?, ?, ?)
on conflict (screen_id) do update set payload = excluded.payload, boot = excluded.boot, session = excluded.session,
  online = excluded.online, reported_at = excluded.reported_at, seen_at = excluded.seen_at;

-- name: SaveDelivery :exec
insert into deliveries (screen_id, epoch, counter, received_at, cached_at, scheduled_at, shown_at) values (?, ?, ?, ?, ?, ?, ?)
on conflict (screen_id, epoch, counter) do update set
  received_at = case when deliveries.received_at = 0 then excluded.received_at else deliveries.received_at end,
  cached_at = case when deliveries.cached_at = 0 then excluded.cached_at else deliveries.cached_at end,
  scheduled_at = case when deliveries.scheduled_at = 0 then excluded.scheduled_at else deliveries.scheduled_at end,
  shown_at = case when deliveries.shown_at = 0 then excluded.shown_at else deliveries.shown_at end;
