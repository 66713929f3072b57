-- up
-- An alert that was raised is a run too: with the facts it was asked with and what came of it, so that
-- it can be asked again.
alter table rule_runs drop constraint rule_runs_kind_check;
alter table rule_runs add constraint rule_runs_kind_check check (kind in ('automation', 'schedule', 'alert')),
  add column facts jsonb, add column outcome jsonb;

-- What the trigger of an alert remembers, as rule_states does for automations.
create table alert_triggers (
  organization_id uuid not null default qoida_org(),
  rule text not null,
  key text not null,
  rule_hash text not null,
  state jsonb not null,
  timer_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (organization_id, rule, key)
);
create index alert_triggers_due on alert_triggers (organization_id, timer_at) where timer_at is not null;
select qoida_tenant_table('alert_triggers');

-- F-DM-48: one row for each opening of a group's alert; while it is not closed it only counts.
create table alerts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  rule text not null check (char_length(rule) <= 200),
  metric_code text not null check (char_length(metric_code) <= 200),
  group_key text not null check (char_length(group_key) <= 1000),
  dedupe_key text not null check (char_length(dedupe_key) <= 1300),
  severity text not null check (severity in ('P1', 'P2', 'P3')),
  status text not null default 'open' check (status in ('open', 'ack', 'closed')),
  value numeric(14,3),
  threshold numeric(14,3),
  unit text check (char_length(unit) <= 40),
  -- When it opened, by the event's own time.
  ts timestamptz not null default now(),
  last_raised_at timestamptz not null,
  count bigint not null default 1,
  message jsonb not null,
  routed_to uuid[] not null default '{}',
  routed_roles text[] not null default '{}',
  acked_by uuid,
  acked_name text check (char_length(acked_name) <= 200),
  acked_at timestamptz,
  closed_by uuid,
  closed_name text check (char_length(closed_name) <= 200),
  closed_at timestamptz,
  note text check (char_length(note) <= 1000),
  -- Runs are forgotten after a time, alerts are not.
  run_id uuid not null,
  rules_hash text not null check (char_length(rules_hash) <= 64),
  trace_id uuid not null,
  -- As the language keeps it (AlertState).
  state jsonb not null,
  timer_at timestamptz
);
create unique index alerts_open on alerts (organization_id, dedupe_key) where status <> 'closed';
create index alerts_standing on alerts (organization_id, severity, status);
create index alerts_newest on alerts (organization_id, ts desc, id);
create index alerts_due on alerts (organization_id, timer_at) where timer_at is not null;
select qoida_tenant_table('alerts');

create table alert_history (
  id uuid primary key default gen_random_uuid(),
  seq bigint not null generated always as identity,
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  alert_id uuid not null references alerts (id),
  at timestamptz not null,
  change text not null check (change in ('opened', 'told', 'acknowledged', 'closed')),
  -- A person or a program; null for the rule itself.
  by_name text,
  note text,
  details jsonb not null default '{}'
);
create index alert_history_of on alert_history (organization_id, alert_id, seq);
select qoida_append_only_table('alert_history');

-- How the plant uses a way to reach people; secrets are sealed.
create table channels (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  name text not null check (char_length(name) <= 64),
  enabled boolean not null default true,
  settings jsonb not null default '{}',
  sealed text check (char_length(sealed) <= 8000),
  constraint channels_name unique (organization_id, name)
);
select qoida_tenant_table('channels');

create table user_channels (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  user_id uuid not null references users (id),
  channel text not null check (char_length(channel) <= 64),
  address text not null check (char_length(address) <= 300),
  enabled boolean not null default true,
  constraint user_channels_one unique (organization_id, user_id, channel)
);
select qoida_tenant_table('user_channels');

-- When messages wait or are left out: for the plant, a channel or a person (quiet hours).
create table silences (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  channel text check (char_length(channel) <= 64),
  user_id uuid references users (id),
  kind text not null check (kind in ('once', 'weekly')),
  mode text not null check (mode in ('hold', 'drop')),
  from_at timestamptz,
  to_at timestamptz,
  days text[] not null default '{}',
  from_time text check (char_length(from_time) <= 5),
  to_time text check (char_length(to_time) <= 5),
  p1_passes boolean not null default true,
  reason text not null check (char_length(reason) <= 500),
  author text not null check (char_length(author) <= 200),
  ended_at timestamptz,
  constraint silences_period check (kind <> 'once' or (from_at is not null and to_at > from_at)),
  constraint silences_hours check (kind <> 'weekly' or (from_time is not null and to_time is not null))
);
create index silences_standing on silences (organization_id) where ended_at is null;
select qoida_tenant_table('silences');

-- Messages on their way: sent once it is known, tried again, or given up and shown to a person.
create table alert_deliveries (
  id uuid primary key default gen_random_uuid(),
  seq bigint not null generated always as identity,
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  -- Null for a test.
  alert_id uuid references alerts (id),
  reason text not null check (reason in ('opened', 'escalated', 'repeated', 'test')),
  severity text check (severity in ('P1', 'P2', 'P3')),
  channel text not null check (char_length(channel) <= 64),
  user_id uuid references users (id),
  recipient text not null check (char_length(recipient) <= 200),
  address text check (char_length(address) <= 300),
  locale text not null check (locale in ('uz', 'ru', 'en')),
  subject text not null check (char_length(subject) <= 300),
  body text not null check (char_length(body) <= 4000),
  status text not null check (status in ('ready', 'sending', 'sent', 'dead', 'skipped', 'silenced')),
  attempts bigint not null default 0,
  meant_at timestamptz not null,
  next_at timestamptz not null,
  failure text check (char_length(failure) <= 200),
  message text check (char_length(message) <= 2000),
  finished_at timestamptz
);
create index alert_deliveries_due on alert_deliveries (organization_id, next_at, seq) where status = 'ready';
create index alert_deliveries_sending on alert_deliveries (organization_id) where status = 'sending';
create index alert_deliveries_of on alert_deliveries (organization_id, alert_id, seq);
create index alert_deliveries_place on alert_deliveries (organization_id, channel, address, finished_at desc) where status = 'sent';
create index alert_deliveries_newest on alert_deliveries (organization_id, status, created_at desc);
select qoida_tenant_table('alert_deliveries');

-- down
drop table alert_deliveries;
drop table silences;
drop table user_channels;
drop table channels;
drop table alert_history;
drop table alerts;
drop table alert_triggers;
delete from rule_runs where kind = 'alert';
alter table rule_runs drop column outcome, drop column facts;
alter table rule_runs drop constraint rule_runs_kind_check;
alter table rule_runs add constraint rule_runs_kind_check check (kind in ('automation', 'schedule'));
