-- Ends jobs that are done; answers those that were not this worker's any more. As before, but for its plan: a connection that made
-- it while there were no jobs began with all jobs, also when there were many, and compared each with each of the batch. Now whatever
-- the server believes, the batch's identifiers are looked up.
create or replace function ${schema}.complete_jobs(worker_id uuid, ids uuid[], runs integer[], finished timestamptz) returns setof uuid
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_nestloop = off
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
      where j.id = any(ids) and j.id = mine.id and j.worker is not distinct from worker_id and j.attempts = mine.run
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
