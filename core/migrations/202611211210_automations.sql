-- up
-- What a rule that acts by itself remembers, one row for each rule and key: windows, silences, cooldowns.
create table rule_states (
  organization_id uuid not null default qoida_org(),
  rule text not null,
  key text not null,
  -- Of the rule's text: another text begins anew.
  rule_hash text not null,
  state jsonb not null,
  timer_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (organization_id, rule, key)
);
create index rule_states_due on rule_states (organization_id, timer_at) where timer_at is not null;
select qoida_tenant_table('rule_states');

-- A rule that went off, or a run of a schedule; its actions are below.
create table rule_runs (
  id uuid primary key,
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  kind text not null check (kind in ('automation', 'schedule')),
  rule text not null,
  key text not null,
  -- When it went off by the event's own time.
  at timestamptz not null,
  events jsonb not null,
  causes text[] not null default '{}',
  -- The rules that led to this run, oldest first, itself last.
  chain text[] not null default '{}',
  rules_hash text not null,
  conditions jsonb not null default '[]',
  trace_id uuid not null,
  status text not null check (status in ('running', 'done', 'failed', 'empty')),
  finished_at timestamptz
);
create index rule_runs_rule on rule_runs (organization_id, rule, created_at desc);
create index rule_runs_recent on rule_runs (organization_id, created_at desc);
select qoida_tenant_table('rule_runs');

-- One action of a run: done once, tried again, or given up and shown to a person.
create table rule_actions (
  id uuid primary key default gen_random_uuid(),
  seq bigint not null generated always as identity,
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  run_id uuid not null references rule_runs (id),
  phase text not null check (phase in ('do', 'on_failure')),
  group_no bigint not null,
  place bigint not null,
  action text not null,
  effect text not null,
  target text,
  args jsonb not null,
  status text not null check (status in ('waiting', 'ready', 'running', 'done', 'dead', 'skipped')),
  attempts bigint not null default 0,
  next_at timestamptz not null default now(),
  -- What moves the world is not moved much later than it was meant.
  meant_at timestamptz not null,
  reason text,
  message text,
  result jsonb,
  finished_at timestamptz,
  constraint rule_actions_place unique (run_id, phase, group_no, place)
);
create index rule_actions_due on rule_actions (organization_id, next_at, seq) where status = 'ready';
create index rule_actions_running on rule_actions (organization_id) where status = 'running';
create index rule_actions_dead on rule_actions (organization_id, created_at desc) where status = 'dead';
select qoida_tenant_table('rule_actions');

-- Why a rule nearly went off and did not: the latest of each rule.
create table rule_traces (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  rule text not null,
  key text not null,
  at timestamptz not null,
  outcome text not null,
  conditions jsonb not null,
  event_id uuid,
  event jsonb
);
create index rule_traces_rule on rule_traces (organization_id, rule, created_at desc);
select qoida_tenant_table('rule_traces');

-- down
drop table rule_traces;
drop table rule_actions;
drop table rule_runs;
drop table rule_states;
