-- up
-- A request for approval: an operation that waits, or an object's state. What was asked for is frozen.
create table approval_requests (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  type text not null check (char_length(type) <= 200),
  rules text[] not null,
  kind text not null check (kind in ('operation', 'object')),
  operation text check (char_length(operation) <= 200),
  object_type text not null check (char_length(object_type) <= 200),
  object_id uuid not null,
  input jsonb,
  input_hash text check (char_length(input_hash) <= 64),
  -- Whose records the facts were, by the fact's name.
  refs jsonb not null,
  -- Readings of scales that are kept for it.
  readings jsonb not null default '[]',
  payload jsonb,
  -- The steps as the language reads them (Votes[]).
  stages jsonb not null,
  own text[] not null default '{}',
  -- Who asked: the id of a person or a program, or the name of a rule.
  requester text not null check (char_length(requester) <= 300),
  requested_by text not null check (char_length(requested_by) <= 200),
  requester_kind text not null check (requester_kind in ('user', 'device', 'system', 'service')),
  requester_roles text[] not null default '{}',
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  message jsonb not null,
  -- What helps, and what would have to change so that nobody is asked, by language.
  advice jsonb not null default '{}',
  rules_hash text not null check (char_length(rules_hash) <= 64),
  trace_id uuid not null,
  state text not null default 'pending' check (state in ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
  stage bigint not null default 1,
  waiting_for text[] not null default '{}',
  decided_at timestamptz,
  -- What became of the operation once it was approved.
  outcome text not null default 'none' check (outcome in ('none', 'ready', 'running', 'done', 'refused', 'failed')),
  attempts bigint not null default 0,
  next_at timestamptz,
  outcome_reason text check (char_length(outcome_reason) <= 200),
  outcome_message text check (char_length(outcome_message) <= 2000),
  reply jsonb,
  finished_at timestamptz
);
create index approval_requests_object on approval_requests (organization_id, type, object_id);
create index approval_requests_newest on approval_requests (organization_id, state, requested_at desc);
create index approval_requests_requester on approval_requests (organization_id, requester, requested_at desc);
create index approval_requests_due on approval_requests (organization_id, expires_at) where state = 'pending';
create index approval_requests_ready on approval_requests (organization_id, next_at) where outcome in ('ready', 'running');
select qoida_tenant_table('approval_requests');

-- F-DM-45: one row a step, joined by the request.
create table approval_steps (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  group_id uuid not null references approval_requests (id),
  type text not null check (char_length(type) <= 200),
  object_type text not null check (char_length(object_type) <= 200),
  object_id uuid not null,
  stage bigint not null default 1 check (stage >= 1),
  stage_role text not null check (char_length(stage_role) <= 1000),
  state text not null default 'pending' check (state in ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
  approver text check (char_length(approver) <= 200),
  approved_at timestamptz,
  constraint approval_steps_stage unique (group_id, stage)
);
create unique index approval_steps_pending on approval_steps (organization_id, type, object_id, stage) where state = 'pending';
create index approval_steps_waiting on approval_steps (organization_id, state, stage_role);
select qoida_tenant_table('approval_steps');

-- What somebody decided, with the roles it was counted in; in the order in which it was taken.
create table approval_votes (
  id uuid primary key default gen_random_uuid(),
  seq bigint not null generated always as identity,
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  request_id uuid not null references approval_requests (id),
  stage bigint not null,
  person text not null check (char_length(person) <= 300),
  person_name text not null check (char_length(person_name) <= 200),
  roles text[] not null,
  verdict text not null check (verdict in ('approve', 'reject')),
  comment text check (char_length(comment) <= 1000),
  decided_at timestamptz not null,
  -- Who was away, when somebody decided in his place.
  for_person text check (char_length(for_person) <= 300),
  for_name text check (char_length(for_name) <= 200),
  -- The request itself, counted as the agreement of whoever made it.
  by_request boolean not null default false,
  constraint approval_votes_person unique (request_id, person),
  constraint approval_votes_for unique (request_id, for_person)
);
select qoida_append_only_table('approval_votes');

-- Who decides in somebody's place while he is away.
create table approval_delegations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  from_user uuid not null references users (id),
  to_user uuid not null references users (id),
  roles text[] not null default '{}',
  from_at timestamptz not null,
  to_at timestamptz not null,
  reason text not null check (char_length(reason) <= 1000),
  author text not null check (char_length(author) <= 200),
  revoked_at timestamptz,
  constraint approval_delegations_period check (to_at > from_at),
  constraint approval_delegations_other check (from_user <> to_user)
);
create index approval_delegations_to on approval_delegations (organization_id, to_user, to_at) where revoked_at is null;
select qoida_tenant_table('approval_delegations');

-- down
drop table approval_delegations;
drop table approval_votes;
drop table approval_steps;
drop table approval_requests;
