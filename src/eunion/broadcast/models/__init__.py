"""Notices and their way to every worker."""

from eunion.broadcast.models.delivery import Broadcast, Delivery, LastMileTick
from eunion.broadcast.models.notice import Notice

__all__ = ["Broadcast", "Delivery", "LastMileTick", "Notice"]
