"""Pages by which staff work with people and investors."""

app_name = "investors_staff"
urlpatterns = []
