"""Put one site together: `opening` reads it and prepares its database, `serving` makes the web application of it."""

from ordinance.app.opening import Opened, database_url, open_house

__all__ = ["Opened", "database_url", "open_house"]
