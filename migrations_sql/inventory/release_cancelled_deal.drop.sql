DROP TRIGGER release_cancelled_deal ON public.deals;
DROP FUNCTION app.release_cancelled_deal();
