-- The outbox of mails. `key` names the intent: a second mail with it is dropped. `content` is what the mail says, as JSON
-- text; it is rendered when it is sent. Links in it are good for a while only, and `content` goes when the mail is purged.
CREATE TABLE "mail" (
  "id" UUID NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "recipient" TEXT NOT NULL,
  "customer_id" UUID,
  "content" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "queued_at" TIMESTAMPTZ(3) NOT NULL,
  -- When it may be claimed next; a claim moves it on, so that a sender that dies gives it back.
  "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
  "sent_at" TIMESTAMPTZ(3),
  "last_error" TEXT,
  CONSTRAINT "mail_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "mail_status" CHECK ("status" IN ('queued', 'sent', 'failed')),
  CONSTRAINT "mail_attempts" CHECK ("attempts" >= 0),
  CONSTRAINT "mail_sent" CHECK (("status" = 'sent') = ("sent_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "mail_key_key" ON "mail" ("key");
CREATE INDEX "mail_due" ON "mail" ("next_attempt_at") WHERE ("status" = 'queued');
CREATE INDEX "mail_queued_at_idx" ON "mail" ("queued_at");

GRANT SELECT, INSERT, DELETE ON "mail" TO spillway_app;
GRANT UPDATE ("status", "attempts", "next_attempt_at", "sent_at", "last_error") ON "mail" TO spillway_app;
ALTER TABLE "mail" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "mail" FORCE ROW LEVEL SECURITY;
CREATE POLICY engine ON "mail" TO spillway_app USING (true) WITH CHECK (true);
CREATE POLICY owner ON "mail" TO CURRENT_USER USING (true) WITH CHECK (true);
