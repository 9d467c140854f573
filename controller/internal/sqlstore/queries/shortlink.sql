-- name: AddShortLink :exec
insert into short_links (code, language, page, pages)
values (sqlc.arg(code), sqlc.arg(language), sqlc.arg(page), sqlc.arg(pages))
on conflict (code) do nothing;

-- name: ShortLink :one
select * from short_links where code = sqlc.arg(code);

-- name: AddShortSource :exec
insert into short_sources (code, source) values (sqlc.arg(code), sqlc.arg(source))
on conflict (code, source) do nothing;

-- name: LiveShortLink :one
select l.* from short_links l
where l.code = sqlc.arg(code)
  and exists (select 1 from short_sources s join approved a on json_extract(a.media, '$.Source.SHA256') = s.source where s.code = l.code);

-- name: AddScans :exec
insert into scans (code, day, language, scans)
values (sqlc.arg(code), sqlc.arg(day), sqlc.arg(language), sqlc.arg(scans))
on conflict (code, day, language) do update set scans = scans.scans + excluded.scans;

-- name: MediaWithCodes :many
select m.id, m.title, m.state from media m
where m.deleted_at = 0
  and (cast(sqlc.arg(media) as text) = '' or m.id = cast(sqlc.arg(media) as text))
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || m.unit_id || ',%' or m.author_id = sqlc.arg(person))
  and (exists (select 1 from short_sources s where s.source = m.sha256)
    or exists (select 1 from short_sources s join media_parts p on p.object = s.source where p.media_id = m.id))
order by m.created_at desc, m.id
limit sqlc.arg(most);

-- name: ScansOfMedia :many
select day, language, cast(sum(scans) as bigint) as scans from scans
where day >= sqlc.arg(since) and code in (
  select s.code from short_sources s
  where s.source in (select m.sha256 from media m where m.id = sqlc.arg(media))
    or s.source in (select p.object from media_parts p where p.media_id = sqlc.arg(media)))
group by day, language
order by day, language;
