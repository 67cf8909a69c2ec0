"""Django's PostgreSQL backend, spelling plain columns out faster (`compiler`). The statements are the same to the letter."""
