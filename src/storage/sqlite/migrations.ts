/**
 * The schema, as the steps that lead to it: a database at `user_version` n has seen the first n of them.
 * A step that has been released is never edited. Instants are milliseconds since 1970.
 */
export const migrations: readonly string[] = [
  `
  create table runs (
    sequence integer primary key,
    id text not null unique,
    version integer not null,
    conversation_id text not null,
    status text not null,
    tenant_id text not null,
    environment_url text,
    record text not null
  );
  create index runs_of_conversation on runs (conversation_id);

  create table jobs (
    sequence integer primary key,
    id text not null unique,
    run_id text not null references runs (id),
    task text not null,
    state text not null check (state in ('queued', 'running', 'applied')),
    attempt integer not null default 0,
    not_before integer not null,
    leased_until integer
  );
  create index jobs_of_run on jobs (run_id, task);

  create table environment_locks (
    tenant_id text not null,
    environment_url text not null,
    run_id text not null references runs (id),
    holder text not null,
    since integer not null,
    used_at integer not null,
    primary key (tenant_id, environment_url)
  );

  create table secrets (
    run_id text not null references runs (id),
    name text not null,
    nonce blob not null,
    sealed blob not null,
    tag blob not null,
    expires_at integer not null,
    primary key (run_id, name)
  );

  create table conversation_places (
    run_id text primary key references runs (id),
    reference text not null,
    card_id text
  );

  create table welcomed_conversations (
    conversation_id text primary key
  );

  create table dialog_state (
    key text primary key,
    etag integer not null,
    item text not null
  );
  `,
  `
  alter table conversation_places add column shown_plan text;
  `,
  `
  create table language_choices (
    tenant_id text not null,
    object_id text not null,
    language text not null,
    primary key (tenant_id, object_id)
  );
  `,
  `
  create index runs_of_person on runs (tenant_id, record ->> '$.startedBy.objectId');
  `,
  `
  create table people (
    tenant_id text not null,
    object_id text not null,
    folded_name text not null,
    person text not null,
    conversation_id text not null,
    reference text not null,
    seen_at integer not null,
    primary key (tenant_id, object_id)
  );
  create index people_of_conversation on people (conversation_id);

  create table asked_places (
    key text primary key,
    card_id text not null,
    shown text,
    shown_plan text
  );
  `,
  `
  create index active_runs on runs (tenant_id) where status = 'active';
  `,
  `
  create table audit (
    sequence integer primary key autoincrement,
    entry text not null,
    hash text not null
  );
  create index audit_of_run on audit (entry ->> '$.runId');
  create index audit_by on audit (entry ->> '$.tenantId', entry ->> '$.by.objectId');
  create index audit_about on audit (entry ->> '$.tenantId', entry ->> '$.person.objectId');
  create trigger audit_is_not_changed before update on audit begin
    select raise(abort, 'the audit record is never changed');
  end;
  create trigger audit_is_not_removed before delete on audit begin
    select raise(abort, 'the audit record is never removed');
  end;
  create trigger audit_is_not_replaced before insert on audit
  when exists (select 1 from audit where sequence = new.sequence) begin
    select raise(abort, 'the audit record is never changed');
  end;
  `,
  `
  alter table secrets add column sealing_key text;
  `,
  `
  create table sign_in_exchanges (
    key text primary key,
    at integer not null
  );
  create index sign_in_exchanges_by_time on sign_in_exchanges (at);
  `,
  `
  alter table jobs add column lease integer not null default 0;
  `,
  `
  create table seen_clock (
    only_one integer primary key check (only_one = 1),
    at integer not null
  );
  `,
  `
  drop index runs_of_person;
  create index runs_of_person on runs (lower(tenant_id), lower(record ->> '$.startedBy.objectId'));
  drop index active_runs;
  create index active_runs on runs (lower(tenant_id)) where status = 'active';
  drop index audit_by;
  create index audit_by on audit (lower(entry ->> '$.tenantId'), lower(entry ->> '$.by.objectId'));
  drop index audit_about;
  create index audit_about on audit (lower(entry ->> '$.tenantId'), lower(entry ->> '$.person.objectId'));
  `,
];
