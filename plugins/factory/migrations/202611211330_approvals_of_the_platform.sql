-- up
-- Packages wait by the platform's approvals now: what was asked and decided here moves there.
alter table approvals no force row level security;
alter table approval_requests no force row level security;
alter table approval_steps no force row level security;
alter table approval_votes no force row level security;
insert into approval_requests (id, organization_id, created_at, type, rules, kind, object_type, object_id,
    refs, payload, stages, requester, requested_by, requester_kind, requested_at, expires_at, message,
    rules_hash, trace_id, state, stage, waiting_for, decided_at)
  select a.id, a.organization_id, a.created_at, a.type, array['factory.approvals.' || a.type], 'object',
    'package', a.object_id, jsonb_build_object('package', a.object_id), a.payload,
    jsonb_build_array(jsonb_build_object('kind', 'role', 'role', a.stage_role)),
    coalesce(a.requested_by::text, 'system:platform'), coalesce(u.username, 'platform'),
    case when u.id is null then 'system' else 'user' end, a.requested_at, a.expires_at,
    jsonb_build_object('uz', p.qr_code, 'ru', p.qr_code, 'en', p.qr_code), '', a.group_id, a.state, a.stage,
    case when a.state = 'pending' then array[a.stage_role] else '{}' end, a.approved_at
  from approvals a join packages p on p.id = a.object_id left join users u on u.id = a.requested_by;
insert into approval_steps (organization_id, created_at, group_id, type, object_type, object_id, stage,
    stage_role, state, approver, approved_at)
  select a.organization_id, a.created_at, a.id, a.type, 'package', a.object_id, a.stage, a.stage_role,
    a.state, u.username, a.approved_at
  from approvals a join packages p on p.id = a.object_id left join users u on u.id = a.approver_id;
insert into approval_votes (organization_id, request_id, stage, person, person_name, roles, verdict, comment, decided_at)
  select a.organization_id, a.id, a.stage, u.id::text, u.username, array[a.stage_role],
    case a.state when 'approved' then 'approve' else 'reject' end, a.comment, a.approved_at
  from approvals a join packages p on p.id = a.object_id join users u on u.id = a.approver_id
  where a.state in ('approved', 'rejected') and a.approved_at is not null;
alter table approval_votes force row level security;
alter table approval_steps force row level security;
alter table approval_requests force row level security;
drop table approvals;

-- down
create table approvals (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  type text not null,
  object_type text not null,
  object_id uuid not null,
  group_id uuid not null,
  stage bigint not null default 1,
  stage_role text not null,
  state text not null default 'pending',
  requested_by uuid,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  approver_id uuid,
  approved_at timestamptz,
  comment text,
  payload jsonb,
  primary key (id),
  constraint approvals_type_values check (type in ('manual_weight', 'manual_length')),
  constraint approvals_object_type_length check (char_length(object_type) <= 64),
  constraint approvals_stage_min check (stage >= 1),
  constraint approvals_stage_role_length check (char_length(stage_role) <= 64),
  constraint approvals_state_values check (state in ('pending', 'approved', 'rejected', 'expired')),
  constraint approvals_requested_by_fkey foreign key (requested_by) references users (id),
  constraint approvals_approver_id_fkey foreign key (approver_id) references users (id),
  constraint approvals_comment_length check (char_length(comment) <= 1000)
);
create unique index approvals_one_pending on approvals (organization_id, type, object_id, stage) where state = 'pending';
create index approvals_state_stage_role_idx on approvals (state, stage_role);
select qoida_tenant_table('approvals');
