-- up
-- When an event happened, which may be before it was recorded; rules count by it.
alter table outbox add column occurred_at timestamptz not null default now();

-- An action that was given up and put aside by a person, with what he said.
alter table rule_actions add column note text;
alter table rule_actions drop constraint rule_actions_status_check;
alter table rule_actions add constraint rule_actions_status_check
  check (status in ('waiting', 'ready', 'running', 'done', 'dead', 'skipped', 'dismissed'));

-- Rules that a person has switched off, with his reason; switched on again the row stays, for its audit.
create table rule_switches (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  rule text not null,
  off boolean not null,
  reason text not null,
  changed_at timestamptz not null,
  constraint rule_switches_rule unique (organization_id, rule)
);
select qoida_tenant_table('rule_switches');

create index rule_runs_finished on rule_runs (organization_id, finished_at) where finished_at is not null;
create index rule_traces_age on rule_traces (organization_id, created_at);

-- down
drop index rule_traces_age;
drop index rule_runs_finished;
drop table rule_switches;
update rule_actions set status = 'skipped' where status = 'dismissed';
alter table rule_actions drop constraint rule_actions_status_check;
alter table rule_actions add constraint rule_actions_status_check
  check (status in ('waiting', 'ready', 'running', 'done', 'dead', 'skipped'));
alter table rule_actions drop column note;
alter table outbox drop column occurred_at;
