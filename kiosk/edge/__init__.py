"""What stands between the web and the rooms: access, headers, assets, language, filters."""
