-- Alerts: one per customer, subject, period and threshold. `channels` is who was to hear of it when it was crossed; a
-- lower threshold that is crossed together with a higher one is kept without any, so that it never comes later.
CREATE TABLE "alert" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "period" TEXT NOT NULL,
  "threshold" SMALLINT NOT NULL,
  "used" BIGINT NOT NULL,
  "limit_amount" BIGINT NOT NULL,
  "resets_at" TIMESTAMPTZ(3),
  "channels" TEXT[] NOT NULL,
  "crossed_at" TIMESTAMPTZ(3) NOT NULL,
  "told_at" TIMESTAMPTZ(3),
  "read_at" TIMESTAMPTZ(3),
  CONSTRAINT "alert_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "alert_kind" CHECK ("kind" IN ('window', 'cap', 'balance')),
  CONSTRAINT "alert_threshold" CHECK ("threshold" BETWEEN 1 AND 100),
  CONSTRAINT "alert_amounts" CHECK ("used" >= 0 AND "limit_amount" >= 0)
);
CREATE UNIQUE INDEX "alert_once" ON "alert" ("customer_id", "kind", "subject", "period", "threshold");
CREATE INDEX "alert_of_customer" ON "alert" ("customer_id", "id");
CREATE INDEX "alert_untold" ON "alert" ("crossed_at") WHERE ("told_at" IS NULL);

-- What a customer wants to hear, per channel; a customer without a row has the defaults.
CREATE TABLE "alert_setting" (
  "customer_id" UUID NOT NULL,
  "portal" SMALLINT[] NOT NULL,
  "mail" SMALLINT[] NOT NULL,
  "webhook" SMALLINT[] NOT NULL,
  CONSTRAINT "alert_setting_pkey" PRIMARY KEY ("customer_id")
);

-- Where a customer's product hears of events. The secret is needed to sign, so it is kept, sealed.
CREATE TABLE "webhook_endpoint" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "url" TEXT NOT NULL,
  "events" TEXT[] NOT NULL,
  "sealed_secret" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "failing_since" TIMESTAMPTZ(3),
  "disabled_at" TIMESTAMPTZ(3),
  "removed_at" TIMESTAMPTZ(3),
  CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "webhook_endpoint_customer_id_id_idx" ON "webhook_endpoint" ("customer_id", "id");

CREATE TABLE "webhook_message" (
  "id" UUID NOT NULL,
  "endpoint_id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "type" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "queued_at" TIMESTAMPTZ(3) NOT NULL,
  "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
  "last_status" SMALLINT,
  "last_error" TEXT,
  "last_attempt_at" TIMESTAMPTZ(3),
  CONSTRAINT "webhook_message_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_message_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "webhook_message_status" CHECK ("status" IN ('queued', 'delivered', 'failed'))
);
CREATE UNIQUE INDEX "webhook_message_once" ON "webhook_message" ("endpoint_id", "key");
CREATE INDEX "webhook_message_due" ON "webhook_message" ("next_attempt_at") WHERE ("status" = 'queued');
CREATE INDEX "webhook_message_customer_id_id_idx" ON "webhook_message" ("customer_id", "id");

GRANT SELECT, INSERT ON "alert", "webhook_endpoint", "webhook_message" TO spillway_app;
GRANT UPDATE ("told_at", "read_at") ON "alert" TO spillway_app;
GRANT SELECT, INSERT, UPDATE ON "alert_setting" TO spillway_app;
GRANT UPDATE ("failing_since", "disabled_at", "removed_at") ON "webhook_endpoint" TO spillway_app;
GRANT UPDATE ("status", "attempts", "next_attempt_at", "last_status", "last_error", "last_attempt_at") ON "webhook_message" TO spillway_app;
GRANT DELETE ON "webhook_message" TO spillway_app;
DO $$
DECLARE dataset text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['alert', 'alert_setting', 'webhook_endpoint', 'webhook_message'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
  END LOOP;
END $$;
