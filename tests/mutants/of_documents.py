"""What protects stored files and papers: what a file is, who opens it and for how long, what a PDF may fetch."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "documents/contents.py",
        "tests/documents/test_contents.py",
        ("pixels-without-a-limit", "[1] picture.width * picture.height > PIXELS_MAX", "False", "test_what_is_refused"),
        (
            "archives-without-a-limit",
            "[2] len(parts) > PARTS_MAX or unpacked > min(UNPACKED_MAX, packed * UNPACKED_RATIO_MAX)",
            "False",
            "test_what_is_refused",
        ),
        (
            "a-page-is-a-text",
            '[3] head.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"<", b"%PDF-"))',
            "False",
            "test_what_is_refused",
        ),
        ("xml-with-entities", "[4] runs or element.getroottree().docinfo.doctype", "runs", "test_xml_that_is_refused"),
        ("xml-that-runs", "[4] runs or element", "element", "test_xml_that_is_refused"),
        ("size-not-counted", "if size > most:", "if False:", "test_size_is_counted_while_reading"),
        ("macros-are-taken", "macro or path.is_absolute()", "path.is_absolute()", "test_what_is_refused"),
        ("a-name-is-a-path", 're.split(r"[/\\\\]", tidy_line(filename))[-1]', "tidy_line(filename)", "test_a_name_is_no_path"),
    ),
    *mutants(
        "documents/storage.py",
        "tests/documents/test_storage.py",
        ("any-name-is-a-key", "[1] found := KEY.fullmatch(str(name))", 'found := re.match("()(.*)", str(name))', "test_only_its_own_names_are_names"),
        ("files-that-all-may-read", "shared_folders.WRITE, 0o600", "shared_folders.WRITE, 0o644", "test_a_file_comes_back_and_is_for_nobody_else"),
        ("links-are-followed", "os.open(file_name, shared_folders.READ", "os.open(file_name, os.O_RDONLY", "test_no_link_is_followed"),
        ("young-files-are-swept", "if datetime.fromtimestamp(written, UTC) >= moment:", "if False:", "test_only_what_is_old_is_told_and_old_drafts_go"),
    ),
    *mutants(
        "documents/services.py",
        "tests/documents/test_storing.py",
        ("two-rows-of-one-source", "[1] ignore_conflicts=True", "ignore_conflicts=False", "test_two_who_store_the_same_at_once_get_one_document"),
        (
            "who-was-late-leaves-a-file",
            "if first is None or first.file_key != document.file_key:",
            "if first is None:",
            "test_two_who_store_the_same_at_once_get_one_document",
        ),
        ("sweeps-what-is-named", "[2] key not in named", "True", "test_a_kill_between_file_and_row_leaves_a_file_that_is_swept"),
        ("openings-go-unrecorded", 'audit.record("documents.opened", "documents", document.pk, deal_id=document.deal_id)', "pass",
         "tests/documents/test_opening.py::test_each_opening_leaves_one_audit_row_and_no_refusal_does"),
    ),
    *mutants(
        "documents/links.py",
        "tests/documents/test_links.py",
        ("document-links-of-others", "[1] reader != str(profile_id)", "False", "test_it_is_one_persons_even_once_expired"),
        ("document-links-for-ever", "[2] now.timestamp() >= until", "False", "test_it_lives_for_a_quarter_of_an_hour"),
    ),
    *mutants(
        "documents/views_investor.py",
        "tests/documents/test_opening.py",
        ("opens-what-no-list-shows", "[1] papers.filter(pk=document_id).first()", "Document.objects.filter(pk=document_id, owner_user=None).first()",
         "test_what_a_list_shows_opens_and_nothing_else_does"),
    ),
    *mutants(
        "ui/pdf_kit.py",
        "tests/house/test_pdf.py",
        ("pdf-fetches-anything", "raise ValueError(url)", "return super().fetch(url, headers)", "test_nothing_is_fetched_from_elsewhere"),
        ("pdf-leaves-static", "[1] not path.is_relative_to(folder)", "False", "test_nothing_is_fetched_from_elsewhere"),
    ),
]  # fmt: skip
