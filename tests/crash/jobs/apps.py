from django.apps import AppConfig


class CrashJobsConfig(AppConfig):
    """Jobs for the crash tests alone."""

    name = "tests.crash.jobs"
    label = "crash_jobs"
