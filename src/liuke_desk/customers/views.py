from django.http import HttpRequest, HttpResponse


def show_overview(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


list_warnings = list_customers = show_card = reveal = show_overview
