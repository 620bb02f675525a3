-- The life of a tenant: settings, plan limits and what was used of them, suspension, deletion.

alter table ${schema}.tenant
  add column settings jsonb not null default '{}',
  add column max_agents integer check (max_agents >= 0),
  add column max_storage_bytes bigint check (max_storage_bytes >= 0),
  add column max_requests_per_minute integer check (max_requests_per_minute >= 1),
  add column max_mails_per_day integer check (max_mails_per_day >= 0);
alter table ${schema}.tenant drop constraint tenant_status_check;
alter table ${schema}.tenant add constraint tenant_status_check check (status in ('active', 'suspended', 'deleting'));

-- Tenants that may not be used now: few, so that each node asks for all of them at once. A system table, kept by a trigger. The
-- row of a deleted tenant stays until it is proved that nothing else is left.
create table ${schema}.tenant_suspension (
  tenant uuid not null primary key,
  since timestamptz not null default clock_timestamp()
);

create function ${schema}.keep_suspension() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status = 'active' then
    delete from ${schema}.tenant_suspension where tenant = new.tenant_id;
  else
    insert into ${schema}.tenant_suspension (tenant) values (new.tenant_id) on conflict do nothing;
  end if;
  return null;
end
$$;
revoke all on function ${schema}.keep_suspension() from public;
create trigger tenant_suspended after update of status on ${schema}.tenant
for each row execute function ${schema}.keep_suspension();

-- Tenants whose plan limits requests, likewise for each node to know.
create table ${schema}.tenant_request_limit (
  tenant uuid not null primary key,
  per_minute integer not null
);

create function ${schema}.keep_request_limit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.max_requests_per_minute is null then
    delete from ${schema}.tenant_request_limit where tenant = new.tenant_id;
  else
    insert into ${schema}.tenant_request_limit (tenant, per_minute) values (new.tenant_id, new.max_requests_per_minute)
    on conflict (tenant) do update set per_minute = excluded.per_minute;
  end if;
  return null;
end
$$;
revoke all on function ${schema}.keep_request_limit() from public;
create trigger tenant_requests_limited after update of max_requests_per_minute on ${schema}.tenant
for each row when (new.max_requests_per_minute is distinct from old.max_requests_per_minute)
execute function ${schema}.keep_request_limit();

-- What every node has to know of tenants before it does anything for them.
create function ${schema}.tenant_gates() returns table (tenant uuid, suspended boolean, per_minute integer)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(s.tenant, l.tenant), s.tenant is not null, l.per_minute
  from ${schema}.tenant_suspension s
  full join ${schema}.tenant_request_limit l on l.tenant = s.tenant
$$;
revoke all on function ${schema}.tenant_gates() from public;

-- What a tenant has used of its plan, counted by triggers, so that nothing counts past it: two at once wait for each other at this
-- row, and the second sees what the first did.
create table ${schema}.tenant_usage (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  kind text not null check (kind in ('agents', 'storage', 'mails')),
  used bigint not null,
  day date,
  primary key (tenant_id, kind)
) with (fillfactor = 50);
call ${schema}.protect('${schema}.tenant_usage');

-- With the rights of whoever changes the counted row. The library knows the state of the error by its code.
create function ${schema}.count_usage(of_tenant uuid, what text, change bigint, at_time timestamptz) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  today date := (at_time at time zone 'UTC')::date;
  total bigint;
  most bigint;
begin
  if change <= 0 then
    update ${schema}.tenant_usage set used = used + change where tenant_id = of_tenant and kind = what and change <> 0;
    return;
  end if;
  insert into ${schema}.tenant_usage as u (tenant_id, kind, used, day)
  values (of_tenant, what, change, today)
  on conflict (tenant_id, kind) do update
    set used = case when u.day is distinct from excluded.day then 0 else u.used end + excluded.used, day = excluded.day
  returning u.used into total;
  select case what when 'agents' then t.max_agents when 'storage' then t.max_storage_bytes else t.max_mails_per_day end
  into most
  from ${schema}.tenant t
  where t.tenant_id = of_tenant;
  if total > most then
    raise exception 'the plan of tenant % allows % %', of_tenant, most, what using
      errcode = 'IDL01',
      detail = format('%s %s %s %s', what, most, total - change,
        extract(epoch from (today + 1)::timestamp at time zone 'UTC' - at_time)::bigint);
  end if;
end
$$;
revoke all on function ${schema}.count_usage(uuid, text, bigint, timestamptz) from public;

create function ${schema}.count_agent() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform ${schema}.count_usage(
    coalesce(new.tenant_id, old.tenant_id), 'agents',
    coalesce(new.active, false)::integer - coalesce(old.active, false)::integer, null);
  return null;
end
$$;
create trigger agent_usage after insert or delete or update of active on ${schema}.agent
for each row execute function ${schema}.count_agent();

create function ${schema}.count_blob() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform ${schema}.count_usage(
    coalesce(new.tenant_id, old.tenant_id), 'storage', coalesce(new.size, 0) - coalesce(old.size, 0), null);
  return null;
end
$$;
create trigger blob_usage after insert or delete or update of size on ${schema}.blob
for each row execute function ${schema}.count_blob();

create function ${schema}.count_mail() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform ${schema}.count_usage(new.tenant_id, 'mails', 1, new.created_at);
  return null;
end
$$;
create trigger message_usage after insert on ${schema}.message
for each row when (new.delivery = 'queued') execute function ${schema}.count_mail();
revoke all on function ${schema}.count_agent() from public;
revoke all on function ${schema}.count_blob() from public;
revoke all on function ${schema}.count_mail() from public;

-- What there is already. Row security is forced, so this goes tenant by tenant.
do $$
declare
  one uuid;
begin
  for one in select tenant_id from ${schema}.tenant_directory where kind = 'slug' loop
    perform set_config('insightdesk.tenant', one::text, true);
    insert into ${schema}.tenant_usage (tenant_id, kind, used)
    select one, 'agents', count(*) from ${schema}.agent where tenant_id = one and active
    union all
    select one, 'storage', coalesce(sum(size), 0) from ${schema}.blob where tenant_id = one;
  end loop;
  perform set_config('insightdesk.tenant', '', true);
end
$$;

-- An upload takes many transactions. None of them may leave a piece behind once the tenant is gone.
alter table ${schema}.blob_chunk add foreign key (tenant_id) references ${schema}.tenant (tenant_id) not valid;
alter table ${schema}.blob_chunk validate constraint blob_chunk_tenant_id_fkey;

-- Deletions of tenants, those that are done included: what was removed, and the proof that nothing is left. A system table.
create table ${schema}.tenant_deletion (
  tenant uuid not null primary key,
  slug_sha256 bytea not null,
  requested_at timestamptz not null,
  fence xid8,
  removed jsonb not null default '{}',
  proof jsonb,
  finished_at timestamptz,
  check ((proof is null) = (finished_at is null))
);

-- Ends the use of a tenant for good; false where there is none.
create function ${schema}.begin_tenant_deletion(of_tenant uuid, at_time timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  its_slug text;
begin
  perform set_config('insightdesk.tenant', of_tenant::text, true);
  update ${schema}.tenant
  set status = 'deleting', updated_at = at_time, version = version + 1
  where tenant_id = of_tenant and status <> 'deleting'
  returning slug into its_slug;
  perform set_config('insightdesk.tenant', '', true);
  if its_slug is null then
    return false;
  end if;
  insert into ${schema}.tenant_deletion (tenant, slug_sha256, requested_at)
  values (of_tenant, sha256(convert_to(lower(its_slug), 'UTF8')), at_time);
  return true;
end
$$;

-- Which tables hold rows of tenants, by which column: partitions themselves, not their parents. Asked of the catalogue each time,
-- so that no table can be forgotten.
create function ${schema}.tenant_tables() returns table (name name, tenant_column name)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select c.relname, a.attname
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname in ('tenant_id', 'tenant') and a.atttypid = 'uuid'::regtype
    and not a.attisdropped
  where c.relnamespace = '${schema}'::regnamespace and c.relkind = 'r'
    and c.relname not in ('tenant_suspension', 'tenant_deletion')
$$;

-- Removes at most so many rows of a tenant from a table; answers how many.
create function ${schema}.delete_tenant_rows(of_tenant uuid, from_table text, max_rows integer) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  found_table name;
  found_column name;
  gone bigint;
begin
  if not exists (select from ${schema}.tenant_deletion d where d.tenant = of_tenant) then
    raise exception 'tenant % is not being deleted', of_tenant;
  end if;
  select t.name, t.tenant_column into strict found_table, found_column
  from ${schema}.tenant_tables() t
  where t.name = from_table;
  perform set_config('insightdesk.tenant', of_tenant::text, true);
  execute format(
    'delete from %I.%I where ctid = any(array(select ctid from %I.%I where %I = $1 limit $2))',
    '${schema}', found_table, '${schema}', found_table, found_column)
  using of_tenant, max_rows;
  get diagnostics gone = row_count;
  perform set_config('insightdesk.tenant', '', true);
  return gone;
end
$$;

-- Counts a tenant's rows in every table, those that have none included.
create function ${schema}.count_tenant_rows(of_tenant uuid) returns table (name name, rows_left bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
begin
  perform set_config('insightdesk.tenant', of_tenant::text, true);
  for one in select t.name, t.tenant_column from ${schema}.tenant_tables() t order by t.name loop
    name := one.name;
    execute format('select count(*) from %I.%I where %I = $1', '${schema}', one.name, one.tenant_column)
    into rows_left
    using of_tenant;
    return next;
  end loop;
  perform set_config('insightdesk.tenant', '', true);
end
$$;
revoke all on function ${schema}.begin_tenant_deletion(uuid, timestamptz) from public;
revoke all on function ${schema}.tenant_tables() from public;
revoke all on function ${schema}.delete_tenant_rows(uuid, text, integer) from public;
revoke all on function ${schema}.count_tenant_rows(uuid) from public;
