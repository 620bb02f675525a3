-- What the two kinds of database user may do. Repeatable: changed here, applied by the next migration.
-- `grant_work` is for the role under which all work of a tenant is done; it can never see past row-level security.
-- `grant_engine` adds what a data source's own user needs where it is not the owner of the tables.

create or replace procedure ${schema}.grant_work(role_name name)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  target text;
begin
  execute format('grant usage on schema ${schema} to %I', role_name);
  foreach target in array array[
    'tenant', 'agent', 'role', 'role_organization', 'team', 'team_member', 'api_token', 'organization', 'organization_domain', 'customer',
    'customer_address', 'event_marker', 'blob', 'blob_chunk', 'ticket_number', 'ticket', 'tag', 'ticket_tag',
    'ticket_link', 'message', 'attachment', 'mailbox', 'inbound_mail', 'message_reference', 'idempotency_key',
    'tenant_usage', 'login_credential', 'login_session', 'login_refresh_token', 'login_ticket', 'login_attempt',
    'login_authenticator', 'login_recovery_code', 'login_openid', 'login_link', 'login_security_key', 'login_key_challenge',
    'operation', 'export_row', 'person_erasure', 'legal_hold', 'retention_rule',
    'bulk_change', 'bulk_change_ticket'
  ] loop
    execute format('grant select, insert, update, delete on ${schema}.%I to %I', target, role_name);
  end loop;
  execute format('grant select, insert on ${schema}.event to %I', role_name);
  execute format('grant select, insert, delete on ${schema}.event_personal to %I', role_name);
  execute format('grant select, insert on ${schema}.audit_entry to %I', role_name);
  execute format('grant update (segment, position) on ${schema}.audit_entry to %I', role_name);
  execute format('grant select, insert on ${schema}.audit_segment to %I', role_name);
  execute format('grant select, insert, update on ${schema}.audit_retired to %I', role_name);
  execute format('grant execute on function ${schema}.audit_hash(${schema}.event) to %I', role_name);
  execute format('grant insert on ${schema}.job to %I', role_name);
  execute format('grant insert on ${schema}.job_batch to %I', role_name);
  execute format('grant select on ${schema}.event_subscription to %I', role_name);
  execute format('grant execute on function ${schema}.tenant_ids(uuid, integer) to %I', role_name);
  foreach target in array array[
    'find_job(uuid)', 'list_jobs(text, text, text, uuid, integer)', 'find_batch(uuid)', 'job_by_unique_key(text, text)',
    'retry_job(uuid, timestamptz)', 'retry_jobs(text, uuid, timestamptz, integer)', 'discard_job(uuid)', 'discard_jobs(text)',
    'cancel_job(uuid, timestamptz)', 'change_job(text, text, timestamptz, boolean, smallint, jsonb, smallint)',
    'take_job_key(text, text, uuid, timestamptz, timestamptz)', 'complete_job(uuid, uuid, integer, timestamptz)',
    'find_job_schedule(text)', 'lock_job_schedule(text)', 'job_schedules(text, integer)',
    'add_job_schedule(uuid, text, jsonb, timestamptz, timestamptz)',
    'change_job_schedule(uuid, jsonb, timestamptz, bigint, timestamptz)', 'remove_job_schedule(text)',
    'erase_event_names(uuid, uuid, text)', 'erase_in_jobs(text, text)', 'retire_audit_segments(bigint)'
  ] loop
    execute format('grant execute on function ${schema}.%s to %I', target, role_name);
  end loop;
  execute format('grant execute on function ${schema}.tenant_id_by_slug(text) to %I', role_name);
  execute format('grant execute on function ${schema}.tenant_id_by_mailbox(text) to %I', role_name);
  execute format('grant execute on function ${schema}.tenant_gates() to %I', role_name);
  execute format('grant execute on function ${schema}.count_usage(uuid, text, bigint, timestamptz) to %I', role_name);
end
$$;

create or replace procedure ${schema}.grant_engine(role_name name)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  target text;
begin
  call ${schema}.grant_work(role_name);
  foreach target in array array[
    'job', 'job_worker', 'job_dead', 'job_history', 'job_queue', 'job_paused_kind', 'job_batch', 'job_rate', 'job_key',
    'job_schedule', 'rate_limit'
  ] loop
    execute format('grant select, insert, update, delete on ${schema}.%I to %I', target, role_name);
  end loop;
  execute format('grant select on ${schema}.any_job to %I', role_name);
  foreach target in array array[
    'claim_limited_jobs(uuid, text, uuid, text, timestamptz, text[], integer)',
    'claim_jobs(uuid, text, uuid[], text[], timestamptz[], text[], integer)',
    'complete_jobs(uuid, uuid[], integer[], timestamptz)', 'end_batches(uuid[], timestamptz)',
    'bury_job(uuid, uuid, integer, text, timestamptz)', 'remove_job(uuid, uuid, integer, timestamptz)',
    'promote_jobs(timestamptz, integer, text[], text, uuid, text, integer)', 'running_jobs(uuid)', 'rescue_jobs(timestamptz)',
    'add_failure(jsonb, integer, timestamptz, text)', 'ensure_job_history_partitions(timestamptz, integer)',
    'drop_job_history_partitions(timestamptz)'
  ] loop
    execute format('grant execute on function ${schema}.%s to %I', target, role_name);
  end loop;
  execute format('grant select, delete on ${schema}.tenant_suspension to %I', role_name);
  execute format('grant select, update on ${schema}.tenant_deletion to %I', role_name);
  foreach target in array array[
    'begin_tenant_deletion(uuid, timestamptz)', 'tenant_tables()', 'delete_tenant_rows(uuid, text, integer)',
    'count_tenant_rows(uuid)'
  ] loop
    execute format('grant execute on function ${schema}.%s to %I', target, role_name);
  end loop;
  execute format('grant select, insert on ${schema}.event_subscription to %I', role_name);
  execute format('grant select, insert on ${schema}.signing_key to %I', role_name);
  execute format('grant execute on function ${schema}.ensure_event_partitions(timestamptz, integer) to %I', role_name);
  if to_regclass('${schema}.schema_history') is not null then
    execute format('grant select on ${schema}.schema_history to %I', role_name);
  end if;
end
$$;
revoke all on procedure ${schema}.grant_work(name) from public;
revoke all on procedure ${schema}.grant_engine(name) from public;

-- Makes the work role where this user may; elsewhere a database administrator does it (see the manual's page on roles).
-- Roles belong to the whole server, so another database may be making the same one at this moment.
do $$
declare
  may_create boolean;
begin
  select rolsuper or rolcreaterole into may_create from pg_roles where rolname = current_user;
  if not exists (select from pg_roles where rolname = '${workRole}') and may_create then
    begin
      execute format('create role %I nologin noinherit', '${workRole}');
    exception when duplicate_object or unique_violation then
      null;
    end;
  end if;
  if exists (select from pg_roles where rolname = '${workRole}') then
    call ${schema}.grant_work('${workRole}');
    -- Since PostgreSQL 16 the creator of a role is a member who may grant it, and still may not switch to it.
    if not pg_has_role(current_user, '${workRole}', case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)
        and may_create then
      begin
        execute format('grant %I to %I', '${workRole}', current_user);
      exception when insufficient_privilege or unique_violation then
        raise warning 'role % exists, but this user may not grant it to itself', '${workRole}';
      end;
    end if;
  end if;
end
$$;
