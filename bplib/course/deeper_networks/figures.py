"""The pictures of notebook 07."""
