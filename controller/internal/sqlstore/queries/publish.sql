-- name: AddPublication :exec
insert into publications (id, kind, at, person_id, person_name, note, plan)
values (sqlc.arg(id), sqlc.arg(kind), sqlc.arg(at), sqlc.arg(person_id), sqlc.arg(person_name), sqlc.arg(note), sqlc.arg(plan));

-- name: AddProgramme :exec
insert into programmes (screen_id, epoch, counter, publication_id, plan_id, issued_at, content, envelope)
values (sqlc.arg(screen_id), sqlc.arg(epoch), sqlc.arg(counter), sqlc.arg(publication_id), sqlc.arg(plan_id), sqlc.arg(issued_at), sqlc.arg(content), sqlc.arg(envelope));

-- name: AllowObject :exec
insert into programme_objects (screen_id, digest, epoch, counter)
values (sqlc.arg(screen_id), sqlc.arg(digest), sqlc.arg(epoch), sqlc.arg(counter))
on conflict (screen_id, digest) do update set epoch = excluded.epoch, counter = excluded.counter;

-- name: ForbidOldObjects :exec
delete from programme_objects
where screen_id = sqlc.arg(screen_id)
  and (epoch = sqlc.arg(epoch) and counter < cast(sqlc.arg(before) as bigint) or epoch < sqlc.arg(epoch) and cast(sqlc.arg(before) as bigint) > 0);

-- name: ObjectAllowed :one
select exists (select 1 from programme_objects where screen_id = sqlc.arg(screen_id) and digest = sqlc.arg(digest)) as allowed;

-- name: AddOutgoing :one
insert into outbox (screen_id, created_at) values (sqlc.arg(screen_id), sqlc.arg(created_at))
returning id;

-- name: Outgoing :many
select cast(o.newest as bigint) as id, o.screen_id, p.epoch, p.counter, p.envelope
from (select max(outbox.id) as newest, outbox.screen_id from outbox group by outbox.screen_id) o
join programmes p on p.screen_id = o.screen_id
where not exists (
  select 1 from programmes n
  where n.screen_id = p.screen_id and (n.epoch > p.epoch or (n.epoch = p.epoch and n.counter > p.counter)))
order by o.newest
limit sqlc.arg(most);

-- name: ForgetOutgoing :exec
delete from outbox where screen_id = sqlc.arg(screen_id) and id <= sqlc.arg(up_to);

-- name: LatestProgrammes :many
select p.screen_id, p.epoch, p.counter, p.plan_id, p.issued_at, p.content, p.envelope
from programmes p
where not exists (
  select 1 from programmes n
  where n.screen_id = p.screen_id and (n.epoch > p.epoch or (n.epoch = p.epoch and n.counter > p.counter)));

-- name: LatestProgramme :one
select screen_id, epoch, counter, plan_id, issued_at, content, envelope
from programmes where screen_id = sqlc.arg(screen_id)
order by epoch desc, counter desc limit 1;

-- name: PublishedPlan :one
select id, plan from publications where id = sqlc.arg(id) and plan <> '';

-- name: NewestPublishedPlan :one
select id, plan from publications where plan <> '' order by number desc limit 1;

-- name: Publication :one
select id, kind, at, person_id, person_name, note from publications where id = sqlc.arg(id);

-- name: Publications :many
select id, kind, at, person_id, person_name, note from publications
where cast(sqlc.arg(before) as text) = '' or number < (select n.number from publications n where n.id = sqlc.arg(before))
order by number desc limit sqlc.arg(most);

-- name: ProgrammesOfPublication :many
select p.screen_id, p.epoch, p.counter, p.plan_id, p.issued_at, p.content,
  cast(coalesce(s.name, '') as text) as screen_name,
  cast(coalesce(d.received_at, 0) as bigint) as received_at, cast(coalesce(d.cached_at, 0) as bigint) as cached_at,
  cast(coalesce(d.scheduled_at, 0) as bigint) as scheduled_at, cast(coalesce(d.shown_at, 0) as bigint) as shown_at
from programmes p
left join screens s on s.id = p.screen_id
left join deliveries d on d.screen_id = p.screen_id and d.epoch = p.epoch and d.counter = p.counter
where p.publication_id = sqlc.arg(publication_id)
order by screen_name, p.screen_id;

-- name: NewestReceived :one
select d.epoch, d.counter from deliveries d
join screens s on s.id = d.screen_id
where d.screen_id = sqlc.arg(screen_id) and d.received_at > s.replaced_at
order by epoch desc, counter desc limit 1;
