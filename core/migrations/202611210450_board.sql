-- up
create table messages (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  text text not null check (char_length(text) <= 2000),
  level text not null default 'info' check (level in ('info', 'warning', 'alarm')),
  source text not null check (char_length(source) <= 200)
);
create index messages_newest on messages (created_at desc);
select qoida_tenant_table('messages');

-- down
drop table messages;
