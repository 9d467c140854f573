-- name: ShiftCluster :one
select c.name, t.unit_id from clusters c join tenures t on t.cluster_id = c.id and t.valid_from = (
  select coalesce(max(o.valid_from), (select min(f.valid_from) from tenures f where f.cluster_id = c.id))
  from tenures o where o.cluster_id = c.id and o.valid_from <= cast(sqlc.arg(today) as text))
where c.id = sqlc.arg(id);

-- name: ShiftsOnDuty :many
select * from shifts where cluster_id = sqlc.arg(cluster_id) and ended_at = 0 order by began_at, id;

-- name: SetShift :exec
insert into shifts (id, cluster_id, person_id, began_at, ended_at, offer_id, offered_at)
values (sqlc.arg(id), sqlc.arg(cluster_id), sqlc.arg(person_id), sqlc.arg(began_at), sqlc.arg(ended_at), sqlc.arg(offer_id), sqlc.arg(offered_at))
on conflict (id) do update set ended_at = excluded.ended_at, offer_id = excluded.offer_id, offered_at = excluded.offered_at;

-- name: AddShiftEntry :exec
insert into shift_entries (cluster_id, at, kind, person_id, other_id, shift_id, note, open)
values (sqlc.arg(cluster_id), sqlc.arg(at), sqlc.arg(kind), sqlc.arg(person_id), sqlc.arg(other_id), sqlc.arg(shift_id), sqlc.arg(note), sqlc.arg(open));

-- name: ShiftEntries :many
select * from shift_entries where cluster_id = sqlc.arg(cluster_id) and at >= sqlc.arg(start) and at < sqlc.arg(stop) order by seq limit 2000;

-- name: Watchers :many
select distinct p.id, p.name, p.name_folded from people p join grants g on g.person_id = p.id
where not p.disabled and g.role = 'watch_officer'
  and (g.unit_id = '' or g.unit_id = sqlc.arg(unit_id)) and (g.cluster_id = '' or g.cluster_id = sqlc.arg(cluster_id))
order by p.name_folded, p.id;

-- name: Staffing :one
select * from staffing where cluster_id = sqlc.arg(cluster_id);

-- name: AddStaffing :execrows
insert into staffing (cluster_id, hours_from, hours_until, version, person_id, changed_at)
values (sqlc.arg(cluster_id), sqlc.arg(hours_from), sqlc.arg(hours_until), 1, sqlc.arg(person_id), sqlc.arg(changed_at))
on conflict (cluster_id) do nothing;

-- name: ChangeStaffing :execrows
update staffing set hours_from = sqlc.arg(hours_from), hours_until = sqlc.arg(hours_until), version = version + 1, person_id = sqlc.arg(person_id), changed_at = sqlc.arg(changed_at)
where cluster_id = sqlc.arg(cluster_id) and version = sqlc.arg(was);
