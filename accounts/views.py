"""Setting up the second factor, where allauth's page leaves the session without it."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse


class ActivateTOTP(ActivateTOTPView):
    """Who has just typed a code of the new authenticator need not type another to get on."""

    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp")
        return response


activate_totp = ActivateTOTP.as_view()
