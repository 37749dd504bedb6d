"""Sign-in and passwords. Everything here is reached without an identity, but for changing one's password."""

from allauth.account import views as account
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ui.portals import see_other

from . import devices, forms, kept_forms, selectors, services

LINK_TOKEN = "set_password_token"  # noqa: S105 (the session's key for it)


class _Answers422:
    """A refused form is answered as such, with what was typed."""

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignIn(_Answers422, account.LoginView):
    form_class = forms.SignInForm

    def get(self, request, *args, **kwargs):
        if selectors.installation_is_empty():
            return redirect("home")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "ended": self.request.GET.get("ended", ""),
            "is_kept": kept_forms.KEPT in self.request.session,
        }


class AskPasswordReset(_Answers422, account.PasswordResetView):
    form_class = forms.ResetPasswordForm

    def form_valid(self, form):
        """Many from one address are refused, but never a browser that its person signed in with."""
        if not devices.device_of(self.request, form.cleaned_data["email"]):
            if refused := ratelimit.consume_or_429(self.request, action="reset_password"):
                return refused
        form.save(self.request)
        return redirect(self.get_success_url())


class ChangePassword(_Answers422, account.PasswordChangeView):
    form_class = forms.ChangePasswordForm

    def form_invalid(self, form):
        self.request.keep_records = True  # the counter of tries
        return super().form_invalid(form)


@require_safe
@never_cache
def set_password_link(request, token):
    """Keep the token in the session and go on to an address without it; the link itself is not used up yet.

    The session gets a new key: whoever knew the old one must not get hold of the token.
    """
    request.keep_records = True  # the counter of guesses
    if refused := ratelimit.consume_or_429(request, action="reset_password_from_key", limit_get=True):
        return refused
    if services.password_link_owner(token=token) is None:
        return _link_over(request)
    request.session[LINK_TOKEN] = token
    request.session.cycle_key()
    return redirect("set_password")


@never_cache
@sensitive_post_parameters()
def set_password(request):
    """The form behind a link. Afterwards one signs in: nobody gets a session by a link alone."""
    token = request.session.get(LINK_TOKEN, "")
    owner = services.password_link_owner(token=token)
    if owner is None:
        return _link_over(request)
    form = forms.NewPasswordForm(request.POST or None, user=owner)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "account/set_password.html", {"form": form, "owner": owner}, status=status)
    try:
        person_id = services.use_password_link(token=token, password=form.cleaned_data["password1"])
    except services.LinkOver:
        return _link_over(request)
    logout(request)  # whoever was signed in here: what the session held ends with it
    messages.success(request, _("Your password is set. Sign in with it."))
    response = redirect("account_login")
    devices.remember(request, response, person_id)
    return response


@require_safe
@never_cache
def known_browser(request, token):
    """The link of the mail about refused sign-ins: from now on this browser is one its person is known by."""
    person_id = devices.person_of(token)
    if person_id is None:
        return _link_over(request)
    messages.success(request, _("This browser can sign in now. Enter your password."))
    response = redirect("account_login")
    devices.remember(request, response, person_id)
    return response


def _link_over(request):
    request.session.pop(LINK_TOKEN, None)
    return render(request, "account/link_over.html", status=410)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request):
    """A form that was sent when the session was over: to be sent now, or thrown away."""
    kept = kept_forms.kept_for(request)
    if kept is None:
        return redirect("home")
    if request.method == "POST":
        kept_forms.forget(request)
        return see_other(kept["page"])
    return kept_forms.render_kept(request, kept)
