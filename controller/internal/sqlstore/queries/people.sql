-- name: Person :one
select * from people where id = ?;

-- name: PersonByLogin :one
select * from people where login = ?;

-- name: AddPerson :exec
insert into people (id, login, name, name_folded, unit_id, password_hash, locale, theme, disabled, session_epoch, last_login_at, created_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: UpdatePerson :exec
update people set name = ?, name_folded = ?, unit_id = ?, password_hash = ?, locale = ?, theme = ?, disabled = ?, session_epoch = ?
where id = ?;

-- name: LoggedIn :exec
update people set last_login_at = ? where id = ?;

-- name: People :many
select * from people
where (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || unit_id || ',%'))
  and (name_folded like cast(sqlc.arg(pattern) as text) or login like cast(sqlc.arg(pattern) as text))
  and (name_folded > cast(sqlc.arg(after_name) as text) or (name_folded = cast(sqlc.arg(after_name) as text) and id > cast(sqlc.arg(after_id) as text)))
order by name_folded, id
limit sqlc.arg(size);

-- name: CountPeople :one
select count(*) from people
where (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || unit_id || ',%'))
  and (name_folded like cast(sqlc.arg(pattern) as text) or login like cast(sqlc.arg(pattern) as text));

-- name: Administrators :one
select count(*) from people p
where p.id <> sqlc.arg(except_id) and not p.disabled
  and exists (select 1 from grants g where g.person_id = p.id and g.role = 'administrator' and g.unit_id = '' and g.cluster_id = '');

-- name: GrantsOf :many
select * from grants where person_id in (sqlc.slice(people)) order by person_id, position;

-- name: AddGrant :exec
insert into grants (person_id, position, role, unit_id, cluster_id) values (?, ?, ?, ?, ?);

-- name: ClearGrants :exec
delete from grants where person_id = ?;

-- name: PeopleNames :many
select id, name from people;
