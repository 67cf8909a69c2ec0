"""Who sits in the hall today: the week's roster, days that differ, calling an office, the board for everybody."""
