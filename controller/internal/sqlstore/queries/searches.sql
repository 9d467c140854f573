-- name: CountSearches :one
select count(*) from searches where unit_id = sqlc.arg(unit_id) and not deleted;

-- name: AddSearch :exec
insert into searches (id, unit_id, name, query, every_hours, person_id, created_at, next_at)
values (sqlc.arg(id), sqlc.arg(unit_id), sqlc.arg(name), sqlc.arg(query), sqlc.arg(every_hours), sqlc.arg(person_id), sqlc.arg(created_at), sqlc.arg(next_at));

-- name: GetSearch :one
select sqlc.embed(searches), people.name as person_name,
  (select count(*) from finds where finds.search_id = searches.id and finds.state = 'waiting') as waiting
from searches join people on people.id = searches.person_id
where searches.id = sqlc.arg(id);

-- name: ListSearches :many
select id from searches
where not deleted
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
order by name, id;

-- name: DueSearch :one
select id from searches
where not paused and not deleted and next_at <= sqlc.arg(now)
order by next_at, id limit 1;

-- name: ChangeSearch :exec
update searches set paused = sqlc.arg(paused), deleted = sqlc.arg(deleted), next_at = sqlc.arg(next_at), failures = sqlc.arg(failures)
where id = sqlc.arg(id);

-- name: SetSearchRun :exec
update searches set next_at = sqlc.arg(next_at), last_at = sqlc.arg(last_at), found = sqlc.arg(found), missed = sqlc.arg(missed),
  failures = sqlc.arg(failures), trouble = sqlc.arg(trouble)
where id = sqlc.arg(id);

-- name: AddSearchMiss :exec
insert into search_misses (search_id, page_key, times) values (sqlc.arg(search_id), sqlc.arg(page_key), sqlc.arg(times))
on conflict (search_id, page_key) do update set times = times + excluded.times;

-- name: SearchMisses :many
select page_key, times from search_misses where search_id = sqlc.arg(search_id);
