-- up
create table devices (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null check (char_length(code) <= 64),
  device_type text not null check (device_type in ('scale', 'length_counter')),
  purpose text check (purpose in ('main', 'shop', 'pack', 'feed', 'rw_in', 'rw_out', 'dispose', 'length')),
  workcenter_id uuid,
  serial_no text check (char_length(serial_no) <= 100),
  active boolean not null default true,
  calibration_due_at timestamptz,
  last_heartbeat_at timestamptz,
  secret_ref text not null check (char_length(secret_ref) <= 300),
  ip_allow jsonb,
  division_kg numeric(14,3) constraint devices_division_kg_min check (division_kg >= 0),
  firmware text check (char_length(firmware) <= 100),
  clock_skew_ms bigint,
  driver_model text check (char_length(driver_model) <= 100),
  line jsonb
);
create unique index devices_code_key on devices (organization_id, code);
select qoida_tenant_table('devices');

-- The doors and drivers of every node hear of a change that concerns them; a heartbeat is none.
create function qoida_device_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('qoida_devices', coalesce(new.id, old.id)::text);
  return null;
end $$;
create trigger devices_changed
  after insert or delete or update of code, device_type, active, secret_ref, ip_allow, division_kg, driver_model, line
  on devices for each row execute function qoida_device_changed();

create table calibrations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  device_id uuid not null constraint calibrations_device_id_fkey references devices (id),
  performed_at timestamptz not null,
  valid_until timestamptz not null,
  certificate_no text check (char_length(certificate_no) <= 100),
  by_whom uuid constraint calibrations_by_whom_fkey references users (id),
  constraint calibration_order check (valid_until > performed_at)
);
create index calibrations_device on calibrations (device_id, valid_until desc);
select qoida_tenant_table('calibrations');

-- Readings as they came (F-DM-06). A scale has gross_kg, a length counter length_m.
create table scale_events (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  device_id uuid not null references devices (id),
  seq bigint not null check (seq >= 0),
  ts_device timestamptz not null,
  ts_ingested timestamptz not null default now(),
  gross_kg numeric(14,3) check (gross_kg >= 0),
  length_m numeric(14,2) check (length_m >= 0),
  stable_bool boolean not null,
  trusted_bool boolean not null default true,
  late_bool boolean not null default false,
  same_load_bool boolean not null default false,
  bind_ref jsonb,
  raw text,
  trace_id uuid,
  primary key (id, ts_ingested),
  constraint scale_events_one_value check (num_nonnulls(gross_kg, length_m) = 1)
) partition by range (ts_ingested);
create index scale_events_ts on scale_events (ts_ingested);
create index scale_events_device on scale_events (device_id, ts_ingested desc, seq desc);
create index scale_events_stable on scale_events (device_id, ts_ingested desc, seq desc)
  where stable_bool and not late_bool;
create index scale_events_bound on scale_events (device_id, ts_ingested desc, seq desc)
  where bind_ref is not null;
select qoida_tenant_table('scale_events');
select qoida_partitioned_table('scale_events', 'ts_ingested', 'day');

-- The uniqueness that a partitioned table can't have (F-DM-07, F-OP-52).
create table scale_event_keys (
  organization_id uuid not null default qoida_org(),
  device_id uuid not null,
  seq bigint not null,
  event_id uuid not null,
  ts_ingested timestamptz not null,
  primary key (device_id, seq)
);
select qoida_tenant_table('scale_event_keys');

-- A reading held for one line of a call that weighs many (F-OP-61).
create table rs_captures (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  device_id uuid not null constraint rs_captures_device_id_fkey references devices (id),
  scale_event_id uuid not null,
  ts_ingested timestamptz not null,
  gross_kg numeric(14,3) not null constraint rs_captures_gross_kg_min check (gross_kg >= 0),
  purpose text check (char_length(purpose) <= 100),
  captured_by uuid,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_for jsonb,
  released_at timestamptz
);
create index rs_captures_open on rs_captures (device_id, expires_at) where used_at is null and released_at is null;
select qoida_tenant_table('rs_captures');

-- What a device did wrong, counted; the first one of a kind raises an event, and again after a quiet hour.
create table device_faults (
  organization_id uuid not null default qoida_org(),
  device_id uuid not null references devices (id),
  kind text not null check (kind in ('seq_conflict', 'clock_ahead')),
  count bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  details jsonb not null,
  primary key (device_id, kind)
);
select qoida_tenant_table('device_faults');

-- Where a simulated device takes its orders; filled only with --demo.
create table device_simulators (
  organization_id uuid not null default qoida_org(),
  device_id uuid primary key references devices (id),
  control_port integer not null,
  started_at timestamptz not null default now()
);
select qoida_tenant_table('device_simulators');

-- down
drop table device_simulators;
drop table device_faults;
drop table rs_captures;
drop table scale_event_keys;
drop table scale_events;
delete from partitioned_tables where table_name = 'scale_events';
drop table calibrations;
drop table devices;
drop function qoida_device_changed();
