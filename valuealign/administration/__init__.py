"""How an instrument is put to a respondent: plan, render, send, read, write."""
