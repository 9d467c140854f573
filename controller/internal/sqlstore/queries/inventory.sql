-- name: ScreenFacts :many
select * from screen_facts;

-- name: SetScreenFacts :exec
insert into screen_facts (screen_id, facts, heard_at) values (sqlc.arg(screen_id), sqlc.arg(facts), sqlc.arg(heard_at))
on conflict (screen_id) do update set facts = excluded.facts, heard_at = excluded.heard_at;

-- name: AddFactChange :exec
insert into screen_fact_changes (screen_id, at, field, before, after)
values (sqlc.arg(screen_id), sqlc.arg(at), sqlc.arg(field), sqlc.arg(before), sqlc.arg(after));

-- name: DropOldFactChanges :exec
delete from screen_fact_changes where screen_fact_changes.screen_id = sqlc.arg(screen_id)
  and screen_fact_changes.id not in (select c.id from screen_fact_changes c where c.screen_id = sqlc.arg(screen_id) order by c.id desc limit sqlc.arg(most));

-- name: FactChanges :many
select * from screen_fact_changes where screen_id = sqlc.arg(screen_id) order by id desc limit sqlc.arg(most);

-- name: ScreenNotes :many
select * from screen_notes;

-- name: SetScreenNotes :exec
insert into screen_notes (screen_id, notes, changed_at, changed_by) values (sqlc.arg(screen_id), sqlc.arg(notes), sqlc.arg(changed_at), sqlc.arg(changed_by))
on conflict (screen_id) do update set notes = excluded.notes, changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: AddScreenCheck :exec
insert into screen_checks (id, screen_id, list, at, by_id, by_name, done, note)
values (sqlc.arg(id), sqlc.arg(screen_id), sqlc.arg(list), sqlc.arg(at), sqlc.arg(by_id), sqlc.arg(by_name), sqlc.arg(done), sqlc.arg(note));

-- name: LatestScreenChecks :many
select * from screen_checks c
where c.at = (select max(o.at) from screen_checks o where o.screen_id = c.screen_id and o.list = c.list)
order by c.screen_id, c.list, c.id;

-- name: ScreenChecks :many
select * from screen_checks where screen_id = sqlc.arg(screen_id) order by at desc, id desc limit sqlc.arg(most);
