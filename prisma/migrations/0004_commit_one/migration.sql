-- A batch of several customers is one statement of SQL now (src/adapters/postgres/customer-state/commit-sql.ts).
DROP FUNCTION "spillway_commit";

-- One call of one customer, alone in its commit: what a batch of one costs least as. Scalars and rows instead of arrays,
-- and statements that name one row each. Returns false, having written nothing, when the customer has another version
-- than the one that was seen or when the key is used already.
--
-- `seen = version`: nothing of the customer changes, but the version that was looked at must still hold.
-- `key_known_new`: the caller takes it on itself that the key was not used before; if it was, the statement fails.
-- Rows that are null are not written. A column that is added to one of these tables needs this function, and the
-- processes that call it, to know it.
CREATE FUNCTION "spillway_commit_one"(
  customer uuid, seen bigint, next bigint, next_available bigint, next_held bigint, next_debt bigint, next_doc text,
  k idempotency_entry, key_known_new boolean, subjects subject_state[], h hold, d decision, e usage_event
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT key_known_new AND k.customer_id IS NOT NULL THEN
    PERFORM FROM idempotency_entry AS i WHERE i.customer_id = k.customer_id AND i.operation = k.operation AND i.key = k.key;
    IF FOUND THEN RETURN false; END IF;
  END IF;
  IF next > seen THEN
    UPDATE customer_state AS s
    SET version = next, available = next_available, held = next_held, debt = next_debt, doc = next_doc
    WHERE s.customer_id = customer AND s.version = seen;
  ELSE
    PERFORM FROM customer_state AS s WHERE s.customer_id = customer AND s.version = seen;
  END IF;
  IF NOT FOUND THEN RETURN false; END IF;
  IF k.customer_id IS NOT NULL THEN INSERT INTO idempotency_entry VALUES (k.*); END IF;
  IF subjects IS NOT NULL THEN
    INSERT INTO subject_state SELECT r.* FROM unnest(subjects) AS r
    ON CONFLICT (customer_id, subject) DO UPDATE SET doc = excluded.doc;
  END IF;
  IF h.customer_id IS NOT NULL THEN
    INSERT INTO hold VALUES (h.*) ON CONFLICT (id, customer_id) DO UPDATE
      SET status = excluded.status, expires_at = excluded.expires_at, captured = excluded.captured, doc = excluded.doc;
  END IF;
  IF d.customer_id IS NOT NULL THEN INSERT INTO decision VALUES (d.*); END IF;
  IF e.customer_id IS NOT NULL THEN
    INSERT INTO usage_event VALUES (e.*);
    INSERT INTO due_note (customer_ids, first_event_id, recorded_at) VALUES (ARRAY[e.customer_id], e.id, e.recorded_at);
  END IF;
  RETURN true;
END $$;
