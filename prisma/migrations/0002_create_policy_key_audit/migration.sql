-- Policy versions: immutable and numbered without a gap; the highest is in force.
CREATE TABLE "policy_version" (
  "version" INTEGER NOT NULL,
  -- JSON, not JSONB: people wrote it, and its members keep their order.
  "document" JSON NOT NULL,
  "note" TEXT NOT NULL,
  "published_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "policy_version_pkey" PRIMARY KEY ("version"),
  CONSTRAINT "policy_version_first" CHECK ("version" >= 1)
);

-- API keys: the secret itself is never stored.
CREATE TABLE "api_key" (
  "id" UUID NOT NULL,
  "customer_id" UUID,
  "name" TEXT NOT NULL,
  "prefix" TEXT NOT NULL,
  "secret_hash" TEXT NOT NULL,
  "scopes" TEXT[] NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  "last_used_at" TIMESTAMPTZ(3),
  -- The key that takes this one's place; a key is replaced at most once.
  "replaced_by" UUID,
  -- When it was revoked or its end was moved: what every process asks for twice a second.
  "curtailed_at" TIMESTAMPTZ(3),
  CONSTRAINT "api_key_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "api_key_secret_hash" CHECK ("secret_hash" ~ '^[0-9a-f]{64}$')
);
CREATE UNIQUE INDEX "api_key_secret_hash_key" ON "api_key" ("secret_hash");
CREATE UNIQUE INDEX "api_key_replaced_by_key" ON "api_key" ("replaced_by");
CREATE INDEX "api_key_customer_id_id_idx" ON "api_key" ("customer_id", "id");
CREATE INDEX "api_key_curtailed_at_idx" ON "api_key" ("curtailed_at");

-- The audit chain. `seq` has no gap; the one head row serialises its writers.
CREATE TABLE "audit_entry" (
  "seq" BIGINT NOT NULL,
  "id" UUID NOT NULL,
  -- JSON, not JSONB: the text that was hashed may hold escapes that JSONB refuses.
  "actor" JSON NOT NULL,
  "action" TEXT NOT NULL,
  "target" TEXT NOT NULL,
  "customer_id" UUID,
  "reason" TEXT,
  "detail" JSON NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  "previous_hash" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq"),
  CONSTRAINT "audit_entry_seq" CHECK ("seq" >= 1)
);
CREATE UNIQUE INDEX "audit_entry_id_key" ON "audit_entry" ("id");
CREATE INDEX "audit_entry_customer_id_seq_idx" ON "audit_entry" ("customer_id", "seq");

CREATE TABLE "audit_head" (
  "id" SMALLINT NOT NULL,
  "seq" BIGINT NOT NULL,
  "hash" TEXT NOT NULL,
  CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "audit_head_one" CHECK ("id" = 1)
);
INSERT INTO "audit_head" VALUES (1, 0, repeat('0', 64));

GRANT SELECT, INSERT ON "policy_version", "audit_entry" TO spillway_app;
GRANT SELECT ON "audit_head" TO spillway_app;
GRANT UPDATE ("seq", "hash") ON "audit_head" TO spillway_app;
GRANT SELECT, INSERT ON "api_key" TO spillway_app;
GRANT UPDATE ("expires_at", "revoked_at", "last_used_at", "replaced_by", "curtailed_at") ON "api_key" TO spillway_app;
