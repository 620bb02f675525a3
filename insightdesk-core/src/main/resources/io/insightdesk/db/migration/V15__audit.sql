-- The audit trail: every event that is about no ticket, from now on. Personal values are apart, so that erasing them leaves the trail whole.

alter table ${schema}.event add column subject text;
alter table ${schema}.event add column personal_hash bytea;
create index event_audit on ${schema}.event (tenant_id, occurred_at desc, id desc) where ticket_id is null;

create table ${schema}.event_personal (
  tenant_id uuid not null,
  event_id uuid not null,
  salt bytea not null,
  content jsonb not null,
  primary key (tenant_id, event_id)
);
call ${schema}.protect('${schema}.event_personal');

-- An event's place in the trail. Hash and signature are written with the event; the sealer gives the place, in a segment that covers it.
create table ${schema}.audit_entry (
  tenant_id uuid not null,
  event_id uuid not null,
  hash bytea not null,
  mac bytea not null,
  segment bigint,
  position integer,
  primary key (tenant_id, event_id),
  check ((segment is null) = (position is null))
);
create unique index audit_entry_place on ${schema}.audit_entry (tenant_id, segment, position);
create index audit_entry_pending on ${schema}.audit_entry (tenant_id, event_id) where segment is null;
call ${schema}.protect('${schema}.audit_entry');

create table ${schema}.audit_segment (
  tenant_id uuid not null,
  seq bigint not null,
  events integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  root_hash bytea not null,
  previous_hash bytea not null,
  mac bytea not null,
  sealed_at timestamptz not null,
  primary key (tenant_id, seq)
);
call ${schema}.protect('${schema}.audit_segment');

-- What an event says, in one form whatever the session's settings are; its personal part by its salted hash only.
create function ${schema}.audit_hash(e ${schema}.event) returns bytea
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select sha256(convert_to(jsonb_build_array(
    e.tenant_id, e.id, e.ticket_id, e.type, e.schema_version, e.payload, e.subject, e.actor_type, e.actor_id, e.actor_name, e.via, e.request_id,
    (extract(epoch from e.occurred_at) * 1000000)::bigint, encode(e.personal_hash, 'hex'))::text, 'UTF8'))
$$;
revoke all on function ${schema}.audit_hash(${schema}.event) from public;
