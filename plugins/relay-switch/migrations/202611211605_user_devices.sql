-- up
create table user_devices (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  device_id uuid not null references devices (id),
  user_id uuid not null references users (id),
  role text not null check (role in ('owner', 'controller', 'viewer')),
  constraint user_devices_device_id_user_id unique (organization_id, device_id, user_id)
);
select qoida_tenant_table('user_devices');

-- down
drop table user_devices;
