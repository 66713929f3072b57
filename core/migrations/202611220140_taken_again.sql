-- up
-- By what a failure was answered, and on which events a near miss was asked: both can be taken again.
alter table rule_runs add column failure_rules_hash text check (char_length(failure_rules_hash) <= 64),
  add column failure_decided_at timestamptz,
  add column failure_settings_hash text check (char_length(failure_settings_hash) <= 64),
  add column failure_facts jsonb;
-- The event's name apart from its data, which may have a field `type` of its own; older rows have it there.
alter table rule_traces add column asked_on jsonb, add column event_name text;

-- down
update rule_traces set event = jsonb_build_object('type', event_name) || event where event_name is not null;
alter table rule_traces drop column event_name, drop column asked_on;
alter table rule_runs drop column failure_facts, drop column failure_settings_hash,
  drop column failure_decided_at, drop column failure_rules_hash;
