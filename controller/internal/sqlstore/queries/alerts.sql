-- name: AlertChannels :many
select * from alert_channels
where removed_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || unit_id || ',%')
order by name, id;

-- name: AlertChannel :one
select * from alert_channels where id = sqlc.arg(id) and removed_at = 0;

-- name: CountAlertChannels :one
select count(*) from alert_channels where unit_id = sqlc.arg(unit_id) and removed_at = 0;

-- name: AddAlertChannel :exec
insert into alert_channels (id, unit_id, cluster_id, kind, name, language, least, level, quiet_from, quiet_until, quiet_critical, enabled, settings, targets, held, sealed, version, person_id, changed_at)
values (sqlc.arg(id), sqlc.arg(unit_id), sqlc.arg(cluster_id), sqlc.arg(kind), sqlc.arg(name), sqlc.arg(language), sqlc.arg(least), sqlc.arg(level), sqlc.arg(quiet_from), sqlc.arg(quiet_until), sqlc.arg(quiet_critical), sqlc.arg(enabled), sqlc.arg(settings), sqlc.arg(targets), sqlc.arg(held), sqlc.arg(sealed), 1, sqlc.arg(person_id), sqlc.arg(changed_at));

-- name: ChangeAlertChannel :execrows
update alert_channels set cluster_id = sqlc.arg(cluster_id), name = sqlc.arg(name), language = sqlc.arg(language), least = sqlc.arg(least), level = sqlc.arg(level),
  quiet_from = sqlc.arg(quiet_from), quiet_until = sqlc.arg(quiet_until), quiet_critical = sqlc.arg(quiet_critical), enabled = sqlc.arg(enabled),
  settings = sqlc.arg(settings), targets = sqlc.arg(targets), held = sqlc.arg(held), version = version + 1, person_id = sqlc.arg(person_id), changed_at = sqlc.arg(changed_at)
where id = sqlc.arg(id) and version = sqlc.arg(was) and removed_at = 0;

-- name: SealAlertChannel :exec
update alert_channels set sealed = sqlc.arg(sealed) where id = sqlc.arg(id);

-- name: ResealAlertChannel :execrows
update alert_channels set sealed = sqlc.arg(sealed) where id = sqlc.arg(id) and sealed = sqlc.arg(was);

-- name: RemoveAlertChannel :execrows
update alert_channels set removed_at = sqlc.arg(at), sealed = x'' where id = sqlc.arg(id) and removed_at = 0;

-- name: DropAlertsOfChannel :exec
update alert_deliveries set state = 'dropped', done_at = sqlc.arg(at), trouble = sqlc.arg(trouble)
where channel_id = sqlc.arg(channel_id) and state in ('waiting', 'handed', 'gathered');

-- name: AlertCursor :one
select seq from alert_cursor where id = 1;

-- name: MoveAlertCursor :execrows
update alert_cursor set seq = sqlc.arg(seq) where id = 1 and seq = sqlc.arg(was);

-- name: AlertLevels :many
select incident_id, level from alert_levels where incident_id in (sqlc.slice(incidents));

-- name: SetAlertLevel :exec
insert into alert_levels (incident_id, level) values (sqlc.arg(incident_id), sqlc.arg(level))
on conflict (incident_id) do update set level = excluded.level;

-- name: ForgetAlertLevel :exec
delete from alert_levels where incident_id = sqlc.arg(incident_id);

-- name: AlertOpenings :many
select id, incident_id, channel_id, target, state, attempts, next_at, message_id from alert_deliveries
where incident_id in (sqlc.slice(incidents)) and opens
order by id;

-- name: AddAlert :execrows
insert into alert_deliveries (message_id, key, channel_id, target, incident_id, cluster_id, opens, severity, content, state, next_at, created_at, expires_at)
values (sqlc.arg(message_id), sqlc.arg(key), sqlc.arg(channel_id), sqlc.arg(target), sqlc.arg(incident_id), sqlc.arg(cluster_id), sqlc.arg(opens), sqlc.arg(severity), sqlc.arg(content), 'waiting', sqlc.arg(next_at), sqlc.arg(created_at), sqlc.arg(expires_at))
on conflict (key, channel_id, target) do nothing;

-- name: DropAlert :exec
update alert_deliveries set state = 'dropped', done_at = sqlc.arg(at), trouble = sqlc.arg(trouble)
where id = sqlc.arg(id) and state = 'waiting';

-- name: RecoverAlerts :exec
update alert_deliveries set state = 'waiting', attempts = attempts + 1, doubts = doubts + 1 where state = 'handed';

-- name: WaitingAlerts :many
select * from alert_deliveries where state = 'waiting' order by id limit sqlc.arg(size);

-- name: RecentAlerts :many
select channel_id, target, cluster_id, count(*) as sent from alert_deliveries
where state = 'sent' and done_at > sqlc.arg(since) and within_id = 0 and incident_id <> ''
group by channel_id, target, cluster_id;

-- name: AlertID :one
select id from alert_deliveries where message_id = sqlc.arg(message_id);

-- name: GatherAlert :execrows
update alert_deliveries set state = 'gathered', within_id = sqlc.arg(within_id) where id = sqlc.arg(id) and state = 'waiting';

-- name: HandAlert :execrows
update alert_deliveries set state = 'handed' where id = sqlc.arg(id) and state in ('waiting', 'handed');

-- name: AlertDelivery :one
select * from alert_deliveries where id = sqlc.arg(id);

-- name: EndAlert :execrows
update alert_deliveries set state = sqlc.arg(state), attempts = attempts + 1, doubts = doubts + cast(sqlc.arg(doubt) as bigint), next_at = sqlc.arg(next_at), done_at = sqlc.arg(done_at), trouble = sqlc.arg(trouble)
where id = sqlc.arg(id) and state in ('waiting', 'handed');

-- name: EndGatheredAlerts :exec
update alert_deliveries set state = sqlc.arg(state), done_at = sqlc.arg(done_at), trouble = sqlc.arg(trouble)
where within_id = sqlc.arg(within_id) and state = 'gathered';

-- name: AlertOpens :many
select incident_id from alert_deliveries where (id = sqlc.arg(id) or within_id = sqlc.arg(id)) and opens and incident_id <> '';

-- name: DropFollowingAlerts :exec
update alert_deliveries set state = 'dropped', done_at = sqlc.arg(at), trouble = sqlc.arg(trouble)
where state = 'waiting' and not opens and channel_id = sqlc.arg(channel_id) and target = sqlc.arg(target) and incident_id in (sqlc.slice(incidents));

-- name: HurryAlerts :exec
update alert_deliveries set next_at = sqlc.arg(now) where channel_id = sqlc.arg(channel_id) and state = 'waiting' and attempts > 0 and next_at > sqlc.arg(now);

-- name: AlertDeliveries :many
select d.* from alert_deliveries d join alert_channels c on c.id = d.channel_id
where (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || c.unit_id || ',%')
  and (cast(sqlc.arg(channel) as text) = '' or d.channel_id = sqlc.arg(channel))
  and (cast(sqlc.arg(open_only) as bigint) = 0 or d.state in ('waiting', 'handed', 'failed', 'unsure'))
  and (cast(sqlc.arg(before) as bigint) = 0 or d.id < sqlc.arg(before))
order by d.id desc limit sqlc.arg(size);

-- name: ForgetAlerts :exec
delete from alert_deliveries where done_at > 0 and done_at < sqlc.arg(before);

-- name: AlertDeadMan :one
select * from alert_deadman where id = 1;

-- name: SetAlertDeadMan :exec
insert into alert_deadman (id, sealed, host, person_id, changed_at) values (1, sqlc.arg(sealed), sqlc.arg(host), sqlc.arg(person_id), sqlc.arg(changed_at))
on conflict (id) do update set sealed = excluded.sealed, host = excluded.host, person_id = excluded.person_id, changed_at = excluded.changed_at;
