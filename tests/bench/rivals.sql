-- What the bench compares the reserve core with, and what it needs to look things up. Made in the bench's own database.

-- The floor: one hot row updated, one row inserted with its foreign key.
CREATE TABLE bench_lot (id bigint PRIMARY KEY, units numeric(28,8) NOT NULL);
CREATE TABLE bench_hold (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), lot_id bigint REFERENCES bench_lot,
                         at timestamptz DEFAULT now());
INSERT INTO bench_lot SELECT i, 1e12 FROM generate_series(1, 1000) i;

-- The tables of the ORM baseline and of plain blocking SQL.
CREATE TABLE orm_lot (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), deal_id uuid NOT NULL, status text NOT NULL,
                      units_remaining numeric(28,8) NOT NULL CHECK (units_remaining >= 0));
CREATE INDEX ON orm_lot (deal_id, status);
CREATE TABLE orm_reservation (id uuid PRIMARY KEY, deal_id uuid NOT NULL, units numeric(28,8) NOT NULL,
                              expires_at timestamptz NOT NULL);
CREATE TABLE orm_item (id uuid PRIMARY KEY, reservation_id uuid NOT NULL REFERENCES orm_reservation,
                       lot_id uuid NOT NULL REFERENCES orm_lot, units numeric(28,8) NOT NULL);

-- The plain blocking design: lock the deal's lots in order until they cover it, take from them, write it down.
CREATE FUNCTION bench_blocking(p_deal uuid, p_units numeric) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid := gen_random_uuid();
    v_left numeric := p_units;
    v_lot record;
    c_lots CURSOR FOR SELECT id, units_remaining FROM orm_lot WHERE deal_id = p_deal AND status = 'available'
                       ORDER BY id FOR UPDATE;
BEGIN
    INSERT INTO orm_reservation (id, deal_id, units, expires_at)
    VALUES (v_id, p_deal, p_units, now() + interval '30 minutes');
    FOR v_lot IN c_lots LOOP
        UPDATE orm_lot SET units_remaining = units_remaining - least(v_lot.units_remaining, v_left) WHERE id = v_lot.id;
        INSERT INTO orm_item (id, reservation_id, lot_id, units)
        VALUES (gen_random_uuid(), v_id, v_lot.id, least(v_lot.units_remaining, v_left));
        v_left := v_left - least(v_lot.units_remaining, v_left);
        EXIT WHEN v_left = 0;
    END LOOP;
    IF v_left > 0 THEN
        RAISE EXCEPTION 'sold out';
    END IF;
    RETURN v_id;
END;
$$;

-- A refusal that pgbench survives.
CREATE FUNCTION bench_refused(p_deal uuid, p_investor uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.fn_reserve_inventory(p_deal, p_investor, 1, 28.50);
    RETURN false;
EXCEPTION WHEN SQLSTATE 'DL001' THEN
    RETURN true;
END;
$$;

-- The thousand deals, by number, for pgbench to draw one.
CREATE TABLE bench_deal (n int PRIMARY KEY, id uuid NOT NULL);

GRANT SELECT, INSERT, UPDATE ON bench_lot, bench_hold, orm_lot, orm_reservation, orm_item TO verso_app;
GRANT SELECT ON bench_deal TO verso_app;
GRANT EXECUTE ON FUNCTION bench_blocking, bench_refused TO verso_app;
