DROP FUNCTION app.counted_price(uuid, numeric);
DROP TRIGGER keep_offer_price ON public.deals;
DROP TRIGGER keep_offer_price_made ON public.deals;
DROP FUNCTION app.keep_offer_price();
