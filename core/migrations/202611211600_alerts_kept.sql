-- up
-- By which text of its rule an alert was stepped last, and whom that text tells: another text may tell others.
alter table alerts add column rule_hash text check (char_length(rule_hash) <= 64), add column recipients jsonb;

-- For how severe alerts a way to reach people is meant where a rule names none (F-ALT-09).
alter table channels add column severities text[] not null default '{P1,P2,P3}'
  check (severities <@ array['P1', 'P2', 'P3']);

-- Closed alerts are forgotten after a time with their history and messages. Nobody but the table's owner can
-- delete from the history, so it goes with its alert only.
alter table alert_history drop constraint alert_history_alert_id_fkey,
  add constraint alert_history_alert_id_fkey foreign key (alert_id) references alerts (id) on delete cascade;
alter table alert_deliveries drop constraint alert_deliveries_alert_id_fkey,
  add constraint alert_deliveries_alert_id_fkey foreign key (alert_id) references alerts (id) on delete cascade;
create index alert_history_alert on alert_history (alert_id);
create index alert_deliveries_alert on alert_deliveries (alert_id);
create index alerts_closed on alerts (organization_id, closed_at) where status = 'closed';
create index alerts_run on alerts (run_id);
create index alert_deliveries_finished on alert_deliveries (organization_id, finished_at) where finished_at is not null;

-- down
drop index alert_deliveries_finished;
drop index alerts_run;
drop index alerts_closed;
drop index alert_deliveries_alert;
drop index alert_history_alert;
alter table alert_deliveries drop constraint alert_deliveries_alert_id_fkey,
  add constraint alert_deliveries_alert_id_fkey foreign key (alert_id) references alerts (id);
alter table alert_history drop constraint alert_history_alert_id_fkey,
  add constraint alert_history_alert_id_fkey foreign key (alert_id) references alerts (id);
alter table channels drop column severities;
alter table alerts drop column recipients, drop column rule_hash;
