-- name: AddPlay :exec
insert into plays (screen_id, id, epoch, counter, entry_id, item_id, media_id, digest, started_at, duration_ms, clock_state, complete, received_at, order_id, touched)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (screen_id, id) do nothing;

-- name: FindPlays :many
select p.screen_id, p.id, p.media_id, p.digest, p.started_at, p.duration_ms, p.clock_state, p.complete, p.touched, s.name as screen_name, p.order_id,
  cast(coalesce((select o.body from orders o where o.id = p.order_id), x'') as blob) as order_body,
  cast(coalesce((select m.title from media m where m.id = p.media_id), '') as text) as title
from plays p
join screens s on s.id = p.screen_id
join tenures t on t.cluster_id = s.cluster_id and t.valid_from = (
  select coalesce(max(o.valid_from), (select min(f.valid_from) from tenures f where f.cluster_id = s.cluster_id))
  from tenures o where o.cluster_id = s.cluster_id and o.valid_from <= cast(sqlc.arg(today) as text))
where (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || t.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || s.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || t.unit_id || '/' || s.cluster_id || ',%')
  and (cast(sqlc.arg(screen) as text) = '' or p.screen_id = cast(sqlc.arg(screen) as text))
  and (cast(sqlc.arg(media) as text) = '' or p.media_id = cast(sqlc.arg(media) as text))
  and p.started_at >= cast(sqlc.arg(since) as bigint)
  and p.started_at <= cast(sqlc.arg(before_at) as bigint)
  and (p.started_at < cast(sqlc.arg(before_at) as bigint) or p.screen_id < cast(sqlc.arg(before_screen) as text)
    or p.screen_id = cast(sqlc.arg(before_screen) as text) and p.id < cast(sqlc.arg(before_id) as text))
order by p.started_at desc, p.screen_id desc, p.id desc
limit cast(sqlc.arg(most) as bigint);

-- name: CountPlays :one
select count(*) from (
select p.id
from plays p
join screens s on s.id = p.screen_id
join tenures t on t.cluster_id = s.cluster_id and t.valid_from = (
  select coalesce(max(o.valid_from), (select min(f.valid_from) from tenures f where f.cluster_id = s.cluster_id))
  from tenures o where o.cluster_id = s.cluster_id and o.valid_from <= cast(sqlc.arg(today) as text))
where (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || t.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || s.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || t.unit_id || '/' || s.cluster_id || ',%')
  and (cast(sqlc.arg(screen) as text) = '' or p.screen_id = cast(sqlc.arg(screen) as text))
  and (cast(sqlc.arg(media) as text) = '' or p.media_id = cast(sqlc.arg(media) as text))
  and p.started_at >= cast(sqlc.arg(since) as bigint)
  and p.started_at < cast(sqlc.arg(until) as bigint)
limit cast(sqlc.arg(most) as bigint)) as counted;

-- name: CountTouches :many
select cast((p.started_at + cast(sqlc.arg(zone_ms) as bigint)) / 86400000 as bigint) as day, p.media_id, cast(count(*) as bigint) as touches, cast(sum(p.duration_ms) as bigint) as duration_ms,
  cast(coalesce((select m.title from media m where m.id = p.media_id), '') as text) as title
from plays p
join screens s on s.id = p.screen_id
join tenures t on t.cluster_id = s.cluster_id and t.valid_from = (
  select coalesce(max(o.valid_from), (select min(f.valid_from) from tenures f where f.cluster_id = s.cluster_id))
  from tenures o where o.cluster_id = s.cluster_id and o.valid_from <= cast(sqlc.arg(today) as text))
where p.touched
  and (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || t.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || s.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || t.unit_id || '/' || s.cluster_id || ',%')
  and (cast(sqlc.arg(screen) as text) = '' or p.screen_id = cast(sqlc.arg(screen) as text))
  and (cast(sqlc.arg(media) as text) = '' or p.media_id = cast(sqlc.arg(media) as text))
  and p.started_at >= cast(sqlc.arg(since) as bigint)
  and p.started_at < cast(sqlc.arg(until) as bigint)
group by 1, 2
order by 1 desc, 3 desc, 2
limit cast(sqlc.arg(most) as bigint);
