-- name: Themes :many
select t.id, t.parent_id, t.name, t.name_en, t.name_lo, t.retired_at,
  (select count(*) from media_themes mt join media m on m.id = mt.media_id where mt.theme_id = t.id and m.deleted_at = 0) as uses
from themes t order by t.parent_id, t.position, t.id;

-- name: PutTheme :exec
insert into themes (id, parent_id, position, name, name_en, name_lo, retired_at)
values (sqlc.arg(id), sqlc.arg(parent_id), sqlc.arg(position), sqlc.arg(name), sqlc.arg(name_en), sqlc.arg(name_lo), sqlc.arg(retired_at))
on conflict (id) do update set parent_id = excluded.parent_id, position = excluded.position,
  name = excluded.name, name_en = excluded.name_en, name_lo = excluded.name_lo, retired_at = excluded.retired_at;

-- name: DropTheme :exec
delete from themes where id = sqlc.arg(id);

-- name: CarryTheme :exec
insert into media_themes (media_id, theme_id)
select mt.media_id, cast(sqlc.arg(into_id) as text) from media_themes mt
where mt.theme_id = sqlc.arg(from_id)
on conflict (media_id, theme_id) do nothing;

-- name: ClearTheme :exec
delete from media_themes where theme_id = sqlc.arg(theme_id);

-- name: ThemeParents :many
select id, parent_id from themes;
