-- up
-- Whether a hit was closed because what it was about is gone; only what a person released covers later hits.
alter table gate_log add column cause_gone boolean not null default false;
alter table gate_log no force row level security;
update gate_log set cause_gone = true where note = 'cleared' and released_at is not null and released_by is null;
alter table gate_log force row level security;

-- down
alter table gate_log drop column cause_gone;
