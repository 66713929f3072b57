-- up
-- What an operation answered whose delivery was still to come: kept with it, so that after a crash it is
-- delivered again and not done again, however long the platform was away.
alter table rule_actions add column answer jsonb;
-- Runs that a crash left between the end of an action and what follows it.
create index rule_runs_open on rule_runs (organization_id) where status = 'running';

-- down
drop index rule_runs_open;
alter table rule_actions drop column answer;
