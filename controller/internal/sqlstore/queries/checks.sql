-- name: WatchWords :many
select w.text, w.note, w.person_id, w.added_at, p.name as person_name
from watch_words w join people p on p.id = w.person_id order by w.added_at, w.text;

-- name: PutWatchWord :exec
insert into watch_words (text, note, person_id, added_at)
values (sqlc.arg(text), sqlc.arg(note), sqlc.arg(person_id), sqlc.arg(added_at))
on conflict (text) do update set note = excluded.note, person_id = excluded.person_id, added_at = excluded.added_at;

-- name: DropWatchWord :exec
delete from watch_words where text = sqlc.arg(text);

-- name: PutPrint :exec
insert into prints (media_id, preview, hash) values (sqlc.arg(media_id), sqlc.arg(preview), sqlc.arg(hash))
on conflict (media_id) do update set preview = excluded.preview, hash = excluded.hash;

-- name: ListPrints :many
select p.media_id, p.hash, m.title, m.state, m.unit_id
from prints p join media m on m.id = p.media_id
where m.deleted_at = 0;

-- name: Unprinted :many
select m.id, m.preview from media m left join prints p on p.media_id = m.id
where m.deleted_at = 0 and m.preview <> '' and (p.media_id is null or p.preview <> m.preview)
order by m.created_at limit sqlc.arg(most);
