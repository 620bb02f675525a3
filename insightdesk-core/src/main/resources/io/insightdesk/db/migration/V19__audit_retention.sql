-- Rules of retention for the audit trail. What goes is a beginning of the trail, whole segments of it; that it went by a rule is signed.

alter table ${schema}.retention_rule drop constraint retention_rule_kind_check;
alter table ${schema}.retention_rule add constraint retention_rule_kind_check
  check (kind in ('closed_tickets', 'attachments', 'raw_mails', 'audit', 'audit_personal'));

-- The last segment that a rule took away: the trail begins after it, and the next segment is chained to this hash.
create table ${schema}.audit_retired (
  tenant_id uuid primary key references ${schema}.tenant (tenant_id),
  seq bigint not null,
  hash bytea not null,
  mac bytea not null,
  retired_at timestamptz not null
);
call ${schema}.protect('${schema}.audit_retired');

-- The work role can neither change nor remove what is in the trail, but for a beginning of it. Whoever does that without the
-- signature in audit_retired is found out. Answers how many events went.
create function ${schema}.retire_audit_segments(up_to bigint) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  tenant uuid := nullif(current_setting('insightdesk.tenant', true), '')::uuid;
  gone integer;
begin
  delete from ${schema}.event_personal p
  using ${schema}.audit_entry a
  where p.tenant_id = tenant and a.tenant_id = tenant and a.segment <= up_to and p.event_id = a.event_id;
  delete from ${schema}.event e
  using ${schema}.audit_entry a
  where e.tenant_id = tenant and a.tenant_id = tenant and a.segment <= up_to and e.id = a.event_id and e.ticket_id is null;
  delete from ${schema}.audit_entry a
  where a.tenant_id = tenant and a.segment <= up_to;
  get diagnostics gone = row_count;
  delete from ${schema}.audit_segment s
  where s.tenant_id = tenant and s.seq <= up_to;
  return gone;
end
$$;
revoke all on function ${schema}.retire_audit_segments(bigint) from public;
