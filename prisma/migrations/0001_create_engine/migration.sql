-- The engine's tables. Ids are the 32 hex digits behind an id's prefix, as uuid (UUIDv7: sortable by time). Amounts are
-- micro-credits. Columns named doc, request, seen, trace, lines, detail and arithmetic hold compact JSON text
-- (src/adapters/postgres/codec says what is where); text, because a json type would parse each one again on insert.

-- ---------------------------------------------------------------------------------------------------------------------
-- Roles: the application may add events, never change or delete them. Roles belong to the server, not to one database.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['spillway_app', 'spillway_reader'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', name); END IF;
      IF NOT pg_has_role(current_user, name, 'MEMBER') THEN EXECUTE format('GRANT %I TO %I', name, current_user); END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server was first
    END;
  END LOOP;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Customers and what the gate knows of them.
CREATE TABLE "customer" (
  "id" UUID NOT NULL,
  "external_id" TEXT,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "customer_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "customer_kind" CHECK ("kind" IN ('person', 'organization'))
);
CREATE UNIQUE INDEX "customer_external_id_key" ON "customer" ("external_id");

-- One row a customer, replaced by version. Half of each page stays free and no moving column is indexed, so that every
-- replacement is a heap-only update.
CREATE TABLE "customer_state" (
  "customer_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "available" BIGINT NOT NULL,
  "held" BIGINT NOT NULL,
  "debt" BIGINT NOT NULL,
  "doc" TEXT NOT NULL,
  CONSTRAINT "customer_state_pkey" PRIMARY KEY ("customer_id"),
  CONSTRAINT "customer_state_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "customer_state_version" CHECK ("version" >= 1),
  CONSTRAINT "customer_state_available" CHECK ("available" >= 0),
  CONSTRAINT "customer_state_held" CHECK ("held" >= 0),
  CONSTRAINT "customer_state_debt" CHECK ("debt" >= 0)
) WITH (fillfactor = 50, toast_tuple_target = 4080, autovacuum_vacuum_scale_factor = 0.05);

-- Guards and caps of one subject or task; changes only together with its customer's version.
CREATE TABLE "subject_state" (
  "customer_id" UUID NOT NULL,
  "subject" TEXT NOT NULL,
  "doc" TEXT NOT NULL,
  CONSTRAINT "subject_state_pkey" PRIMARY KEY ("customer_id", "subject")
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- Keyed by id first: a capture names the hold alone. A customer's open holds have their own small index.
CREATE TABLE "hold" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "status" TEXT NOT NULL,
  "placed_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "granted" BIGINT NOT NULL,
  "captured" BIGINT NOT NULL,
  "doc" TEXT NOT NULL,
  CONSTRAINT "hold_pkey" PRIMARY KEY ("id", "customer_id"),
  CONSTRAINT "hold_status" CHECK ("status" IN ('open', 'captured', 'released', 'expired')),
  CONSTRAINT "hold_amounts" CHECK ("granted" >= 0 AND "captured" >= 0)
) WITH (fillfactor = 80);
CREATE INDEX "hold_open_of_customer" ON "hold" ("customer_id", "expires_at") WHERE ("status" = 'open');
CREATE INDEX "hold_open_by_expiry" ON "hold" ("expires_at") WHERE ("status" = 'open');

-- The caller's name for one intent. The body is here, or is the answer of the decision that it names. Single-use tokens
-- that were redeemed are entries too.
CREATE TABLE "idempotency_entry" (
  "customer_id" UUID NOT NULL,
  "operation" TEXT COLLATE "C" NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "fingerprint" UUID NOT NULL,
  "status" SMALLINT NOT NULL,
  "decision_id" UUID,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "body" TEXT,
  CONSTRAINT "idempotency_entry_pkey" PRIMARY KEY ("customer_id", "operation", "key"),
  CONSTRAINT "idempotency_entry_body" CHECK ("body" IS NOT NULL OR "decision_id" IS NOT NULL)
) WITH (toast_tuple_target = 4080);
CREATE INDEX "idempotency_entry_recorded_at" ON "idempotency_entry" USING BRIN ("recorded_at");

-- ---------------------------------------------------------------------------------------------------------------------
-- Datasets: only ever added to. Partitioned by id, that is by time, so that old days can be detached whole. An id alone
-- is found by the BRIN index, which costs an insert next to nothing because ids arrive in order.
CREATE TABLE "decision" (
  "customer_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "mode" TEXT NOT NULL,
  "outcome" TEXT NOT NULL,
  "reason" TEXT,
  "layer" TEXT,
  "feature" TEXT NOT NULL,
  "subject" TEXT,
  "cost" BIGINT NOT NULL,
  "granted" BIGINT NOT NULL,
  "policy_version" INTEGER NOT NULL,
  "status" SMALLINT NOT NULL,
  "request" TEXT NOT NULL,
  "seen" TEXT NOT NULL,
  "trace" TEXT NOT NULL,
  "answer" TEXT NOT NULL,
  CONSTRAINT "decision_pkey" PRIMARY KEY ("customer_id", "id"),
  CONSTRAINT "decision_outcome" CHECK ("outcome" IN ('allowed', 'partial', 'denied')),
  CONSTRAINT "decision_amounts" CHECK ("cost" >= 0 AND "granted" >= 0)
) PARTITION BY RANGE ("id");
CREATE INDEX "decision_id" ON "decision" USING BRIN ("id") WITH (pages_per_range = 16, autosummarize = on);
CREATE TABLE "decision_rest" PARTITION OF "decision" DEFAULT WITH (toast_tuple_target = 8160);

-- Keyed by version: the settler reads a customer's events in that order, after `ledger_head.settled_version`.
CREATE TABLE "usage_event" (
  "customer_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "id" UUID NOT NULL,
  "decision_id" UUID,
  "hold_id" UUID,
  "subject" TEXT,
  "task" TEXT,
  "feature" TEXT NOT NULL,
  "cost" BIGINT NOT NULL,
  "policy_version" INTEGER NOT NULL,
  "effective_at" TIMESTAMPTZ(3) NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "lines" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  CONSTRAINT "usage_event_pkey" PRIMARY KEY ("customer_id", "version", "id"),
  CONSTRAINT "usage_event_cost" CHECK ("cost" >= 0)
) PARTITION BY RANGE ("id");
CREATE INDEX "usage_event_id" ON "usage_event" USING BRIN ("id") WITH (pages_per_range = 16, autosummarize = on);
CREATE TABLE "usage_event_rest" PARTITION OF "usage_event" DEFAULT WITH (toast_tuple_target = 8160);

-- One per usage event, by its primary key; partitioned like the events that it prices.
CREATE TABLE "monetization_event" (
  "customer_id" UUID NOT NULL,
  "usage_event_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "feature" TEXT NOT NULL,
  "policy_version" INTEGER NOT NULL,
  "cost" BIGINT NOT NULL,
  "effective_at" TIMESTAMPTZ(3) NOT NULL,
  "settled_at" TIMESTAMPTZ(3) NOT NULL,
  "lines" TEXT NOT NULL,
  "arithmetic" TEXT NOT NULL,
  CONSTRAINT "monetization_event_pkey" PRIMARY KEY ("customer_id", "usage_event_id"),
  CONSTRAINT "monetization_event_cost" CHECK ("cost" >= 0)
) PARTITION BY RANGE ("usage_event_id");
CREATE TABLE "monetization_event_rest" PARTITION OF "monetization_event" DEFAULT WITH (toast_tuple_target = 8160);

CREATE TABLE "balance_update" (
  "customer_id" UUID NOT NULL,
  "seq" BIGINT NOT NULL,
  "id" UUID NOT NULL,
  "grant_id" UUID NOT NULL,
  "delta" BIGINT NOT NULL,
  "balance_before" BIGINT NOT NULL,
  "balance_after" BIGINT NOT NULL,
  "cause" TEXT NOT NULL,
  "monetization_event_id" UUID,
  "usage_event_id" UUID,
  "corrects" UUID,
  "reason" TEXT,
  "effective_at" TIMESTAMPTZ(3) NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "previous_hash" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  CONSTRAINT "balance_update_pkey" PRIMARY KEY ("customer_id", "seq"),
  CONSTRAINT "balance_update_charge" UNIQUE ("customer_id", "monetization_event_id", "grant_id"),
  CONSTRAINT "balance_update_cause" CHECK ("cause" IN ('grant', 'charge', 'expiry', 'revocation', 'debt', 'correction')),
  CONSTRAINT "balance_update_charge_named" CHECK (("cause" = 'charge') = ("monetization_event_id" IS NOT NULL)),
  CONSTRAINT "balance_update_seq" CHECK ("seq" >= 1),
  CONSTRAINT "balance_update_sum" CHECK ("balance_after" = "balance_before" + "delta"),
  CONSTRAINT "balance_update_balance" CHECK ("balance_before" >= 0 AND "balance_after" >= 0)
) PARTITION BY HASH ("customer_id");
CREATE TABLE "balance_update_0" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE "balance_update_1" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE "balance_update_2" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE "balance_update_3" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE "balance_update_4" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE "balance_update_5" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE "balance_update_6" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE "balance_update_7" PARTITION OF "balance_update" FOR VALUES WITH (MODULUS 8, REMAINDER 7);

-- ---------------------------------------------------------------------------------------------------------------------
-- The ledger's current values, and work for the settler.
CREATE TABLE "grants" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "priority" INTEGER NOT NULL,
  "amount" BIGINT NOT NULL,
  "balance" BIGINT NOT NULL,
  "spent" BIGINT NOT NULL,
  "expired" BIGINT NOT NULL,
  "revoked" BIGINT NOT NULL,
  "effective_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "features" TEXT[],
  "source" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  -- Does it still have a balance? A column of its own, so that spending does not touch the index below.
  "open" BOOLEAN GENERATED ALWAYS AS ("balance" > 0) STORED,
  CONSTRAINT "grants_pkey" PRIMARY KEY ("id", "customer_id"),
  CONSTRAINT "grants_kind" CHECK ("kind" IN ('allowance', 'promotion', 'entitlement', 'adjustment', 'credits')),
  CONSTRAINT "grants_amounts" CHECK ("amount" >= 0 AND "balance" >= 0 AND "spent" >= 0 AND "expired" >= 0 AND "revoked" >= 0),
  CONSTRAINT "grants_sum" CHECK ("balance" = "amount" - "spent" - "expired" - "revoked")
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX "grants_customer_id_source_key" ON "grants" ("customer_id", "source");
CREATE INDEX "grants_open_by_expiry" ON "grants" ("expires_at") WHERE ("open" AND "expires_at" IS NOT NULL);

CREATE TABLE "ledger_head" (
  "customer_id" UUID NOT NULL,
  "seq" BIGINT NOT NULL,
  "hash" TEXT NOT NULL,
  "settled_version" BIGINT NOT NULL,
  CONSTRAINT "ledger_head_pkey" PRIMARY KEY ("customer_id"),
  CONSTRAINT "ledger_head_seq" CHECK ("seq" >= 0 AND "settled_version" >= 0)
) WITH (fillfactor = 50);

-- One row per commit that recorded usage. Every event that is not settled yet is at or after the least
-- `first_event_id` of all rows here, whoever works on them: readers of the backlog start there.
CREATE TABLE "due_note" (
  "id" BIGINT GENERATED ALWAYS AS IDENTITY,
  "customer_ids" UUID[] NOT NULL,
  "first_event_id" UUID NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "due_note_pkey" PRIMARY KEY ("id")
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE "settlement_failure" (
  "customer_id" UUID NOT NULL,
  "usage_event_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "reason" TEXT NOT NULL,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "settlement_failure_pkey" PRIMARY KEY ("customer_id", "usage_event_id")
);

CREATE TABLE "dead_letter" (
  "customer_id" UUID NOT NULL,
  "usage_event_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "reason" TEXT NOT NULL,
  "died_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("customer_id", "usage_event_id")
);
CREATE INDEX "dead_letter_died_at_idx" ON "dead_letter" ("died_at");

-- Identical denials that were counted onto a recorded one.
CREATE TABLE "denial_tally" (
  "customer_id" UUID NOT NULL,
  "decision_id" UUID NOT NULL,
  "count" BIGINT NOT NULL,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "denial_tally_pkey" PRIMARY KEY ("customer_id", "decision_id")
);

CREATE TABLE "refresh_due" (
  "customer_id" UUID NOT NULL,
  "rule" TEXT NOT NULL,
  "due_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "refresh_due_pkey" PRIMARY KEY ("customer_id", "rule")
);
CREATE INDEX "refresh_due_due_at_idx" ON "refresh_due" ("due_at");

-- ---------------------------------------------------------------------------------------------------------------------
-- Partitions by day.
CREATE FUNCTION "spillway_first_id"(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT rpad(lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid $$;
COMMENT ON FUNCTION "spillway_first_id" IS 'No id that was made at or after this instant is below it.';

-- Makes the daily partitions (UTC) of every day that [from_at, to_at] touches; at most 400. Rows of such a day that
-- already went to the rest partition are moved. Returns how many partitions were made.
CREATE FUNCTION "spillway_ensure_partitions"(from_at timestamptz, to_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  dataset text; key text; part text; first_day date; day date; low uuid; high uuid; made integer := 0;
BEGIN
  -- Another process is at it: its partitions will be there, and until then the rest partition takes what comes.
  IF NOT pg_try_advisory_xact_lock(hashtext('spillway_ensure_partitions')) THEN RETURN 0; END IF;
  first_day := (from_at AT TIME ZONE 'UTC')::date;
  FOR i IN 0 .. least((to_at AT TIME ZONE 'UTC')::date - first_day, 399) LOOP
    day := first_day + i;
    low := spillway_first_id(day::timestamp AT TIME ZONE 'UTC');
    high := spillway_first_id((day + 1)::timestamp AT TIME ZONE 'UTC');
    FOR dataset, key IN VALUES ('decision', 'id'), ('usage_event', 'id'), ('monetization_event', 'usage_event_id') LOOP
      part := format('%s_%s', dataset, to_char(day, 'YYYYMMDD'));
      CONTINUE WHEN to_regclass(part) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) WITH (toast_tuple_target = 8160)', part, dataset);
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved', dataset || '_rest', key, low, key, high, part);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', dataset, part, low, high);
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- One batch of `transact`: replaces the states whose version is still the one seen, and adds the rows that come with
-- them. Returns the customers that were left out, with everything of theirs, because another process was faster or
-- because one of their keys is used already; the rest is written. Callers sort states by customer, so that rows are
-- locked in one order everywhere, and run with joins other than nested loops switched off, which keeps that order.
-- LATERAL with OFFSET 0 pins a join to "for each item, look the row up": a plan made while a table was small would walk
-- the whole index for each batch ever after.
--
-- `states` are the rows after the change, `seen` the version that each of them was made from. `checks` are customers that
-- only answers or denials were made for: nothing of theirs changes, but the version that was looked at must still hold.
-- `keys_known_new`: the caller takes it on itself that no key was used before; if one was, nothing is written and the
-- statement fails. Rows arrive as arrays of the tables' row types: a column that is added to one of these tables needs
-- this function, and the processes that call it, to know it.
CREATE FUNCTION "spillway_commit"(
  states customer_state[], seen bigint[], checks uuid[], checked bigint[],
  keys idempotency_entry[], keys_known_new boolean, subjects subject_state[], holds hold[],
  decisions decision[], usage_events usage_event[], noted uuid[], first_event uuid, noted_at timestamptz
) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  left_out uuid[] := '{}';
  replaced uuid[];
BEGIN
  IF NOT keys_known_new AND cardinality(keys) > 0 THEN
    left_out := ARRAY(
      SELECT k.customer_id FROM unnest(keys) AS k
      CROSS JOIN LATERAL (SELECT FROM idempotency_entry i WHERE i.customer_id = k.customer_id AND i.operation = k.operation AND i.key = k.key OFFSET 0) AS used);
  END IF;
  IF cardinality(checks) > 0 THEN
    left_out := left_out || ARRAY(
      SELECT c.customer FROM unnest(checks, checked) AS c (customer, version)
      CROSS JOIN LATERAL (SELECT FROM customer_state s WHERE s.customer_id = c.customer AND s.version <> c.version OFFSET 0) AS moved);
  END IF;
  IF cardinality(states) > 0 THEN
    -- The inner look-up finds where each row is and the update goes there, which pins this join as well: with one row
    -- expected (hence the condition that always holds), no plan is cheaper. A row that has moved since has another version.
    WITH replacing AS (
      UPDATE customer_state s SET version = u.version, available = u.available, held = u.held, debt = u.debt, doc = u.doc
      FROM (
        SELECT u.*, at.tid FROM ROWS FROM (unnest(states), unnest(seen)) AS u (customer_id, version, available, held, debt, doc, seen_version)
        CROSS JOIN LATERAL (SELECT c.ctid AS tid FROM customer_state c WHERE c.customer_id = u.customer_id AND c.version = u.seen_version OFFSET 0) AS at
        WHERE u.version > u.seen_version AND NOT (u.customer_id = ANY (left_out))) AS u
      WHERE s.ctid = u.tid AND s.version = u.seen_version
      RETURNING s.customer_id)
    SELECT coalesce(array_agg(customer_id), '{}') INTO replaced FROM replacing;
    IF cardinality(replaced) < cardinality(states) THEN
      left_out := left_out || ARRAY(SELECT u.customer_id FROM unnest(states) AS u WHERE u.customer_id <> ALL (replaced));
    END IF;
  END IF;
  IF cardinality(keys) > 0 THEN
    INSERT INTO idempotency_entry SELECT k.* FROM unnest(keys) AS k WHERE NOT (k.customer_id = ANY (left_out));
  END IF;
  IF cardinality(subjects) > 0 THEN
    INSERT INTO subject_state SELECT r.* FROM unnest(subjects) AS r WHERE NOT (r.customer_id = ANY (left_out))
    ON CONFLICT (customer_id, subject) DO UPDATE SET doc = excluded.doc;
  END IF;
  IF cardinality(holds) > 0 THEN
    INSERT INTO hold SELECT h.* FROM unnest(holds) AS h WHERE NOT (h.customer_id = ANY (left_out))
    ON CONFLICT (id, customer_id) DO UPDATE
      SET status = excluded.status, expires_at = excluded.expires_at, captured = excluded.captured, doc = excluded.doc;
  END IF;
  IF cardinality(decisions) > 0 THEN
    INSERT INTO decision SELECT d.* FROM unnest(decisions) AS d WHERE NOT (d.customer_id = ANY (left_out));
  END IF;
  IF cardinality(usage_events) > 0 THEN
    INSERT INTO usage_event SELECT e.* FROM unnest(usage_events) AS e WHERE NOT (e.customer_id = ANY (left_out));
    INSERT INTO due_note (customer_ids, first_event_id, recorded_at)
    SELECT array_agg(customer), first_event, noted_at FROM unnest(noted) AS customer
    WHERE NOT (customer = ANY (left_out)) HAVING count(*) > 0;
  END IF;
  RETURN left_out;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Rights. Datasets: read and add, nothing else, whatever the code says.
GRANT USAGE ON SCHEMA public TO spillway_app, spillway_reader;
GRANT SELECT, INSERT ON "decision", "usage_event", "monetization_event", "balance_update", "dead_letter" TO spillway_app;
GRANT SELECT, INSERT, UPDATE ON "customer", "customer_state", "subject_state", "hold", "grants", "ledger_head", "denial_tally" TO spillway_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "due_note", "settlement_failure", "refresh_due" TO spillway_app;
GRANT SELECT, INSERT, DELETE ON "idempotency_entry" TO spillway_app;
REVOKE EXECUTE ON FUNCTION "spillway_ensure_partitions" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "spillway_ensure_partitions" TO spillway_app;

-- Row-level security: the reader role sees the customer that its transaction names with
-- SET LOCAL spillway.customer_id = '<uuid>', and nothing at all when it names none. The application's policy is
-- constant, so the planner drops it from every statement.
DO $$
DECLARE dataset text; own text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['customer', 'customer_state', 'subject_state', 'hold', 'decision', 'usage_event', 'monetization_event', 'balance_update', 'grants', 'ledger_head', 'denial_tally'] LOOP
    own := CASE dataset WHEN 'customer' THEN 'id' ELSE 'customer_id' END;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY own_rows ON %I FOR SELECT TO spillway_reader USING (%I = nullif(current_setting(''spillway.customer_id'', true), '''')::uuid)', dataset, own);
    EXECUTE format('GRANT SELECT ON %I TO spillway_reader', dataset);
  END LOOP;
END $$;
