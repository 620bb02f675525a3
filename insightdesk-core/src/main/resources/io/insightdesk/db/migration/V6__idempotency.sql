create table ${schema}.idempotency_key (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  scope bytea not null,
  request_hash bytea not null,
  status integer not null,
  headers jsonb not null,
  body bytea,
  created_at timestamptz not null,
  primary key (tenant_id, scope)
);
create index idempotency_key_age on ${schema}.idempotency_key (tenant_id, created_at);
call ${schema}.protect('${schema}.idempotency_key');
