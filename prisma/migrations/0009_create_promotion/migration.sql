-- Codes that give a promotion grant when they are redeemed. `redeemed` never passes `total_limit`: the check and the
-- row's lock hold that under any number of redeemers at once.
CREATE TABLE "promotion_code" (
  "id" UUID NOT NULL,
  "code" TEXT COLLATE "C" NOT NULL,
  "title" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "features" TEXT[],
  "grant_days" INTEGER,
  "total_limit" INTEGER NOT NULL,
  "customer_limit" INTEGER NOT NULL,
  "redeemed" INTEGER NOT NULL,
  "valid_from" TIMESTAMPTZ(3) NOT NULL,
  "valid_until" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "promotion_code_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "promotion_code_amount" CHECK ("amount" > 0),
  CONSTRAINT "promotion_code_limits" CHECK ("total_limit" >= 1 AND "customer_limit" >= 1 AND "redeemed" BETWEEN 0 AND "total_limit")
);
CREATE UNIQUE INDEX "promotion_code_code_key" ON "promotion_code" ("code");

-- A place taken on a code, and whether its grant was given: a place without one is given its grant later, or again.
CREATE TABLE "promotion_redemption" (
  "code_id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "number" INTEGER NOT NULL,
  "redeemed_at" TIMESTAMPTZ(3) NOT NULL,
  "granted_at" TIMESTAMPTZ(3),
  CONSTRAINT "promotion_redemption_pkey" PRIMARY KEY ("code_id", "customer_id", "number"),
  CONSTRAINT "promotion_redemption_code_id_fkey" FOREIGN KEY ("code_id") REFERENCES "promotion_code" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "promotion_redemption_number" CHECK ("number" >= 1)
);
CREATE INDEX "promotion_redemption_ungranted" ON "promotion_redemption" ("redeemed_at") WHERE ("granted_at" IS NULL);

GRANT SELECT, INSERT ON "promotion_code", "promotion_redemption" TO spillway_app;
GRANT UPDATE ("redeemed") ON "promotion_code" TO spillway_app;
GRANT UPDATE ("granted_at") ON "promotion_redemption" TO spillway_app;
DO $$
DECLARE dataset text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['promotion_code', 'promotion_redemption'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
  END LOOP;
END $$;
