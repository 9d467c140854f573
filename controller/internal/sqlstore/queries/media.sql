-- name: InsertMedia :exec
insert into media (id, kind, title, title_key, description, search, unit_id, author_id, state, revision,
  file_name, size, sha256, mime, width, height, duration_ms,
  fits, territory, languages, valid_from, valid_until, rights_basis, origin, preview, created_at, updated_at, deleted_at)
values (sqlc.arg(id), sqlc.arg(kind), sqlc.arg(title), sqlc.arg(title_key), sqlc.arg(description), sqlc.arg(search), sqlc.arg(unit_id), sqlc.arg(author_id), sqlc.arg(state), sqlc.arg(revision),
  sqlc.arg(file_name), sqlc.arg(size), sqlc.arg(sha256), sqlc.arg(mime), sqlc.arg(width), sqlc.arg(height), sqlc.arg(duration_ms),
  sqlc.arg(fits), sqlc.arg(territory), sqlc.arg(languages), sqlc.arg(valid_from), sqlc.arg(valid_until), sqlc.arg(rights_basis), sqlc.arg(origin), sqlc.arg(preview), sqlc.arg(created_at), sqlc.arg(updated_at), 0);

-- name: UpdateMedia :exec
update media set title = sqlc.arg(title), title_key = sqlc.arg(title_key), description = sqlc.arg(description), search = sqlc.arg(search),
  state = sqlc.arg(state), revision = sqlc.arg(revision), sha256 = sqlc.arg(sha256), size = sqlc.arg(size), fits = sqlc.arg(fits), territory = sqlc.arg(territory), languages = sqlc.arg(languages),
  valid_from = sqlc.arg(valid_from), valid_until = sqlc.arg(valid_until), rights_basis = sqlc.arg(rights_basis), origin = sqlc.arg(origin), preview = sqlc.arg(preview),
  excerpt = sqlc.arg(excerpt), tracks = sqlc.arg(tracks), proxy = sqlc.arg(proxy),
  updated_at = sqlc.arg(updated_at), deleted_at = sqlc.arg(deleted_at)
where id = sqlc.arg(id);

-- name: KeepPart :exec
insert into media_parts (media_id, object) values (sqlc.arg(media_id), sqlc.arg(object)) on conflict (media_id, object) do nothing;

-- name: GetMedia :one
select sqlc.embed(media), people.name as author_name,
  cast(coalesce((select n.name from unit_names n where n.unit_id = media.unit_id order by n.valid_from desc limit 1), '') as text) as unit_name,
  cast(exists (select 1 from approved a where a.media_id = media.id) as bigint) as approved
from media join people on people.id = media.author_id
where media.id = sqlc.arg(id);

-- name: MediaBySource :one
select id from media
where sha256 = sqlc.arg(sha256) and deleted_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or author_id = sqlc.arg(person) or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
order by created_at, id limit 1;

-- name: CountMedia :one
select count(*) from media
where deleted_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or author_id = sqlc.arg(person) or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
  and (cast(sqlc.arg(author) as text) = '' or author_id = cast(sqlc.arg(author) as text))
  and (cast(sqlc.arg(states) as text) = ',' or cast(sqlc.arg(states) as text) like '%,' || state || ',%')
  and (cast(sqlc.arg(kind) as text) = '' or kind = cast(sqlc.arg(kind) as text))
  and (cast(sqlc.arg(language) as text) = '' or languages like cast(sqlc.arg(language) as text))
  and (cast(sqlc.arg(themes) as text) = ''
    or cast(sqlc.arg(themes) as text) = '-' and not exists (select 1 from media_themes mt where mt.media_id = media.id)
    or id in (select mt.media_id from media_themes mt where mt.theme_id in (select t.id from themes t where cast(sqlc.arg(themes) as text) like '%,' || t.id || ',%')))
  and (cast(sqlc.arg(folders) as text) = ''
    or cast(sqlc.arg(folders) as text) = '-' and folder_id = ''
    or folder_id in (select f.id from folders f where cast(sqlc.arg(folders) as text) like '%,' || f.id || ',%'))
  and (cast(sqlc.arg(tag) as text) = '' or id in (select g.media_id from media_tags g where g.tag_key = cast(sqlc.arg(tag) as text)))
  and (cast(sqlc.arg(validity) as text) = ''
    or cast(sqlc.arg(validity) as text) = 'ended' and valid_until > 0 and valid_until <= cast(sqlc.arg(at) as bigint)
    or cast(sqlc.arg(validity) as text) = 'ending' and valid_until > cast(sqlc.arg(at) as bigint) and valid_until <= cast(sqlc.arg(soon) as bigint)
    or cast(sqlc.arg(validity) as text) = 'later' and valid_from > cast(sqlc.arg(at) as bigint)
    or cast(sqlc.arg(validity) as text) = 'now' and valid_from <= cast(sqlc.arg(at) as bigint) and (valid_until = 0 or valid_until > cast(sqlc.arg(at) as bigint)))
  and (cast(sqlc.arg(word1) as text) = '' or search like cast(sqlc.arg(word1) as text)) and (cast(sqlc.arg(word2) as text) = '' or search like cast(sqlc.arg(word2) as text))
  and (cast(sqlc.arg(word3) as text) = '' or search like cast(sqlc.arg(word3) as text)) and (cast(sqlc.arg(word4) as text) = '' or search like cast(sqlc.arg(word4) as text))
  and (cast(sqlc.arg(word5) as text) = '' or search like cast(sqlc.arg(word5) as text)) and (cast(sqlc.arg(word6) as text) = '' or search like cast(sqlc.arg(word6) as text))
  and (cast(sqlc.arg(word7) as text) = '' or search like cast(sqlc.arg(word7) as text)) and (cast(sqlc.arg(word8) as text) = '' or search like cast(sqlc.arg(word8) as text));

-- name: MediaByAge :many
select id, cast(revision + arranged as bigint) as mark from media
where deleted_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or author_id = sqlc.arg(person) or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
  and (cast(sqlc.arg(author) as text) = '' or author_id = cast(sqlc.arg(author) as text))
  and (cast(sqlc.arg(states) as text) = ',' or cast(sqlc.arg(states) as text) like '%,' || state || ',%')
  and (cast(sqlc.arg(kind) as text) = '' or kind = cast(sqlc.arg(kind) as text))
  and (cast(sqlc.arg(language) as text) = '' or languages like cast(sqlc.arg(language) as text))
  and (cast(sqlc.arg(themes) as text) = ''
    or cast(sqlc.arg(themes) as text) = '-' and not exists (select 1 from media_themes mt where mt.media_id = media.id)
    or id in (select mt.media_id from media_themes mt where mt.theme_id in (select t.id from themes t where cast(sqlc.arg(themes) as text) like '%,' || t.id || ',%')))
  and (cast(sqlc.arg(folders) as text) = ''
    or cast(sqlc.arg(folders) as text) = '-' and folder_id = ''
    or folder_id in (select f.id from folders f where cast(sqlc.arg(folders) as text) like '%,' || f.id || ',%'))
  and (cast(sqlc.arg(tag) as text) = '' or id in (select g.media_id from media_tags g where g.tag_key = cast(sqlc.arg(tag) as text)))
  and (cast(sqlc.arg(validity) as text) = ''
    or cast(sqlc.arg(validity) as text) = 'ended' and valid_until > 0 and valid_until <= cast(sqlc.arg(at) as bigint)
    or cast(sqlc.arg(validity) as text) = 'ending' and valid_until > cast(sqlc.arg(at) as bigint) and valid_until <= cast(sqlc.arg(soon) as bigint)
    or cast(sqlc.arg(validity) as text) = 'later' and valid_from > cast(sqlc.arg(at) as bigint)
    or cast(sqlc.arg(validity) as text) = 'now' and valid_from <= cast(sqlc.arg(at) as bigint) and (valid_until = 0 or valid_until > cast(sqlc.arg(at) as bigint)))
  and (cast(sqlc.arg(word1) as text) = '' or search like cast(sqlc.arg(word1) as text)) and (cast(sqlc.arg(word2) as text) = '' or search like cast(sqlc.arg(word2) as text))
  and (cast(sqlc.arg(word3) as text) = '' or search like cast(sqlc.arg(word3) as text)) and (cast(sqlc.arg(word4) as text) = '' or search like cast(sqlc.arg(word4) as text))
  and (cast(sqlc.arg(word5) as text) = '' or search like cast(sqlc.arg(word5) as text)) and (cast(sqlc.arg(word6) as text) = '' or search like cast(sqlc.arg(word6) as text))
  and (cast(sqlc.arg(word7) as text) = '' or search like cast(sqlc.arg(word7) as text)) and (cast(sqlc.arg(word8) as text) = '' or search like cast(sqlc.arg(word8) as text))
  and (created_at < cast(sqlc.arg(after_age) as bigint) or created_at = cast(sqlc.arg(after_age) as bigint) and id < cast(sqlc.arg(after_id) as text))
order by created_at desc, id desc limit sqlc.arg(most);

-- name: MediaByTitle :many
select id, cast(revision + arranged as bigint) as mark from media
where deleted_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or author_id = sqlc.arg(person) or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
  and (cast(sqlc.arg(author) as text) = '' or author_id = cast(sqlc.arg(author) as text))
  and (cast(sqlc.arg(states) as text) = ',' or cast(sqlc.arg(states) as text) like '%,' || state || ',%')
  and (cast(sqlc.arg(kind) as text) = '' or kind = cast(sqlc.arg(kind) as text))
  and (cast(sqlc.arg(language) as text) = '' or languages like cast(sqlc.arg(language) as text))
  and (cast(sqlc.arg(themes) as text) = ''
    or cast(sqlc.arg(themes) as text) = '-' and not exists (select 1 from media_themes mt where mt.media_id = media.id)
    or id in (select mt.media_id from media_themes mt where mt.theme_id in (select t.id from themes t where cast(sqlc.arg(themes) as text) like '%,' || t.id || ',%')))
  and (cast(sqlc.arg(folders) as text) = ''
    or cast(sqlc.arg(folders) as text) = '-' and folder_id = ''
    or folder_id in (select f.id from folders f where cast(sqlc.arg(folders) as text) like '%,' || f.id || ',%'))
  and (cast(sqlc.arg(tag) as text) = '' or id in (select g.media_id from media_tags g where g.tag_key = cast(sqlc.arg(tag) as text)))
  and (cast(sqlc.arg(validity) as text) = ''
    or cast(sqlc.arg(validity) as text) = 'ended' and valid_until > 0 and valid_until <= cast(sqlc.arg(at) as bigint)
    or cast(sqlc.arg(validity) as text) = 'ending' and valid_until > cast(sqlc.arg(at) as bigint) and valid_until <= cast(sqlc.arg(soon) as bigint)
    or cast(sqlc.arg(validity) as text) = 'later' and valid_from > cast(sqlc.arg(at) as bigint)
    or cast(sqlc.arg(validity) as text) = 'now' and valid_from <= cast(sqlc.arg(at) as bigint) and (valid_until = 0 or valid_until > cast(sqlc.arg(at) as bigint)))
  and (cast(sqlc.arg(word1) as text) = '' or search like cast(sqlc.arg(word1) as text)) and (cast(sqlc.arg(word2) as text) = '' or search like cast(sqlc.arg(word2) as text))
  and (cast(sqlc.arg(word3) as text) = '' or search like cast(sqlc.arg(word3) as text)) and (cast(sqlc.arg(word4) as text) = '' or search like cast(sqlc.arg(word4) as text))
  and (cast(sqlc.arg(word5) as text) = '' or search like cast(sqlc.arg(word5) as text)) and (cast(sqlc.arg(word6) as text) = '' or search like cast(sqlc.arg(word6) as text))
  and (cast(sqlc.arg(word7) as text) = '' or search like cast(sqlc.arg(word7) as text)) and (cast(sqlc.arg(word8) as text) = '' or search like cast(sqlc.arg(word8) as text))
  and (title_key > cast(sqlc.arg(after_key) as text) or title_key = cast(sqlc.arg(after_key) as text) and id > cast(sqlc.arg(after_id) as text))
order by title_key, id limit sqlc.arg(most);

-- name: RenditionsOf :many
select sqlc.embed(r), cast(exists (select 1 from covered c where c.media_id = r.media_id and c.profile = r.profile and c.digest = r.digest) as bigint) as covered
from renditions r where r.media_id = sqlc.arg(media_id) order by r.profile;

-- name: DeleteRenditions :exec
delete from renditions where media_id = sqlc.arg(media_id);

-- name: InsertRendition :exec
insert into renditions (media_id, profile, digest, size, mime, width, height, duration_ms, has_audio, chunks, prints, poster, thumbnail)
values (sqlc.arg(media_id), sqlc.arg(profile), sqlc.arg(digest), sqlc.arg(size), sqlc.arg(mime), sqlc.arg(width), sqlc.arg(height), sqlc.arg(duration_ms), sqlc.arg(has_audio), sqlc.arg(chunks), sqlc.arg(prints), sqlc.arg(poster), sqlc.arg(thumbnail));

-- name: MediaPlace :one
select title_key, created_at from media where id = sqlc.arg(id);
