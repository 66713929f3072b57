-- up
-- What follows once a request is decided (`approved do`, `rejected do`), planned when it was made.
alter table approval_requests add column effects jsonb not null default '[]',
  add column settings_hash text check (char_length(settings_hash) <= 64);
alter table rule_runs drop constraint rule_runs_kind_check;
alter table rule_runs add constraint rule_runs_kind_check check (kind in ('automation', 'schedule', 'alert', 'approval'));

-- An action that met an approval waits for its end; `asked` counts how often it was asked anew.
alter table rule_actions add column approval_id uuid, add column asked bigint not null default 0;
create index rule_actions_asked on rule_actions (organization_id, approval_id) where approval_id is not null;
alter table rule_actions drop constraint rule_actions_status_check;
alter table rule_actions add constraint rule_actions_status_check check (status in
  ('waiting', 'ready', 'running', 'done', 'dead', 'skipped', 'dismissed', 'refused', 'expired', 'withdrawn'));

-- down
update rule_actions set status = 'dead' where status in ('refused', 'expired', 'withdrawn') or (status = 'waiting' and approval_id is not null);
alter table rule_actions drop constraint rule_actions_status_check;
alter table rule_actions add constraint rule_actions_status_check
  check (status in ('waiting', 'ready', 'running', 'done', 'dead', 'skipped', 'dismissed'));
drop index rule_actions_asked;
alter table rule_actions drop column asked, drop column approval_id;
delete from rule_actions where run_id in (select id from rule_runs where kind = 'approval');
delete from rule_runs where kind = 'approval';
alter table rule_runs drop constraint rule_runs_kind_check;
alter table rule_runs add constraint rule_runs_kind_check check (kind in ('automation', 'schedule', 'alert'));
alter table approval_requests drop column settings_hash, drop column effects;
