-- name: AddLogin :exec
insert into logins (id, person_id, epoch, method, user_agent, address, created_at, last_seen_at, expires_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: Login :one
select * from logins where id = ?;

-- name: LoginSeen :exec
update logins set last_seen_at = sqlc.arg(last_seen_at), address = sqlc.arg(address) where id = sqlc.arg(id);

-- name: LoginsOf :many
select l.* from logins l join people p on p.id = l.person_id
where l.person_id = sqlc.arg(person_id) and l.epoch = p.session_epoch and l.expires_at > sqlc.arg(now)
order by l.last_seen_at desc, l.id;

-- name: DeleteLogin :execrows
delete from logins where id = ? and person_id = ?;

-- name: DeleteOtherLogins :exec
delete from logins where person_id = sqlc.arg(person_id) and id <> sqlc.arg(except_id);

-- name: DeleteOldLogins :exec
delete from logins where expires_at <= ?;

-- name: NextEpoch :exec
update people set session_epoch = session_epoch + 1 where id = ?;
