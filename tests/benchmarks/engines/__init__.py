"""The engines side by side: ours, and those of others."""
