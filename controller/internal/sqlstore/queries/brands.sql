-- name: UnitBrand :one
select coalesce(b.name, '') as name, coalesce(b.main, '') as main, coalesce(b.accent, '') as accent, coalesce(b.emblem, '') as emblem, coalesce(b.version, 0) as version
from units u left join unit_brands b on b.unit_id = u.id where u.id = sqlc.arg(unit_id);

-- name: AddUnitBrand :execrows
insert into unit_brands (unit_id, name, main, accent, emblem, version, person_id, changed_at)
values (sqlc.arg(unit_id), sqlc.arg(name), sqlc.arg(main), sqlc.arg(accent), sqlc.arg(emblem), 1, sqlc.arg(person_id), sqlc.arg(changed_at))
on conflict (unit_id) do nothing;

-- name: ChangeUnitBrand :execrows
update unit_brands set name = sqlc.arg(name), main = sqlc.arg(main), accent = sqlc.arg(accent), emblem = sqlc.arg(emblem),
  version = version + 1, person_id = sqlc.arg(person_id), changed_at = sqlc.arg(changed_at)
where unit_id = sqlc.arg(unit_id) and version = sqlc.arg(was);
