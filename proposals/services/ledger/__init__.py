"""Bringing old ledgers in: kept, planned (dry run), imported, counted or not."""
