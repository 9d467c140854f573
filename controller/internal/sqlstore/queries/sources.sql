-- name: SiteTexts :many
select site_id, text, version from site_texts;

-- name: AddSiteText :execrows
insert into site_texts (site_id, text, version, person_id, changed_at)
values (sqlc.arg(site_id), sqlc.arg(text), sqlc.arg(version), sqlc.arg(person_id), sqlc.arg(changed_at))
on conflict (site_id) do nothing;

-- name: ChangeSiteText :execrows
update site_texts set text = sqlc.arg(text), version = sqlc.arg(version), person_id = sqlc.arg(person_id), changed_at = sqlc.arg(changed_at)
where site_id = sqlc.arg(site_id) and version = sqlc.arg(version) - 1;

-- name: SiteTests :many
select t.site_id, t.kind, t.version, t.address, t.person_id, p.name as person_name, t.tested_at
from site_tests t join people p on p.id = t.person_id;

-- name: PutSiteTest :exec
insert into site_tests (site_id, kind, version, address, person_id, tested_at)
values (sqlc.arg(site_id), sqlc.arg(kind), sqlc.arg(version), sqlc.arg(address), sqlc.arg(person_id), sqlc.arg(tested_at))
on conflict (site_id, kind) do update set version = excluded.version, address = excluded.address, person_id = excluded.person_id, tested_at = excluded.tested_at;

-- name: PutFind :exec
insert into finds (id, site_id, page_key, canonical, language, unit_id, article, mix, origin, etag, modified, state, person_id, fetched_at, search_id)
values (sqlc.arg(id), sqlc.arg(site_id), sqlc.arg(page_key), sqlc.arg(canonical), sqlc.arg(language), sqlc.arg(unit_id), sqlc.arg(article), sqlc.arg(mix), sqlc.arg(origin),
  sqlc.arg(etag), sqlc.arg(modified), sqlc.arg(state), sqlc.arg(person_id), sqlc.arg(fetched_at), sqlc.arg(search_id))
on conflict (unit_id, canonical) do update set article = excluded.article, mix = excluded.mix, origin = excluded.origin, etag = excluded.etag,
  modified = excluded.modified, page_key = excluded.page_key, fetched_at = excluded.fetched_at;

-- name: FindOfPage :one
select id from finds where unit_id = sqlc.arg(unit_id) and canonical = sqlc.arg(canonical);

-- name: GetFind :one
select sqlc.embed(finds), people.name as person_name, cast(coalesce(searches.name, '') as text) as search_name
from finds join people on people.id = finds.person_id left join searches on searches.id = finds.search_id
where finds.id = sqlc.arg(id);

-- name: ListFinds :many
select id from finds
where state = sqlc.arg(state) and (cast(sqlc.arg(search) as text) = '' or search_id = cast(sqlc.arg(search) as text))
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
order by fetched_at desc, id limit sqlc.arg(most);

-- name: MarkOf :one
select id, state, cast(coalesce((select w.state from watched_pages w
  where w.unit_id = finds.unit_id and w.canonical = finds.canonical and w.state in ('changed', 'gone', 'back') order by w.noticed_at desc limit 1), '') as text) as upstream
from finds
where page_key = sqlc.arg(page_key)
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
order by fetched_at desc, id limit 1;

-- name: PagesOfKey :many
select language, canonical from finds
where page_key = sqlc.arg(page_key) and state <> 'rejected'
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
order by fetched_at desc, id;

-- name: DecideFind :exec
update finds set state = sqlc.arg(state), reason = sqlc.arg(reason), person_id = sqlc.arg(person_id), decided_at = sqlc.arg(decided_at)
where id = sqlc.arg(id);

-- name: AddFindMedia :exec
insert into find_media (find_id, media_id, place) values (sqlc.arg(find_id), sqlc.arg(media_id), sqlc.arg(place)) on conflict do nothing;

-- name: MediaOfFind :many
select media_id from find_media where find_id = sqlc.arg(find_id) order by place, media_id;

-- name: PutPicturePrint :exec
insert into picture_prints (address, hash, seen_at) values (sqlc.arg(address), sqlc.arg(hash), sqlc.arg(seen_at))
on conflict (address) do update set hash = excluded.hash, seen_at = excluded.seen_at;

-- name: ForgetPicturePrints :exec
delete from picture_prints where seen_at < (select p.seen_at from picture_prints p order by p.seen_at desc limit 1 offset sqlc.arg(most));

-- name: PicturePrint :one
select hash from picture_prints where address = sqlc.arg(address);

-- name: HostRest :one
select until, noes from host_rests where host = sqlc.arg(host);

-- name: SetHostRest :exec
insert into host_rests (host, until, noes) values (sqlc.arg(host), sqlc.arg(until), sqlc.arg(noes))
on conflict (host) do update set until = excluded.until, noes = excluded.noes;

-- name: EndHostRest :exec
delete from host_rests where host = sqlc.arg(host);
