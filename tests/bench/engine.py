"""How many records a second the engine takes through a stage, against a plain Faust agent doing the same per event.

Both peers run in this process's children on the same embedded broker, one after the other. Prints one JSON line.
"""
