-- Usage summed for the usage explorer, in three grains of the same events: 0 by quarter of an hour; 1 by day of the
-- customer's zone, without the task; 2 by day with the task. A day of usage is few rows in the second one, however many
-- tasks there were. Derived: it can be emptied at any time and is made again from the usage events. An absent amount
-- means that nothing was paid so.
CREATE TABLE "usage_rollup" (
  "customer_id" UUID NOT NULL,
  "grain" SMALLINT NOT NULL,
  "starts_at" TIMESTAMPTZ(3) NOT NULL,
  "feature" TEXT COLLATE "C" NOT NULL,
  "subject" TEXT COLLATE "C" NOT NULL,
  "task" TEXT COLLATE "C" NOT NULL,
  "model" TEXT COLLATE "C" NOT NULL,
  "outcome" TEXT COLLATE "C" NOT NULL,
  "layers" SMALLINT NOT NULL,
  "events" BIGINT NOT NULL,
  "cost" BIGINT NOT NULL,
  "included" BIGINT,
  "allowance" BIGINT,
  "promotion" BIGINT,
  "entitlement" BIGINT,
  "adjustment" BIGINT,
  "credits" BIGINT,
  "absorbed" BIGINT,
  "debt" BIGINT,
  CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("customer_id", "grain", "starts_at", "feature", "subject", "task", "model", "outcome", "layers"),
  CONSTRAINT "usage_rollup_events" CHECK ("events" > 0)
) WITH (fillfactor = 80);

-- How far a customer's events are in the rollup: those up to this state version are, later ones are not. Moved in the
-- transaction that adds them, so each is counted once. Without a zone the rows are about to be emptied and count nothing.
CREATE TABLE "usage_rollup_head" (
  "customer_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "last_id" UUID,
  "zone" TEXT,
  CONSTRAINT "usage_rollup_head_pkey" PRIMARY KEY ("customer_id")
) WITH (fillfactor = 50);

-- Denials of a customer in a range of time, without looking at what was allowed.
CREATE INDEX "decision_denied" ON "decision" ("customer_id", "id") WHERE ("outcome" = 'denied');

GRANT SELECT, INSERT, UPDATE, DELETE ON "usage_rollup", "usage_rollup_head" TO spillway_app;
DO $$
DECLARE dataset text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['usage_rollup', 'usage_rollup_head'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY own_rows ON %I FOR SELECT TO spillway_reader USING (customer_id = nullif(current_setting(''spillway.customer_id'', true), '''')::uuid)', dataset);
    EXECUTE format('GRANT SELECT ON %I TO spillway_reader', dataset);
  END LOOP;
END $$;
