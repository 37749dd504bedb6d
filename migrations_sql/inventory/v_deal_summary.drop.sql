DROP VIEW public.v_deal_summary;
