-- +goose Up
-- The audit log. Each entry names the hash of the one before; nothing in it
-- is ever changed or removed, and a next entry can only follow the last one.
create table audit (
  seq integer primary key,
  at integer not null,
  actor_id text not null, -- '' for the system itself
  kind text not null,
  subject_id text not null,
  detail text not null, -- canonical JSON object
  prev text not null,
  hash text not null
);
create index audit_of_actor on audit (actor_id, seq);
create index audit_of_kind on audit (kind, seq);

-- +goose StatementBegin
create trigger audit_stays before update on audit
begin select raise(abort, 'the audit log is never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger audit_is_kept before delete on audit
begin select raise(abort, 'the audit log is never shortened'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger audit_only_grows before insert on audit
when new.seq <> (select coalesce(max(seq), 0) + 1 from audit)
  or new.prev <> coalesce((select hash from audit where seq = new.seq - 1), '0000000000000000000000000000000000000000000000000000000000000000')
begin select raise(abort, 'an audit entry follows the last one'); end;
-- +goose StatementEnd

-- +goose Down
drop table audit;
