-- Security keys and passkeys (WebAuthn) as second factors of agents.

create table ${schema}.login_security_key (
  tenant_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  name text not null,
  credential_id bytea not null,
  -- The model, the credential id and the public key, as the key gave them (WebAuthn, attested credential data).
  credential bytea not null,
  sign_count bigint not null,
  backup_eligible boolean not null,
  backed_up boolean not null,
  transports text[] not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, credential_id),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
create index login_security_key_agent on ${schema}.login_security_key (tenant_id, agent_id, id);
call ${schema}.protect('${schema}.login_security_key');

-- What a key is to answer, for a login that waits or a session; and that it did, for the one call that asks for a second factor. One of a
-- purpose: a later one takes its place.
create table ${schema}.login_key_challenge (
  tenant_id uuid not null,
  bound_to uuid not null,
  purpose text not null check (purpose in ('registration', 'login', 'proof', 'proved')),
  agent_id uuid not null,
  secret_hash bytea not null,
  expires_at timestamptz not null,
  primary key (tenant_id, bound_to, purpose),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
create index login_key_challenge_agent on ${schema}.login_key_challenge (tenant_id, agent_id);
create index login_key_challenge_end on ${schema}.login_key_challenge (tenant_id, expires_at);
call ${schema}.protect('${schema}.login_key_challenge');
