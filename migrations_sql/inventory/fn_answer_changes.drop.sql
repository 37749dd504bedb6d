DROP FUNCTION public.fn_answer_changes(uuid, uuid, text, text), app.ask_again(public.deals, public.deal_commitments, text);
