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

-- What operators say of queues. A queue without a row has weight 1, no limit, and is not paused.
create table ${schema}.job_queue (
  name text not null primary key,
  weight integer not null default 1 check (weight between 1 and 1000),
  at_once integer check (at_once >= 1),
  paused_at timestamptz
);

-- Kinds of which no job is begun for now.
create table ${schema}.job_paused_kind (
  kind text not null primary key,
  paused_at timestamptz not null
);

-- Jobs that were enqueued together, until all of them have ended: then the job `on_end` is enqueued.
create table ${schema}.job_batch (
  id uuid not null primary key,
  tenant_id uuid,
  jobs integer not null,
  dead integer not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz,
  on_end jsonb
);
create index job_batch_ended on ${schema}.job_batch (ended_at) where ended_at is not null;

-- A system table without tenant policy: the work role may insert, only the engine reads.
-- `rank` is the due time, earlier by a minute for each point of priority: what waits long enough goes first at last.
-- Who has a job is (worker, attempts); whoever ends it names both.
-- Jobs with a limit wait in a lane of the limit's name: that of a tenant begins with 't:', that of the whole cluster with 'c:'.
-- What may run is what the first job of the lane says: so many at once, and so many begun in each period.
create table ${schema}.job (
  id uuid not null primary key,
  tenant_id uuid,
  queue text not null,
  kind text not null,
  state text not null check (state in ('scheduled', 'ready', 'running', 'paused')),
  priority smallint not null default 0,
  rank timestamptz not null,
  run_at timestamptz not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  worker uuid,
  created_at timestamptz not null,
  lane text not null default '',
  at_once integer,
  rate integer,
  rate_period interval,
  batch_id uuid,
  payload_version smallint not null default 1,
  cancel_asked boolean not null default false,
  progress smallint,
  progress_note text,
  trace jsonb,
  unique_key text,
  payload jsonb not null,
  failures jsonb,
  check ((worker is not null) = (state = 'running'))
) with (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.2, toast.autovacuum_vacuum_scale_factor = 0.02,
  toast.autovacuum_vacuum_cost_delay = 0,
  -- Giving space back to the disk would lock everybody out for as long as that takes, and it is needed again.
  vacuum_truncate = false, toast.vacuum_truncate = false
);
-- Jobs of nobody are those of the greatest identifier, so that the least one is before all.
create index job_ready on ${schema}.job (
  queue, coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), lane, rank, id) where state = 'ready';
create index job_scheduled on ${schema}.job (run_at, id) where state = 'scheduled';
create index job_running on ${schema}.job (worker) where state = 'running';
create index job_lane_running on ${schema}.job (
  lane, coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) where state = 'running' and lane <> '';
create index job_paused on ${schema}.job (kind) where state = 'paused';
create index job_of_batch on ${schema}.job (batch_id) where batch_id is not null;
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
  lane text not null default '',
  at_once integer,
  rate integer,
  rate_period interval,
  payload_version smallint not null default 1,
  unique_key text,
  payload jsonb not null,
  failures jsonb not null
);
create index job_dead_tenant on ${schema}.job_dead (coalesce(tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), id);

-- Unique keys that stay taken for some time, whatever becomes of their job.
create table ${schema}.job_key (
  kind text not null,
  tenant uuid not null,
  unique_key text not null,
  job_id uuid not null,
  taken_until timestamptz not null,
  primary key (kind, tenant, unique_key)
);
create index job_key_until on ${schema}.job_key (taken_until);

-- When a lane that is limited by rate may go on: each job that is begun moves the instant on by its share of the period.
create table ${schema}.job_rate (
  lane text not null,
  tenant uuid not null,
  free_at timestamptz not null,
  primary key (lane, tenant)
);

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
  failures -> -1 ->> 'error' as last_error, progress, progress_note, created_at, null::timestamptz as dead_at
from ${schema}.job
union all
select id, tenant_id, kind, queue, payload, unique_key, 'dead', priority, run_at, attempts, max_attempts,
  failures -> -1 ->> 'error', null, null, created_at, dead_at
from ${schema}.job_dead;

-- The engine's main statements are functions with their plans pinned, because the statistics of a table that is empty one minute
-- and holds a million rows the next are always wrong. Who ends a job names its worker as "not distinct from", and not the state,
-- which the worker implies: a planner who knows no better would go through all of a worker's jobs to find each. A process that is
-- stopped before it commits must not keep its locks, past which the others look; so the server ends such a transaction.

-- Takes the jobs of a lane with a limit that may be begun now, at most so many; answers which. Only one transaction at a time
-- looks at a limit; who comes meanwhile gets nothing. The limits are those of the lane's first job.
create function ${schema}.claim_limited_jobs(
  worker_id uuid, from_queue text, of_tenant uuid, in_lane text, from_rank timestamptz, of_kinds text[], max_jobs integer)
returns uuid[]
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set jit = off
as $$
declare
  of_cluster boolean := in_lane like 'c:%';
  scope uuid := case when of_cluster then '00000000-0000-0000-0000-000000000000' else of_tenant end;
  room bigint := max_jobs;
  most integer;
  per_period integer;
  period interval;
  at_time timestamptz := clock_timestamp();
  free timestamptz;
  picks uuid[];
begin
  if not pg_try_advisory_xact_lock(hashtextextended('${schema}.job lane ' || scope || in_lane, 0)) then
    return '{}';
  end if;
  select j.at_once, j.rate, j.rate_period into most, per_period, period
  from ${schema}.job j
  where j.state = 'ready' and j.queue = from_queue
    and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = of_tenant and j.lane = in_lane
  order by j.rank, j.id
  limit 1;
  if most is not null then
    select least(room, most - count(*)) into room
    from ${schema}.job j
    where j.state = 'running' and j.lane <> '' and j.lane = in_lane
      and (of_cluster or coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = of_tenant);
  end if;
  if per_period is not null then
    -- What the lane did not use in the last period, or second where that is longer, it may use now.
    select greatest(r.free_at, at_time) into free
    from ${schema}.job_rate r
    where r.lane = in_lane and r.tenant = scope;
    free := coalesce(free, at_time);
    room := least(room, floor(
      extract(epoch from greatest(period, interval '1 second') - (free - at_time)) * per_period
        / extract(epoch from period) + 0.000001)::bigint);
  end if;
  if room <= 0 then
    return '{}';
  end if;
  picks := array(
    select j.id
    from ${schema}.job j
    where j.state = 'ready' and j.queue = from_queue
      and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = of_tenant
      and j.lane = in_lane and j.rank >= from_rank and j.kind = any(of_kinds)
    order by j.rank, j.id
    limit room
    for update skip locked);
  update ${schema}.job
  set state = 'running', worker = worker_id, attempts = job.attempts + 1
  where job.id = any(picks);
  if per_period is not null and cardinality(picks) > 0 then
    insert into ${schema}.job_rate as r (lane, tenant, free_at)
    values (in_lane, scope, free + period / per_period * cardinality(picks))
    on conflict (lane, tenant) do update set free_at = excluded.free_at;
  end if;
  return picks;
end
$$;

-- Takes up to so many ready jobs of a queue for a worker whose lease lasts: a share of each of some lanes, of those that
-- rank from an instant on. The instants keep it from going over and over what it took before and no vacuum has cleared away.
-- The commit is asynchronous: after a crash of the server a claim that was lost gives its jobs back, and their worker can no
-- longer end them.
create function ${schema}.claim_jobs(
  worker_id uuid, from_queue text, of_tenants uuid[], in_lanes text[], from_ranks timestamptz[], of_kinds text[],
  max_jobs integer)
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
  kinds text[] := of_kinds;
  paused text[];
  queue_limit integer;
  queue_paused timestamptz;
  room integer := max_jobs;
  share integer;
  picks uuid[];
  limited_picks uuid[] := '{}';
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  perform set_config('synchronous_commit', 'off', true);
  if not exists (select from ${schema}.job_worker w where w.id = worker_id and w.lease_until > clock_timestamp()) then
    return;
  end if;
  select q.at_once, q.paused_at into queue_limit, queue_paused
  from ${schema}.job_queue q
  where q.name = from_queue;
  if queue_paused is not null then
    return;
  end if;
  if queue_limit is not null then
    -- One transaction at a time counts and takes.
    perform from ${schema}.job_queue q where q.name = from_queue for update;
    select least(room, queue_limit - count(*)) into room
    from ${schema}.job j
    where j.state = 'running' and j.queue = from_queue;
  end if;
  paused := array(select k.kind from ${schema}.job_paused_kind k);
  if cardinality(paused) > 0 then
    kinds := array(select k from unnest(of_kinds) as k where k <> all(paused));
    -- Paused jobs are put aside, so that nobody has to look past a million of them each time.
    if pg_try_advisory_xact_lock(hashtextextended('${schema}.job pausing', 0)) then
      update ${schema}.job
      set state = 'paused'
      where job.state = 'ready' and job.id = any(array(
        select first.id
        from unnest(of_tenants, in_lanes) as t (id, lane)
        cross join lateral (
          select j.id, j.kind
          from ${schema}.job j
          where j.state = 'ready' and j.queue = from_queue
            and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = t.id and j.lane = t.lane
          order by j.rank, j.id
          limit 1000) as first
        where first.kind = any(paused)));
    end if;
  end if;
  if room <= 0 or cardinality(kinds) = 0 then
    return;
  end if;
  share := (room + cardinality(of_tenants) - 1) / cardinality(of_tenants);
  picks := array(
    select mine.id
    from unnest(of_tenants, in_lanes, from_ranks) as t (id, lane, rank)
    cross join lateral (
      select j.id
      from ${schema}.job j
      where j.state = 'ready' and j.queue = from_queue
        and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = t.id
        and j.lane = '' and j.rank >= t.rank and j.kind = any(kinds)
      order by j.rank, j.id
      limit share
      for update skip locked) as mine
    where t.lane = ''
    limit room);
  room := room - cardinality(picks);
  for i in 1 .. cardinality(in_lanes) loop
    exit when cardinality(limited_picks) >= room;
    if in_lanes[i] <> '' then
      limited_picks := limited_picks || ${schema}.claim_limited_jobs(
        worker_id, from_queue, of_tenants[i], in_lanes[i], from_ranks[i], kinds,
        least(share, room - cardinality(limited_picks)));
    end if;
  end loop;
  if cardinality(limited_picks) > 0 then
    return query select j.* from ${schema}.job j where j.id = any(limited_picks);
  end if;
  return query
    update ${schema}.job
    set state = 'running', worker = worker_id, attempts = job.attempts + 1
    where job.id = any(picks)
    returning job.*;
end
$$;

-- Ends batches of which nothing is left, by enqueueing what is to follow. The row's lock has two that end the last jobs at the
-- same time wait for each other; the second sees that nothing is left.
create function ${schema}.end_batches(ids uuid[], finished timestamptz) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  batch ${schema}.job_batch;
begin
  for batch in
    select * from ${schema}.job_batch b where b.id = any(ids) and b.ended_at is null order by b.id for update
  loop
    if not exists (select from ${schema}.job j where j.batch_id = batch.id) then
      update ${schema}.job_batch b set ended_at = finished, on_end = null where b.id = batch.id;
      if batch.on_end is not null then
        insert into ${schema}.job (
          id, tenant_id, queue, kind, state, priority, rank, run_at, max_attempts, created_at, lane, at_once, rate, rate_period,
          payload_version, payload)
        select o.id, batch.tenant_id, o.queue, o.kind, 'ready', o.priority, finished - o.priority * interval '1 minute', finished,
          o.max_attempts, finished, o.lane, o.at_once, o.rate, o.rate_period, o.payload_version, o.payload
        from jsonb_to_record(batch.on_end) as o (
          id uuid, queue text, kind text, priority smallint, max_attempts integer, lane text, at_once integer, rate integer,
          rate_period interval, payload_version smallint, payload jsonb);
      end if;
    end if;
  end loop;
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
  batches uuid[];
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  if exists (select from ${schema}.job_worker w where w.id = worker_id and w.lease_until > clock_timestamp()) then
    with gone as (
      delete from ${schema}.job j
      using unnest(ids, runs) as mine (id, run)
      where j.id = mine.id and j.worker is not distinct from worker_id and j.attempts = mine.run
      returning j.id, j.tenant_id, j.queue, j.kind, j.attempts, j.created_at, j.batch_id),
    kept as (
      insert into ${schema}.job_history (id, tenant_id, queue, kind, attempts, created_at, finished_at)
      select g.id, g.tenant_id, g.queue, g.kind, g.attempts, g.created_at, finished
      from gone g)
    select array_agg(g.id), array_agg(g.batch_id) filter (where g.batch_id is not null) into ended, batches
    from gone g;
    if batches is not null then
      perform ${schema}.end_batches(batches, finished);
    end if;
  end if;
  if cardinality(ended) = cardinality(ids) then
    return;
  end if;
  return query select unnest(ids) except select unnest(ended);
end
$$;

-- Gives a job up that failed for good; false where it is not this worker's any more.
create function ${schema}.bury_job(job_id uuid, worker_id uuid, run integer, error text, at_time timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  gone ${schema}.job;
begin
  delete from ${schema}.job j
  where j.id = job_id and j.worker is not distinct from worker_id and j.attempts = run
  returning * into gone;
  if not found then
    return false;
  end if;
  insert into ${schema}.job_dead (
    id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, dead_at, lane, at_once, rate, rate_period,
    payload_version, unique_key, payload, failures)
  values (
    gone.id, gone.tenant_id, gone.queue, gone.kind, gone.priority, gone.run_at, gone.attempts, gone.max_attempts, gone.created_at,
    at_time, gone.lane, gone.at_once, gone.rate, gone.rate_period, gone.payload_version, gone.unique_key, gone.payload,
    ${schema}.add_failure(gone.failures, run, at_time, error));
  if gone.batch_id is not null then
    update ${schema}.job_batch b set dead = b.dead + 1 where b.id = gone.batch_id;
    perform ${schema}.end_batches(array[gone.batch_id], at_time);
  end if;
  return true;
end
$$;

-- Makes what has come due ready, and what is no longer paused; answers which lanes have something ready in which queue, and from
-- which rank on, beginning after one and going round. The first row, without a queue, tells when the next job comes due.
create function ${schema}.promote_jobs(
  due timestamptz, max_jobs integer, only_queues text[], after_queue text, after_tenant uuid, after_lane text, max_rows integer)
returns table (queue text, tenant uuid, lane text, rank timestamptz, weight integer, limited boolean)
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
  last_lane text := after_lane;
  last_kind text := '';
  known_queue text := '';
  skipped boolean := false;
  wrapped boolean := after_queue = '';
  more boolean := false;
  answered integer := 0;
  changed integer;
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
  loop
    select j.kind into last_kind
    from ${schema}.job j
    where j.state = 'paused' and j.kind > last_kind
    order by j.kind
    limit 1;
    exit when not found;
    if not exists (select from ${schema}.job_paused_kind k where k.kind = last_kind) then
      update ${schema}.job
      set state = 'ready'
      where job.id = any(array(
        select j.id
        from ${schema}.job j
        where j.state = 'paused' and j.kind = last_kind
        limit max_jobs
        for update skip locked));
      get diagnostics changed = row_count;
      more := more or changed = max_jobs;
    end if;
  end loop;
  select j.run_at into rank
  from ${schema}.job j
  where j.state = 'scheduled'
  order by j.run_at, j.id
  limit 1;
  if more then
    rank := due;
  end if;
  return next;
  while answered < max_rows loop
    if skipped then
      select j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.lane, j.rank
      into queue, tenant, lane, rank
      from ${schema}.job j
      where j.state = 'ready' and j.queue > last_queue
      order by j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.lane, j.rank, j.id
      limit 1;
    else
      select j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.lane, j.rank
      into queue, tenant, lane, rank
      from ${schema}.job j
      where j.state = 'ready'
        and (j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.lane) > (last_queue, last_tenant, last_lane)
      order by j.queue, coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), j.lane, j.rank, j.id
      limit 1;
    end if;
    if not found then
      exit when wrapped;
      wrapped := true;
      skipped := false;
      last_queue := '';
      last_tenant := '00000000-0000-0000-0000-000000000000';
      last_lane := '';
      continue;
    end if;
    exit when wrapped and after_queue <> '' and (queue, tenant, lane) > (after_queue, after_tenant, after_lane);
    last_queue := queue;
    last_tenant := tenant;
    last_lane := lane;
    if queue <> known_queue then
      known_queue := queue;
      select q.weight, q.at_once is not null, q.paused_at is not null into weight, limited, skipped
      from ${schema}.job_queue q
      where q.name = queue;
      weight := coalesce(weight, 1);
      limited := coalesce(limited, false);
      skipped := coalesce(skipped, false) or cardinality(only_queues) > 0 and queue <> all(only_queues);
    end if;
    if not skipped then
      answered := answered + 1;
      return next;
    end if;
  end loop;
end
$$;

-- What a worker has.
create function ${schema}.running_jobs(worker_id uuid, out id uuid, out attempts integer, out cancel_asked boolean)
returns setof record
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
begin
  return query
    select j.id, j.attempts, j.cancel_asked
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
  batches uuid[];
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
      returning j.id, j.tenant_id, j.queue, j.kind, j.priority, j.run_at, j.attempts, j.max_attempts, j.created_at, j.lane,
        j.at_once, j.rate, j.rate_period, j.payload_version, j.unique_key, j.payload, j.batch_id, n.failures),
    kept as (
      insert into ${schema}.job_dead (
        id, tenant_id, queue, kind, priority, run_at, attempts, max_attempts, created_at, dead_at, lane, at_once, rate,
        rate_period, payload_version, unique_key, payload, failures)
      select d.id, d.tenant_id, d.queue, d.kind, d.priority, d.run_at, d.attempts, d.max_attempts, d.created_at, at_time, d.lane,
        d.at_once, d.rate, d.rate_period, d.payload_version, d.unique_key, d.payload, d.failures
      from dead d
      returning 1),
    counted as (
      update ${schema}.job_batch b
      set dead = b.dead + d.jobs
      from (select batch_id, count(*) as jobs from dead where batch_id is not null group by batch_id) as d
      where b.id = d.batch_id
      returning b.id),
    back as (
      update ${schema}.job j
      set state = 'ready', worker = null, failures = n.failures
      from noted n
      where j.id = n.id and j.attempts < j.max_attempts
      returning 1)
    select (select count(*) from back), (select count(*) from kept), array(select id from counted)
    into rescued, buried, batches;
    if cardinality(batches) > 0 then
      perform ${schema}.end_batches(batches, at_time);
    end if;
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

-- What a tenant may see and do of its own jobs. The tenant is that of the transaction; without one there are none. To the host,
-- whose jobs are no tenant's, belongs the greatest identifier.
create function ${schema}.find_job(job_id uuid) returns setof ${schema}.any_job
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select *
  from ${schema}.any_job j
  where coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and j.id = job_id
$$;

-- Only the dead have an index for this; who lists what waits reads all that waits.
create function ${schema}.list_jobs(of_state text, of_kind text, of_queue text, after_id uuid, max_rows integer)
returns setof ${schema}.any_job
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  owner uuid := nullif(current_setting('insightdesk.tenant', true), '')::uuid;
begin
  if of_state = 'dead' then
    return query
      select d.id, d.tenant_id, d.kind, d.queue, d.payload, d.unique_key, 'dead', d.priority, d.run_at, d.attempts,
        d.max_attempts, d.failures -> -1 ->> 'error', null::smallint, null::text, d.created_at, d.dead_at
      from ${schema}.job_dead d
      where coalesce(d.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = owner
        and (of_kind is null or d.kind = of_kind) and (of_queue is null or d.queue = of_queue)
        and (after_id is null or d.id > after_id)
      order by coalesce(d.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), d.id
      limit max_rows;
  else
    return query
      select j.id, j.tenant_id, j.kind, j.queue, j.payload, j.unique_key, j.state, j.priority, j.run_at, j.attempts,
        j.max_attempts, j.failures -> -1 ->> 'error', j.progress, j.progress_note, j.created_at, null::timestamptz
      from ${schema}.job j
      where j.state = of_state and coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = owner
        and (of_kind is null or j.kind = of_kind) and (of_queue is null or j.queue = of_queue)
        and (after_id is null or j.id > after_id)
      order by j.id
      limit max_rows;
  end if;
end
$$;

-- How a batch is doing.
create function ${schema}.find_batch(
  batch_id uuid, out id uuid, out jobs integer, out waiting bigint, out dead integer, out created_at timestamptz,
  out ended_at timestamptz) returns setof record
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select b.id, b.jobs, (select count(*) from ${schema}.job j where j.batch_id = b.id), b.dead, b.created_at, b.ended_at
  from ${schema}.job_batch b
  where coalesce(b.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and b.id = find_batch.batch_id
$$;

-- Volatile, because it is asked for a row that another transaction made a moment ago.
create function ${schema}.job_by_unique_key(job_kind text, job_key text) returns uuid
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select j.id
  from ${schema}.job j
  where coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and j.kind = job_kind and j.unique_key = job_key
$$;

-- Makes a dead job due.
create function ${schema}.retry_job(job_id uuid, due timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  with back as (
    delete from ${schema}.job_dead d
    where coalesce(d.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and d.id = job_id
    returning *)
  insert into ${schema}.job (
    id, tenant_id, queue, kind, state, priority, rank, run_at, attempts, max_attempts, created_at, lane, at_once, rate,
    rate_period, payload_version, unique_key, payload, failures)
  select id, tenant_id, queue, kind, 'ready', priority, due - priority * interval '1 minute', due, 0, max_attempts, created_at,
    lane, at_once, rate, rate_period, payload_version, unique_key, payload, failures
  from back;
  return found;
end
$$;

-- The same for those of a kind, or for all, at most so many after one; those whose unique key is taken stay. Answers how many, and
-- the last one it looked at, null at the end.
create function ${schema}.retry_jobs(
  of_kind text, after_id uuid, due timestamptz, max_jobs integer, out revived integer, out last_id uuid)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  dead uuid;
  seen integer := 0;
begin
  revived := 0;
  for dead in
    select d.id
    from ${schema}.job_dead d
    where coalesce(d.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and (of_kind is null or d.kind = of_kind) and (after_id is null or d.id > after_id)
    order by d.id
    limit max_jobs
  loop
    seen := seen + 1;
    last_id := dead;
    begin
      if ${schema}.retry_job(dead, due) then
        revived := revived + 1;
      end if;
    exception when unique_violation then
      continue;
    end;
  end loop;
  if seen < max_jobs then
    last_id := null;
  end if;
end
$$;

create function ${schema}.discard_job(job_id uuid) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from ${schema}.job_dead d
  where coalesce(d.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and d.id = job_id;
  return found;
end
$$;

create function ${schema}.discard_jobs(of_kind text) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  gone integer;
begin
  delete from ${schema}.job_dead d
  where coalesce(d.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and (of_kind is null or d.kind = of_kind);
  get diagnostics gone = row_count;
  return gone;
end
$$;

-- Removes a job that waits, or asks its worker to stop; answers which: 'removed' or 'asked', null where there is none.
create function ${schema}.cancel_job(job_id uuid, at_time timestamptz) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  gone ${schema}.job;
begin
  -- Whoever claims it meanwhile makes the first statement miss it, and whoever hands it back the second.
  for attempt in 1 .. 3 loop
    delete from ${schema}.job j
    where coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and j.id = job_id and j.state <> 'running'
    returning * into gone;
    if found then
      if gone.batch_id is not null then
        perform ${schema}.end_batches(array[gone.batch_id], at_time);
      end if;
      return 'removed';
    end if;
    update ${schema}.job j
    set cancel_asked = true
    where coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and j.id = job_id and j.state = 'running';
    if found then
      return 'asked';
    end if;
  end loop;
  return null;
end
$$;

-- Changes the job that waits under a unique key: its time, and, where there is a new payload, that and its priority.
create function ${schema}.change_job(
  job_kind text, job_key text, due timestamptz, is_ready boolean, new_priority smallint, new_payload jsonb,
  new_version smallint) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update ${schema}.job j
  set run_at = due,
    rank = due - case when new_payload is null then j.priority else new_priority end * interval '1 minute',
    state = case when is_ready then 'ready' else 'scheduled' end,
    priority = case when new_payload is null then j.priority else new_priority end,
    payload_version = case when new_payload is null then j.payload_version else new_version end,
    payload = coalesce(new_payload, j.payload)
  where coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid and j.kind = job_kind and j.unique_key = job_key and j.state <> 'running';
  return found;
end
$$;

-- Takes a unique key for some time; answers null, or the job that has it.
create function ${schema}.take_job_key(
  job_kind text, job_key text, for_job uuid, at_time timestamptz, until_time timestamptz) returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  owner uuid := nullif(current_setting('insightdesk.tenant', true), '')::uuid;
  holder uuid;
begin
  insert into ${schema}.job_key as k (kind, tenant, unique_key, job_id, taken_until)
  values (job_kind, owner, job_key, for_job, until_time)
  on conflict (kind, tenant, unique_key) do update
    set job_id = excluded.job_id, taken_until = excluded.taken_until
    where k.taken_until <= at_time;
  if not found then
    select k.job_id into holder
    from ${schema}.job_key k
    where k.kind = job_kind and k.tenant = owner and k.unique_key = job_key;
  end if;
  return holder;
end
$$;

-- Ends a running job in a transaction of its tenant. Who does not know the worker and the attempt does not have the job.
create function ${schema}.complete_job(job_id uuid, worker_id uuid, run integer, finished timestamptz) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  gone ${schema}.job;
begin
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  delete from ${schema}.job j
  where coalesce(j.tenant_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = nullif(current_setting('insightdesk.tenant', true), '')::uuid
    and j.id = job_id and j.worker is not distinct from worker_id and j.attempts = run
    and exists (select from ${schema}.job_worker w where w.id = worker_id and w.lease_until > clock_timestamp())
  returning * into gone;
  if not found then
    return false;
  end if;
  insert into ${schema}.job_history (id, tenant_id, queue, kind, attempts, created_at, finished_at)
  values (gone.id, gone.tenant_id, gone.queue, gone.kind, gone.attempts, gone.created_at, finished);
  if gone.batch_id is not null then
    perform ${schema}.end_batches(array[gone.batch_id], finished);
  end if;
  return true;
end
$$;

-- Removes a job that was cancelled while its worker had it.
create function ${schema}.remove_job(job_id uuid, worker_id uuid, run integer, at_time timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  gone ${schema}.job;
begin
  delete from ${schema}.job j
  where j.id = job_id and j.worker is not distinct from worker_id and j.attempts = run
  returning * into gone;
  if gone.batch_id is not null then
    perform ${schema}.end_batches(array[gone.batch_id], at_time);
  end if;
  return gone.id is not null;
end
$$;

revoke all on function ${schema}.ensure_job_history_partitions(timestamptz, integer) from public;
revoke all on function ${schema}.drop_job_history_partitions(timestamptz) from public;
revoke all on function ${schema}.claim_limited_jobs(uuid, text, uuid, text, timestamptz, text[], integer) from public;
revoke all on function ${schema}.claim_jobs(uuid, text, uuid[], text[], timestamptz[], text[], integer) from public;
revoke all on function ${schema}.complete_jobs(uuid, uuid[], integer[], timestamptz) from public;
revoke all on function ${schema}.end_batches(uuid[], timestamptz) from public;
revoke all on function ${schema}.bury_job(uuid, uuid, integer, text, timestamptz) from public;
revoke all on function ${schema}.remove_job(uuid, uuid, integer, timestamptz) from public;
revoke all on function ${schema}.promote_jobs(timestamptz, integer, text[], text, uuid, text, integer) from public;
revoke all on function ${schema}.running_jobs(uuid) from public;
revoke all on function ${schema}.rescue_jobs(timestamptz) from public;
revoke all on function ${schema}.add_failure(jsonb, integer, timestamptz, text) from public;
revoke all on function ${schema}.find_job(uuid) from public;
revoke all on function ${schema}.list_jobs(text, text, text, uuid, integer) from public;
revoke all on function ${schema}.find_batch(uuid) from public;
revoke all on function ${schema}.job_by_unique_key(text, text) from public;
revoke all on function ${schema}.retry_job(uuid, timestamptz) from public;
revoke all on function ${schema}.retry_jobs(text, uuid, timestamptz, integer) from public;
revoke all on function ${schema}.discard_job(uuid) from public;
revoke all on function ${schema}.discard_jobs(text) from public;
revoke all on function ${schema}.cancel_job(uuid, timestamptz) from public;
revoke all on function ${schema}.change_job(text, text, timestamptz, boolean, smallint, jsonb, smallint) from public;
revoke all on function ${schema}.take_job_key(text, text, uuid, timestamptz, timestamptz) from public;
revoke all on function ${schema}.complete_job(uuid, uuid, integer, timestamptz) from public;
