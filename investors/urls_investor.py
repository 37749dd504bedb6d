"""Pages of the investor's own profile."""

urlpatterns = []
