-- Recurring jobs. A schedule's clock is a job of the engine's own kind that is due at `next_at`, under the unique key of the
-- schedule's identifier and of `clock`, the clock's number. Whoever moves `next_at`, but for the clock itself, gives the schedule
-- another clock; a clock that finds another number than its own ends. So nobody has to reach a clock that is running.
-- A system table without tenant policy, as `job`: only the engine and the functions below read it.
create table ${schema}.job_schedule (
  id uuid not null primary key,
  tenant_id uuid,
  name text collate "C" not null,
  definition jsonb not null,
  paused boolean not null default false,
  clock bigint not null default 1,
  next_at timestamptz,
  last_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  check ((next_at is null) = paused)
);
create unique index job_schedule_name on ${schema}.job_schedule (
  coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), name);

-- Takes away a clock that will not be needed; one that is running ends by itself.
create function ${schema}.stop_schedule_clock(schedule_id uuid, number bigint) returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
  delete from ${schema}.job
  where kind = 'insightdesk.schedule'
    and coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    and unique_key = schedule_id || ':' || number and state <> 'running'
$$;

-- What a tenant may see and do of its own schedules. The tenant is that of the transaction; without one there are none. To the
-- host belongs the greatest identifier.
create function ${schema}.find_job_schedule(schedule_name text) returns setof ${schema}.job_schedule
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.job_schedule
  where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and name = schedule_name
$$;

create function ${schema}.lock_job_schedule(schedule_name text) returns setof ${schema}.job_schedule
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.job_schedule
  where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and name = schedule_name
  for update
$$;

create function ${schema}.job_schedules(after_name text, max_rows integer) returns setof ${schema}.job_schedule
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.job_schedule
  where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and name > after_name
  order by name
  limit max_rows
$$;

create function ${schema}.add_job_schedule(
  schedule_id uuid, schedule_name text, what jsonb, next timestamptz, at_time timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  owner uuid := nullif(current_setting('insightdesk.tenant', true), '')::uuid;
begin
  if owner is null then
    return false;
  end if;
  insert into ${schema}.job_schedule (id, tenant_id, name, definition, next_at, created_at, changed_at)
  values (schedule_id, nullif(owner, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), schedule_name, what, next, at_time, at_time)
  on conflict do nothing;
  return found;
end
$$;

-- The caller has locked the row. With another clock than before, the old one is stopped.
create function ${schema}.change_job_schedule(
  schedule_id uuid, what jsonb, next timestamptz, new_clock bigint, at_time timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  old_clock bigint;
begin
  select s.clock into old_clock
  from ${schema}.job_schedule s
  where s.id = schedule_id
    and coalesce(s.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid
  for update;
  if not found then
    return false;
  end if;
  update ${schema}.job_schedule
  set definition = what, paused = next is null, next_at = next, clock = new_clock, changed_at = at_time
  where id = schedule_id;
  if new_clock <> old_clock then
    perform ${schema}.stop_schedule_clock(schedule_id, old_clock);
  end if;
  return true;
end
$$;

create function ${schema}.remove_job_schedule(schedule_name text) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  gone record;
begin
  delete from ${schema}.job_schedule
  where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and name = schedule_name
  returning id, clock into gone;
  if not found then
    return false;
  end if;
  perform ${schema}.stop_schedule_clock(gone.id, gone.clock);
  return true;
end
$$;

revoke all on function ${schema}.stop_schedule_clock(uuid, bigint) from public;
revoke all on function ${schema}.find_job_schedule(text) from public;
revoke all on function ${schema}.lock_job_schedule(text) from public;
revoke all on function ${schema}.job_schedules(text, integer) from public;
revoke all on function ${schema}.add_job_schedule(uuid, text, jsonb, timestamptz, timestamptz) from public;
revoke all on function ${schema}.change_job_schedule(uuid, jsonb, timestamptz, bigint, timestamptz) from public;
revoke all on function ${schema}.remove_job_schedule(text) from public;
