-- up
-- Whether a way to reach people carries requests for approval; null: as the channel declares.
alter table channels add column approvals boolean;

-- When what is new of a request is to be told, and when those who have not decided are reminded.
alter table approval_requests add column tell_at timestamptz, add column remind_at timestamptz;
create index approval_requests_tell on approval_requests (organization_id, tell_at) where tell_at is not null;
create index approval_requests_remind on approval_requests (organization_id, remind_at) where remind_at is not null;

alter table alert_deliveries add column approval_id uuid references approval_requests (id) on delete cascade,
  add column approval_stage bigint;
alter table alert_deliveries drop constraint alert_deliveries_reason_check,
  add constraint alert_deliveries_reason_check
    check (reason in ('opened', 'escalated', 'repeated', 'test', 'asked', 'reminded', 'ended'));
-- Everybody is told of each step once by each channel; where a channel has one place, once there.
create unique index alert_deliveries_approval on alert_deliveries
  (organization_id, approval_id, approval_stage, reason, channel, (coalesce(user_id::text, ''))) where approval_id is not null;

-- down
drop index alert_deliveries_approval;
delete from alert_deliveries where approval_id is not null;
alter table alert_deliveries drop constraint alert_deliveries_reason_check,
  add constraint alert_deliveries_reason_check check (reason in ('opened', 'escalated', 'repeated', 'test'));
alter table alert_deliveries drop column approval_stage, drop column approval_id;
drop index approval_requests_remind;
drop index approval_requests_tell;
alter table approval_requests drop column remind_at, drop column tell_at;
alter table channels drop column approvals;
