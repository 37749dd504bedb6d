-- "VERSO system": as whom jobs act. It has no e-mail and no password, so it cannot sign in. In place of a password it
-- has a random text, which no password is stored as: the secret from which password_recipe makes the salts of strangers.
INSERT INTO public.profiles (id, role, display_name, password)
VALUES (app.system_profile(), 'staff_admin', 'VERSO system', '!' || gen_random_uuid() || gen_random_uuid())
ON CONFLICT (id) DO NOTHING;
-- Checked here: the tables below are altered in this transaction, and would find the check still to come.
SET CONSTRAINTS ALL IMMEDIATE;
