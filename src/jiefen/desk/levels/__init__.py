"""Where a matter lies between grid and county, raising it and handing it down."""
