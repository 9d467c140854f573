-- name: SetScreenSettings :execrows
insert into screen_settings (screen_id, epoch, counter, issued_at, content, said, envelope)
values (sqlc.arg(screen_id), sqlc.arg(epoch), sqlc.arg(counter), sqlc.arg(issued_at), sqlc.arg(content), sqlc.arg(said), sqlc.arg(envelope))
on conflict (screen_id) do update set epoch = excluded.epoch, counter = excluded.counter, issued_at = excluded.issued_at,
  content = excluded.content, said = excluded.said, envelope = excluded.envelope
where excluded.epoch > screen_settings.epoch or (excluded.epoch = screen_settings.epoch and excluded.counter > screen_settings.counter);

-- name: ScreenSettings :many
select * from screen_settings order by screen_id;

-- name: AddOutgoingSettings :one
insert into settings_outbox (screen_id, created_at) values (sqlc.arg(screen_id), sqlc.arg(created_at))
returning id;

-- name: OutgoingSettings :many
select cast(o.newest as bigint) as id, o.screen_id, s.epoch, s.counter, s.envelope
from (select max(settings_outbox.id) as newest, settings_outbox.screen_id from settings_outbox group by settings_outbox.screen_id) o
join screen_settings s on s.screen_id = o.screen_id
order by o.newest
limit sqlc.arg(most);

-- name: ForgetOutgoingSettings :exec
delete from settings_outbox where screen_id = sqlc.arg(screen_id) and id <= sqlc.arg(up_to);
