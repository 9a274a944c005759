"""Understanding a message: spelling, colloquial words, numbers and days, several questions, what it follows on, its mood."""
