-- People who sign in, where they belong, and how they were recognised. Of every secret only a hash is stored: Argon2id of
-- passwords, SHA-256 of tokens that are random themselves.
CREATE TABLE "app_user" (
  "id" UUID NOT NULL,
  "email" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "password_hash" TEXT,
  "staff_role" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "app_user_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "app_user_email" CHECK ("email" = lower("email")),
  CONSTRAINT "app_user_password_hash" CHECK ("password_hash" LIKE '$argon2id$%'),
  CONSTRAINT "app_user_staff_role" CHECK ("staff_role" IN ('admin', 'support', 'auditor'))
);
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user" ("email");

CREATE TABLE "provider_binding" (
  "issuer" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "user_id" UUID NOT NULL,
  "bound_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "provider_binding_pkey" PRIMARY KEY ("issuer", "subject"),
  CONSTRAINT "provider_binding_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "membership" (
  "customer_id" UUID NOT NULL,
  "user_id" UUID NOT NULL,
  "role" TEXT NOT NULL,
  "joined_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "membership_pkey" PRIMARY KEY ("customer_id", "user_id"),
  CONSTRAINT "membership_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "membership_role" CHECK ("role" IN ('owner', 'billing', 'member'))
);
CREATE INDEX "membership_user_id_idx" ON "membership" ("user_id");

-- One row a session; every call reads it, so its end acts on the next one.
CREATE TABLE "session" (
  "id" UUID NOT NULL,
  "user_id" UUID NOT NULL,
  "token_hash" TEXT NOT NULL,
  "customer_id" UUID,
  "method" TEXT NOT NULL,
  "agent" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "seen_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "ended_at" TIMESTAMPTZ(3),
  CONSTRAINT "session_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "session_token_hash" CHECK ("token_hash" ~ '^[0-9a-f]{64}$'),
  CONSTRAINT "session_method" CHECK ("method" IN ('password', 'link', 'oidc', 'demo'))
);
CREATE UNIQUE INDEX "session_token_hash_key" ON "session" ("token_hash");
CREATE INDEX "session_user_id_idx" ON "session" ("user_id");
CREATE INDEX "session_expires_at_idx" ON "session" ("expires_at");

CREATE TABLE "invitation" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "email" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "token_hash" TEXT NOT NULL,
  "invited_by" UUID NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "accepted_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "invitation_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "invitation_invited_by_fkey" FOREIGN KEY ("invited_by") REFERENCES "app_user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "invitation_role" CHECK ("role" IN ('owner', 'billing', 'member')),
  CONSTRAINT "invitation_token_hash" CHECK ("token_hash" ~ '^[0-9a-f]{64}$'),
  CONSTRAINT "invitation_one_end" CHECK ("accepted_at" IS NULL OR "revoked_at" IS NULL)
);
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation" ("token_hash");
CREATE INDEX "invitation_customer_id_id_idx" ON "invitation" ("customer_id", "id");

CREATE TABLE "one_time_link" (
  "token_hash" TEXT NOT NULL,
  "purpose" TEXT NOT NULL,
  "user_id" UUID NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "used_at" TIMESTAMPTZ(3),
  CONSTRAINT "one_time_link_pkey" PRIMARY KEY ("token_hash"),
  CONSTRAINT "one_time_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "one_time_link_purpose" CHECK ("purpose" IN ('sign_in', 'set_password'))
);
CREATE INDEX "one_time_link_user_id_idx" ON "one_time_link" ("user_id");
CREATE INDEX "one_time_link_expires_at_idx" ON "one_time_link" ("expires_at");

-- Attempts to sign in, by account and by address; a row is worth nothing once its window is over.
CREATE TABLE "sign_in_attempt" (
  "key" TEXT NOT NULL,
  "failures" INTEGER NOT NULL,
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "sign_in_attempt_started_at_idx" ON "sign_in_attempt" ("started_at");

GRANT SELECT, INSERT ON "app_user", "provider_binding", "session", "invitation", "one_time_link" TO spillway_app;
GRANT UPDATE ("name", "password_hash", "staff_role") ON "app_user" TO spillway_app;
GRANT UPDATE ("customer_id", "seen_at", "ended_at") ON "session" TO spillway_app;
GRANT UPDATE ("accepted_at", "revoked_at") ON "invitation" TO spillway_app;
GRANT UPDATE ("used_at") ON "one_time_link" TO spillway_app;
GRANT DELETE ON "session", "one_time_link" TO spillway_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "membership", "sign_in_attempt" TO spillway_app;

-- Row-level security as for the engine's tables. The reader sees the memberships of the customer that its transaction
-- names, and neither people nor any secret's hash.
DO $$
DECLARE dataset text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['app_user', 'provider_binding', 'membership', 'session', 'invitation', 'one_time_link', 'sign_in_attempt'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
  END LOOP;
END $$;
CREATE POLICY own_rows ON "membership" FOR SELECT TO spillway_reader USING ("customer_id" = nullif(current_setting('spillway.customer_id', true), '')::uuid);
GRANT SELECT ON "membership" TO spillway_reader;
