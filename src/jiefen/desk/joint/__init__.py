"""Several offices on one matter: each one's own duty, joint meetings and their tasks, rulings and precedents."""
