"""Programs that measure; not tests."""
