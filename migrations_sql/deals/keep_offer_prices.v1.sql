-- Trigger: every offer price a deal ever had, with who set it and when. In the database, because who set a price may not
-- approve what was bought at it, and an approval counts at the highest price of the last 30 days: neither may be lost by
-- setting the price back, in psql either.
CREATE OR REPLACE FUNCTION app.keep_offer_price() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.offer_prices (deal_id, unit_price, set_by, set_at)
    VALUES (NEW.id, NEW.offer_unit_price, app.uid(), clock_timestamp());
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.keep_offer_price()', 'verso_definer');
COMMENT ON FUNCTION app.keep_offer_price() IS 'Trigger: keeps every offer price of a deal, with who set it.';
CREATE OR REPLACE TRIGGER keep_offer_price_made AFTER INSERT ON public.deals
    FOR EACH ROW WHEN (NEW.offer_unit_price IS NOT NULL) EXECUTE FUNCTION app.keep_offer_price();
CREATE OR REPLACE TRIGGER keep_offer_price AFTER UPDATE OF offer_unit_price ON public.deals
    FOR EACH ROW WHEN (NEW.offer_unit_price IS DISTINCT FROM OLD.offer_unit_price) EXECUTE FUNCTION app.keep_offer_price();

-- The price at which something counts for limits: the highest of its own, and of what the deal was offered at on any day
-- of the last 30.
CREATE OR REPLACE FUNCTION app.counted_price(p_deal_id uuid, p_unit_price numeric) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT greatest(p_unit_price, (SELECT d.offer_unit_price FROM public.deals d WHERE d.id = p_deal_id), (
        SELECT max(h.unit_price)
          FROM (SELECT o.unit_price, lead(o.set_at) OVER (ORDER BY o.set_at, o.id) AS until
                  FROM public.offer_prices o WHERE o.deal_id = p_deal_id) h
         WHERE h.until IS NULL OR h.until > clock_timestamp() - interval '30 days'))
$$;
SELECT app.as_internal('app.counted_price(uuid, numeric)');
