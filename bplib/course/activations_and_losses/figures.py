"""The pictures of notebook 08."""
