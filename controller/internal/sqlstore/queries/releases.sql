-- name: PutRelease :exec
insert into releases (payload, version, envelope, at, person_id, person_name)
values (sqlc.arg(payload), sqlc.arg(version), sqlc.arg(envelope), sqlc.arg(at), sqlc.arg(person_id), sqlc.arg(person_name))
on conflict (payload) do update set envelope = excluded.envelope, at = excluded.at, person_id = excluded.person_id, person_name = excluded.person_name;

-- name: Releases :many
select * from releases order by at, payload;

-- name: PutReleasePlan :exec
insert into release_plans (number, id, state, body)
values ((select coalesce(max(p.number), 0) + 1 from release_plans p), sqlc.arg(id), sqlc.arg(state), sqlc.arg(body))
on conflict (id) do update set state = excluded.state, body = excluded.body;

-- name: ReleasePlans :many
select * from release_plans order by number desc limit sqlc.arg(most);

-- name: SetReleaseOffer :execrows
insert into release_offers (screen_id, epoch, counter, issued_at, payload, object, signer, envelope)
values (sqlc.arg(screen_id), sqlc.arg(epoch), sqlc.arg(counter), sqlc.arg(issued_at), sqlc.arg(payload), sqlc.arg(object), sqlc.arg(signer), sqlc.arg(envelope))
on conflict (screen_id) do update set epoch = excluded.epoch, counter = excluded.counter, issued_at = excluded.issued_at,
  payload = excluded.payload, object = excluded.object, signer = excluded.signer, envelope = excluded.envelope
where excluded.epoch > release_offers.epoch or (excluded.epoch = release_offers.epoch and excluded.counter > release_offers.counter);

-- name: ReleaseOffers :many
select * from release_offers;

-- name: AddOutgoingOffer :one
insert into releases_outbox (screen_id, created_at) values (sqlc.arg(screen_id), sqlc.arg(created_at))
returning id;

-- name: OutgoingOffers :many
select cast(o.newest as bigint) as id, o.screen_id, r.epoch, r.counter, r.envelope
from (select max(releases_outbox.id) as newest, releases_outbox.screen_id from releases_outbox group by releases_outbox.screen_id) o
join release_offers r on r.screen_id = o.screen_id
order by o.newest
limit sqlc.arg(most);

-- name: ForgetOutgoingOffers :exec
delete from releases_outbox where screen_id = sqlc.arg(screen_id) and id <= sqlc.arg(up_to);
