-- The library's own login: passwords, sessions, links in mails, second factors, and who has to wait after failed attempts.

create table ${schema}.login_credential (
  tenant_id uuid not null,
  agent_id uuid not null,
  password_hash text,
  -- Another one with each password, but not with another hash of the same.
  password_version integer not null default 0,
  password_changed_at timestamptz,
  verified_email text,
  primary key (tenant_id, agent_id),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
call ${schema}.protect('${schema}.login_credential');

-- A session is a family of refresh tokens, of which only the latest is good.
create table ${schema}.login_session (
  tenant_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  created_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  second_factor boolean not null,
  address text,
  user_agent text,
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
create index login_session_agent on ${schema}.login_session (tenant_id, agent_id, id) where ended_at is null;
create index login_session_end on ${schema}.login_session (tenant_id, expires_at);
call ${schema}.protect('${schema}.login_session');

-- Used ones stay until their session goes, so that one that comes again is known.
create table ${schema}.login_refresh_token (
  tenant_id uuid not null,
  session_id uuid not null,
  secret_hash bytea not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, session_id, secret_hash),
  foreign key (tenant_id, session_id) references ${schema}.login_session (tenant_id, id) on delete cascade
);
call ${schema}.protect('${schema}.login_refresh_token');

-- What is good once: links in mails, and the step between a password and a second factor.
create table ${schema}.login_ticket (
  tenant_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  purpose text not null check (purpose in ('invitation', 'password', 'email', 'second_factor')),
  secret_hash bytea not null,
  email text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
create index login_ticket_agent on ${schema}.login_ticket (tenant_id, agent_id, purpose);
create index login_ticket_end on ${schema}.login_ticket (tenant_id, expires_at);
call ${schema}.protect('${schema}.login_ticket');

-- Attempts by what they were for: an address of an account, a network address, an agent's code. The subject is a hash, because many of
-- them are nobody's.
create table ${schema}.login_attempt (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  kind text not null check (kind in ('account', 'address', 'code', 'mail')),
  subject bytea not null,
  failures integer not null,
  counted_at timestamptz not null,
  blocked_until timestamptz,
  primary key (tenant_id, kind, subject)
);
create index login_attempt_age on ${schema}.login_attempt (tenant_id, counted_at);
call ${schema}.protect('${schema}.login_attempt');

create table ${schema}.login_authenticator (
  tenant_id uuid not null,
  agent_id uuid not null,
  -- Another one with each seed, but not where the same is sealed with another key.
  seed_id uuid not null,
  sealed_seed bytea not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0,
  primary key (tenant_id, agent_id),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
call ${schema}.protect('${schema}.login_authenticator');

create table ${schema}.login_recovery_code (
  tenant_id uuid not null,
  agent_id uuid not null,
  code_hash bytea not null,
  primary key (tenant_id, agent_id, code_hash),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
call ${schema}.protect('${schema}.login_recovery_code');

-- Logins on their way to an OpenID provider and back: what the browser, the provider and this side have to bring together again.
create table ${schema}.login_openid (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  secret_hash bytea not null,
  binding_hash bytea not null,
  provider text not null,
  nonce text not null,
  verifier text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
create index login_openid_end on ${schema}.login_openid (tenant_id, expires_at);
call ${schema}.protect('${schema}.login_openid');
