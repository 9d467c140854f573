-- name: UnwatchedPages :many
select distinct cast(json_extract(a.media, '$.Unit') as text) as unit_id, cast(json_extract(a.media, '$.Origin.Canonical') as text) as canonical,
  cast(json_extract(a.media, '$.Origin.PageBytes') as text) as taken
from approved a
where coalesce(json_extract(a.media, '$.Origin.PageBytes'), '') <> ''
  and not exists (select 1 from watched_pages w where w.unit_id = json_extract(a.media, '$.Unit')
    and w.canonical = json_extract(a.media, '$.Origin.Canonical') and w.taken = json_extract(a.media, '$.Origin.PageBytes'))
limit sqlc.arg(most);

-- name: FoundAs :one
select etag, modified from finds
where unit_id = sqlc.arg(unit_id) and canonical = sqlc.arg(canonical) and json_extract(origin, '$.PageBytes') = cast(sqlc.arg(taken) as text);

-- name: AddWatched :exec
insert into watched_pages (id, unit_id, canonical, taken, baseline, etag, modified, state, noticed_at, next_at)
values (sqlc.arg(id), sqlc.arg(unit_id), sqlc.arg(canonical), sqlc.arg(taken), sqlc.arg(baseline), sqlc.arg(etag), sqlc.arg(modified), sqlc.arg(state), sqlc.arg(noticed_at), sqlc.arg(next_at))
on conflict do nothing;

-- name: DueWatched :one
select id from watched_pages w
where next_at <= sqlc.arg(now) and exists (select 1 from approved a where json_extract(a.media, '$.Unit') = w.unit_id
  and json_extract(a.media, '$.Origin.Canonical') = w.canonical and json_extract(a.media, '$.Origin.PageBytes') = w.taken)
order by next_at, id limit 1;

-- name: SetWatched :execrows
update watched_pages set etag = sqlc.arg(etag), modified = sqlc.arg(modified), state = sqlc.arg(state), now = sqlc.arg(now), noticed_at = sqlc.arg(noticed_at),
  checked_at = sqlc.arg(checked_at), next_at = sqlc.arg(next_at), failures = sqlc.arg(failures), trouble = sqlc.arg(trouble), flooded = flooded and sqlc.arg(state) <> 'same'
where id = sqlc.arg(id) and baseline = sqlc.arg(baseline) and (state <> 'let_go' or sqlc.arg(state) <> 'gone');

-- name: KeepWatched :execrows
update watched_pages set state = sqlc.arg(state), baseline = sqlc.arg(baseline), now = '', noticed_at = sqlc.arg(noticed_at), flooded = false
where id = sqlc.arg(id) and now = sqlc.arg(seen) and state in ('changed', 'gone', 'back');

-- name: GetWatched :one
select * from watched_pages where id = sqlc.arg(id);

-- name: MediaOfWatched :many
select m.id, m.title, m.preview, exists (select 1 from holds h where h.media_id = m.id and h.ended_at = 0) as held
from approved a join media m on m.id = a.media_id
where json_extract(a.media, '$.Unit') = cast(sqlc.arg(unit_id) as text)
  and json_extract(a.media, '$.Origin.Canonical') = cast(sqlc.arg(canonical) as text) and json_extract(a.media, '$.Origin.PageBytes') = cast(sqlc.arg(taken) as text)
order by m.title, m.id;

-- name: ListWatched :many
select id from watched_pages w
where state in ('changed', 'gone', 'unread', 'back')
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
  and exists (select 1 from approved a where json_extract(a.media, '$.Unit') = w.unit_id
    and json_extract(a.media, '$.Origin.Canonical') = w.canonical and json_extract(a.media, '$.Origin.PageBytes') = w.taken)
order by noticed_at, id limit sqlc.arg(most);

-- name: WatchedOfMedia :one
select w.id from approved a join watched_pages w on w.unit_id = json_extract(a.media, '$.Unit')
  and w.canonical = json_extract(a.media, '$.Origin.Canonical') and w.taken = json_extract(a.media, '$.Origin.PageBytes')
where a.media_id = sqlc.arg(media_id);
