-- What a person may ask for, an export and an erasure, what a tenant keeps for how long, and what must be kept whatever is asked.

alter table ${schema}.customer add column erased_at timestamptz;
alter table ${schema}.ticket add column erased_at timestamptz;

create index ticket_to_erase on ${schema}.ticket (tenant_id, closed_at)
  where status = 'closed' and (erased_at is null or erased_at < closed_at);
create index inbound_mail_received on ${schema}.inbound_mail (tenant_id, received_at);
create index attachment_created on ${schema}.attachment (tenant_id, created_at) where message_id is not null;
create index message_customer on ${schema}.message (tenant_id, author_id) where author_type = 'customer';
create index blob_deleting on ${schema}.blob (tenant_id, id) where state = 'deleting';

-- Long work that somebody asked for. Its identifier is also that of its job, which tells how far it is.
create table ${schema}.operation (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  kind text not null,
  customer_id uuid,
  counts jsonb not null default '{}',
  result_blob_id uuid,
  expires_at timestamptz,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references ${schema}.customer (tenant_id, id),
  foreign key (tenant_id, result_blob_id) references ${schema}.blob (tenant_id, id)
);
create index operation_customer on ${schema}.operation (tenant_id, customer_id);
create index operation_expiring on ${schema}.operation (tenant_id, expires_at) where result_blob_id is not null;
create index operation_result on ${schema}.operation (tenant_id, result_blob_id) where result_blob_id is not null;
call ${schema}.protect('${schema}.operation');

-- An export as it was at one instant, until it is written into its file.
create table ${schema}.export_row (
  tenant_id uuid not null,
  operation_id uuid not null,
  part text not null,
  seq bigint not null,
  data jsonb not null,
  blob_id uuid,
  primary key (tenant_id, operation_id, part, seq),
  foreign key (tenant_id, operation_id) references ${schema}.operation (tenant_id, id) on delete cascade
);
call ${schema}.protect('${schema}.export_row');

-- An erasure that is under way, with what is looked for. The row goes with the last of what it names. `begun` is the transaction
-- that took the person's name and addresses away: who began before it may still have seen them.
create table ${schema}.person_erasure (
  tenant_id uuid not null,
  customer_id uuid not null,
  operation_id uuid not null,
  addresses text[] not null,
  names text[] not null,
  step text not null default 'tickets' check (step in ('tickets', 'mails', 'messages', 'subjects', 'rest')),
  after_id uuid not null default '00000000-0000-0000-0000-000000000000',
  begun xid8 not null default pg_current_xact_id(),
  requested_at timestamptz not null,
  primary key (tenant_id, customer_id),
  foreign key (tenant_id, customer_id) references ${schema}.customer (tenant_id, id),
  foreign key (tenant_id, operation_id) references ${schema}.operation (tenant_id, id)
);
create index person_erasure_operation on ${schema}.person_erasure (tenant_id, operation_id);
call ${schema}.protect('${schema}.person_erasure');

-- What must be kept, and why. It names its target without a foreign key, for it can be one of three things.
create table ${schema}.legal_hold (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  kind text not null check (kind in ('customer', 'organization', 'ticket')),
  target_id uuid not null,
  reason text not null,
  placed_at timestamptz not null,
  primary key (tenant_id, kind, target_id)
);
call ${schema}.protect('${schema}.legal_hold');

create table ${schema}.retention_rule (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  kind text not null check (kind in ('closed_tickets', 'attachments', 'raw_mails')),
  days integer not null check (days > 0),
  updated_at timestamptz not null,
  last_run_at timestamptz,
  last_count bigint,
  primary key (tenant_id, kind)
);
call ${schema}.protect('${schema}.retention_rule');

-- The event log is append-only, also for the work role; the one thing that may change in it is the name under which a customer
-- acted. Answers how many events had one.
create function ${schema}.erase_event_names(customer uuid, of_ticket uuid, erased_name text) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  changed integer;
begin
  update ${schema}.event e
  set actor_name = erased_name
  where e.tenant_id = nullif(current_setting('insightdesk.tenant', true), '')::uuid and e.ticket_id = of_ticket
    and e.actor_type = 'customer' and (customer is null or e.actor_id = customer) and e.actor_name <> erased_name;
  get diagnostics changed = row_count;
  return changed;
end
$$;

-- Takes values out of what the tenant's jobs say: payloads, failures, keys. `marks` tells in which of them to look, `pattern` what
-- goes; both are regular expressions. A job stays what it is, without the values; one whose key named the person gets another key.
-- Answers how many jobs had one.
create function ${schema}.erase_in_jobs(marks text, pattern text) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  owner uuid := nullif(current_setting('insightdesk.tenant', true), '')::uuid;
  erased constant text := '[erased]';
  changed integer;
  total integer := 0;
begin
  update ${schema}.job j
  set payload = regexp_replace(j.payload::text, pattern, erased, 'gi')::jsonb,
    failures = regexp_replace(j.failures::text, pattern, erased, 'gi')::jsonb,
    trace = regexp_replace(j.trace::text, pattern, erased, 'gi')::jsonb,
    progress_note = regexp_replace(j.progress_note, pattern, erased, 'gi'),
    lane = regexp_replace(j.lane, pattern, erased, 'gi'),
    unique_key = case when j.unique_key ~* pattern then 'erased:' || j.id else j.unique_key end
  where j.tenant_id = owner
    and concat_ws(' ', j.payload, j.failures, j.trace, j.progress_note, j.lane, j.unique_key) ~* marks;
  get diagnostics changed = row_count;
  total := total + changed;
  update ${schema}.job_dead j
  set payload = regexp_replace(j.payload::text, pattern, erased, 'gi')::jsonb,
    failures = regexp_replace(j.failures::text, pattern, erased, 'gi')::jsonb,
    lane = regexp_replace(j.lane, pattern, erased, 'gi'),
    unique_key = case when j.unique_key ~* pattern then 'erased:' || j.id else j.unique_key end
  where j.tenant_id = owner and concat_ws(' ', j.payload, j.failures, j.lane, j.unique_key) ~* marks;
  get diagnostics changed = row_count;
  total := total + changed;
  update ${schema}.job_batch b
  set on_end = regexp_replace(b.on_end::text, pattern, erased, 'gi')::jsonb
  where b.tenant_id = owner and b.on_end::text ~* marks;
  get diagnostics changed = row_count;
  total := total + changed;
  update ${schema}.job_schedule s
  set definition = regexp_replace(s.definition::text, pattern, erased, 'gi')::jsonb,
    name = case when s.name ~* pattern then 'erased-' || s.id else s.name end
  where s.tenant_id = owner and concat_ws(' ', s.name, s.definition) ~* marks;
  get diagnostics changed = row_count;
  total := total + changed;
  delete from ${schema}.job_key k
  where k.tenant = owner and k.unique_key ~* marks;
  delete from ${schema}.job_rate r
  where r.tenant = owner and r.lane ~* marks;
  return total;
end
$$;

revoke all on function ${schema}.erase_event_names(uuid, uuid, text) from public;
revoke all on function ${schema}.erase_in_jobs(text, text) from public;
