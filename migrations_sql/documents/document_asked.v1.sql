-- The subject document: a paper that staff decide about.
SELECT app.register_subject('document');
