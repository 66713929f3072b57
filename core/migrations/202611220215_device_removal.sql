-- up
-- A device that was removed stays for its past and keeps its name, which another may have from then on.
alter table devices add column removed_at timestamptz;
drop index devices_code_key;
create unique index devices_code_key on devices (organization_id, code) where removed_at is null;

-- down
update devices d set code = left(d.code, 27) || '-' || d.id where d.removed_at is not null;
drop index devices_code_key;
create unique index devices_code_key on devices (organization_id, code);
alter table devices drop column removed_at;
