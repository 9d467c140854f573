-- name: PutIncident :exec
insert into incidents (id, rule, screen_id, cluster_id, unit_id, severity, rank, code, params, since, opened_at, good_since, recovered, flaps,
  escalated_at, escalations, owner_id, taken_at, closed_at, closed_by, close_reason, standing, mark, hints, evidence, members)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set severity = excluded.severity, rank = excluded.rank, code = excluded.code, params = excluded.params,
  good_since = excluded.good_since, recovered = excluded.recovered, flaps = excluded.flaps, escalated_at = excluded.escalated_at,
  escalations = excluded.escalations, owner_id = excluded.owner_id, taken_at = excluded.taken_at, closed_at = excluded.closed_at,
  closed_by = excluded.closed_by, close_reason = excluded.close_reason, standing = excluded.standing, mark = excluded.mark,
  hints = excluded.hints, evidence = excluded.evidence, members = excluded.members;

-- name: AddIncidentEntry :exec
insert into incident_journal (incident_id, at, kind, person_id, to_id, severity, reason, text, params) values (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: SuppressIncident :exec
update maintenance_windows set suppressed = suppressed + 1 where id = ?;

-- name: GetIncident :one
select sqlc.embed(i), c.name as cluster_name, cast(coalesce(s.name, '') as text) as screen_name,
  cast(coalesce(o.name, '') as text) as owner_name, cast(coalesce(x.name, '') as text) as closed_by_name
from incidents i join clusters c on c.id = i.cluster_id
left join screens s on s.id = i.screen_id
left join people o on o.id = i.owner_id
left join people x on x.id = i.closed_by
where i.id = ?;

-- name: KeptIncidents :many
select id from incidents where closed_at = 0 or standing or closed_at > cast(sqlc.arg(after) as bigint) order by opened_at, id;

-- name: IncidentJournal :many
select j.seq, j.incident_id, j.at, j.kind, j.person_id, j.to_id, j.severity, j.reason, j.text, j.params,
  cast(coalesce(p.name, '') as text) as person_name, cast(coalesce(o.name, '') as text) as to_name
from incident_journal j
left join people p on p.id = j.person_id
left join people o on o.id = j.to_id
where j.incident_id = ? order by j.seq limit 500;

-- name: FindIncidents :many
select i.id, i.opened_at, cast(case when i.closed_at = 0 then i.rank else 0 end as bigint) as place
from incidents i
where (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || i.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || i.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || i.unit_id || '/' || i.cluster_id || ',%')
  and (cast(sqlc.arg(state) as text) = 'all' or (cast(sqlc.arg(state) as text) = 'open') = (i.closed_at = 0))
  and (cast(sqlc.arg(owner) as text) = '' or i.owner_id = cast(sqlc.arg(owner) as text))
  and (cast(sqlc.arg(cluster) as text) = '' or i.cluster_id = cast(sqlc.arg(cluster) as text))
  and (cast(sqlc.arg(screen) as text) = '' or i.screen_id = cast(sqlc.arg(screen) as text))
  and (cast(sqlc.arg(rule) as text) = '' or i.rule = cast(sqlc.arg(rule) as text))
  and (cast(sqlc.arg(since) as bigint) = 0 or i.opened_at >= cast(sqlc.arg(since) as bigint))
  and (cast(sqlc.arg(until) as bigint) = 0 or i.opened_at < cast(sqlc.arg(until) as bigint))
  and (cast(sqlc.arg(after_id) as text) = ''
    or (case when i.closed_at = 0 then i.rank else 0 end) < cast(sqlc.arg(after_place) as bigint)
    or (case when i.closed_at = 0 then i.rank else 0 end) = cast(sqlc.arg(after_place) as bigint)
      and (i.opened_at < cast(sqlc.arg(after_at) as bigint) or i.opened_at = cast(sqlc.arg(after_at) as bigint) and i.id > cast(sqlc.arg(after_id) as text)))
order by place desc, i.opened_at desc, i.id
limit cast(sqlc.arg(most) as bigint);

-- name: CountIncidents :one
select count(*) from incidents i
where (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || i.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || i.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || i.unit_id || '/' || i.cluster_id || ',%')
  and (cast(sqlc.arg(state) as text) = 'all' or (cast(sqlc.arg(state) as text) = 'open') = (i.closed_at = 0))
  and (cast(sqlc.arg(owner) as text) = '' or i.owner_id = cast(sqlc.arg(owner) as text))
  and (cast(sqlc.arg(cluster) as text) = '' or i.cluster_id = cast(sqlc.arg(cluster) as text))
  and (cast(sqlc.arg(screen) as text) = '' or i.screen_id = cast(sqlc.arg(screen) as text))
  and (cast(sqlc.arg(rule) as text) = '' or i.rule = cast(sqlc.arg(rule) as text))
  and (cast(sqlc.arg(since) as bigint) = 0 or i.opened_at >= cast(sqlc.arg(since) as bigint))
  and (cast(sqlc.arg(until) as bigint) = 0 or i.opened_at < cast(sqlc.arg(until) as bigint));

-- name: OpenIncidentCounts :one
select cast(coalesce(sum(case when i.rank = 3 then 1 else 0 end), 0) as bigint) as critical,
  cast(coalesce(sum(case when i.rank = 2 then 1 else 0 end), 0) as bigint) as warning,
  cast(coalesce(sum(case when i.rank = 1 then 1 else 0 end), 0) as bigint) as info,
  cast(coalesce(sum(case when i.owner_id = '' then 1 else 0 end), 0) as bigint) as untaken,
  cast(coalesce(sum(case when i.owner_id = cast(sqlc.arg(person) as text) then 1 else 0 end), 0) as bigint) as mine
from incidents i
where i.closed_at = 0 and (cast(sqlc.arg(every) as bigint) = 1
    or cast(sqlc.arg(units) as text) like '%,' || i.unit_id || ',%'
    or cast(sqlc.arg(clusters) as text) like '%,' || i.cluster_id || ',%'
    or cast(sqlc.arg(pairs) as text) like '%,' || i.unit_id || '/' || i.cluster_id || ',%');

-- name: IncidentsTold :many
select j.seq, j.at, j.kind, j.severity, j.params, i.id, i.screen_id, i.cluster_id, i.unit_id, i.rule, i.params as what,
  c.name as cluster_name, cast(coalesce(s.name, '') as text) as screen_name
from incident_journal j join incidents i on i.id = j.incident_id join clusters c on c.id = i.cluster_id
left join screens s on s.id = i.screen_id
where j.seq > cast(sqlc.arg(after) as bigint) and j.kind in ('opened', 'reopened', 'escalated', 'acknowledged', 'closed')
order by j.seq limit cast(sqlc.arg(most) as bigint);

-- name: MaintenanceWindows :many
select sqlc.embed(w), c.name as cluster_name, cast(coalesce(s.name, '') as text) as screen_name, p.name as person_name
from maintenance_windows w join clusters c on c.id = w.cluster_id join people p on p.id = w.person_id
left join screens s on s.id = w.screen_id
where w.until_at > cast(sqlc.arg(after) as bigint) order by w.from_at, w.id;

-- name: AddMaintenanceWindow :exec
insert into maintenance_windows (id, screen_id, cluster_id, unit_id, from_at, until_at, reason, person_id) values (?, ?, ?, ?, ?, ?, ?, ?);

-- name: EndMaintenanceWindow :exec
update maintenance_windows set until_at = ? where id = ?;

-- name: IncidentDuty :many
select cluster_id from incident_duty;

-- name: KeepIncidentDuty :exec
insert into incident_duty (cluster_id) values (?) on conflict (cluster_id) do nothing;
