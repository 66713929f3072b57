-- up
create table loads (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null check (char_length(code) <= 40),
  day date not null,
  crew uuid[] not null default '{}',
  mass_kg numeric(14,3) not null default 0,
  spoiled_kg numeric(14,3) not null default 0,
  fired boolean not null default false,
  unique (organization_id, code)
);
select qoida_tenant_table('loads');

create table payslips (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  user_id uuid not null references users (id),
  month date not null,
  hours numeric(14,3) not null default 0,
  base numeric(14,2) not null default 0
);
select qoida_tenant_table('payslips');

-- down
drop table payslips;
drop table loads;
