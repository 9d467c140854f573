-- name: SitePolicies :many
select site_id, policy from site_policies;

-- name: SetSitePolicy :exec
insert into site_policies (site_id, policy, person_id, set_at)
values (sqlc.arg(site_id), sqlc.arg(policy), sqlc.arg(person_id), sqlc.arg(set_at))
on conflict (site_id) do update set policy = excluded.policy, person_id = excluded.person_id, set_at = excluded.set_at;

-- name: HoldsOfSite :one
select count(distinct case when since > sqlc.arg(after) then media_id end) as placed, count(distinct case when ended_at = 0 then media_id end) as standing
from holds where site_id = sqlc.arg(site_id);

-- name: AddHold :exec
insert into holds (id, media_id, page_id, site_id, why, since)
values (sqlc.arg(id), sqlc.arg(media_id), sqlc.arg(page_id), sqlc.arg(site_id), sqlc.arg(why), sqlc.arg(since))
on conflict do nothing;

-- name: SetFlooded :exec
update watched_pages set flooded = sqlc.arg(flooded) where id = sqlc.arg(id);

-- name: EndHoldsOfPage :exec
update holds set ended_at = sqlc.arg(at), told = false where page_id = sqlc.arg(page_id) and ended_at = 0;

-- name: EndHoldsOfMedia :exec
update holds set ended_at = sqlc.arg(at), told = true where media_id = sqlc.arg(media_id) and ended_at = 0;

-- name: UntoldHolds :many
select h.id, h.media_id, h.ended_at, m.title from holds h join media m on m.id = h.media_id where not h.told order by h.since, h.id;

-- name: HoldTold :exec
update holds set told = true where id = sqlc.arg(id) and ended_at = sqlc.arg(ended_at);

-- name: HeldMedia :many
select distinct media_id from holds where ended_at = 0;

-- name: StandingHolds :many
select media_id, page_id, why, since from holds where ended_at = 0 order by since, id;
