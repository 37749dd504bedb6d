-- The foreign keys of a hold are checked with the statement that writes it, not at the commit: by then a lot is locked,
-- and on a hot lot everybody else waits for it. No row here ever comes before the one it points at.
DO $$
DECLARE
    v_key record;
BEGIN
    FOR v_key IN SELECT c.conrelid::regclass AS held_in, c.conname FROM pg_constraint c
                  WHERE c.contype = 'f' AND c.conrelid IN ('public.reservations'::regclass,
                                                           'public.reservation_lot_items'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', v_key.held_in, v_key.conname);
    END LOOP;
END;
$$;
