-- The event log, durable subscriptions, the job engine's table, and blobs.

create table ${schema}.event (
  tenant_id uuid not null,
  id uuid not null,
  ticket_id uuid,
  ticket_seq bigint,
  type text not null,
  schema_version integer not null,
  payload jsonb not null,
  actor_type text not null,
  actor_id uuid,
  actor_name text not null,
  via text not null,
  request_id text,
  occurred_at timestamptz not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, id),
  check ((ticket_id is null) = (ticket_seq is null))
) partition by range (id);
create index event_ticket on ${schema}.event (tenant_id, ticket_id, ticket_seq);
call ${schema}.protect('${schema}.event');

create table ${schema}.event_default partition of ${schema}.event default;
call ${schema}.protect('${schema}.event_default');

-- Makes the monthly partitions from the month of `since` on; answers how many it made. Identifiers are UUIDv7, whose
-- first 48 bits are milliseconds since 1970, so a month is a range of identifiers.
create function ${schema}.ensure_event_partitions(since timestamptz, months integer) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  month timestamp;
  lower_bound text;
  upper_bound text;
  partition text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('${schema}.event partitions', 0));
  for step in 0 .. months - 1 loop
    month := date_trunc('month', since at time zone 'UTC') + make_interval(months => step);
    partition := 'event_' || to_char(month, 'YYYY_MM');
    if to_regclass(format('%I.%I', '${schema}', partition)) is null then
      lower_bound := lpad(to_hex((extract(epoch from month) * 1000)::bigint), 12, '0');
      upper_bound := lpad(to_hex((extract(epoch from month + interval '1 month') * 1000)::bigint), 12, '0');
      execute format(
        'create table %I.%I partition of %I.event for values from (%L) to (%L)',
        '${schema}', partition, '${schema}',
        substr(lower_bound, 1, 8) || '-' || substr(lower_bound, 9, 4) || '-0000-0000-000000000000',
        substr(upper_bound, 1, 8) || '-' || substr(upper_bound, 9, 4) || '-0000-0000-000000000000');
      call ${schema}.protect(format('%I.%I', '${schema}', partition)::regclass);
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;
revoke all on function ${schema}.ensure_event_partitions(timestamptz, integer) from public;
do $$ begin perform ${schema}.ensure_event_partitions(now(), 4); end $$;

-- A durable subscription exists once per cluster. A system table.
create table ${schema}.event_subscription (
  name text not null primary key,
  created_at timestamptz not null default clock_timestamp()
);

-- How far a subscription has read the events of a ticket. `wanted` is written with each event, in its transaction.
create table ${schema}.event_marker (
  tenant_id uuid not null,
  subscription text not null,
  ticket_id uuid not null,
  wanted bigint not null,
  delivered bigint not null default 0,
  primary key (tenant_id, subscription, ticket_id)
);
call ${schema}.protect('${schema}.event_marker');

-- A system table without tenant policy: the work role may insert, only the engine reads.
create table ${schema}.job (
  id uuid not null primary key,
  tenant_id uuid,
  queue text not null,
  kind text not null,
  payload jsonb not null,
  unique_key text,
  state text not null default 'ready' check (state in ('ready', 'running', 'dead')),
  priority smallint not null default 0,
  run_at timestamptz not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  lease_until timestamptz,
  fence bigint not null default 0,
  worker text,
  last_error text,
  created_at timestamptz not null,
  dead_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index job_ready on ${schema}.job (priority desc, run_at, id) where state = 'ready';
create index job_leased on ${schema}.job (lease_until) where state = 'running';
create index job_dead on ${schema}.job (tenant_id, id) where state = 'dead';
create unique index job_unique_key on ${schema}.job (kind, coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'), unique_key)
  where unique_key is not null and state in ('ready', 'running');

-- What a tenant may see and do of its own jobs. The tenant is that of the transaction; without one there are none.
create function ${schema}.find_job(job_id uuid) returns setof ${schema}.job
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.job
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid and id = job_id
$$;

create function ${schema}.dead_jobs(after_id uuid, max_rows integer) returns setof ${schema}.job
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.job
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and state = 'dead' and (after_id is null or id > after_id)
  order by id
  limit max_rows
$$;

-- Volatile, because it is asked for a row that another transaction made a moment ago.
create function ${schema}.job_by_unique_key(job_kind text, job_key text) returns uuid
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select id
  from ${schema}.job
  where coalesce(tenant_id, '00000000-0000-0000-0000-000000000000')
      = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and kind = job_kind and unique_key = job_key and state in ('ready', 'running')
$$;

create function ${schema}.retry_job(job_id uuid, due timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update ${schema}.job
  set state = 'ready', attempts = 0, run_at = due, dead_at = null, fence = fence + 1
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid and id = job_id and state = 'dead';
  return found;
end
$$;

create function ${schema}.discard_job(job_id uuid) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from ${schema}.job
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid and id = job_id and state = 'dead';
  return found;
end
$$;

-- Ends a running job in a transaction of its tenant. Who does not know the fence does not have the job.
create function ${schema}.complete_job(job_id uuid, job_fence bigint) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from ${schema}.job
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and id = job_id and fence = job_fence and state = 'running';
  return found;
end
$$;

revoke all on function ${schema}.find_job(uuid) from public;
revoke all on function ${schema}.dead_jobs(uuid, integer) from public;
revoke all on function ${schema}.job_by_unique_key(text, text) from public;
revoke all on function ${schema}.retry_job(uuid, timestamptz) from public;
revoke all on function ${schema}.discard_job(uuid) from public;
revoke all on function ${schema}.complete_job(uuid, bigint) from public;

create table ${schema}.blob (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  state text not null check (state in ('pending', 'stored', 'deleting')),
  linked boolean not null default false,
  size bigint,
  sha256 bytea,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index blob_unlinked on ${schema}.blob (tenant_id, created_at) where not linked;
call ${schema}.protect('${schema}.blob');

-- Content of blobs for hosts that keep them in the database.
create table ${schema}.blob_chunk (
  tenant_id uuid not null,
  blob_id uuid not null,
  seq integer not null,
  data bytea not null,
  primary key (tenant_id, blob_id, seq)
);
alter table ${schema}.blob_chunk alter column data set storage external;
call ${schema}.protect('${schema}.blob_chunk');
