"""Certificates on paper: A4 across, made from the certificate's row alone, so that it comes out the same each time."""

from __future__ import annotations

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from eunion.booking.models import Certificate
from eunion.kernel import papers


def certificate_html(certificate: Certificate) -> str:
    """Return the page that is printed."""
    address = f"{settings.PUBLIC_URL}{reverse('certificate', args=[certificate.code])}"
    code = segno.make(address, error="m").svg_data_uri(scale=4, border=1, dark="#5b1016")
    context = {"certificate": certificate, "code": code, "address": address}
    return render_to_string("booking/papers/certificate.html", context)


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the paper. Raises PapersUnavailable."""
    return papers.pdf(certificate_html(certificate))
