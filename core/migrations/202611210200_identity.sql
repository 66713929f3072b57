-- up
create table users (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  username text not null check (char_length(username) <= 64),
  full_name text not null check (char_length(full_name) <= 200),
  position text not null check (char_length(position) <= 64),
  grade text check (grade in ('stajor', 'kichik', 'katta', 'starshiy')),
  status text not null default 'active' check (status in ('active', 'disabled')),
  locale text not null default 'uz' check (locale in ('uz', 'ru', 'en')),
  password_hash text check (char_length(password_hash) <= 300),
  last_login_at timestamptz,
  unique (organization_id, username)
);
select qoida_tenant_table('users');

-- Who signs in isn't inside an organisation yet: names lead to it. The application can't read this table.
create table login_names (
  user_id uuid primary key references users on delete cascade,
  organization_id uuid not null,
  name text not null
);
create index login_names_name on login_names (name);

create function qoida_keep_login_name() returns trigger
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into public.login_names (user_id, organization_id, name)
  values (new.id, new.organization_id, lower(new.username))
  on conflict (user_id) do update set name = excluded.name;
  return null;
end $$;
create trigger users_login_name after insert or update of username on users
  for each row execute function qoida_keep_login_name();

create function qoida_login_lookup(p_name text) returns table (organization_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select n.organization_id, n.user_id from public.login_names n where n.name = lower(p_name) limit 2 $$;
revoke all on function qoida_login_lookup(text) from public;
grant execute on function qoida_login_lookup(text) to qoida_app;

create table roles (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null check (char_length(code) <= 64),
  name text not null check (char_length(name) <= 200),
  unique (organization_id, code)
);
select qoida_tenant_table('roles');

create table user_roles (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  user_id uuid not null references users,
  role_id uuid not null references roles,
  unique (organization_id, user_id, role_id)
);
select qoida_tenant_table('user_roles');

-- One sign-in and all refresh tokens that followed from it; revoked as a whole.
create table token_families (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  user_id uuid not null references users,
  last_used_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text check (char_length(revoked_because) <= 64),
  ip inet,
  user_agent text check (char_length(user_agent) <= 300)
);
create index token_families_user on token_families (user_id, last_used_at);
select qoida_tenant_table('token_families');

create table refresh_tokens (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  family_id uuid not null references token_families on delete cascade,
  token_hash text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  unique (organization_id, token_hash)
);
create index refresh_tokens_family on refresh_tokens (family_id);
select qoida_tenant_table('refresh_tokens');

create table service_tokens (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  name text not null check (char_length(name) <= 64),
  roles text[] not null,
  token_hash text not null check (char_length(token_hash) <= 64),
  revoked_at timestamptz,
  unique (organization_id, name),
  unique (organization_id, token_hash)
);
select qoida_tenant_table('service_tokens');

create table setup_tokens (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  token_hash text not null,
  expires_at timestamptz not null,
  unique (organization_id, token_hash)
);
select qoida_tenant_table('setup_tokens');

-- Events that clients were told of, in the one order in which they see them: a dense position in each
-- organisation. It makes deliveries, which may come twice and side by side, into a sequence to resume from.
create table stream_log (
  organization_id uuid not null default qoida_org(),
  position bigint not null,
  event_id uuid not null references outbox on delete cascade,
  primary key (organization_id, position),
  unique (event_id)
);
select qoida_tenant_table('stream_log');
create table stream_heads (
  organization_id uuid primary key default qoida_org(),
  position bigint not null
);
select qoida_tenant_table('stream_heads');

-- down
drop table stream_heads;
drop table stream_log;
drop table setup_tokens;
drop table service_tokens;
drop table refresh_tokens;
drop table token_families;
drop table user_roles;
drop table roles;
drop function qoida_login_lookup(text);
drop table login_names;
drop table users;
drop function qoida_keep_login_name();
