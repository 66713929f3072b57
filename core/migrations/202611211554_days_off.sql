-- up
-- Days on which the plant does not work, for schedules with `holidays`; taken back a day stays, for its audit.
create table days_off (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  date date not null,
  name text not null constraint days_off_name_length check (char_length(name) <= 200),
  stands boolean not null default true
);
create unique index days_off_date_key on days_off (organization_id, date);
select qoida_tenant_table('days_off');

-- down
drop table days_off;
