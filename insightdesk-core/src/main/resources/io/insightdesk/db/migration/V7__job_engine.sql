-- The job engine's tables. `job` holds what has not ended, and nothing else: it stays small whatever has been done.
-- What is done is in `job_history`, what was given up in `job_dead`. Leases are per node: see `job_worker`.

drop function ${schema}.find_job(uuid);
drop function ${schema}.dead_jobs(uuid, integer);
drop function ${schema}.job_by_unique_key(text, text);
drop function ${schema}.retry_job(uuid, timestamptz);
drop function ${schema}.discard_job(uuid);
drop function ${schema}.complete_job(uuid, bigint);
alter table ${schema}.job rename to job_before;
alter table ${schema}.job_before rename constraint job_pkey to job_before_pkey;
drop index ${schema}.job_ready, ${schema}.job_leased, ${schema}.job_dead, ${schema}.job_unique_key;

-- A node from one start of its workers to the next. Its jobs are its own while the lease lasts; a lease that has ended is
-- never renewed, so that whoever holds one of these identifiers holds it for one unbroken time.
create table ${schema}.job_worker (
  id uuid not null primary key,
  name text not null,
  host text not null,
  process bigint not null,
  concurrency integer not null,
  queues text[] not null,
  started_at timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  lease_until timestamptz not null
) with (fillfactor = 50);

-- A system table without tenant policy: the work role may insert, only the engine reads.
-- `rank` is the due time, earlier by a minute for each point of priority: what waits long enough goes first at last.
-- Who has a job is (worker, attempts); whoever ends it names both.
create table ${schema}.job (
  id uuid not null primary key,
  tenant_id uuid,
  queue text not null,
  kind text not null,
  state text not null check (state in ('scheduled', 'ready', 'running')),
  priority smallint not null default 0,
  rank timestamptz not null,
  run_at timestamptz not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  worker uuid,
  created_at timestamptz not null,
  unique_key text,
  payload jsonb not null,
  failures jsonb,
  check ((worker is not null) = (state = 'running'))
) with (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.2, toast.autovacuum_vacuum_scale_factor = 0.02,
  toast.autovacuum_vacuum_cost_delay = 0
);
-- Jobs of nobody are those of the greatest identifier, so that the least one is before all.
create index job_ready on ${schema}.job (
  queue, coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), rank, id) where state = 'ready';
create index job_scheduled on ${schema}.job (run_at, id) where state = 'scheduled';
create index job_running on ${schema}.job (worker) where state = 'running';
create unique index job_unique_key on ${schema}.job (
  kind, coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), unique_key) where unique_key is not null;

-- Jobs that were given up, until somebody retries or discards them. A system table, as `job`.
create table ${schema}.job_dead (
  id uuid not null primary key,
  tenant_id uuid,
  queue text not null,
  kind text not null,
  priority smallint not null,
  run_at timestamptz not null,
  attempts integer not null,
  max_attempts integer not null,
  created_at timestamptz not null,
  dead_at timestamptz not null,
  unique_key text,
  payload jsonb not null,
  failures jsonb not null
);
create index job_dead_tenant on ${schema}.job_dead (tenant_id, id);

-- Jobs that are done, for as long as their day is kept. Without an index: a day is read whole, and dropped whole.
create table ${schema}.job_history (
  id uuid not null,
  tenant_id uuid,
  queue text not null,
  kind text not null,
  attempts integer not null,
  created_at timestamptz not null,
  finished_at timestamptz not null
) partition by range (finished_at);
create table ${schema}.job_history_default partition of ${schema}.job_history default;

-- Makes the partitions of so many days from that of `since` on; answers how many it made. What came to the default partition,
-- because nobody made its own in time, moves along.
create function ${schema}.ensure_job_history_partitions(since timestamptz, days integer) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  first_day date := (since at time zone 'UTC')::date;
  day timestamptz;
  partition text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('${schema}.job_history partitions', 0));
  for step in 0 .. days - 1 loop
    day := (first_day + step)::timestamp at time zone 'UTC';
    partition := 'job_history_' || to_char(first_day + step, 'YYYY_MM_DD');
    if to_regclass(format('%I.%I', '${schema}', partition)) is null then
      lock table ${schema}.job_history_default in access exclusive mode;
      execute format('create table %I.%I (like %I.job_history)', '${schema}', partition, '${schema}');
      execute format(
        'with moved as (delete from %I.job_history_default where finished_at >= %L and finished_at < %L returning *) '
        'insert into %I.%I select * from moved',
        '${schema}', day, day + interval '1 day', '${schema}', partition);
      execute format(
        'alter table %I.job_history attach partition %I.%I for values from (%L) to (%L)',
        '${schema}', '${schema}', partition, day, day + interval '1 day');
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;

-- Drops the partitions of whole days before; answers how many.
create function ${schema}.drop_job_history_partitions(before timestamptz) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  oldest text := 'job_history_' || to_char(before at time zone 'UTC', 'YYYY_MM_DD');
  partition text;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('${schema}.job_history partitions', 0));
  for partition in
    select c.relname
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = '${schema}.job_history'::regclass and c.relname <> 'job_history_default'
      and c.relname::text collate "C" < oldest
  loop
    execute format('drop table %I.%I', '${schema}', partition);
    dropped := dropped + 1;
  end loop;
  delete from ${schema}.job_history_default where finished_at < before;
  return dropped;
end
$$;
do $$ begin perform ${schema}.ensure_job_history_partitions(now(), 4); end $$;

insert into ${schema}.job (
  id, tenant_id, queue, kind, state, priority, rank, run_at, attempts, max_attempts, created_at, unique_key, payload)
select id, tenant_id, queue, kind, 'scheduled', priority, run_at - priority * interval '1 minute', run_at, attempts,
  max_attempts, created_at, unique_key, payload
from ${schema}.job_before
where state <> 'dead';
insert into ${schema}.job_dead (
  id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, dead_at, unique_key, payload, failures)
select id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, coalesce(dead_at, now()), unique_key,
  payload, jsonb_build_array(jsonb_build_object('attempt', attempts, 'error', last_error))
from ${schema}.job_before
where state = 'dead';
drop table ${schema}.job_before;

create view ${schema}.any_job as
select id, tenant_id, kind, queue, payload, unique_key, state, priority, run_at, attempts, max_attempts,
  failures -> -1 ->> 'error' as last_error, created_at, null::timestamptz as dead_at
from ${schema}.job
union all
select id, tenant_id, kind, queue, payload, unique_key, 'dead', priority, run_at, attempts, max_attempts,
  failures -> -1 ->> 'error', created_at, dead_at
from ${schema}.job_dead;

-- The engine's main statements are functions with their plans pinned, because the statistics of a table that is empty one minute
-- and holds a million rows the next are always wrong. Who ends a job names its worker as "not distinct from", and not the state,
-- which the worker implies: a planner who knows no better would go through all of a worker's jobs to find each. A process that is
-- stopped before it commits must not keep its locks, past which the others look; so the server ends such a transaction.

-- Takes up to so many ready jobs of a queue for a worker whose lease lasts: a share of each of some tenants, of those that
-- rank from an instant on. The instants keep it from going over and over what it took before and no vacuum has cleared away.
-- The commit is asynchronous: after a crash of the server a claim that was lost gives its jobs back, and their worker can no
-- longer end them.
create function ${schema}.claim_jobs(
  worker_id uuid, from_queue text, of_tenants uuid[], from_ranks timestamptz[], of_kinds text[], max_jobs integer)
returns setof ${schema}.job
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  share integer := (max_jobs + cardinality(of_tenants) - 1) / cardinality(of_tenants);
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  perform set_config('synchronous_commit', 'off', true);
  if not exists (select from ${schema}.job_worker w where w.id = worker_id and w.lease_until > clock_timestamp()) then
    return;
  end if;
  return query
    update ${schema}.job
    set state = 'running', worker = worker_id, attempts = job.attempts + 1
    where job.id = any(array(
      select mine.id
      from unnest(of_tenants, from_ranks) as t (id, rank)
      cross join lateral (
        select j.id
        from ${schema}.job j
        where j.state = 'ready' and j.queue = from_queue
          and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = t.id
          and j.rank >= t.rank and j.kind = any(of_kinds)
        order by j.rank, j.id
        limit share
        for update skip locked) as mine
      limit max_jobs))
    returning job.*;
end
$$;

-- Ends jobs that are done; answers those that were not this worker's any more.
create function ${schema}.complete_jobs(worker_id uuid, ids uuid[], runs integer[], finished timestamptz) returns setof uuid
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  ended uuid[];
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  if exists (select from ${schema}.job_worker w where w.id = worker_id and w.lease_until > clock_timestamp()) then
    with gone as (
      delete from ${schema}.job j
      using unnest(ids, runs) as mine (id, run)
      where j.id = mine.id and j.worker is not distinct from worker_id and j.attempts = mine.run
      returning j.id, j.tenant_id, j.queue, j.kind, j.attempts, j.created_at),
    kept as (
      insert into ${schema}.job_history (id, tenant_id, queue, kind, attempts, created_at, finished_at)
      select g.id, g.tenant_id, g.queue, g.kind, g.attempts, g.created_at, finished
      from gone g)
    select array_agg(g.id) into ended from gone g;
  end if;
  if cardinality(ended) = cardinality(ids) then
    return;
  end if;
  return query select unnest(ids) except select unnest(ended);
end
$$;

-- Makes what has come due ready; answers which tenants have something ready in which queue, and from which rank on, beginning
-- after one and going round. The first row, without a queue, tells when the next job comes due.
create function ${schema}.promote_jobs(
  due timestamptz, max_jobs integer, only_queues text[], after_queue text, after_tenant uuid, max_rows integer)
returns table (queue text, tenant uuid, rank timestamptz)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
declare
  last_queue text := after_queue;
  last_tenant uuid := after_tenant;
  wrapped boolean := after_queue = '';
  answered integer := 0;
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  update ${schema}.job
  set state = 'ready'
  where job.id = any(array(
    select j.id
    from ${schema}.job j
    where j.state = 'scheduled' and j.run_at <= due
    order by j.run_at, j.id
    limit max_jobs
    for update skip locked));
  select j.run_at into rank
  from ${schema}.job j
  where j.state = 'scheduled'
  order by j.run_at, j.id
  limit 1;
  return next;
  while answered < max_rows loop
    select j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.rank
    into queue, tenant, rank
    from ${schema}.job j
    where j.state = 'ready'
      and (j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) > (last_queue, last_tenant)
    order by j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.rank, j.id
    limit 1;
    if not found then
      exit when wrapped;
      wrapped := true;
      last_queue := '';
      last_tenant := '00000000-0000-0000-0000-000000000000';
      continue;
    end if;
    exit when wrapped and after_queue <> '' and (queue, tenant) > (after_queue, after_tenant);
    last_queue := queue;
    if cardinality(only_queues) > 0 and queue <> all(only_queues) then
      last_tenant := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    else
      last_tenant := tenant;
      answered := answered + 1;
      return next;
    end if;
  end loop;
end
$$;

-- What a worker has.
create function ${schema}.running_jobs(worker_id uuid, out id uuid, out attempts integer) returns setof record
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
begin
  return query
    select j.id, j.attempts
    from ${schema}.job j
    where j.state = 'running' and j.worker = worker_id;
end
$$;

-- Takes the jobs of workers whose lease has ended, or that are unknown; the attempt counts. Answers how many.
create function ${schema}.rescue_jobs(at_time timestamptz) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
declare
  someone uuid := '00000000-0000-0000-0000-000000000000';
  gone uuid[] := '{}';
  rescued integer := 0;
  buried integer := 0;
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  loop
    select j.worker into someone
    from ${schema}.job j
    where j.state = 'running' and j.worker > someone
    order by j.worker
    limit 1;
    exit when not found;
    if not exists (select from ${schema}.job_worker w where w.id = someone and w.lease_until > clock_timestamp()) then
      gone := gone || someone;
    end if;
  end loop;
  if cardinality(gone) > 0 then
    with noted as materialized (
      select j.id, ${schema}.add_failure(j.failures, j.attempts, at_time,
        'The worker ' || coalesce(w.name, j.worker::text) || ' was not heard of until its lease ended.') as failures
      from ${schema}.job j
      left join ${schema}.job_worker w on w.id = j.worker
      where j.state = 'running' and j.worker = any(gone)
      limit 5000
      for update of j skip locked),
    dead as (
      delete from ${schema}.job j
      using noted n
      where j.id = n.id and j.attempts >= j.max_attempts
      returning j.id, j.tenant_id, j.queue, j.kind, j.priority, j.run_at, j.attempts, j.max_attempts, j.created_at,
        j.unique_key, j.payload, n.failures),
    kept as (
      insert into ${schema}.job_dead (
        id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, dead_at, unique_key, payload, failures)
      select d.id, d.tenant_id, d.queue, d.kind, d.priority, d.run_at, d.attempts, d.max_attempts, d.created_at, at_time,
        d.unique_key, d.payload, d.failures
      from dead d
      returning 1),
    back as (
      update ${schema}.job j
      set state = 'ready', worker = null, failures = n.failures
      from noted n
      where j.id = n.id and j.attempts < j.max_attempts
      returning 1)
    select (select count(*) from back), (select count(*) from kept) into rescued, buried;
  end if;
  delete from ${schema}.job_worker w
  where w.lease_until < clock_timestamp() - interval '1 hour'
    and not exists (select from ${schema}.job j where j.state = 'running' and j.worker = w.id);
  return rescued + buried;
end
$$;

-- The last five failures with what they said.
create function ${schema}.add_failure(failures jsonb, attempt integer, at timestamptz, error text) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case when jsonb_array_length(coalesce(failures, '[]')) >= 5 then failures - 0 else coalesce(failures, '[]') end
    || jsonb_build_object('attempt', attempt, 'at', to_jsonb(at), 'error', error)
$$;

-- What a tenant may see and do of its own jobs. The tenant is that of the transaction; without one there are none.
create function ${schema}.find_job(job_id uuid) returns setof ${schema}.any_job
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.any_job
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid and id = job_id
$$;

create function ${schema}.dead_jobs(after_id uuid, max_rows integer) returns setof ${schema}.any_job
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.any_job
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
  where coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and kind = job_kind and unique_key = job_key
$$;

-- Of a tenant, or of nobody where that is null; for whom it is, is checked by the callers below.
create function ${schema}.revive_job(of_tenant uuid, job_id uuid, due timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  with back as (
    delete from ${schema}.job_dead
    where tenant_id is not distinct from of_tenant and id = job_id
    returning *)
  insert into ${schema}.job (
    id, tenant_id, queue, kind, state, priority, rank, run_at, attempts, max_attempts, created_at, unique_key, payload, failures)
  select id, tenant_id, queue, kind, 'ready', priority, due - priority * interval '1 minute', due, 0, max_attempts, created_at,
    unique_key, payload, failures
  from back;
  return found;
end
$$;

create function ${schema}.retry_job(job_id uuid, due timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  tenant uuid := nullif(current_setting('insightdesk.tenant', true), '')::uuid;
begin
  return tenant is not null and ${schema}.revive_job(tenant, job_id, due);
end
$$;

create function ${schema}.discard_job(job_id uuid) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from ${schema}.job_dead
  where tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid and id = job_id;
  return found;
end
$$;

-- Ends a running job in a transaction of its tenant. Who does not know the worker and the attempt does not have the job.
create function ${schema}.complete_job(job_id uuid, worker_id uuid, run integer, finished timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  with gone as (
    delete from ${schema}.job j
    where j.tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid
      and j.id = job_id and j.worker is not distinct from worker_id and j.attempts = run
      and exists (select from ${schema}.job_worker w where w.id = worker_id and w.lease_until > clock_timestamp())
    returning j.id, j.tenant_id, j.queue, j.kind, j.attempts, j.created_at)
  insert into ${schema}.job_history (id, tenant_id, queue, kind, attempts, created_at, finished_at)
  select g.id, g.tenant_id, g.queue, g.kind, g.attempts, g.created_at, finished
  from gone g;
  return found;
end
$$;

revoke all on function ${schema}.ensure_job_history_partitions(timestamptz, integer) from public;
revoke all on function ${schema}.drop_job_history_partitions(timestamptz) from public;
revoke all on function ${schema}.claim_jobs(uuid, text, uuid[], timestamptz[], text[], integer) from public;
revoke all on function ${schema}.complete_jobs(uuid, uuid[], integer[], timestamptz) from public;
revoke all on function ${schema}.promote_jobs(timestamptz, integer, text[], text, uuid, integer) from public;
revoke all on function ${schema}.running_jobs(uuid) from public;
revoke all on function ${schema}.rescue_jobs(timestamptz) from public;
revoke all on function ${schema}.add_failure(jsonb, integer, timestamptz, text) from public;
revoke all on function ${schema}.find_job(uuid) from public;
revoke all on function ${schema}.dead_jobs(uuid, integer) from public;
revoke all on function ${schema}.job_by_unique_key(text, text) from public;
revoke all on function ${schema}.revive_job(uuid, uuid, timestamptz) from public;
revoke all on function ${schema}.retry_job(uuid, timestamptz) from public;
revoke all on function ${schema}.discard_job(uuid) from public;
revoke all on function ${schema}.complete_job(uuid, uuid, integer, timestamptz) from public;
