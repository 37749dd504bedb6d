"""All papers, for staff. Read only; uploading and opening come with the data room."""

from deals.selectors import deal_labels
from documents.lists import papers
from documents.selectors import all_documents
from ui.lists import list_view

documents = list_view(papers(deal_labels), all_documents, "staff/documents/list.html")
