"""Put one site together: open its database, make the tables fit, and serve it."""

from ordinance.app.opening import Opened, database_url, open_house
from ordinance.app.serving import application

__all__ = ["Opened", "application", "database_url", "open_house"]
