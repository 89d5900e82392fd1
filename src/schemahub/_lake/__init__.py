"""The interfaces of a lake, written once over any object store."""
