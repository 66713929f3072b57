-- up
create table organizations (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (char_length(code) <= 64),
  name text not null check (char_length(name) <= 200),
  created_at timestamptz not null default now()
);

-- The organisation of this transaction; null (so no row is visible) when none is set.
create function qoida_org() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('qoida.org', true), '')::uuid $$;

-- Not forced: the owner keeps the list, the application sees only its own organisation.
alter table organizations enable row level security;
create policy tenant on organizations for select using (id = qoida_org());
grant usage on schema public to qoida_app;
grant select on organizations to qoida_app;

-- Background work goes through all organisations, one after another.
create function qoida_organizations() returns table (id uuid, code text, name text)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select o.id, o.code, o.name from public.organizations o order by o.created_at, o.id $$;
revoke all on function qoida_organizations() from public;
grant execute on function qoida_organizations() to qoida_app;

create function qoida_tenant_table(p_table text) returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', p_table);
  execute format('alter table %I force row level security', p_table);
  execute format(
    'create policy tenant on %I using (organization_id = qoida_org()) with check (organization_id = qoida_org())',
    p_table);
  execute format('grant select, insert, update, delete on %I to qoida_app', p_table);
end $$;

create function qoida_append_only_table(p_table text) returns void language plpgsql as $$
begin
  perform qoida_tenant_table(p_table);
  execute format('revoke all on %I from qoida_app', p_table);
  execute format('grant select, insert on %I to qoida_app', p_table);
end $$;

create table partitioned_tables (
  table_name text primary key,
  by_column text not null,
  every text not null check (every in ('day', 'month'))
);
grant select on partitioned_tables to qoida_app;

-- Makes the partition that holds `p_moment` (bounds in UTC) and takes in the rows that waited in the
-- default partition. Returns its name and the number of rows moved; nothing when it is there already.
create function qoida_create_partition(p_table text, p_column text, p_every text, p_moment timestamptz)
  returns table (partition_name text, moved bigint) language plpgsql as $$
declare
  v_from timestamp := date_trunc(p_every, p_moment at time zone 'UTC');
  v_to timestamp := v_from + ('1 ' || p_every)::interval;
  v_default text := p_table || '_default';
  v_bounds text := format('from (%L) to (%L)', v_from || '+00', v_to || '+00');
  v_range text := format('%I >= %L and %I < %L', p_column, v_from || '+00', p_column, v_to || '+00');
begin
  partition_name := p_table || to_char(v_from, case p_every when 'day' then '_YYYY_MM_DD' else '_YYYY_MM' end);
  moved := 0;
  if to_regclass(quote_ident(partition_name)) is not null then return; end if;
  execute format('lock table %I in access exclusive mode', v_default);
  execute format('create table %I (like %I including defaults including constraints including storage)',
    partition_name, p_table);
  execute format('with late as (delete from %I where %s returning *) insert into %I select * from late',
    v_default, v_range, partition_name);
  get diagnostics moved = row_count;
  execute format('alter table %I attach partition %I for values %s', p_table, partition_name, v_bounds);
  return next;
end $$;

-- Every registered table gets its partitions ahead (7 days or 2 months) and one for each period that has
-- rows in the default partition. The application may call it: partitions are all it can make.
create function qoida_ensure_partitions(p_now timestamptz default now())
  returns table (table_name text, partition_name text, moved bigint)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_table record;
  v_moments timestamptz[];
begin
  perform pg_advisory_xact_lock(hashtextextended('qoida.partitions', 0));
  for v_table in
    select * from partitioned_tables p where to_regclass(quote_ident(p.table_name || '_default')) is not null
    order by p.table_name
  loop
    table_name := v_table.table_name;
    execute format(
      'select array_agg(moment) from (
         select %L::timestamptz + n * %L::interval from generate_series(0, %s) n
         union all
         (select distinct date_trunc(%L, d.%I at time zone ''UTC'') at time zone ''UTC'' from %I d order by 1 limit 400)
       ) as moments (moment)',
      p_now, '1 ' || v_table.every, case v_table.every when 'day' then 7 else 2 end,
      v_table.every, v_table.by_column, v_table.table_name || '_default') into v_moments;
    for partition_name, moved in
      select c.partition_name, c.moved
      from unnest(v_moments) as m (moment),
        qoida_create_partition(v_table.table_name, v_table.by_column, v_table.every, m.moment) c
    loop
      return next;
    end loop;
  end loop;
end $$;
revoke all on function qoida_ensure_partitions(timestamptz) from public;
grant execute on function qoida_ensure_partitions(timestamptz) to qoida_app;

create function qoida_partitioned_table(p_table text, p_column text, p_every text) returns void language plpgsql as $$
begin
  execute format('create table %I partition of %I default', p_table || '_default', p_table);
  insert into partitioned_tables (table_name, by_column, every) values (p_table, p_column, p_every);
  perform qoida_ensure_partitions();
end $$;

-- Who did what to which object, chained per object (F-DM-46, F-ALG-17).
create table audit_log (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  ts timestamptz not null default now(),
  position bigint not null,
  actor_id uuid,
  role text,
  action text not null,
  object_type text not null,
  object_id uuid not null,
  old_new_diff_json jsonb,
  prev_sig text not null,
  sig_hash text not null,
  trace_id uuid,
  ip inet,
  result text,
  primary key (id, ts)
) partition by range (ts);
create index audit_log_ts on audit_log (ts);
create index audit_log_object on audit_log (object_type, object_id, ts);
select qoida_append_only_table('audit_log');
select qoida_partitioned_table('audit_log', 'ts', 'month');

-- The end of each chain, so that a cut-off tail shows. `seal` is keyed, like the signatures.
create table audit_heads (
  organization_id uuid not null default qoida_org(),
  object_type text not null,
  object_id uuid not null,
  last_sig text not null,
  entries bigint not null,
  last_ts timestamptz not null,
  seal text not null,
  primary key (organization_id, object_type, object_id)
);
select qoida_tenant_table('audit_heads');
revoke delete on audit_heads from qoida_app;

-- Events on their way to their consumers, written in the transaction that causes them.
create table outbox (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  seq bigint not null generated always as identity,
  lane smallint not null,
  stream text not null,
  name text not null,
  payload jsonb not null,
  actor jsonb not null,
  trace_id text,
  cause uuid,
  delivered_at timestamptz,
  attempts integer not null default 0,
  last_error text
);
create index outbox_waiting on outbox (organization_id, lane, seq) where delivered_at is null;
create index outbox_delivered on outbox (organization_id, delivered_at, seq) where delivered_at is not null;
select qoida_tenant_table('outbox');

-- Answers of mutating requests, for those who ask again with the same key (F-DM-50). `json` keeps the bytes.
create table idempotency_keys (
  organization_id uuid not null default qoida_org(),
  user_id text not null,
  route text not null,
  key text not null check (char_length(key) <= 255),
  request_hash text not null,
  response_status integer,
  response_body json,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (organization_id, user_id, route, key)
);
create index idempotency_keys_expiry on idempotency_keys (organization_id, expires_at);
select qoida_tenant_table('idempotency_keys');

-- down
drop table idempotency_keys;
drop table outbox;
drop table audit_heads;
drop table audit_log;
drop function qoida_partitioned_table(text, text, text);
drop function qoida_ensure_partitions(timestamptz);
drop function qoida_create_partition(text, text, text, timestamptz);
drop table partitioned_tables;
drop function qoida_append_only_table(text);
drop function qoida_tenant_table(text);
drop function qoida_organizations();
drop table organizations;
drop function qoida_org();
revoke usage on schema public from qoida_app;
