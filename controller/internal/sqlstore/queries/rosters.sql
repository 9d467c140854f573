-- name: SetSitePIN :exec
insert into site_pins (cluster_id, number, salt, hash, passes, memory_kb, threads, set_at)
values (sqlc.arg(cluster_id), sqlc.arg(number), sqlc.arg(salt), sqlc.arg(hash), sqlc.arg(passes), sqlc.arg(memory_kb), sqlc.arg(threads), sqlc.arg(set_at))
on conflict (cluster_id) do update set number = excluded.number, salt = excluded.salt, hash = excluded.hash, passes = excluded.passes,
  memory_kb = excluded.memory_kb, threads = excluded.threads, set_at = excluded.set_at;

-- name: SitePINs :many
select * from site_pins order by cluster_id;

-- name: SetSitePlace :exec
insert into site_places (screen_id, addresses, pages, fingerprint, heard_at)
values (sqlc.arg(screen_id), sqlc.arg(addresses), sqlc.arg(pages), sqlc.arg(fingerprint), sqlc.arg(heard_at))
on conflict (screen_id) do update set addresses = excluded.addresses, pages = excluded.pages, fingerprint = excluded.fingerprint, heard_at = excluded.heard_at;

-- name: SitePlaces :many
select * from site_places order by screen_id;

-- name: SetRoster :execrows
insert into rosters (screen_id, epoch, counter, issued_at, content, envelope, announced)
values (sqlc.arg(screen_id), sqlc.arg(epoch), sqlc.arg(counter), sqlc.arg(issued_at), sqlc.arg(content), sqlc.arg(envelope), false)
on conflict (screen_id) do update set epoch = excluded.epoch, counter = excluded.counter, issued_at = excluded.issued_at,
  content = excluded.content, envelope = excluded.envelope, announced = false
where excluded.epoch > rosters.epoch or (excluded.epoch = rosters.epoch and excluded.counter > rosters.counter);

-- name: Rosters :many
select * from rosters order by screen_id;

-- name: OutgoingRosters :many
select * from rosters where announced = false order by issued_at, screen_id limit sqlc.arg(most);

-- name: RosterAnnounced :exec
update rosters set announced = true where screen_id = sqlc.arg(screen_id) and epoch = sqlc.arg(epoch) and counter = sqlc.arg(counter);
