"""The platform's settings, plus the jobs that the crash tests count."""

from eunion.config.settings import *  # noqa: F403
from eunion.config.settings import INSTALLED_APPS as PLATFORM_APPS

INSTALLED_APPS = [*PLATFORM_APPS, "tests.crash.jobs"]
