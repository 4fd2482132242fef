"""« Ce n’est pas moi »: the page behind the link of every notice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from accounts.credentials.freezing import freeze_by_link
from accounts.origins import origin_of
from accounts.secrets import Token
from accounts.telling.freeze_links import account_of_link


@never_cache
@sensitive_variables()
def freeze(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing: mail filters open links too. The button freezes."""
    secret = Token(token)
    if request.method == "POST" and freeze_by_link(secret, origin_of(request)):
        return render(request, "mina/frozen.html")
    account = account_of_link(secret)
    status = 200 if account else 404
    return render(request, "mina/freeze.html", {"account": account}, status=status)
