DO $$
DECLARE
    v_key record;
BEGIN
    FOR v_key IN SELECT c.conrelid::regclass AS held_in, c.conname FROM pg_constraint c
                  WHERE c.contype = 'f' AND c.conrelid IN ('public.reservations'::regclass,
                                                           'public.reservation_lot_items'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', v_key.held_in, v_key.conname);
    END LOOP;
END;
$$;
