-- One line per deal, for people with psql and for reports. security_invoker: the caller's policies apply, so a
-- member sees own deals; counts of members and approvals are for staff.
CREATE OR REPLACE VIEW public.v_deal_summary WITH (security_invoker = true) AS
SELECT d.id AS deal_id, d.code, d.name, d.status, d.deal_type, d.currency, d.offer_unit_price, d.open_at, d.close_at,
       a.total_units, a.available_units, a.reserved_units, a.allocated_units, a.utilization_percent,
       CASE WHEN app.is_staff() THEN (SELECT count(*) FROM public.deal_memberships m
                                       WHERE m.deal_id = d.id AND m.accepted_at IS NOT NULL) END AS members,
       CASE WHEN app.is_staff() THEN (SELECT count(*) FROM public.approvals p
                                       WHERE p.deal_id = d.id AND p.status = 'pending') END AS pending_approvals
  FROM public.deals d
  LEFT JOIN app.deal_availability(ARRAY(SELECT id FROM public.deals)) a ON a.deal_id = d.id;
GRANT SELECT ON public.v_deal_summary TO verso_app;
