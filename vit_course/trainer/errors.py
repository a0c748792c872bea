"""What a person can mend: the command line shows such an error in one line, without a traceback."""


class TrainingError(RuntimeError):
    """Something about the data, the options or the machine; the message says what to do."""
