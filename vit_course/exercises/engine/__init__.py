"""The machinery of the exercises: how one is declared, run, compared, limited, reported and kept."""
