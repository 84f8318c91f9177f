"""What notebook 08 asks again."""

RECALLED: tuple[()] = ()
