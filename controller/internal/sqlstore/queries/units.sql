-- name: Units :many
select u.*, cast((select count(*) from people p where p.unit_id = u.id and not p.disabled) as bigint) as people
from units u order by u.ended_on <> '', u.short_name, u.id;

-- name: Unit :one
select u.*, cast((select count(*) from people p where p.unit_id = u.id and not p.disabled) as bigint) as people
from units u where u.id = ?;

-- name: UnitNames :many
select * from unit_names order by unit_id, valid_from;

-- name: NamesOfUnit :many
select * from unit_names where unit_id = ? order by valid_from;

-- name: UnitSuccessors :many
select * from unit_successors order by unit_id, successor_id;

-- name: SuccessorsOfUnit :many
select * from unit_successors where unit_id = ? order by successor_id;

-- name: AddUnit :exec
insert into units (id, short_name, ended_on, created_at) values (?, ?, ?, ?);

-- name: UpdateUnit :exec
update units set short_name = ?, ended_on = ? where id = ?;

-- name: ClearUnitNames :exec
delete from unit_names where unit_id = ?;

-- name: AddUnitName :exec
insert into unit_names (unit_id, valid_from, name) values (?, ?, ?);

-- name: ClearUnitSuccessors :exec
delete from unit_successors where unit_id = ?;

-- name: AddUnitSuccessor :exec
insert into unit_successors (unit_id, successor_id) values (?, ?);
