"""The plugins that come with the core, registered like any other."""
