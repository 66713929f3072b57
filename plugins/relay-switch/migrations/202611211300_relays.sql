-- up
create table relays (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  device_id uuid not null references devices (id),
  relay bigint not null check (relay >= 0) check (relay <= 31),
  name text check (char_length(name) <= 100),
  state text not null default 'unknown' check (state in ('on', 'off', 'unknown')),
  source text check (source in ('user', 'service', 'automation', 'schedule', 'input', 'timer', 'restore', 'device')),
  updated_at timestamptz,
  held_by text check (char_length(held_by) <= 200),
  held_priority text check (held_priority in ('automation', 'schedule', 'person', 'safety')),
  held_until timestamptz,
  constraint relays_device_id_relay unique (organization_id, device_id, relay)
);
select qoida_tenant_table('relays');

create table relay_inputs (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  device_id uuid not null references devices (id),
  input bigint not null check (input >= 0) check (input <= 31),
  active boolean not null default false,
  held numeric(14,3) not null default 0 check (held >= 0),
  last_kind text check (last_kind in ('press', 'release', 'click', 'double', 'triple', 'hold', 'change')),
  last_at timestamptz,
  constraint relay_inputs_device_id_input unique (organization_id, device_id, input)
);
select qoida_tenant_table('relay_inputs');

create table relay_commands (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  device_id uuid not null references devices (id),
  relay bigint check (relay >= 0) check (relay <= 31),
  state text not null check (state in ('on', 'off')),
  owner text not null check (char_length(owner) <= 200),
  priority text not null check (priority in ('automation', 'schedule', 'person', 'safety')),
  source text not null check (source in ('user', 'service', 'automation', 'schedule', 'input', 'timer', 'restore', 'device')),
  ttl_ms bigint not null check (ttl_ms >= 0),
  expires_at timestamptz not null,
  hold_for numeric(14,3) check (hold_for >= 0),
  status text not null default 'pending'
    check (status in ('pending', 'ok', 'late', 'rejected', 'expired', 'error', 'unconfirmed', 'offline')),
  code text check (char_length(code) <= 100),
  message text check (char_length(message) <= 500),
  latency_ms double precision,
  answered_at timestamptz,
  trace_id text check (char_length(trace_id) <= 64)
);
create index relay_commands_device on relay_commands (device_id, created_at desc);
create index relay_commands_pending on relay_commands (device_id) where status = 'pending';
select qoida_tenant_table('relay_commands');

-- down
drop table relay_commands;
drop table relay_inputs;
drop table relays;
