"""Health, for load balancers and the person on call."""

from __future__ import annotations

from django.urls import path

from eunion.kernel import health

urlpatterns = [path("", health.healthz, name="healthz")]
