"""What notebook 07 asks again."""
RECALLED = ()
