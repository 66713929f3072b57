-- up
-- What a request told of the facts, whom it was made for where a rule asked, and the run that asked.
alter table approval_requests add column told jsonb not null default '{}', add column behind text[] not null default '{}',
  add column cause uuid, add column outcome_details jsonb not null default '{}';
create index approval_requests_asked on approval_requests (organization_id, operation, object_id)
  where state = 'pending' or outcome in ('ready', 'running');

-- The people whose acts led to a run of a rule, by their ids.
alter table rule_runs add column people text[] not null default '{}';

-- down
alter table rule_runs drop column people;
drop index approval_requests_asked;
alter table approval_requests drop column outcome_details, drop column cause, drop column behind, drop column told;
