"""How the pages of resources/help look in their own window."""
