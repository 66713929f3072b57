-- up
-- What was told of each device's coming and going: one that flaps is told seldom (S-OP-14).
create table device_presence (
  organization_id uuid not null default qoida_org(),
  device_id uuid primary key references devices (id) on delete cascade,
  told boolean not null,
  told_at timestamptz,
  due_at timestamptz
);
create index device_presence_due on device_presence (due_at) where due_at is not null;
insert into device_presence (organization_id, device_id, told)
  select organization_id, id, online from devices where online;
select qoida_tenant_table('device_presence');

-- down
drop table device_presence;
