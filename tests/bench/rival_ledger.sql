-- What the bench compares posting to the ledger with: the owner's bare statements, on tables with the same columns and
-- indexes and nothing else. Made in the bench's own database, once.
CREATE TABLE bench_account (LIKE ledger_accounts INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING INDEXES);
CREATE TABLE bench_entry (LIKE ledger_entries INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING INDEXES);
CREATE TABLE bench_posting (LIKE ledger_postings INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);

-- Two hundred investors by number, for pgbench to draw one, each with an account; and the other side of all of it.
CREATE TABLE bench_owed (n int PRIMARY KEY, investor_id uuid NOT NULL, account_id uuid);
WITH made AS (INSERT INTO investors (legal_name) SELECT 'Owing ' || i FROM generate_series(1, 200) i RETURNING id)
INSERT INTO bench_owed SELECT row_number() OVER (), id FROM made;
INSERT INTO bench_account (kind, currency, investor_id, balance, seq)
SELECT 'receivable', 'USD', investor_id, 0, 0 FROM bench_owed;
INSERT INTO bench_account (kind, currency) VALUES ('fee_income_flat', 'USD');
UPDATE bench_owed o SET account_id = a.id FROM bench_account a WHERE a.investor_id = o.investor_id;
