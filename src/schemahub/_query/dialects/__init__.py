"""How engines are told of the table: one module a dialect, each a function from `Place` to statements.

Every statement begins with a comment that says what it does. The statements name the files, or their
folders, of one moment: they are printed anew after a transform or a compaction.
"""
