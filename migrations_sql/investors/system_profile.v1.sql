-- "VERSO system": as whom jobs act. It has no e-mail and no password, so it cannot sign in.
INSERT INTO public.profiles (id, role, display_name) VALUES (app.system_profile(), 'staff_admin', 'VERSO system')
ON CONFLICT (id) DO NOTHING;
