"""The widgets, one by one: Python and JavaScript side by side."""
