-- up
-- Passwords that somebody else chose: good for choosing one's own, and for nothing else.
create table password_resets (
  organization_id uuid not null default qoida_org(),
  user_id uuid not null references users on delete cascade,
  set_at timestamptz not null,
  set_by text not null check (char_length(set_by) <= 300),
  primary key (organization_id, user_id)
);
select qoida_tenant_table('password_resets');

-- down
drop table password_resets;
