"""Reading stations' old ledgers: columns guessed, dates and words in any spelling."""
