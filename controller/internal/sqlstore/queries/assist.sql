-- name: AddCommand :exec
insert into commands (id, screen_id, kind, amount, person_id, person_name, epoch, issued_at, expires_at, envelope)
values (sqlc.arg(id), sqlc.arg(screen_id), sqlc.arg(kind), sqlc.arg(amount), sqlc.arg(person_id), sqlc.arg(person_name), sqlc.arg(epoch), sqlc.arg(issued_at), sqlc.arg(expires_at), sqlc.arg(envelope));

-- name: OpenCommands :many
select id, screen_id, kind, amount, person_id, person_name, epoch, issued_at, expires_at, envelope, sent_at, sends, taken_at, outcome
from commands where ended_at = 0 and expires_at > sqlc.arg(now) order by issued_at, id;

-- name: RecentCommands :many
select c.id, c.screen_id, c.kind, c.amount, c.person_id, c.person_name, c.epoch, c.issued_at, c.expires_at, c.sent_at, c.sends, c.taken_at, c.ended_at, c.outcome, c.why, c.detail, coalesce(l.at, 0) as log_at
from commands c left join command_logs l on l.command_id = c.id where c.screen_id = sqlc.arg(screen_id) order by c.issued_at desc, c.id desc limit sqlc.arg(most);

-- name: CountCommandsByPerson :one
select cast(count(*) as bigint) from commands where person_id = sqlc.arg(person_id) and issued_at > sqlc.arg(since);

-- name: CountCommandsOfScreen :one
select cast(count(*) as bigint) from commands where screen_id = sqlc.arg(screen_id) and issued_at > sqlc.arg(since);

-- name: CommandSent :exec
update commands set sent_at = sqlc.arg(at), sends = sends + 1 where id = sqlc.arg(id);

-- name: CommandTaken :execrows
update commands set taken_at = sqlc.arg(at), outcome = 'taken' where id = sqlc.arg(id) and screen_id = sqlc.arg(screen_id) and taken_at = 0 and ended_at = 0;

-- name: CommandEnded :execrows
update commands set ended_at = sqlc.arg(at), outcome = sqlc.arg(outcome), why = sqlc.arg(why), detail = sqlc.arg(detail)
where id = sqlc.arg(id) and screen_id = sqlc.arg(screen_id) and ended_at = 0;

-- name: CommandKnown :one
select cast(count(*) as bigint) from commands where id = sqlc.arg(id) and screen_id = sqlc.arg(screen_id);

-- name: AddCommandLog :exec
insert into command_logs (command_id, at, log) values (sqlc.arg(command_id), sqlc.arg(at), sqlc.arg(log));

-- name: CommandLog :one
select l.log from command_logs l join commands c on c.id = l.command_id where c.id = sqlc.arg(id) and c.screen_id = sqlc.arg(screen_id);

-- name: DropCommandLogs :exec
delete from command_logs where at < sqlc.arg(before);
