DROP TRIGGER open_tasks_of_approvals ON public.approvals;
DROP TRIGGER end_tasks_of_approvals ON public.approvals;
DROP FUNCTION app.open_tasks_of_approvals(), app.end_tasks_of_approvals();
