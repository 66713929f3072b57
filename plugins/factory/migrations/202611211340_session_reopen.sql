-- up
-- F-DM-28: the balance as it was at each reopening.
create table session_balance_history (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  session_id uuid not null,
  version bigint not null,
  input_kg numeric(14,3) not null,
  good_kg numeric(14,3) not null,
  wip_kg numeric(14,3) not null,
  scrap_expected_kg numeric(14,3) not null,
  rework_in_linked_kg numeric(14,3) not null,
  disposed_linked_kg numeric(14,3) not null,
  outstanding_kg numeric(14,3) not null,
  unexplained_kg numeric(14,3) not null,
  delta_session_kg numeric(14,3) not null,
  limit_kg numeric(14,3) not null,
  closed_at timestamptz not null,
  reopened_at timestamptz not null,
  reason text not null,
  approval_id uuid,
  primary key (id),
  constraint session_balance_history_session_id_fkey foreign key (session_id) references sessions (id),
  constraint session_balance_history_reason_length check (char_length(reason) <= 1000)
);
create unique index session_balance_history_session_id_version_key on session_balance_history (organization_id, session_id, version);
select qoida_append_only_table('session_balance_history');

-- down
drop table session_balance_history;
