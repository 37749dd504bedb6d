"""The admin as a window: what its pages show is changed on the staff pages, through services."""

from django.contrib import admin
from django.contrib.auth import get_permission_codename

from lib.search import having_all

# What the filters of Django's admin put behind the name of what they filter by.
_ENDINGS = ("exact", "in", "isnull", "gte", "gt", "lte", "lt")


class HouseAdmin(admin.ModelAdmin):
    """What all pages of the admin have in common: an address filters by what the page declares, and by nothing else.

    Django's own rule lets every column be looked up, shown or not, and so be read letter by letter.
    """

    def lookup_allowed(self, lookup, value, request=None):
        return any(lookup in self._parameters(declared) for declared in self.get_list_filter(request))

    def has_view_permission(self, request, obj=None):
        """Asked for the one object, where there is one."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('view', self.opts)}", obj)

    def _parameters(self, declared) -> set[str]:
        """The parameters by which one entry of ``list_filter`` filters."""
        if hasattr(declared, "parameter_name"):
            return {declared.parameter_name}
        path = declared if isinstance(declared, str) else declared[0]
        field = self.opts.get_field(path) if "__" not in path else None
        paths = [path, f"{path}__{field.target_field.name}"] if field is not None and field.is_relation else [path]
        return {path, *(f"{start}__{ending}" for start in paths for ending in _ENDINGS)}


class ReadOnlyAdmin(HouseAdmin):
    """Shows rows to whoever may view them, and changes nothing. Decisions are added as actions."""

    list_per_page = 50
    show_full_result_count = False

    def get_search_results(self, request, queryset, search_term):
        """As the staff pages search: without marks and case, and no more words than a name has."""
        return having_all(queryset, search_term, *self.search_fields), False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
