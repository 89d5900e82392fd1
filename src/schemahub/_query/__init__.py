"""Reading the table: data frames and SQL."""
