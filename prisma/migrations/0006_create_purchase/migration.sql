-- Purchases. Facts only grow; the status follows from them and is kept beside them for lists.
CREATE TABLE "purchase" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "intent" TEXT NOT NULL,
  "origin" TEXT NOT NULL,
  "buyer" JSON NOT NULL,
  "pack" JSON NOT NULL,
  "credits" BIGINT NOT NULL,
  "total_minor" BIGINT NOT NULL,
  "currency" TEXT NOT NULL,
  "policy_version" INTEGER NOT NULL,
  "keep_method" BOOLEAN NOT NULL,
  "status" TEXT NOT NULL,
  "facts" JSON NOT NULL,
  -- Of the payment, once there is one: events of the processor may name nothing else.
  "payment" TEXT,
  "version" INTEGER NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  -- When somebody has to look at it again; null: never.
  "due_at" TIMESTAMPTZ(3),
  CONSTRAINT "purchase_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "purchase_amounts" CHECK ("credits" > 0 AND "total_minor" > 0),
  CONSTRAINT "purchase_status" CHECK ("status" IN ('created', 'awaiting_payment', 'requires_action', 'paid', 'credited', 'failed', 'expired', 'refunded', 'disputed'))
);
-- One intent, one purchase.
CREATE UNIQUE INDEX "purchase_customer_id_intent_key" ON "purchase" ("customer_id", "intent");
-- One payment pays one purchase.
CREATE UNIQUE INDEX "purchase_payment_key" ON "purchase" ("payment");
CREATE INDEX "purchase_customer_id_id_idx" ON "purchase" ("customer_id", "id");
CREATE INDEX "purchase_due_at_idx" ON "purchase" ("due_at");

-- Events of processors that were heard: each has its effect once.
CREATE TABLE "payment_event" (
  "processor" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "purchase_id" UUID NOT NULL,
  "happened_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "payment_event_pkey" PRIMARY KEY ("processor", "id"),
  CONSTRAINT "payment_event_purchase_id_fkey" FOREIGN KEY ("purchase_id") REFERENCES "purchase"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "payment_event_purchase_id_idx" ON "payment_event" ("purchase_id");

-- Auto top-up: no row, never switched on.
CREATE TABLE "auto_top_up" (
  "customer_id" UUID NOT NULL,
  "enabled" BOOLEAN NOT NULL,
  "settings" JSON NOT NULL,
  "version" INTEGER NOT NULL,
  CONSTRAINT "auto_top_up_pkey" PRIMARY KEY ("customer_id")
);
CREATE INDEX "auto_top_up_enabled_customer_id_idx" ON "auto_top_up" ("enabled", "customer_id");

GRANT SELECT, INSERT ON "purchase", "payment_event", "auto_top_up" TO spillway_app;
-- What was sold and to whom is never changed.
GRANT UPDATE ("status", "facts", "payment", "version", "due_at") ON "purchase" TO spillway_app;
GRANT UPDATE ("enabled", "settings", "version") ON "auto_top_up" TO spillway_app;

DO $$
DECLARE dataset text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['purchase', 'auto_top_up'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY own_rows ON %I FOR SELECT TO spillway_reader USING (customer_id = nullif(current_setting(''spillway.customer_id'', true), '''')::uuid)', dataset);
    EXECUTE format('GRANT SELECT ON %I TO spillway_reader', dataset);
  END LOOP;
END $$;
