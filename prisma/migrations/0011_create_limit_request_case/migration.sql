-- A customer's wish for more of a limit, and what was answered. An approval is a state of its own until the override that
-- it promises is in force: `applied_at`.
CREATE TABLE "limit_request" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "target_kind" TEXT NOT NULL,
  "target_id" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "limit_then" BIGINT NOT NULL,
  "asked" BIGINT NOT NULL,
  "why" TEXT NOT NULL,
  "asked_by" UUID NOT NULL,
  "asked_by_name" TEXT NOT NULL,
  "asked_at" TIMESTAMPTZ(3) NOT NULL,
  "state" TEXT NOT NULL,
  "granted" BIGINT,
  "granted_until" TIMESTAMPTZ(3),
  "answer" TEXT,
  "answered_by" UUID,
  "answered_at" TIMESTAMPTZ(3),
  "applied_at" TIMESTAMPTZ(3),
  CONSTRAINT "limit_request_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "limit_request_target" CHECK ("target_kind" IN ('window', 'guard', 'cap')),
  CONSTRAINT "limit_request_amounts" CHECK ("asked" > 0 AND "limit_then" >= 0 AND ("granted" IS NULL OR "granted" >= 0)),
  CONSTRAINT "limit_request_state" CHECK ("state" IN ('open', 'approved', 'declined')),
  CONSTRAINT "limit_request_answered" CHECK (("state" = 'open') = ("answered_at" IS NULL)),
  CONSTRAINT "limit_request_granted" CHECK (("state" = 'approved') = ("granted" IS NOT NULL))
);
CREATE INDEX "limit_request_customer_id_id_idx" ON "limit_request" ("customer_id", "id");
-- One open wish for each limit.
CREATE UNIQUE INDEX "limit_request_open" ON "limit_request" ("customer_id", "target_kind", "target_id") WHERE ("state" = 'open');
-- Approvals whose override is not in force yet: looked for every few seconds.
CREATE INDEX "limit_request_unapplied" ON "limit_request" ("answered_at") WHERE ("state" = 'approved' AND "applied_at" IS NULL);

-- A question or dispute, with the evidence as it was when the case was opened.
CREATE TABLE "case_file" (
  "id" UUID NOT NULL,
  "customer_id" UUID NOT NULL,
  "title" TEXT NOT NULL,
  "about_kind" TEXT NOT NULL,
  "about_id" UUID NOT NULL,
  "state" TEXT NOT NULL,
  "evidence" TEXT NOT NULL,
  "opened_by" UUID NOT NULL,
  "opened_by_name" TEXT NOT NULL,
  "opened_at" TIMESTAMPTZ(3) NOT NULL,
  "changed_at" TIMESTAMPTZ(3) NOT NULL,
  "messages" INTEGER NOT NULL,
  CONSTRAINT "case_file_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "case_file_about" CHECK ("about_kind" IN ('decision', 'usage')),
  CONSTRAINT "case_file_state" CHECK ("state" IN ('open', 'answered', 'closed')),
  CONSTRAINT "case_file_messages" CHECK ("messages" >= 1)
);
CREATE INDEX "case_file_customer_id_id_idx" ON "case_file" ("customer_id", "id");
-- A record has one case at a time.
CREATE UNIQUE INDEX "case_file_running" ON "case_file" ("customer_id", "about_id") WHERE ("state" <> 'closed');
-- Where staff has the word.
CREATE INDEX "case_file_waiting" ON "case_file" ("changed_at", "id") WHERE ("state" = 'open');

CREATE TABLE "case_message" (
  "case_id" UUID NOT NULL,
  "number" INTEGER NOT NULL,
  "side" TEXT NOT NULL,
  "author" UUID NOT NULL,
  "author_name" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "written_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "case_message_pkey" PRIMARY KEY ("case_id", "number"),
  CONSTRAINT "case_message_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case_file" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "case_message_number" CHECK ("number" >= 1),
  CONSTRAINT "case_message_side" CHECK ("side" IN ('customer', 'staff'))
);

-- What was asked, the evidence and what was said stay as they were written.
GRANT SELECT, INSERT ON "limit_request", "case_file", "case_message" TO spillway_app;
GRANT UPDATE ("state", "granted", "granted_until", "answer", "answered_by", "answered_at", "applied_at") ON "limit_request" TO spillway_app;
GRANT UPDATE ("state", "changed_at", "messages") ON "case_file" TO spillway_app;
DO $$
DECLARE dataset text;
BEGIN
  FOREACH dataset IN ARRAY ARRAY['limit_request', 'case_file', 'case_message'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', dataset);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', dataset);
    EXECUTE format('CREATE POLICY engine ON %I TO spillway_app USING (true) WITH CHECK (true)', dataset);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', dataset);
  END LOOP;
END $$;
